"""Addresses whose position changed: what was recorded at their visits is judged anew."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.facts import AddressMoved
from fieldops.domain.permissions import Actor
from fieldops.models import Visit
from fieldops.services import outbox, scoped


def tell(session: Session, address_ids: Collection[UUID], *, actor: Actor, now: datetime) -> None:
    """Make known which of these addresses moved although somebody has been sent there."""
    query = scoped.own(Visit, actor).where(Visit.address_id.in_(address_ids))
    visited = session.scalars(query.with_only_columns(Visit.address_id).distinct())
    for address_id in sorted(visited):
        fact = AddressMoved(address_id)
        outbox.record(session, fact, organisation_id=actor.organisation_id, now=now)


def visits_at(session: Session, address_id: UUID, *, actor: Actor) -> Sequence[UUID]:
    """The visits to an address, oldest first."""
    query = select(Visit.id).where(
        Visit.organisation_id == actor.organisation_id, Visit.address_id == address_id
    )
    return session.scalars(query.order_by(Visit.id)).all()
