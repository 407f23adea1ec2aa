"""How holds end: by the word of whoever may say it, by an outcome, or by their time."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from fieldops.domain.errors import Conflict, FieldFault, Forbidden, InvalidInput
from fieldops.domain.permissions import Actor, Permission
from fieldops.domain.rights.tables import HoldRow, Rights
from fieldops.domain.rights.vocabulary import ComplaintState, Lifter
from fieldops.domain.rulebook.vocabulary import HoldKind
from fieldops.models import Complaint, ContactRequest, Dispute, Hold
from fieldops.models import restriction as restricted
from fieldops.services import holds, scoped
from fieldops.services.organisations import zone_of
from fieldops.services.visits.leaving import checked_reason

WORD_OF = {
    Lifter.COMPLIANCE: Permission.HANDLE_COMPLAINTS,
    Lifter.COMPLAINT: Permission.HANDLE_COMPLAINTS,
    Lifter.DISPUTE: Permission.HANDLE_COMPLAINTS,
    Lifter.CASE_WORKER: Permission.CLEAR_VULNERABILITY,
    Lifter.COUNSEL: Permission.LIFT_LEGAL_HOLDS,
}
"""Which permission stands behind each word that ends a hold."""
_CURES = {
    "complaint": "A complaint is open under this hold: close it with its outcome.",
    "dispute": "A dispute is open under this hold: resolve it with its outcome.",
    "request": "A person asked for this hold: record that he withdraws it, in his words.",
}
LONGEST_EVIDENCE = 200
LEAST_ASSESSMENT = 10
"""Signs of the text in which a case worker says why somebody is vulnerable no more."""


def row_of(hold: Hold, rights: Rights) -> HoldRow:
    """What the table says of a hold."""
    return rights.hold(HoldKind(hold.kind), hold.variant)


def may_lift(hold: Hold, *, rights: Rights, actor: Actor) -> bool:
    """Whether it is the actor's to end it, once nothing is open under it."""
    return actor.may(WORD_OF[row_of(hold, rights).lift])


def lift(
    session: Session, hold_id: UUID, reason: str, *, rights: Rights, actor: Actor, now: datetime
) -> Hold:
    """End a hold and say why; what it called off stays called off.

    Raises Forbidden where another's word is needed, Conflict while a complaint or a dispute is
    open under it or where it was lifted for another reason, InvalidInput.
    """
    if not actor.may(Permission.LIFT_HOLDS):
        raise Forbidden(Permission.LIFT_HOLDS.value)
    reason = checked_reason(reason)
    hold = scoped.get(session, Hold, hold_id, actor, lock=True)
    word = row_of(hold, rights).lift
    if not actor.may(WORD_OF[word]):
        raise Forbidden(WORD_OF[word].value)
    if hold.lifted_at is not None:
        if hold.lifted_reason == reason:
            return hold
        raise Conflict("The hold was lifted before, for another reason.")
    if word is Lifter.CASE_WORKER and len(reason) < LEAST_ASSESSMENT:
        cure = f"write the assessment in {LEAST_ASSESSMENT} characters or more"
        raise InvalidInput(faults=[FieldFault("reason", "is no assessment", cure)])
    _require_nothing_open(session, hold)
    end(session, hold, reason, actor=actor, now=now)
    return hold


def end(
    session: Session,
    hold: Hold,
    reason: str,
    *,
    actor: Actor,
    now: datetime,
    outcome: str | None = None,
) -> None:
    """End a hold; the caller has seen to it that it may end. One that was lifted stays as it is."""
    if hold.lifted_at is None:
        hold.lifted_at, hold.lifted_by, hold.lifted_reason = now, actor.account_id, reason
        hold.lifted_outcome = outcome
        holds.let_go_on(session, hold, now=now)


def end_with(
    session: Session, done: Complaint | Dispute, reason: str, *, actor: Actor, now: datetime
) -> None:
    """End the hold of a complaint or dispute with its outcome, unless another is open under it."""
    # What somebody restricted left behind is kept in order as well: his hold ends in his case.
    with restricted.seeing(session):
        if not _others_open(session, done.hold_id, done.id):
            hold = session.get_one(Hold, done.hold_id)
            end(session, hold, reason, actor=actor, now=now, outcome=done.outcome)


def record_evidence(session: Session, hold_id: UUID, evidence: str, *, actor: Actor) -> Hold:
    """Say on what paper a hold rests; what was said before stands.

    Raises Forbidden, Conflict where another paper was named, InvalidInput.
    """
    if not (actor.may(Permission.PLACE_HOLDS) and actor.may(Permission.READ_CASES)):
        raise Forbidden(Permission.PLACE_HOLDS.value)
    plain = evidence.strip()
    if not 1 <= len(plain) <= LONGEST_EVIDENCE:
        cure = f"name it in 1 to {LONGEST_EVIDENCE} characters"
        raise InvalidInput(faults=[FieldFault("evidence", "is empty or too long", cure)])
    hold = scoped.get(session, Hold, hold_id, actor, lock=True)
    if hold.evidence not in (None, plain):
        raise Conflict("Another paper is named already; it stands.")
    hold.evidence = plain
    session.flush()
    return hold


def record_over(
    session: Session, hold_id: UUID, on: date, *, rights: Rights, actor: Actor, now: datetime
) -> Hold:
    """Say on which day that was over for which a hold waits, as a treatment: its end follows.

    Raises Forbidden, and Conflict where nothing is waited for or another day was recorded.
    """
    hold = scoped.get(session, Hold, hold_id, actor, lock=True)
    row = row_of(hold, rights)
    if not actor.may(WORD_OF[row.lift]):
        raise Forbidden(WORD_OF[row.lift].value)
    ends_at = row.ends_after(on, zone_of(session, hold.organisation_id))
    if ends_at is None or hold.lifted_at is not None:
        raise Conflict("This hold waits for nothing whose end could be recorded.")
    if hold.ends_at not in (None, ends_at):
        raise Conflict("Another day was recorded before; it stands.")
    hold.ends_at = ends_at
    session.flush()
    return hold


def end_by_time(session: Session, organisation_id: UUID, *, at: datetime) -> int:
    """Let cases go on whose holds are over by themselves. Returns how many holds ended."""
    query = (
        select(Hold)
        .where(
            Hold.organisation_id == organisation_id,
            Hold.ends_at <= at,
            Hold.ended_at.is_(None),
            Hold.lifted_at.is_(None),
        )
        .order_by(Hold.ends_at, Hold.id)
        .limit(200)
    )
    over = session.scalars(query).all()
    for hold in over:
        hold.ended_at = at
        holds.let_go_on(session, hold, now=at)
    return len(over)


def waits_for(session: Session, hold_ids: Sequence[UUID]) -> dict[UUID, str]:
    """What each of these holds waits for before anybody lifts it: a complaint, dispute, request."""
    found: dict[UUID, str] = {}
    open_things = (
        ("request", ContactRequest, ContactRequest.withdrawn_at.is_(None)),
        ("dispute", Dispute, Dispute.resolved_at.is_(None)),
        ("complaint", Complaint, Complaint.state != ComplaintState.CLOSED.value),
    )
    for name, model, is_open in open_things:
        query = select(model.hold_id).where(model.hold_id.in_(hold_ids), is_open)
        found |= {hold_id: name for hold_id in session.scalars(query) if hold_id is not None}
    return found


def _require_nothing_open(session: Session, hold: Hold) -> None:
    waits = waits_for(session, [hold.id]).get(hold.id)
    if waits is not None:
        raise Conflict(_CURES[waits])


def _others_open(session: Session, hold_id: UUID, but: UUID) -> bool:
    complaint = select(Complaint.id).where(
        Complaint.hold_id == hold_id,
        Complaint.id != but,
        Complaint.state != ComplaintState.CLOSED.value,
    )
    dispute = select(Dispute.id).where(
        Dispute.hold_id == hold_id,
        Dispute.id != but,
        or_(Dispute.resolved_at.is_(None), Dispute.outcome == "valid"),
    )
    return any(session.scalar(one.limit(1)) is not None for one in (complaint, dispute))
