"""Counsel's desk: flags by deadline, and the page of a case with all that is recorded of it."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
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
from fieldops.models import Flag
from fieldops.services import cases, evidence, flags, legal_events, next_steps, scoped
from fieldops.services.rights import consents, requests
from fieldops.web import case_queries, desk_queries, said_forms, share_views
from fieldops.web.access import current_actor, page, unit, zone
from fieldops.web.blueprint import pages
from fieldops.web.paging import asked_id
from fieldops.wiring import wiring

VERDICTS = ("confirmed", "dismissed", "open")


@pages.get("/desk")
@page(Permission.READ_TRACE, reads="flags")
def desk_page() -> str:
    """Open flags by deadline, then those that were judged."""
    session, actor = db.session(), current_actor()
    beyond = {name: asked_id(name) for name in ("waiting", "judged", "clocks")}
    return render_template("desk.html", **desk_queries.desk(session, actor, beyond))


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
    return redirect(url_for("web.case_page", case_id=item.case_id, _anchor=f"item-{item_id}"))


@pages.post("/flags/<uuid:flag_id>/review")
@page(Permission.REVIEW_FLAGS)
def review(flag_id: UUID) -> AnyResponse | tuple[str, int]:
    """Judge a flag and say why."""
    flag = scoped.get(db.session(), Flag, flag_id, current_actor())
    case_id = flag.case_id
    try:
        with unit() as session:
            flags.review_flag(
                session,
                flag_id,
                request.form.get("verdict", ""),
                request.form.get("reason", ""),
                actor=current_actor(),
                now=clock.now(),
            )
    except InvalidInput as wrong:
        return shown_case(case_id, wrong), wrong.status
    return redirect(url_for("web.case_page", case_id=case_id, _anchor=f"flag-{flag_id}"))


def _asked_days() -> case_queries.AskedDays:
    """The days in the address of the page; what is no day is as if nobody had asked."""
    as_of, known_on = _day("as_of"), _day("known_on")
    known_at = None
    if known_on is not None and known_on < clock.now().astimezone(zone()).date():
        known_at = datetime.combine(known_on + timedelta(days=1), time(), zone())
    return case_queries.AskedDays(as_of, known_at)


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def shown_case(
    case_id: UUID, wrong: InvalidInput | None = None, reveal: Mapping[str, Any] | None = None
) -> str:
    """The page of a case, with what was wrong in a form, or a masked value that is shown once."""
    session, actor = db.session(), current_actor()
    found = case_queries.case_file(session, actor, case_id, _asked_days())
    steps = next_steps.of_shown(
        session, found.flags, found.beliefs, book=wiring().rulebook, actor=actor, now=clock.now()
    )
    return render_template(
        "case.html", file=found, verdicts=VERDICTS, wrong=wrong, now=clock.now(),
        has_preview=evidence.has_preview, event_kinds=legal_events.KINDS, filled=request.form,
        asked=requests.of_case(session, found.case), for_ever=requests.is_for_ever,
        agreed=consents.of_case(session, found.case),
        everything=said_forms.EVERYTHING, ways=[*CameBy],
        steps=steps, shared=share_views.shown(case_id, actor), profiles=wiring().profiles,
        shown=cases.shown, place=cases.shown_place, reveal=reveal, reveal_fields=RevealField,
        reveal_reasons=RevealReason,
    )  # fmt: skip
