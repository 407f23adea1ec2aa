"""The page of a restriction: whoever rests is heard, and the law's clocks over his cases run on."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from fieldops import clock
from fieldops.db import db
from fieldops.domain.errors import FieldopsError
from fieldops.domain.permissions import Permission
from fieldops.domain.rights.vocabulary import CameBy
from fieldops.services import legal_events
from fieldops.services.protection import hearing
from fieldops.services.rights import complaints, disputes, requests
from fieldops.web import clock_views, said_forms, said_views
from fieldops.web.access import current_actor, page, unit
from fieldops.web.blueprint import pages
from fieldops.wiring import wiring

Answer = AnyResponse | tuple[str, int]
_ASKS = tuple(one for one in said_forms.EVERYTHING if not one.startswith("hold:"))


@pages.get("/protection/restrictions/<uuid:restriction_id>")
@page(Permission.READ_PROTECTION, reads="restriction")
def restriction_page(restriction_id: UUID) -> str:
    """What somebody restricted asked, for compliance, and the clocks that run, for counsel."""
    return _shown(restriction_id)


@pages.post("/protection/restrictions/<uuid:restriction_id>/said")
@page(Permission.HANDLE_COMPLAINTS)
def said_by_restricted(restriction_id: UUID) -> Answer:
    """Take down what he asks, disputes or complains of; his hold is placed as anybody's."""

    def act(session: Session, **who: Any) -> None:
        part = _part(session, restriction_id)
        said = said_forms.Said(part.case_id, part.party_id, said_views.came_by(), request.form)
        said_forms.take_down(session, said, wiring(), **who)

    return _done(restriction_id, act)


@pages.post("/protection/restrictions/<uuid:restriction_id>/requests/<uuid:request_id>/withdraw")
@page(Permission.HANDLE_COMPLAINTS)
def withdraw_of_restricted(restriction_id: UUID, request_id: UUID) -> Answer:
    """Take down that he no longer asks for it."""

    def act(session: Session, **who: Any) -> None:
        requests.withdraw(session, request_id, request.form.get("words", ""), **who)

    return _done(restriction_id, act)


@pages.post("/protection/restrictions/<uuid:restriction_id>/legal-events")
@page(Permission.RECORD_LEGAL_EVENTS)
def event_of_restricted(restriction_id: UUID) -> Answer:
    """Record what happened in court; the clocks of the case are counted again."""

    def act(session: Session, **who: Any) -> None:
        report = clock_views.report(_part(session, restriction_id).case_id)
        legal_events.record(session, report, **who)

    return _done(restriction_id, act)


@pages.post("/protection/restrictions/<uuid:restriction_id>/legal-events/<uuid:event_id>/withdraw")
@page(Permission.RECORD_LEGAL_EVENTS)
def withdraw_event_of_restricted(restriction_id: UUID, event_id: UUID) -> Answer:
    """Withdraw an event with its reason."""

    def act(session: Session, **who: Any) -> None:
        legal_events.withdraw(session, event_id, request.form.get("reason", ""), **who)

    return _done(restriction_id, act)


def _part(session: Session, restriction_id: UUID) -> hearing.Part:
    number = request.form.get("number", "")
    return hearing.part(session, restriction_id, number, actor=current_actor())


def _done(restriction_id: UUID, act: Callable[..., None]) -> Answer:
    try:
        with unit() as session:
            act(session, actor=current_actor(), now=clock.now())
    except FieldopsError as wrong:
        return _shown(restriction_id, wrong), wrong.status
    return redirect(url_for("web.restriction_page", restriction_id=restriction_id))


def _shown(restriction_id: UUID, wrong: FieldopsError | None = None) -> str:
    session, actor = db.session(), current_actor()
    row = hearing.get(session, restriction_id, actor=actor)
    stands = row.lifted_at is None
    return render_template(
        "restriction.html", row=row, wrong=wrong, filled=request.form, now=clock.now(),
        asked=hearing.asked(session, row, actor=actor) if stands else hearing.Asked(),
        clocks=hearing.clocks(session, row, actor=actor) if stands else hearing.Clocks(),
        reference=complaints.reference, dispute_reference=disputes.reference,
        for_ever=requests.is_for_ever, everything=_ASKS, ways=[*CameBy],
        event_kinds=legal_events.KINDS,
    )  # fmt: skip
