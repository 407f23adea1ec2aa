"""Complaints by their clocks and disputes by their age: assigned, answered, closed, resolved."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from fieldops import clock
from fieldops.db import db
from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.permissions import GRANTS, Permission, Role
from fieldops.domain.rights.vocabulary import (
    ComplaintOutcome,
    Complexity,
    DisputeOutcome,
    Interest,
)
from fieldops.models import Account, Agent, Complaint
from fieldops.services import scoped
from fieldops.services.rights import complaints, desk, disputes
from fieldops.services.rights.recusal import Recused, interests
from fieldops.web import case_queries
from fieldops.web.access import current_actor, page, unit
from fieldops.web.blueprint import pages
from fieldops.web.paging import asked_id
from fieldops.wiring import wiring

Answer = AnyResponse | tuple[str, int]


@pages.get("/complaints")
@page(Permission.READ_REQUESTS, reads="complaints")
def complaints_page() -> str:
    """Complaints that wait, the nearest clock first, and disputes that nobody has resolved."""
    return _list()


@pages.get("/complaints/<uuid:complaint_id>")
@page(Permission.READ_REQUESTS, reads="complaint")
def complaint_page(complaint_id: UUID) -> str:
    """One complaint, from its words to its outcome."""
    return _one(complaint_id)


@pages.post("/complaints/<uuid:complaint_id>/assign")
@page(Permission.HANDLE_COMPLAINTS)
def assign_complaint(complaint_id: UUID) -> Answer:
    """Give it to a handler; one with a direct interest is refused with the reason."""

    def act(session: Session, **who: Any) -> None:
        complaints.assign(session, complaint_id, _uuid("handler_id"), **who)

    return _done(complaint_id, act)


@pages.post("/complaints/<uuid:complaint_id>/regrade")
@page(Permission.HANDLE_COMPLAINTS)
def regrade_complaint(complaint_id: UUID) -> Answer:
    """Find it more complex than before, and say why."""

    def act(session: Session, **who: Any) -> None:
        complexity = _word("complexity", Complexity)
        reason = request.form.get("reason", "")
        complaints.regrade(session, complaint_id, complexity, reason, rights=wiring().rights, **who)

    return _done(complaint_id, act)


@pages.post("/complaints/<uuid:complaint_id>/answer")
@page(Permission.HANDLE_COMPLAINTS)
def answer_complaint(complaint_id: UUID) -> Answer:
    """Write down what the person was answered."""

    def act(session: Session, **who: Any) -> None:
        complaints.answer(session, complaint_id, request.form.get("answer", ""), **who)

    return _done(complaint_id, act)


@pages.post("/complaints/<uuid:complaint_id>/close")
@page(Permission.HANDLE_COMPLAINTS)
def close_complaint(complaint_id: UUID) -> Answer:
    """Close it with what was found of it."""

    def act(session: Session, **who: Any) -> None:
        complaints.close(session, complaint_id, _word("outcome", ComplaintOutcome), **who)

    return _done(complaint_id, act)


@pages.post("/disputes/<uuid:dispute_id>/resolve")
@page(Permission.HANDLE_COMPLAINTS)
def resolve_dispute(dispute_id: UUID) -> Answer:
    """Record what was found of a dispute."""
    form = request.form
    try:
        found = disputes.Resolution(
            _word("outcome", DisputeOutcome), form.get("evidence", ""), form.get("reason", "")
        )
        with unit() as session:
            disputes.resolve(session, dispute_id, found, actor=current_actor(), now=clock.now())
    except InvalidInput as wrong:
        return _list(wrong), wrong.status
    return redirect(url_for("web.complaints_page", _anchor="disputes"))


def _done(complaint_id: UUID, act: Callable[..., None]) -> Answer:
    try:
        with unit() as session:
            act(session, actor=current_actor(), now=clock.now())
    except (InvalidInput, Recused) as wrong:
        return _one(complaint_id, wrong), wrong.status
    return redirect(url_for("web.complaint_page", complaint_id=complaint_id))


def _list(wrong: InvalidInput | None = None) -> str:
    session, actor = db.session(), current_actor()
    waiting, following = complaints.waiting(session, actor, asked_id("after"))
    open_disputes, more_disputes = disputes.waiting(session, actor, asked_id("dispute"))
    return render_template(
        "complaints.html",
        waiting=waiting,
        resting=desk.resting(session, waiting) | desk.resting(session, open_disputes),
        disputes=open_disputes,
        following=following,
        more_disputes=more_disputes,
        handlers=_names(session, [one.handler_id for one in waiting]),
        reference=complaints.reference,
        dispute_reference=disputes.reference,
        outcomes=[*DisputeOutcome],
        now=clock.now(),
        wrong=wrong,
        filled=request.form,
    )


def _one(complaint_id: UUID, wrong: InvalidInput | Recused | None = None) -> str:
    session, actor = db.session(), current_actor()
    row, hold = complaints.shown(session, complaint_id, actor=actor)
    about = session.get(Agent, row.about_agent_id) if row.about_agent_id else None
    people = [row.opened_by, row.handler_id, row.closed_by, row.about_account_id]
    return render_template(
        "complaint.html",
        one=row,
        hold=hold,
        rests=bool(desk.resting(session, [row])),
        about=about,
        names=_names(session, people),
        handlers=_handlers(session, row),
        reference=complaints.reference(row.id),
        complexities=_above(Complexity(row.complexity)),
        outcomes=[*ComplaintOutcome],
        now=clock.now(),
        wrong=wrong,
        filled=request.form,
    )


def _above(complexity: Complexity) -> list[Complexity]:
    order = list(Complexity)
    return order[order.index(complexity) + 1 :]


def _handlers(session: Session, row: Complaint) -> list[tuple[Account, Sequence[Interest]]]:
    """Who could handle it, each with the interests that forbid it."""
    roles = [role.value for role in Role if Permission.HANDLE_COMPLAINTS in GRANTS[role]]
    query = scoped.own(Account, current_actor()).where(Account.role.in_(roles))
    found = session.scalars(query.order_by(Account.id)).all()
    return [(account, interests(session, row, account)) for account in found]


def _names(session: Session, ids: Sequence[UUID | None]) -> dict[UUID, str]:
    return case_queries.names_of(session, {one for one in ids if one is not None})


def _uuid(field: str) -> UUID:
    try:
        return UUID(request.form.get(field, ""))
    except ValueError as wrong:
        raise InvalidInput(faults=[FieldFault(field, "is none of those offered")]) from wrong


def _word(field: str, words: Callable[[str], Any]) -> Any:
    try:
        return words(request.form.get(field, ""))
    except ValueError as wrong:
        raise InvalidInput(faults=[FieldFault(field, "is none of those offered")]) from wrong
