"""The list of cases, and the page of a case with what stands and what happened last."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from fieldops import clock
from fieldops.db import db
from fieldops.domain.data_rights import RevealField, RevealReason
from fieldops.domain.errors import InvalidInput
from fieldops.domain.permissions import Permission
from fieldops.domain.rights.vocabulary import CameBy
from fieldops.models import Case
from fieldops.services import (
    cases,
    closing,
    evidence,
    evidence_shown,
    legal_events,
    next_steps,
)
from fieldops.services.promises import deciding
from fieldops.services.rights import consents, overriding, requests
from fieldops.web import case_queries, said_forms
from fieldops.web.access import current_actor, page
from fieldops.web.blueprint import pages
from fieldops.web.paging import asked_id
from fieldops.wiring import wiring


@pages.get("/cases")
@page(Permission.READ_CASES, reads="cases")
def cases_page() -> str:
    """The cases, sought by number or creditor."""
    sought = request.args.get("q", "").strip()[:100]
    found, following = case_queries.cases(db.session(), current_actor(), sought, asked_id("after"))
    return render_template("cases.html", cases=found, following=following, sought=sought)


@pages.get("/cases/<uuid:case_id>")
@page(Permission.READ_CASES, reads="case")
def case_page(case_id: UUID) -> str:
    """All that is recorded of one case, by time."""
    return shown_case(case_id)


@pages.get("/items/<uuid:item_id>/case")
@page(Permission.READ_EVIDENCE, reads="item")
def item_page(item_id: UUID) -> AnyResponse:
    """The page of the case in which an item is, at the item."""
    item = evidence.get(db.session(), item_id, actor=current_actor())
    anchor = f"item-{item_id}"
    return redirect(url_for("web.case_page", case_id=item.case_id, item=item_id, _anchor=anchor))


def shown_case(
    case_id: UUID,
    wrong: InvalidInput | None = None,
    reveal: Mapping[str, Any] | None = None,
) -> str:
    """The page of a case, with what was wrong in a form, or a masked value that is shown once."""
    session, actor = db.session(), current_actor()
    found = case_queries.case_file(session, actor, case_id, asked_id("item"))
    steps = next_steps.of_shown(
        session, found.flags, [], book=wiring().rulebook, actor=actor, now=clock.now()
    )
    return render_template(
        "case.html", file=found, wrong=wrong, now=clock.now(),
        shows=evidence_shown, event_kinds=legal_events.KINDS, filled=request.form,
        asked=requests.of_case(session, found.case), for_ever=requests.is_for_ever,
        agreed=consents.of_case(session, found.case), **_acts(found.case),
        everything=said_forms.EVERYTHING, ways=[*CameBy],
        steps=steps, shown=cases.shown, place=cases.shown_place,
        reveal=reveal, reveal_fields=RevealField, reveal_reasons=RevealReason,
    )  # fmt: skip


def _acts(case: Case) -> dict[str, Any]:
    """How a case was closed, its overrides, and the rules that the reader's office may override."""
    session, actor, now = db.session(), current_actor(), clock.now()
    may = actor.may(Permission.OVERRIDE_RULES)
    return {
        "overrides": overriding.of_case(session, case),
        "closings": closing.closings_of(session, case),
        "promises": deciding.of_case(session, case),
        "case_outcomes": [*closing.CaseOutcome],
        "offered": overriding.offered(wiring().rulebook, actor, now) if may else [],
    }
