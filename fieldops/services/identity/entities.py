"""Entities kept as links and judgements say: grouped anew around whatever has changed."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from fieldops.domain.facts import RecordsMoved
from fieldops.domain.linkage import Cut, Edge, Grouped, Verdict, group
from fieldops.models import IdentityMember, IdentityMove, IdentityPair, Organisation, Person
from fieldops.models.identity import pair_of
from fieldops.models.types import new_id
from fieldops.services import holds, outbox
from fieldops.services.parts import in_parts
from fieldops.services.same_people import same_people

SAME, NOT_SAME = Verdict.SAME.value, "not_same"


@dataclass(frozen=True, slots=True)
class Regrouped:
    """Whose entity changed, and the links that are cut now and were not before."""

    moved: frozenset[UUID]
    cuts: tuple[Cut[UUID], ...]


def lock(session: Session, organisation_id: UUID) -> None:
    """Wait for whoever else is changing links of the organisation; imports are waited for too."""
    query = select(Organisation.id).where(Organisation.id == organisation_id)
    session.execute(query.with_for_update(key_share=True))


def regroup(
    session: Session,
    organisation_id: UUID,
    people: Collection[UUID],
    *,
    across: bool,
    now: datetime,
) -> Regrouped:
    """Group everybody anew who is linked with these persons, or was; holds follow at once.

    What is believed follows by a job. Only what hangs together with them is read. `across` says
    whether links between creditors count.
    """
    if not people:
        return Regrouped(frozenset(), ())
    session.flush()
    start = same_people(session, people).everybody(people)
    pairs = _around(session, organisation_id, start, across)
    members = start | {one for pair in pairs for one in (pair.low_id, pair.high_id)}
    links = [_edge(pair) for pair in pairs]
    found = group(members, links, _apart(session, members, links))
    moved = _keep_members(session, organisation_id, members, found, now=now)
    cuts = _keep_cuts(session, pairs, members, found)
    session.flush()
    holds.follow_people(session, organisation_id, moved, now=now)
    return Regrouped(frozenset(moved), cuts)


def joins(across: bool) -> ColumnElement[bool]:
    """The pairs that join: judged the same, or scored so and not judged otherwise."""
    says = or_(IdentityPair.standing == SAME, IdentityPair.verdict == SAME)
    found = and_(says, IdentityPair.standing.is_distinct_from(NOT_SAME))
    return found if across else and_(found, IdentityPair.across.is_(False))


def _around(
    session: Session, organisation_id: UUID, start: set[UUID], across: bool
) -> list[IdentityPair]:
    """All joining pairs that hang together with these persons."""
    pairs: dict[UUID, IdentityPair] = {}
    seen, frontier = set(start), set(start)
    while frontier:
        reached: set[UUID] = set()
        for part in in_parts(frontier):
            query = select(IdentityPair).where(
                IdentityPair.organisation_id == organisation_id,
                or_(IdentityPair.low_id.in_(part), IdentityPair.high_id.in_(part)),
                joins(across),
            )
            for pair in session.scalars(query):
                pairs[pair.id] = pair
                reached |= {pair.low_id, pair.high_id}
        frontier = reached - seen
        seen |= reached
    return list(pairs.values())


def _edge(pair: IdentityPair) -> Edge[UUID]:
    return Edge(pair.low_id, pair.high_id, pair.decibans, pair.standing == SAME)


def _apart(
    session: Session, members: Iterable[UUID], links: Iterable[Edge[UUID]]
) -> set[tuple[UUID, UUID]]:
    """Who must not meet: judged not to be the same, or with two different identity numbers.

    Two numbers that a person has judged to be one man's do not keep the two apart.
    """
    listed = list(members)
    judged, numbers = set[tuple[UUID, UUID]](), dict[UUID, str]()
    for part in in_parts(listed):
        query = select(IdentityPair.low_id, IdentityPair.high_id).where(
            IdentityPair.low_id.in_(part), IdentityPair.standing == NOT_SAME
        )
        judged |= {(low, high) for low, high in session.execute(query)}
        own = select(Person.id, Person.id_number_index).where(
            Person.id.in_(part), Person.id_number_index.is_not(None)
        )
        numbers.update((person, index) for person, index in session.execute(own) if index)
    allowed = {pair_of(one.low, one.high) for one in links if one.judged}
    differing = {
        pair_of(one, other)
        for one, other in combinations(numbers, 2)
        if numbers[one] != numbers[other]
    }
    known = set(listed)
    return {pair for pair in judged if known.issuperset(pair)} | (differing - allowed)


def _keep_members(
    session: Session,
    organisation_id: UUID,
    members: Iterable[UUID],
    found: Grouped[UUID],
    *,
    now: datetime,
) -> set[UUID]:
    counted = Counter(found.cluster_of.values())
    wanted = {one: entity for one, entity in found.cluster_of.items() if counted[entity] > 1}
    kept: dict[UUID, IdentityMember] = {}
    for part in in_parts(members):
        query = select(IdentityMember).where(IdentityMember.person_id.in_(part))
        kept.update((row.person_id, row) for row in session.scalars(query))
    moved = {one for one in {*wanted, *kept} if _entity(kept.get(one)) != wanted.get(one)}
    _note_moves(session, organisation_id, {one: wanted.get(one) for one in moved}, now=now)
    for one in sorted(moved):
        row, joined = kept.get(one), wanted.get(one)
        if row is not None and joined is not None:
            row.entity_id, row.since = joined, now
        elif row is not None:
            session.delete(row)
        elif joined is not None:
            session.add(
                IdentityMember(
                    person_id=one, organisation_id=organisation_id, entity_id=joined, since=now
                )
            )
    return moved


def _note_moves(
    session: Session, organisation_id: UUID, moved: Mapping[UUID, UUID | None], *, now: datetime
) -> None:
    """Keep to which entity each of these came now, and have what is believed of them follow."""
    moves = [
        IdentityMove(
            id=new_id(), organisation_id=organisation_id, person_id=one, entity_id=moved[one],
            at=now,
        )
        for one in sorted(moved)
    ]  # fmt: skip
    session.add_all(moves)
    if moves:
        fact = RecordsMoved(moves[0].id, moves[-1].id)
        outbox.record(session, fact, organisation_id=organisation_id, now=now)


def _entity(row: IdentityMember | None) -> UUID | None:
    return row.entity_id if row is not None else None


def _keep_cuts(
    session: Session, pairs: Iterable[IdentityPair], members: Iterable[UUID], found: Grouped[UUID]
) -> tuple[Cut[UUID], ...]:
    """Mark the links that are cut, unmark the others, and give those that were not cut before."""
    cut = {(one.edge.low, one.edge.high): one for one in found.cuts}
    rows = {pair.id: pair for pair in pairs}
    for part in in_parts(members):
        query = select(IdentityPair).where(
            IdentityPair.low_id.in_(part), IdentityPair.cut_low_id.is_not(None)
        )
        rows.update((pair.id, pair) for pair in session.scalars(query))
    fresh = []
    for pair in rows.values():
        one = cut.get((pair.low_id, pair.high_id))
        if one is not None and pair.cut_low_id is None:
            fresh.append(one)
        pair.cut_low_id, pair.cut_high_id = one.apart if one is not None else (None, None)
    return tuple(fresh)
