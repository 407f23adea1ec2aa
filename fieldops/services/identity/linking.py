"""Comparing whoever is due: keys mended, candidates scored, pairs kept, entities grouped anew."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from fieldops.domain.gazetteer import Gazetteer
from fieldops.domain.linkage import Score, Verdict, score
from fieldops.domain.permissions import Actor
from fieldops.models import IdentityPair, Person
from fieldops.models.identity import pair_of
from fieldops.services.identity import entities
from fieldops.services.identity.blocks import candidates
from fieldops.services.identity.keeping import keep_keys
from fieldops.services.identity.records import Known, known
from fieldops.services.identity.scope import across_creditors
from fieldops.services.parts import in_parts

BATCH = 200
Pair = tuple[UUID, UUID]


@dataclass(frozen=True, slots=True)
class Linked:
    """What one batch came to."""

    persons: int
    pairs: int
    blocks_left_out: int


def count_due(session: Session, actor: Actor) -> int:
    """How many persons are due."""
    query = select(func.count(Person.id)).where(*_due(actor))
    return session.scalar(query) or 0


def link_due(
    session: Session,
    gazetteer: Gazetteer | None,
    *,
    actor: Actor,
    now: datetime,
    limit: int = BATCH,
) -> Linked:
    """Compare the next persons who are due; with nothing new it writes nothing.

    The number of queries depends neither on how many persons are compared nor on how many exist.
    """
    organisation_id = actor.organisation_id
    entities.lock(session, organisation_id)
    query = select(Person.id).where(*_due(actor)).order_by(Person.id).limit(limit)
    people = session.scalars(query).all()
    if not people:
        return Linked(0, 0, 0)
    records = known(session, people, gazetteer)
    keep_keys(session, organisation_id, {one: got.record for one, got in records.items()}, now=now)
    found = candidates(session, people)
    rows = _pairs_of(session, people)
    pairs = found.pairs | rows.keys()
    others = {one for pair in pairs for one in pair} - records.keys()
    records |= known(session, others, gazetteer)
    across = across_creditors(session, organisation_id)
    if not across:
        # Files of different creditors are not laid side by side; what is known already is mended.
        pairs = frozenset(one for one in pairs if one in rows or _together(records, one))
    changed = compare(session, organisation_id, pairs, rows, records, now=now)
    session.execute(update(Person).where(Person.id.in_(people)).values(links_due=False))
    entities.regroup(
        session, organisation_id, {*changed, *_numbered(records, people)}, across=across, now=now
    )
    return Linked(len(people), len(pairs), found.blocks_left_out)


def compare(
    session: Session,
    organisation_id: UUID,
    pairs: Iterable[Pair],
    rows: Mapping[Pair, IdentityPair],
    records: Mapping[UUID, Known],
    *,
    now: datetime,
) -> set[UUID]:
    """Score pairs and keep what is worth keeping; gives the persons of pairs that changed.

    Strangers are not kept, unless the pair is known already and only its score has changed.
    """
    changed: set[UUID] = set()
    for pair in sorted(pairs):
        row = rows.get(pair)
        found = score(records[pair[0]].record, records[pair[1]].record)
        if row is None and found.verdict is Verdict.DIFFERENT:
            continue
        _, is_new = _keep(session, organisation_id, pair, row, records, found, now=now)
        changed |= set(pair) if is_new else set()
    return changed


def keep_pair(
    session: Session,
    organisation_id: UUID,
    pair: Pair,
    row: IdentityPair | None,
    records: Mapping[UUID, Known],
    *,
    now: datetime,
) -> IdentityPair:
    """Keep a pair whatever its score."""
    found = score(records[pair[0]].record, records[pair[1]].record)
    return _keep(session, organisation_id, pair, row, records, found, now=now)[0]


def _keep(
    session: Session,
    organisation_id: UUID,
    pair: Pair,
    row: IdentityPair | None,
    records: Mapping[UUID, Known],
    found: Score,
    *,
    now: datetime,
) -> tuple[IdentityPair, bool]:
    low, high = pair
    values = _values(found, across=not _together(records, pair))
    if row is None:
        row = IdentityPair(organisation_id=organisation_id, low_id=low, high_id=high)
        session.add(row)
    elif all(getattr(row, name) == value for name, value in values.items()):
        return row, False
    for name, value in {**values, "scored_at": now}.items():
        setattr(row, name, value)
    return row, True


def _together(records: Mapping[UUID, Known], pair: Pair) -> bool:
    """Whether the two have a creditor in common."""
    return bool(records[pair[0]].creditors & records[pair[1]].creditors)


def _values(found: Score, *, across: bool) -> dict[str, Any]:
    return {
        "decibans": round(found.total, 6),
        "verdict": found.verdict.value,
        "limit": found.limit,
        "lines": [{**asdict(line), "decibans": round(line.decibans, 6)} for line in found.lines],
        "model_version": found.version,
        "across": across,
    }


def _due(actor: Actor) -> tuple[Any, ...]:
    return Person.organisation_id == actor.organisation_id, Person.links_due.is_(True)


def _pairs_of(session: Session, people: Iterable[UUID]) -> dict[Pair, IdentityPair]:
    found: dict[Pair, IdentityPair] = {}
    for part in in_parts(people):
        query = select(IdentityPair).where(
            or_(IdentityPair.low_id.in_(part), IdentityPair.high_id.in_(part))
        )
        found.update((pair_of(row.low_id, row.high_id), row) for row in session.scalars(query))
    return found


def _numbered(records: Mapping[UUID, Known], people: Iterable[UUID]) -> set[UUID]:
    """Those with an identity number: one that is new may part whom a score had joined."""
    return {one for one in people if records[one].record.id_number}
