"""Whether records of different creditors are compared: off until somebody says why.

An agency holds each creditor's files for that creditor's purpose alone; to lay them side by side is
a purpose of its own and needs a ground of its own.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from fieldops.domain.errors import Forbidden
from fieldops.domain.permissions import Actor, Permission
from fieldops.models import IdentityPair, IdentityScope, Person
from fieldops.services import scoped
from fieldops.services.identity import due, entities
from fieldops.services.visits.leaving import checked_reason


def across_creditors(session: Session, organisation_id: UUID) -> bool:
    """Whether the organisation compares records of different creditors now."""
    query = select(IdentityScope.across_creditors).where(
        IdentityScope.organisation_id == organisation_id
    )
    return bool(session.scalar(query.order_by(IdentityScope.id.desc()).limit(1)))


def scopes(session: Session, actor: Actor) -> Sequence[IdentityScope]:
    """Every decision about it, the newest first."""
    return session.scalars(scoped.own(IdentityScope, actor).order_by(IdentityScope.id.desc())).all()


def set_scope(
    session: Session, across: bool, purpose: str, *, actor: Actor, now: datetime
) -> IdentityScope:
    """Switch it on or off, with the purpose; switched off, entities part at once.

    Switched on, everybody is compared again.

    The same decision for the same purpose twice is one. Raises Forbidden, InvalidInput.
    """
    if not actor.may(Permission.SET_IDENTITY_SCOPE):
        raise Forbidden(Permission.SET_IDENTITY_SCOPE.value)
    purpose = checked_reason(purpose)
    entities.lock(session, actor.organisation_id)
    last = next(iter(scopes(session, actor)), None)
    if last is not None and (last.across_creditors, last.purpose) == (across, purpose):
        return last
    row = IdentityScope(
        organisation_id=actor.organisation_id,
        across_creditors=across,
        purpose=purpose,
        account_id=actor.account_id,
        at=now,
    )
    session.add(row)
    session.flush()
    touched = select(IdentityPair.low_id, IdentityPair.high_id).where(
        IdentityPair.organisation_id == actor.organisation_id,
        IdentityPair.across.is_(True),
        or_(IdentityPair.verdict == entities.SAME, IdentityPair.standing == entities.SAME),
    )
    people = {one for pair in session.execute(touched) for one in pair}
    if across:
        everybody = select(Person.id).where(Person.organisation_id == actor.organisation_id)
        due.mark(session, actor.organisation_id, everybody, cause_id=row.id, now=now)
    entities.regroup(session, actor.organisation_id, people, across=across, now=now)
    return row
