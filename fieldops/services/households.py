"""Whom the cases name beside a debtor, as hints at links compare them, and what follows for flags.

Only the cases in which he is a party are looked at, and those records that are held to be his own.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from evidence import trace
from fieldops.domain.rulebook.vocabulary import Role
from fieldops.models import Address, IdentityMove, Party, Person
from fieldops.services.observation_values import folded
from fieldops.services.parts import in_parts
from fieldops.services.same_people import same_people_at

_KIN: Mapping[str, str] = {Role.SPOUSE: "spouse", Role.RELATIVE: "kin"}
_Entities = Mapping[UUID, Sequence[tuple[datetime, UUID | None]]]


@dataclass(frozen=True, slots=True)
class Household:
    """All that ever was or is of one person's household, from which any date can be told.

    `moves` are those of everybody who ever was held to be the same person as he, oldest first;
    `parties` those of all cases that name one of them.
    """

    person_id: UUID
    moves: _Entities
    parties: Sequence[Row[Any]]
    addresses: Mapping[UUID, Sequence[Row[Any]]]
    persons: Mapping[UUID, Row[Any]]

    def own_records(self, as_of: datetime) -> set[UUID]:
        """The person's own records, as they were held to be his at a time."""
        entity = self._entity(self.person_id, as_of)
        same = {one for one in self.moves if entity and self._entity(one, as_of) == entity}
        return {self.person_id, *same}

    def changed_at(self, now: datetime) -> datetime | None:
        """When it last changed by now whom the cases name: links compare from then on with others.

        That a record was found not to be his is such a change as well.
        """
        parties = self._named(self.own_records(now))
        told = [
            *(one.created_at for one in parties),
            *(place.created_at for one in parties for place in self.addresses.get(one.id, ())),
            *(at for moves in self.moves.values() for at, _ in moves),
        ]
        return max((at for at in told if at <= now), default=None)

    def members(self, as_of: datetime) -> list[trace.Member]:
        """The person himself, by all his records, and the kin whom his cases named by a date."""
        own, found = self.own_records(as_of), []
        for party in self._named(own):
            relation = "self" if party.person_id in own else _KIN.get(party.role)
            if relation is not None and party.created_at <= as_of:
                found.append(trace.Member(relation, self._marks(party, as_of)))
        return found

    def _entity(self, person_id: UUID, as_of: datetime) -> UUID | None:
        known = [entity for at, entity in self.moves.get(person_id, ()) if at <= as_of]
        return known[-1] if known else None

    def _named(self, own: Collection[UUID]) -> list[Row[Any]]:
        """The parties of the cases that name one of these records."""
        cases = {one.case_id for one in self.parties if one.person_id in own}
        return [one for one in self.parties if one.case_id in cases]

    def _marks(self, party: Row[Any], as_of: datetime) -> frozenset[tuple[str, str]]:
        person = self.persons[party.person_id]
        phones = [person.phone, *(person.other_phones or "").split("/")]
        places = [one for one in self.addresses.get(party.id, ()) if one.created_at <= as_of]
        told: Iterable[tuple[str, str | None]] = [
            ("name", person.name),
            ("id_number", person.id_number),
            *(("phone", one) for one in phones),
            *(("address", one.text) for one in places),
        ]
        return frozenset(
            (kind, read) for kind, text in told if text and (read := folded(kind, text))
        )


def of_people(session: Session, people: Collection[UUID]) -> dict[UUID, Household]:
    """The households of these persons, by a few queries for all of them."""
    moves, circles = _circles(session, people)
    everybody = {one for circle in circles.values() for one in circle}
    by_case, cases_of = _parties(session, everybody)
    parties = [one for named in by_case.values() for one in named.values()]
    addresses = _addresses(session, [one.id for one in parties])
    persons = _persons(session, everybody | {one.person_id for one in parties if one.role in _KIN})
    found = {}
    for person_id, circle in circles.items():
        cases = {case_id for one in circle for case_id in cases_of[one]}
        named = [one for case_id in cases for one in by_case[case_id].values()]
        found[person_id] = Household(
            person_id,
            {one: moves[one] for one in circle if one in moves},
            sorted(named, key=lambda one: one.id),
            addresses,
            persons,
        )
    return found


def with_links(
    session: Session, person_id: UUID, seen: Sequence[trace.Observation], as_of: datetime
) -> list[trace.Observation]:
    """What was observed of a person and, behind it, what hints at links stand for."""
    if not any(o.values for o in seen):
        return list(seen)
    return [*seen, *trace.derived(seen, members(session, person_id, as_of))]


def own_records(session: Session, person_id: UUID, as_of: datetime) -> set[UUID]:
    """The person's own records, as they were held to be his at a time."""
    return same_people_at(session, [person_id], as_of).everybody([person_id])


def members(session: Session, person_id: UUID, as_of: datetime) -> list[trace.Member]:
    """The person himself, by all his records, and the kin whom his cases named by a date."""
    return of_people(session, [person_id])[person_id].members(as_of)


def _circles(session: Session, people: Collection[UUID]) -> tuple[_Entities, dict[UUID, set[UUID]]]:
    """The moves of everybody who ever shared an entity with one of these, and who that was."""
    moves: dict[UUID, list[tuple[datetime, UUID | None]]] = {}
    _read_moves(session, people, moves)
    entities = {entity for told in moves.values() for _, entity in told if entity is not None}
    with_them: defaultdict[UUID | None, set[UUID]] = defaultdict(set)
    for part in in_parts(entities):
        query = select(IdentityMove.entity_id, IdentityMove.person_id)
        for entity, one in session.execute(query.where(IdentityMove.entity_id.in_(part))):
            with_them[entity].add(one)
    others = {one for found in with_them.values() for one in found} - moves.keys()
    _read_moves(session, others, moves)
    circles = {
        person_id: {person_id}.union(
            *(with_them[entity] for _, entity in moves.get(person_id, ()) if entity is not None)
        )
        for person_id in people
    }
    return moves, circles


def _read_moves(
    session: Session,
    people: Collection[UUID],
    moves: dict[UUID, list[tuple[datetime, UUID | None]]],
) -> None:
    for part in in_parts(people):
        query = select(IdentityMove.person_id, IdentityMove.at, IdentityMove.entity_id)
        query = query.where(IdentityMove.person_id.in_(part))
        for person_id, at, entity in session.execute(
            query.order_by(IdentityMove.at, IdentityMove.id)
        ):
            moves.setdefault(person_id, []).append((at, entity))


def _parties(
    session: Session, people: Collection[UUID]
) -> tuple[defaultdict[UUID, dict[UUID, Row[Any]]], defaultdict[UUID, set[UUID]]]:
    """The parties by case of all cases that name these records, and the cases by person."""
    by_case: defaultdict[UUID, dict[UUID, Row[Any]]] = defaultdict(dict)
    cases_of: defaultdict[UUID, set[UUID]] = defaultdict(set)
    columns: tuple[Any, ...] = (
        Party.id,
        Party.case_id,
        Party.person_id,
        Party.role,
        Party.created_at,
    )
    for part in in_parts(people):
        cases = select(Party.case_id).where(Party.person_id.in_(part))
        for row in session.execute(select(*columns).where(Party.case_id.in_(cases))):
            by_case[row.case_id][row.id] = row
            cases_of[row.person_id].add(row.case_id)
    return by_case, cases_of


def _addresses(session: Session, parties: Collection[UUID]) -> dict[UUID, list[Row[Any]]]:
    found: defaultdict[UUID, list[Row[Any]]] = defaultdict(list)
    columns: tuple[Any, ...] = (Address.party_id, Address.created_at, Address.text)
    for part in in_parts(parties):
        for row in session.execute(select(*columns).where(Address.party_id.in_(part))):
            found[row.party_id].append(row)
    return found


def _persons(session: Session, people: Collection[UUID]) -> dict[UUID, Row[Any]]:
    columns: tuple[Any, ...] = (
        Person.id,
        Person.name,
        Person.id_number,
        Person.phone,
        Person.other_phones,
    )
    return {
        row.id: row
        for part in in_parts(people)
        for row in session.execute(select(*columns).where(Person.id.in_(part)))
    }
