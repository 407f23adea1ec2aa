"""Distances agree with the true geodesic, with themselves, and with the conventions of planes."""

from __future__ import annotations

import pytest
from geopy.distance import geodesic  # type: ignore[import-untyped] # geopy has no stubs
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from routing import Problem, read_problem, territories
from routing.geodesic import travel_matrix
from routing.ground import ground_of
from routing.problem import Planar
from tests.routing.builders import planar, shift, stop
from tests.routing.strategies import problems

near = st.floats(-0.5, 0.5)


@settings(max_examples=200)
@given(st.floats(-65, 65), st.floats(-179, 179), near, near)
def test_a_distance_in_a_city_is_the_geodesic(lat: float, lon: float, up: float, on: float) -> None:
    true = geodesic((lat, lon), (lat + up, lon + on)).meters
    assume(true > 1)
    assert travel_matrix([lat, lat + up], [lon, lon + on])[0, 1] == pytest.approx(true, rel=1e-3)


@settings(max_examples=40)
@given(problems())
def test_one_pair_and_a_block_agree(one: Problem) -> None:
    ground = ground_of(one)
    everywhere = range(len(one.stops))
    metres, seconds = ground.block(everywhere, everywhere)
    for at in everywhere:
        assert metres[0, at] == ground.metres(0, at)
        assert seconds[0, at] == ground.seconds(0, at)


@pytest.mark.parametrize(("rounding", "metres"), [("nearest", 14), ("down", 14), ("up", 15)])
def test_a_plane_rounds_as_it_is_told(rounding: str, metres: int) -> None:
    form = planar([stop("a"), stop("b", 1, 1)], [shift("s")])
    form["travel"] = {"kind": "planar", "scale": 10, "round": rounding}
    assert ground_of(read_problem(form)).metres(0, 1) == metres


def test_dimacs_truncation_has_a_name() -> None:
    form = planar([], [], travel={"kind": "planar", "scale": 10, "round": "truncate"})
    assert read_problem(form).travel == Planar(10, "down")


def _town(count: int) -> tuple[list[float], list[float]]:
    spots = [(at * 7919 % 1000, at * 104_729 % 997) for at in range(count)]
    return [30.6 + y / 1e4 for _, y in spots], [104.0 + x / 1e4 for x, _ in spots]


def test_territories_share_the_work() -> None:
    labels = territories(*_town(300), [1.0] * 300, 6)
    sizes = [int((labels == one).sum()) for one in range(6)]
    assert sum(sizes) == 300
    assert max(sizes) <= 1.3 * 50


def test_territories_are_the_same_every_time() -> None:
    first, second = (territories(*_town(100), [1.0] * 100, 4, seed=3) for _ in range(2))
    assert first.tolist() == second.tolist()


def test_no_territory_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        territories([30.0], [104.0], [1.0], 0)
