"""A pair side by side, and an entity with its members and why: masked to the reader's role."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_
from sqlalchemy.orm import Session, selectinload

from fieldops.domain.permissions import Actor
from fieldops.models import IdentityPair, Person
from fieldops.models.restriction import free
from fieldops.services import scoped
from fieldops.services.cases import shown
from fieldops.services.identity.entities import joins
from fieldops.services.identity.records import addresses_of, cases_of
from fieldops.services.identity.scope import across_creditors
from fieldops.services.parts import in_parts
from fieldops.services.same_people import same_people


@dataclass(frozen=True, slots=True)
class Side:
    """One person of a pair: what the reader may see of him, his cases and addresses."""

    person_id: UUID
    person: dict[str, Any]
    starred: dict[str, Any]
    cases: Sequence[dict[str, Any]]
    addresses: Sequence[str]


@dataclass(frozen=True, slots=True)
class Entity:
    """All records of one person: the members, the links that join them, and those that are cut."""

    id: UUID
    members: Sequence[Side]
    links: Sequence[IdentityPair]
    cuts: Sequence[IdentityPair]


def sides(session: Session, people: Collection[UUID], actor: Actor) -> dict[UUID, Side]:
    """These persons as the reader may see them, by three queries."""
    found: dict[UUID, Side] = {}
    for part in in_parts(people):
        cases, addresses = cases_of(session, part), addresses_of(session, part)
        for person in session.scalars(scoped.own(Person, actor).where(Person.id.in_(part))):
            found[person.id] = Side(
                person_id=person.id,
                person=shown(person, actor),
                starred=dict(person.starred or {}),
                cases=cases[person.id],
                addresses=list(dict.fromkeys(addresses[person.id])),
            )
    return found


def entity_of(session: Session, person_id: UUID, actor: Actor) -> Entity:
    """The entity of a person, who may stand alone in it; raises NotFound."""
    person = scoped.get(session, Person, person_id, actor)
    same = same_people(session, [person.id])
    members = same.everybody([person.id])
    around = (
        scoped.own(IdentityPair, actor)
        .options(selectinload(IdentityPair.judgements))
        .where(or_(IdentityPair.low_id.in_(members), IdentityPair.high_id.in_(members)))
        .where(free(IdentityPair.low_id, IdentityPair.high_id))
    )
    across = across_creditors(session, actor.organisation_id)
    inside = and_(IdentityPair.low_id.in_(members), IdentityPair.high_id.in_(members))
    links = around.where(inside, joins(across), IdentityPair.cut_low_id.is_(None))
    cuts = around.where(joins(across), IdentityPair.cut_low_id.is_not(None))
    seen = sides(session, members, actor)
    return Entity(
        id=same.of(person.id),
        members=[seen[one] for one in sorted(seen)],
        links=session.scalars(links.order_by(IdentityPair.id)).all(),
        cuts=session.scalars(cuts.order_by(IdentityPair.id)).all(),
    )
