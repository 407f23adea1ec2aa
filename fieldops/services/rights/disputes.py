"""Disputes: collection freezes until somebody records what was found, and on what evidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from fieldops.domain.errors import Conflict, FieldFault, Forbidden, InvalidInput
from fieldops.domain.permissions import Actor, Permission
from fieldops.domain.rights.tables import Rights
from fieldops.domain.rights.vocabulary import CameBy, DisputeGround, DisputeOutcome
from fieldops.domain.rulebook.vocabulary import HoldKind, HoldScope
from fieldops.models import Dispute, Hold, Visit
from fieldops.models.types import new_id
from fieldops.services import hold_ending, holds, scoped
from fieldops.services.rights import desk
from fieldops.services.rights.parties import party_of, spoken

_SHOWN = 200
LONGEST_EVIDENCE = 200


@dataclass(frozen=True, slots=True)
class DisputeOrder:
    """A dispute as it came in; the debtor's, unless another party of the case is named."""

    case_id: UUID
    words: str
    came_by: CameBy
    ground: DisputeGround = DisputeGround.OTHER
    party_id: UUID | None = None
    scope: HoldScope | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A dispute with its hold and the visits that were called off."""

    dispute: Dispute
    hold: Hold
    cancelled: Sequence[Visit]


@dataclass(frozen=True, slots=True)
class Resolution:
    """What was found of a dispute, on what evidence, and why."""

    outcome: DisputeOutcome
    evidence: str
    reason: str


def open_dispute(
    session: Session, order: DisputeOrder, *, rights: Rights, actor: Actor, now: datetime
) -> Opened:
    """Take a dispute down in the person's words; contact about the debt freezes from now on.

    Raises Forbidden, NotFound (an agent reaches only cases of his days), InvalidInput.
    """
    if not actor.may(Permission.RECORD_REQUESTS):
        raise Forbidden(Permission.RECORD_REQUESTS.value)
    with desk.of(session, actor):
        return _open(session, order, rights=rights, actor=actor, now=now)


def _open(
    session: Session, order: DisputeOrder, *, rights: Rights, actor: Actor, now: datetime
) -> Opened:
    words, dispute_id = spoken(order.words), new_id()
    held = holds.HoldOrder(HoldKind.DISPUTE, order.scope, order.case_id, reference(dispute_id))
    placed = holds.place(session, held, rights=rights, actor=actor, now=now)
    dispute = Dispute(
        id=dispute_id,
        organisation_id=actor.organisation_id,
        case_id=order.case_id,
        party_id=party_of(session, order.case_id, order.party_id).id,
        hold_id=placed.hold.id,
        came_by=order.came_by.value,
        ground=order.ground.value,
        words=words,
        opened_by=actor.account_id,
        opened_at=now,
    )
    session.add(dispute)
    session.flush()
    return Opened(dispute, placed.hold, placed.cancelled)


def resolve(
    session: Session, dispute_id: UUID, found: Resolution, *, actor: Actor, now: datetime
) -> Dispute:
    """Record what was found of a dispute; the same finding twice is one.

    One that is unfounded, or partly valid, lets collection go on. One that is valid keeps its
    hold: nobody collects what is not owed until compliance lifts that by a word of its own.
    """
    if not actor.may(Permission.HANDLE_COMPLAINTS):
        raise Forbidden(Permission.HANDLE_COMPLAINTS.value)
    with desk.of(session, actor, Dispute):
        dispute = scoped.get(session, Dispute, dispute_id, actor, lock=True)
    if dispute.resolved_at is not None:
        if (dispute.outcome, dispute.reason) == (found.outcome.value, found.reason.strip()):
            return dispute
        raise Conflict("The dispute was resolved before, in another way.", outcome=dispute.outcome)
    dispute.reason, dispute.evidence = spoken(found.reason, "reason"), _evidence(found.evidence)
    dispute.outcome = found.outcome.value
    dispute.resolved_at, dispute.resolved_by = now, actor.account_id
    session.flush()
    if found.outcome is not DisputeOutcome.VALID:
        hold_ending.end_with(session, dispute, reference(dispute.id), actor=actor, now=now)
    return dispute


def listed(
    session: Session,
    actor: Actor,
    *,
    after: UUID | None,
    limit: int,
    is_open: bool | None = None,
    case_id: UUID | None = None,
) -> tuple[Sequence[Dispute], UUID | None]:
    """One page of disputes, oldest first."""
    asked: scoped.Asked = {Dispute.resolved_at.is_(None): is_open, Dispute.case_id: case_id}
    query = scoped.own(Dispute, actor, asked)
    with desk.of(session, actor, Dispute):
        return scoped.page(session, query, Dispute, after=after, limit=limit)


def waiting(
    session: Session, actor: Actor, after: UUID | None = None
) -> tuple[Sequence[Dispute], UUID | None]:
    """A page of disputes that nobody has resolved, the oldest first."""
    query = (
        scoped.own(Dispute, actor)
        .where(Dispute.resolved_at.is_(None))
        .options(joinedload(Dispute.case), joinedload(Dispute.party))
    )
    with desk.of(session, actor, Dispute):
        return scoped.page(session, query, Dispute, after=after, limit=_SHOWN)


def open_ones(session: Session, actor: Actor) -> int:
    """How many disputes nobody has resolved."""
    query = select(func.count()).where(
        Dispute.organisation_id == actor.organisation_id, Dispute.resolved_at.is_(None)
    )
    with desk.of(session, actor, Dispute):
        return session.scalar(query) or 0


def reference(dispute_id: UUID) -> str:
    """A neutral name that says nothing of the person or of what he said."""
    return f"D-{dispute_id.hex[-10:].upper()}"


def _evidence(text: str) -> str:
    plain = text.strip()
    if not 1 <= len(plain) <= LONGEST_EVIDENCE:
        cure = f"name it in 1 to {LONGEST_EVIDENCE} characters"
        raise InvalidInput(faults=[FieldFault("evidence", "is empty or too long", cure)])
    return plain
