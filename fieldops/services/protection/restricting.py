"""Restriction: what must be kept and may not be used rests, out of everybody's sight."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from fieldops.domain.called_off import RESTRICTED
from fieldops.domain.errors import Conflict, FieldFault, InvalidInput
from fieldops.domain.permissions import Actor
from fieldops.domain.visiting import VisitState
from fieldops.models import Pack, PackShare, RestrictedSubject, Restriction, Visit
from fieldops.models import restriction as restricted
from fieldops.services import scoped
from fieldops.services.protection.scope import Scope
from fieldops.services.visits.leaving import call_off

RETENTION, LEGAL_HOLD, REQUEST, OBJECTION = "retention", "legal_hold", "request", "objection"
GROUNDS = (RETENTION, LEGAL_HOLD, REQUEST, OBJECTION)


def restrict(
    session: Session,
    person_id: UUID,
    scope: Scope,
    ground: str,
    source: str,
    reason: str,
    *,
    until: datetime | None,
    actor: Actor,
    now: datetime,
    at: datetime,
) -> Restriction:
    """Have a person rest: his planned visits are called off and shares of his packs revoked.

    Raises InvalidInput for an unknown ground or without a source, and Conflict when he rests.
    """
    _check(ground, source)
    if standing(session, person_id) is not None:
        raise Conflict("The person is restricted already.")
    with restricted.seeing(session):
        _stop(session, scope, now=now, at=at)
    row = Restriction(
        organisation_id=actor.organisation_id, person_id=person_id, ground=ground,
        source=source.strip()[:200], reason=reason.strip() or None, placed_by=actor.account_id,
        placed_at=now, until=until,
    )  # fmt: skip
    session.add(row)
    session.flush()
    for subject_id in sorted(scope.subjects):
        session.add(RestrictedSubject(subject_id=subject_id, restriction_id=row.id))
    session.flush()
    restricted.changed(session)
    session.expire_all()
    return row


def lift(session: Session, restriction_id: UUID, *, actor: Actor, now: datetime) -> Restriction:
    """End a restriction; what it hid is found again. Doing it again changes nothing."""
    row = scoped.get(session, Restriction, restriction_id, actor, lock=True)
    if row.lifted_at is None:
        row.lifted_at, row.lifted_by = now, actor.account_id
        forget(session, row)
    return row


def forget(session: Session, row: Restriction) -> None:
    """Take the marks of a restriction away."""
    marks = delete(RestrictedSubject).where(RestrictedSubject.restriction_id == row.id)
    session.execute(marks)
    restricted.changed(session)


def standing(session: Session, person_id: UUID) -> Restriction | None:
    """The restriction under which a person rests now, if there is one."""
    query = select(Restriction).where(
        Restriction.person_id == person_id, Restriction.lifted_at.is_(None)
    )
    return session.scalars(query.order_by(Restriction.id).limit(1)).one_or_none()


def listed(session: Session, actor: Actor, limit: int = 200) -> Sequence[Restriction]:
    """The restrictions of the house that stand, the newest first."""
    query = scoped.own(Restriction, actor).where(Restriction.lifted_at.is_(None))
    return session.scalars(query.order_by(Restriction.id.desc()).limit(limit)).all()


def _check(ground: str, source: str) -> None:
    faults = []
    if ground not in GROUNDS:
        faults.append(FieldFault("ground", "is none of those known", ", ".join(GROUNDS)))
    if not source.strip():
        faults.append(FieldFault("source", "is empty", "name the law or the order"))
    if faults:
        raise InvalidInput(faults=faults)


def _stop(session: Session, scope: Scope, *, now: datetime, at: datetime) -> None:
    whose = or_(Visit.party_id.in_(scope.parties), Visit.case_id.in_(scope.debts))
    planned = select(Visit).where(whose, Visit.state == VisitState.PLANNED.value)
    for visit in session.scalars(planned.order_by(Visit.id).with_for_update()):
        call_off(visit, RESTRICTED, now=now)
    packs = select(Pack.id).where(Pack.case_id.in_(scope.debts))
    shares = update(PackShare).where(PackShare.pack_id.in_(packs), PackShare.revoked_at.is_(None))
    session.execute(shares.values(revoked_at=at).execution_options(synchronize_session=False))
