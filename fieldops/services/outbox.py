"""The outbox: facts are written with the change, and published once the queue has taken them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from fieldops.domain.facts import Fact
from fieldops.models import OutboxFact
from fieldops.models.types import new_id

_INSERT = insert(OutboxFact)


def record(session: Session, fact: Fact, *, organisation_id: UUID, now: datetime) -> UUID:
    """Write a fact in the caller's transaction; it is true only if that commits. Gives its id.

    It is written at once and no object of the session: nearly every act has one, and nobody changes
    it before it is published.
    """
    fact_id = new_id()
    row = {
        "id": fact_id,
        "organisation_id": organisation_id,
        "name": fact.name,
        "payload": fact.payload(),
        "happened_at": now,
    }
    session.connection().execute(_INSERT, row)
    return fact_id


def was_recorded(
    session: Session, fact: type[Fact], *, organisation_id: UUID, since: datetime
) -> bool:
    """Whether a fact of this kind happened after that time; the caller holds what it guards."""
    query = select(OutboxFact.id).where(
        OutboxFact.organisation_id == organisation_id,
        OutboxFact.name == fact.name,
        OutboxFact.happened_at > since,
    )
    return session.scalar(query.limit(1)) is not None


def is_unpublished(session: Session, fact: type[Fact], *, organisation_id: UUID) -> bool:
    """Whether a fact of this kind still waits for the queue."""
    query = select(OutboxFact.id).where(
        OutboxFact.organisation_id == organisation_id,
        OutboxFact.name == fact.name,
        OutboxFact.published_at.is_(None),
    )
    return session.scalar(query.limit(1)) is not None


def unpublished(session: Session, limit: int) -> Sequence[OutboxFact]:
    """The oldest facts that the queue has not yet taken."""
    query = (
        select(OutboxFact)
        .where(OutboxFact.published_at.is_(None))
        .order_by(OutboxFact.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return session.scalars(query).all()
