"""Who is the same person as whom, as it bears on contact: caps, holds and wishes count together.

What is certain enough counts for the debtor's protection: an equal identity number, a score that
suffices for "same", or a person's judgement. What is merely possible does not: it is told to
compliance. Nothing is disclosed or done to anybody because of an entity alone.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.models import IdentityMember, IdentityMove, Person
from fieldops.services.parts import in_parts


@dataclass(frozen=True, slots=True)
class Same:
    """The entity of each person that has one; whoever has none is an entity by himself."""

    entities: Mapping[UUID, UUID] = field(default_factory=dict)

    def of(self, person_id: UUID) -> UUID:
        """The name under which everything about this person counts."""
        return self.entities.get(person_id, person_id)

    def everybody(self, people: Collection[UUID]) -> set[UUID]:
        """These persons and all who are the same as one of them."""
        wanted = {self.of(person) for person in people}
        return {*people, *(one for one, entity in self.entities.items() if entity in wanted)}


def lock_people(session: Session, people: Collection[UUID]) -> None:
    """Hold the counters of these people, and of all records of them, to the end of the transaction.

    The rows are locked in one order, so that two who lock the same people never wait in a ring.
    """
    for part in in_parts(sorted(same_people(session, people).everybody(people))):
        session.execute(
            select(Person.id).where(Person.id.in_(part)).order_by(Person.id).with_for_update()
        ).all()


def same_people(session: Session, people: Collection[UUID]) -> Same:
    """The entities of these persons, with all their members."""
    found: dict[UUID, UUID] = {}
    for part in in_parts(set(people)):
        entities = select(IdentityMember.entity_id).where(IdentityMember.person_id.in_(part))
        query = select(IdentityMember.person_id, IdentityMember.entity_id).where(
            IdentityMember.entity_id.in_(entities)
        )
        found.update((person, entity) for person, entity in session.execute(query))
    return Same(found)


def same_people_at(session: Session, people: Collection[UUID], as_of: datetime) -> Same:
    """The entities of these persons as they were known at a time, with their members then."""
    entities = {one for one in _entities_at(session, people, as_of).values() if one is not None}
    ever: set[UUID] = set()
    for part in in_parts(entities):
        query = select(IdentityMove.person_id).where(
            IdentityMove.entity_id.in_(part), IdentityMove.at <= as_of
        )
        ever |= set(session.scalars(query))
    then = _entities_at(session, ever, as_of)
    members = {one: entity for one, entity in then.items() if entity is not None}
    return Same({one: entity for one, entity in members.items() if entity in entities})


def _entities_at(
    session: Session, people: Collection[UUID], as_of: datetime
) -> dict[UUID, UUID | None]:
    """To which entity each of these persons had come last."""
    found: dict[UUID, UUID | None] = {}
    for part in in_parts(people):
        query = (
            select(IdentityMove.person_id, IdentityMove.entity_id)
            .where(IdentityMove.person_id.in_(part), IdentityMove.at <= as_of)
            .order_by(IdentityMove.at, IdentityMove.id)
        )
        found.update((person, entity) for person, entity in session.execute(query))
    return found
