"""Clusters: the same in whatever order links come, and never across a judgement that forbids it."""

import random
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldops.domain.linkage import Edge, group

MEMBERS = list(range(7))
PAIRS = list(combinations(MEMBERS, 2))
EDGES = st.lists(
    st.builds(
        lambda pair, weight, judged: Edge(pair[0], pair[1], float(weight), judged),
        st.sampled_from(PAIRS),
        st.integers(0, 3),
        st.booleans(),
    ),
    max_size=12,
    unique_by=lambda edge: (edge.low, edge.high),
)
APART = st.lists(st.sampled_from(PAIRS), max_size=4, unique=True)


@given(edges=EDGES, apart=APART, seed=st.integers(0, 9))
def test_the_order_of_arrival_does_not_matter(
    edges: list[Edge[int]], apart: list[tuple[int, int]], seed: int
) -> None:
    turned = [
        Edge(one.high, one.low, one.decibans, one.judged) if seed % 2 else one for one in edges
    ]
    random.Random(seed).shuffle(turned)
    shuffled = random.Random(seed).sample(MEMBERS, len(MEMBERS))
    first = group(MEMBERS, edges, apart)
    again = group(shuffled, turned, [(b, a) for a, b in reversed(apart)])
    assert dict(first.cluster_of) == dict(again.cluster_of)
    assert [cut.apart for cut in first.cuts] == [cut.apart for cut in again.cuts]


@given(edges=EDGES, apart=APART)
def test_who_is_kept_apart_never_meets(
    edges: list[Edge[int]], apart: list[tuple[int, int]]
) -> None:
    found = group(MEMBERS, edges, apart).cluster_of
    assert all(found[a] != found[b] for a, b in apart)


@given(edges=EDGES, apart=APART)
def test_a_link_joins_or_is_told_as_cut(
    edges: list[Edge[int]], apart: list[tuple[int, int]]
) -> None:
    found = group(MEMBERS, edges, apart)
    cut = {(one.edge.low, one.edge.high) for one in found.cuts}
    for edge in edges:
        joined = found.cluster_of[edge.low] == found.cluster_of[edge.high]
        assert joined or (edge.low, edge.high) in cut


@given(edges=EDGES, apart=APART)
def test_parts_can_be_grouped_by_themselves(
    edges: list[Edge[int]], apart: list[tuple[int, int]]
) -> None:
    whole = group(MEMBERS, edges, apart).cluster_of
    connected = group(MEMBERS, edges, []).cluster_of
    for part in set(connected.values()):
        inside = [one for one in MEMBERS if connected[one] == part]
        own = [edge for edge in edges if edge.low in inside]
        alone = group(inside, own, [(a, b) for a, b in apart if {a, b} <= set(inside)])
        assert {one: whole[one] for one in inside} == dict(alone.cluster_of)


@given(edges=EDGES)
def test_a_cluster_is_named_by_its_smallest_member(edges: list[Edge[int]]) -> None:
    found = group(MEMBERS, edges, []).cluster_of
    for name in set(found.values()):
        assert name == min(one for one in MEMBERS if found[one] == name)


def test_the_weakest_link_between_the_two_is_cut() -> None:
    chain = [Edge(1, 2, 50.0), Edge(2, 3, 20.0), Edge(3, 4, 40.0)]
    found = group([], chain, [(1, 4)])
    assert [(cut.edge.low, cut.edge.high, cut.apart) for cut in found.cuts] == [(2, 3, (1, 4))]
    assert dict(found.cluster_of) == {1: 1, 2: 1, 3: 3, 4: 3}


def test_a_judged_link_is_stronger_than_any_score() -> None:
    found = group([], [Edge(1, 2, 5.0, judged=True), Edge(2, 3, 500.0)], [(1, 3)])
    assert found.cluster_of[1] == found.cluster_of[2] != found.cluster_of[3]


def test_a_split_does_not_come_back_by_a_third_record() -> None:
    found = group([], [Edge(1, 3, 90.0), Edge(2, 3, 90.0)], [(1, 2)])
    assert found.cluster_of[1] != found.cluster_of[2]


@pytest.mark.parametrize("apart", [[], [(1, 2)]])
def test_members_without_links_stand_alone(apart: list[tuple[int, int]]) -> None:
    assert dict(group([1, 2], [], apart).cluster_of) == {1: 1, 2: 2}
