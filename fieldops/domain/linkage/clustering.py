"""Clusters from links and their contradictions: stable, and the same in whatever order they came.

Links join from the strongest to the weakest. A link that would bring two members together of whom
a person has said that they are not the same is cut, and told with the judgement that cut it. As the
strongest join first, what is cut is the weakest link of the way between the two.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar


class _Ordered(Hashable, Protocol):
    def __lt__(self, other: Any, /) -> bool: ...


Member = TypeVar("Member", bound=_Ordered)


@dataclass(frozen=True, slots=True)
class Edge(Generic[Member]):
    """A link of two members; a judged one is stronger than any score."""

    low: Member
    high: Member
    decibans: float
    judged: bool = False


@dataclass(frozen=True, slots=True)
class Cut(Generic[Member]):
    """A link that was cut, and the pair that must not meet because of which it was."""

    edge: Edge[Member]
    apart: tuple[Member, Member]


@dataclass(frozen=True, slots=True)
class Grouped(Generic[Member]):
    """Each member's cluster, named by its smallest member, and the links that were cut."""

    cluster_of: Mapping[Member, Member]
    cuts: Sequence[Cut[Member]]


def group(
    members: Iterable[Member],
    edges: Iterable[Edge[Member]],
    apart: Iterable[tuple[Member, Member]],
) -> Grouped[Member]:
    """Join members by links, never two that are kept apart.

    A function of the sets alone: neither their order nor the history by which they came about
    matters. Members that only a link or a contradiction names are taken in.
    """
    links, against = list(edges), [_pair(*one) for one in apart]
    clusters = _Clusters([*members, *(m for e in links for m in (e.low, e.high))], against)
    cuts = []
    for edge in sorted(links, key=_strength):
        barrier = clusters.join(edge.low, edge.high)
        if barrier is not None:
            cuts.append(Cut(edge, barrier))
    return Grouped(clusters.named(), cuts)


def _strength(edge: Edge[Member]) -> tuple[bool, float, tuple[Member, Member]]:
    return not edge.judged, -edge.decibans, _pair(edge.low, edge.high)


def _pair(one: Member, other: Member) -> tuple[Member, Member]:
    return (one, other) if one < other else (other, one)


class _Clusters(Generic[Member]):
    """Disjoint sets that know which of them must not meet."""

    def __init__(self, members: Iterable[Member], against: Iterable[tuple[Member, Member]]) -> None:
        self._members: dict[Member, list[Member]] = {}
        self._root: dict[Member, Member] = {}
        self._apart: defaultdict[Member, set[tuple[Member, Member]]] = defaultdict(set)
        for member in members:
            self._root.setdefault(member, member)
            self._members.setdefault(member, [member])
        for pair in against:
            for member in pair:
                self._apart[member].add(pair)

    def join(self, one: Member, other: Member) -> tuple[Member, Member] | None:
        """Join two sets, or give the pair that forbids it."""
        left, right = self._root[one], self._root[other]
        if left == right:
            return None
        # A pair that both sets bear has one end in each: joining would bring its ends together.
        barred = self._apart[left] & self._apart[right]
        if barred:
            return min(barred)
        if len(self._members[left]) < len(self._members[right]):
            left, right = right, left
        for member in self._members[right]:
            self._root[member] = left
        self._members[left] += self._members.pop(right)
        self._apart[left] |= self._apart.pop(right)
        return None

    def named(self) -> dict[Member, Member]:
        """Each member's cluster by its smallest member."""
        return {one: name for got in self._members.values() for name in [min(got)] for one in got}
