"""Overrides: those of today and of other days, placed from the page of a case, and as a file."""

from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Response, redirect, render_template, request, send_file, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from fieldops import clock
from fieldops.db import db
from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.paper import Paper, Table
from fieldops.domain.permissions import Permission
from fieldops.domain.rulebook.vocabulary import Channel
from fieldops.gateways import paper_files
from fieldops.models import RuleOverride
from fieldops.services.rights import overriding
from fieldops.web import case_queries
from fieldops.web.access import current_actor, page, unit, zone
from fieldops.web.blueprint import pages
from fieldops.web.case_views import shown_case
from fieldops.web.catalogue import language, t, word
from fieldops.web.compliance_views import day_of, moments, numbers_of
from fieldops.web.form_words import NOT_OFFERED
from fieldops.web.showing import today, when
from fieldops.wiring import wiring

_COLUMNS = (
    "placed", "case", "rule", "office", "channel", "from", "until", "reason", "reference", "used",
    "revoked",
)  # fmt: skip
Answer = AnyResponse | tuple[str, int]


@pages.get("/overrides")
@page(Permission.READ_CASES, reads="overrides")
def overrides_page() -> str:
    """The overrides that bear on the days asked for; today where none are."""
    return _shown()


@pages.get("/overrides/report.csv")
@page(Permission.READ_CASES, reads="overrides")
def overrides_file() -> Response:
    """The same as a file."""
    found = _of_days(db.session())
    numbers = numbers_of({one.case_id for one in found})
    head = [word("override_column", name) for name in _COLUMNS]
    rows = [_row(one, numbers) for one in found]
    paper = Paper(
        title=t("overrides.title"), language=language(), facts=[],
        tables=[Table(t("overrides.title"), head, rows, "")], foot="",
    )  # fmt: skip
    first, last = _days()
    answer = send_file(
        BytesIO(paper_files.as_csv(paper)), mimetype="text/csv", as_attachment=True,
        download_name=f"overrides-{first}-{last}.csv",
    )  # fmt: skip
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@pages.post("/cases/<uuid:case_id>/overrides")
@page(Permission.OVERRIDE_RULES)
def place_override(case_id: UUID) -> Answer:
    """Place an override for a party of the case."""
    try:
        with unit() as session:
            overriding.place(
                session, _order(), book=wiring().rulebook, actor=current_actor(), now=clock.now()
            )
    except InvalidInput as wrong:
        return shown_case(case_id, wrong), wrong.status
    return redirect(url_for("web.case_page", case_id=case_id, _anchor="overrides"))


@pages.post("/overrides/<uuid:override_id>/revoke")
@page(Permission.OVERRIDE_RULES)
def revoke_override(override_id: UUID) -> Answer:
    """End an override and say why."""
    try:
        with unit() as session:
            row = overriding.revoke(
                session, override_id, request.form.get("reason", ""), book=wiring().rulebook,
                actor=current_actor(), now=clock.now(),
            )  # fmt: skip
            case_id = row.case_id
    except InvalidInput as wrong:
        return _shown(wrong), wrong.status
    return redirect(url_for("web.case_page", case_id=case_id, _anchor="overrides"))


def _shown(wrong: InvalidInput | None = None) -> str:
    session, actor = db.session(), current_actor()
    found = _of_days(session)
    first, last = _days()
    people = {who for one in found for who in (one.placed_by, one.revoked_by) if who}
    now = clock.now()
    return render_template(
        "overrides.html", overrides=found, numbers=numbers_of({one.case_id for one in found}),
        names=case_queries.names_of(session, people), first=first, last=last, wrong=wrong, now=now,
        may_revoke=lambda one: overriding.may_revoke(one, actor, now),
    )  # fmt: skip


def _of_days(session: Session) -> Any:
    first, last = _days()
    return overriding.of_period(session, current_actor(), *moments(first, last))


def _days() -> Any:
    last = day_of("until") or today()
    first = day_of("since") or last
    return min(first, last), last


def _row(one: RuleOverride, numbers: dict[UUID, str]) -> list[str]:
    return [
        when(one.placed_at), numbers.get(one.case_id, ""), one.rule, word("office", one.office),
        word("channel", one.channel), when(one.starts_at), when(one.ends_at), one.reason,
        one.reference, when(one.used_at), when(one.revoked_at),
    ]  # fmt: skip


def _order() -> overriding.OverrideOrder:
    form, faults = request.form, []
    try:
        party_id, channel = UUID(form.get("party_id", "")), Channel(form.get("channel", ""))
    except ValueError:
        raise InvalidInput(faults=[FieldFault("channel", NOT_OFFERED)]) from None
    times = {}
    for name in ("starts_at", "ends_at"):
        try:
            times[name] = datetime.fromisoformat(form.get(name, "")).replace(tzinfo=zone())
        except ValueError:
            faults.append(FieldFault(name, NOT_OFFERED))
    if faults:
        raise InvalidInput(faults=faults)
    return overriding.OverrideOrder(
        party_id, form.get("rule", ""), channel, times["starts_at"], times["ends_at"],
        form.get("reason", ""), form.get("reference", ""),
    )  # fmt: skip
