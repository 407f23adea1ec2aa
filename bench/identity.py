"""Record linkage: how many of the true pairs are found and how many of the found ones are true.

The peer is what a house does without it: an equal identity number, or an equal name and telephone.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations

from bench.people import World, a_world
from bench.rows import Row
from bench.timing import timed
from fieldops.domain.linkage import MODEL, Edge, Key, Record, Verdict, group, keys_of, score

Pair = tuple[int, int]
# A hundred thousand new records are taken in within five minutes, keys and scores together.
RECORDS_A_SECOND = 100_000 / 300
AGAINST = "exact match"


def measure(count: int) -> Sequence[Row]:
    """So many records of a made world, blocked, scored and grouped in this process."""
    world = a_world(count, seed=7)
    seconds, (same, possible) = timed(lambda: _linked(world.records))
    true, naive = _true(world), _exact(world.records)
    joined = _joined(world.records, same)
    wanted, asked = len(true), possible - set(joined)
    return [
        Row("pairs joined that are true (precision)", _share(joined & true, joined), AGAINST,
            _share(naive & true, naive), "share", "more"),
        Row("true pairs that are joined (recall)", len(joined & true) / wanted, AGAINST,
            len(naive & true) / wanted, "share", "more"),
        Row("true pairs joined or asked of a person", len((joined | asked) & true) / wanted,
            AGAINST, len(naive & true) / wanted, "share", "more"),
        Row("pairs asked of a person that are true", _share(asked & true, asked), "half", 0.5,
            "share", "more"),
        Row("pairs asked of a person a hundred records", 100 * len(asked) / count, "limit", 25.0,
            "pairs", "less"),
        Row("records keyed, scored and grouped", len(world.records) / seconds, "limit",
            RECORDS_A_SECOND, "records/s", "more"),
    ]  # fmt: skip


def _linked(records: Sequence[Record]) -> tuple[dict[Pair, float], set[Pair]]:
    blocks: defaultdict[Key, list[int]] = defaultdict(list)
    for number, record in enumerate(records):
        for key in keys_of(record):
            blocks[key].append(number)
    candidates = {
        pair
        for key, found in blocks.items()
        if len(found) <= MODEL.blocks[key.kind]
        for pair in combinations(found, 2)
    }
    same: dict[Pair, float] = {}
    possible: set[Pair] = set()
    for low, high in candidates:
        found = score(records[low], records[high])
        if found.verdict is Verdict.SAME:
            same[low, high] = found.total
        elif found.verdict is Verdict.POSSIBLE:
            possible.add((low, high))
    return same, possible


def _joined(records: Sequence[Record], same: dict[Pair, float]) -> set[Pair]:
    """All pairs within the clusters, those joined by way of a third record included."""
    edges = [Edge(low, high, weight) for (low, high), weight in same.items()]
    rough = group([], edges, [])
    members: defaultdict[int, list[int]] = defaultdict(list)
    for one, entity in rough.cluster_of.items():
        members[entity].append(one)
    apart = [
        (a, b)
        for found in members.values()
        for a, b in combinations(sorted(found), 2)
        if records[a].id_number and records[b].id_number
        and records[a].id_number != records[b].id_number
    ]  # fmt: skip
    return _pairs(group([], edges, apart).cluster_of.items())


def _true(world: World) -> set[Pair]:
    return _pairs(enumerate(world.person_of))


def _exact(records: Sequence[Record]) -> set[Pair]:
    found: set[Pair] = set()
    by_number = [(n, one.id_number) for n, one in enumerate(records) if one.id_number]
    found |= _pairs(by_number)
    named = [(n, (one.name, tel)) for n, one in enumerate(records) for tel in one.phones]
    return found | _pairs(named)


def _pairs(labelled: Iterable[tuple[int, object]]) -> set[Pair]:
    groups: defaultdict[object, list[int]] = defaultdict(list)
    for number, label in labelled:
        groups[label].append(number)
    return {pair for found in groups.values() for pair in combinations(sorted(found), 2)}


def _share(part: set[Pair], whole: set[Pair]) -> float:
    return len(part) / len(whole) if whole else 1.0
