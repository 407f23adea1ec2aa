"""Complaints: taken down from anybody, handled by somebody without an interest, closed by outcome.

    opened -> assigned (a handler who is free of interest) -> answered -> closed

Opening places the hold by itself, closing lifts it; the clock is a row of config/rights.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import case
from sqlalchemy.orm import Session, joinedload

from fieldops.domain.errors import Conflict, FieldFault, Forbidden, InvalidInput
from fieldops.domain.permissions import GRANTS, Actor, Permission, Role
from fieldops.domain.rights.tables import Rights
from fieldops.domain.rights.vocabulary import CameBy, ComplaintOutcome, ComplaintState, Complexity
from fieldops.domain.rulebook.vocabulary import HoldKind, HoldScope
from fieldops.models import Account, Agent, Case, Complaint, Hold, Organisation, Visit
from fieldops.models.types import new_id
from fieldops.services import hold_ending, holds, keyset, scoped
from fieldops.services.keyset import Key
from fieldops.services.organisations import zone_of
from fieldops.services.rights import desk
from fieldops.services.rights.parties import party_of, spoken
from fieldops.services.rights.recusal import require_free

_SHOWN = 200


@dataclass(frozen=True, slots=True)
class ComplaintOrder:
    """A complaint as it came in; the debtor's, unless another party of the case is named."""

    case_id: UUID
    words: str
    came_by: CameBy
    party_id: UUID | None = None
    about_agent_id: UUID | None = None
    about_account_id: UUID | None = None
    complexity: Complexity = Complexity.SIMPLE
    received_at: datetime | None = None
    scope: HoldScope | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A complaint with its hold and the visits that were called off."""

    complaint: Complaint
    hold: Hold
    cancelled: Sequence[Visit]


def open_complaint(
    session: Session, order: ComplaintOrder, *, rights: Rights, actor: Actor, now: datetime
) -> Opened:
    """Take a complaint down in the person's words; contact rests from now on.

    Raises Forbidden, NotFound (an agent reaches only cases of his days), InvalidInput.
    """
    if not actor.may(Permission.RECORD_REQUESTS):
        raise Forbidden(Permission.RECORD_REQUESTS.value)
    with desk.of(session, actor):
        return _open(session, order, rights=rights, actor=actor, now=now)


def _open(
    session: Session, order: ComplaintOrder, *, rights: Rights, actor: Actor, now: datetime
) -> Opened:
    words, received = spoken(order.words), order.received_at or now
    if received > now:
        raise InvalidInput(faults=[FieldFault("received_at", "is still to come", "check the day")])
    _check_about(session, order, actor)
    complaint_id = new_id()
    # The reason is shown to the crew that is called off: the person's words are not for them.
    held = holds.HoldOrder(HoldKind.COMPLAINT, order.scope, order.case_id, reference(complaint_id))
    placed = holds.place(session, held, rights=rights, actor=actor, now=now)
    complaint = Complaint(
        id=complaint_id,
        organisation_id=actor.organisation_id,
        case_id=order.case_id,
        party_id=party_of(session, order.case_id, order.party_id).id,
        hold_id=placed.hold.id,
        came_by=order.came_by.value,
        words=words,
        about_agent_id=order.about_agent_id,
        about_account_id=order.about_account_id,
        state=ComplaintState.OPENED.value,
        received_at=received,
        opened_by=actor.account_id,
        opened_at=now,
    )
    _set_clock(session, complaint, order.complexity, rights=rights, now=now)
    session.add(complaint)
    session.flush()
    return Opened(complaint, placed.hold, placed.cancelled)


def assign(
    session: Session, complaint_id: UUID, handler_id: UUID, *, actor: Actor, now: datetime
) -> Complaint:
    """Give a complaint to a handler; raises Recused where he has a direct interest in it."""
    complaint = _mine(session, complaint_id, actor)
    _require(complaint, ComplaintState.OPENED, ComplaintState.ASSIGNED)
    handler = session.scalars(
        scoped.own(Account, actor).where(Account.id == handler_id)
    ).one_or_none()
    if handler is None or Permission.HANDLE_COMPLAINTS not in GRANTS[Role(handler.role)]:
        cure = "name an account of compliance"
        raise InvalidInput(faults=[FieldFault("handler_id", "handles no complaints", cure)])
    require_free(session, complaint, handler)
    complaint.handler_id, complaint.assigned_at = handler.id, now
    complaint.state = ComplaintState.ASSIGNED.value
    session.flush()
    return complaint


def regrade(
    session: Session,
    complaint_id: UUID,
    complexity: Complexity,
    reason: str,
    *,
    rights: Rights,
    actor: Actor,
    now: datetime,
) -> Complaint:
    """Say that there is more to find out than was thought, and why: the clock is counted anew."""
    complaint = _mine(session, complaint_id, actor)
    _require(complaint, ComplaintState.OPENED, ComplaintState.ASSIGNED)
    order = list(Complexity)
    if order.index(complexity) <= order.index(Complexity(complaint.complexity)):
        raise Conflict("A complaint gets more time only by being found more complex than before.")
    complaint.complexity_reason = spoken(reason, "reason")
    _set_clock(session, complaint, complexity, rights=rights, now=now)
    session.flush()
    return complaint


def answer(
    session: Session, complaint_id: UUID, text: str, *, actor: Actor, now: datetime
) -> Complaint:
    """Write down what the person was answered, by the handler; the clock stops with it."""
    complaint = _mine(session, complaint_id, actor)
    _require(complaint, ComplaintState.ASSIGNED)
    if complaint.handler_id != actor.account_id:
        raise Forbidden("Only its handler answers a complaint.")
    _require_free(session, complaint, actor)
    complaint.answer, complaint.answered_at = spoken(text, "answer"), now
    complaint.state = ComplaintState.ANSWERED.value
    complaint.next_at = complaint.next_step = None
    session.flush()
    return complaint


def close(
    session: Session,
    complaint_id: UUID,
    outcome: ComplaintOutcome,
    *,
    actor: Actor,
    now: datetime,
) -> Complaint:
    """Close an answered complaint with what was found of it; its hold ends with that.

    Where another complaint or dispute is open under the same hold, that stands.
    """
    complaint = _mine(session, complaint_id, actor)
    if complaint.state == ComplaintState.CLOSED and complaint.outcome == outcome.value:
        return complaint
    _require(complaint, ComplaintState.ANSWERED)
    _require_free(session, complaint, actor)
    complaint.state, complaint.outcome = ComplaintState.CLOSED.value, outcome.value
    complaint.closed_at, complaint.closed_by = now, actor.account_id
    session.flush()
    hold_ending.end_with(session, complaint, reference(complaint.id), actor=actor, now=now)
    return complaint


def listed(
    session: Session,
    actor: Actor,
    *,
    after: UUID | None,
    limit: int,
    state: str | None = None,
    case_id: UUID | None = None,
) -> tuple[Sequence[Complaint], UUID | None]:
    """One page of complaints, oldest first."""
    query = scoped.own(Complaint, actor, {Complaint.state: state, Complaint.case_id: case_id})
    with desk.of(session, actor, Complaint):
        return scoped.page(session, query, Complaint, after=after, limit=limit)


def shown(session: Session, complaint_id: UUID, *, actor: Actor) -> tuple[Complaint, Hold]:
    """A complaint with its hold; raises NotFound."""
    with desk.of(session, actor, Complaint, Hold):
        found = scoped.get(session, Complaint, complaint_id, actor)
        return found, session.get_one(Hold, found.hold_id)


def waiting(
    session: Session, actor: Actor, beyond: UUID | None = None
) -> tuple[Sequence[Complaint], UUID | None]:
    """A page of complaints not closed, the nearest deadline first; answered ones come last."""
    query = (
        scoped.own(Complaint, actor)
        .where(Complaint.state != ComplaintState.CLOSED.value)
        .options(joinedload(Complaint.case), joinedload(Complaint.party))
    )
    keys = (
        Key(case((Complaint.answered_at.is_not(None), 1), else_=0)),
        Key(Complaint.due_at),
        Key(Complaint.id),
    )
    with desk.of(session, actor, Complaint):
        return keyset.page(
            session, query, Complaint, keys, beyond=beyond, limit=_SHOWN, actor=actor
        )


def reference(complaint_id: UUID) -> str:
    """A neutral name that says nothing of the person or of what he said."""
    return f"C-{complaint_id.hex[-10:].upper()}"


def _mine(session: Session, complaint_id: UUID, actor: Actor) -> Complaint:
    if not actor.may(Permission.HANDLE_COMPLAINTS):
        raise Forbidden(Permission.HANDLE_COMPLAINTS.value)
    with desk.of(session, actor, Complaint):
        return scoped.get(session, Complaint, complaint_id, actor, lock=True)


def _require(complaint: Complaint, *states: ComplaintState) -> None:
    if complaint.state not in states:
        raise Conflict(f"The complaint is {complaint.state}.", state=complaint.state)


def _require_free(session: Session, complaint: Complaint, actor: Actor) -> None:
    # What somebody has done meanwhile gives him an interest, too.
    if actor.account_id is not None:
        require_free(session, complaint, session.get_one(Account, actor.account_id))


def _check_about(session: Session, order: ComplaintOrder, actor: Actor) -> None:
    scoped.get(session, Case, order.case_id, actor)
    if order.about_agent_id is not None:
        scoped.get(session, Agent, order.about_agent_id, actor)
    if order.about_account_id is not None:
        scoped.get(session, Account, order.about_account_id, actor)


def _set_clock(
    session: Session, complaint: Complaint, complexity: Complexity, *, rights: Rights, now: datetime
) -> None:
    house = session.get_one(Organisation, complaint.organisation_id)
    row = rights.clock(house.jurisdictions, complexity)
    complaint.complexity = complexity.value
    complaint.due_at = row.ends(complaint.received_at, zone_of(session, house.id))
    late = [one for one in rights.alerts if complaint.due_at - one.before <= now]
    # A word whose time is past when the complaint is taken down is given at once.
    if late:
        complaint.next_at, complaint.next_step = now, late[-1].name
    elif following := rights.step_after(complaint.due_at, now):
        complaint.next_at, complaint.next_step = following[0], following[1].name
