"""The outbox: facts are written with the change, and published once the queue has taken them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.facts import Fact
from fieldops.models import OutboxFact


def record(session: Session, fact: Fact, *, organisation_id: UUID, now: datetime) -> OutboxFact:
    """Write a fact in the caller's transaction; it is true only if that commits."""
    row = OutboxFact(
        organisation_id=organisation_id,
        name=fact.name,
        payload=fact.payload(),
        happened_at=now,
    )
    session.add(row)
    return row


def unpublished(session: Session, limit: int = 500) -> Sequence[OutboxFact]:
    """The oldest facts that the queue has not yet taken."""
    query = (
        select(OutboxFact)
        .where(OutboxFact.published_at.is_(None))
        .order_by(OutboxFact.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return session.scalars(query).all()
