"""Which persons share a key with which: bounded blocks, in two queries whatever their number."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from fieldops.domain.linkage import MODEL, Kind
from fieldops.models import IdentityKey
from fieldops.models.identity import pair_of
from fieldops.services.parts import in_parts

# More candidates of one person are compared no further: those with most keys in common come first.
MOST_CANDIDATES = 300


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs worth comparing, and how many blocks were too large to say anything."""

    pairs: frozenset[tuple[UUID, UUID]]
    blocks_left_out: int


def candidates(session: Session, people: Collection[UUID]) -> Candidates:
    """The pairs of these persons with whoever shares a key with them."""
    digests = select(IdentityKey.digest).where(IdentityKey.person_id.in_(people))
    allowed, left_out = shared_by_few(session, digests)
    shared: defaultdict[UUID, Counter[UUID]] = defaultdict(Counter)
    mine, theirs = aliased(IdentityKey), aliased(IdentityKey)
    for part in in_parts(allowed):
        query = (
            select(mine.person_id, theirs.person_id)
            .join(theirs, mine.digest == theirs.digest)
            .where(
                mine.digest.in_(part),
                mine.person_id.in_(people),
                mine.person_id != theirs.person_id,
            )
        )
        for person, other in session.execute(query):
            shared[person][other] += 1
    return Candidates(
        frozenset(
            pair_of(person, other) for person, found in shared.items() for other in _best(found)
        ),
        left_out,
    )


def _best(found: Counter[UUID]) -> list[UUID]:
    return sorted(found, key=lambda other: (-found[other], other))[:MOST_CANDIDATES]


def shared_by_few(session: Session, digests: Select[str]) -> tuple[list[str], int]:
    """Those of these keys that two or more have and few enough, and how many too many have."""
    query = (
        select(IdentityKey.digest, IdentityKey.kind, func.count())
        .where(IdentityKey.digest.in_(digests))
        .group_by(IdentityKey.digest, IdentityKey.kind)
        .having(func.count() > 1)
    )
    allowed, left_out = [], 0
    for digest, kind, count in session.execute(query):
        if count <= MODEL.blocks[Kind(kind)]:
            allowed.append(digest)
        else:
            left_out += 1
    return allowed, left_out
