"""Territories share the work, stay where they were, and are as fast as a large city needs."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.territories import centres_of, cluster, day_territories, territories

CITY = st.lists(
    st.tuples(st.floats(30.5, 30.9), st.floats(103.9, 104.3), st.floats(0, 5)),
    min_size=1,
    max_size=60,
)


def _city(count: int, seed: int = 0) -> tuple[list[float], list[float]]:
    rng = np.random.default_rng(seed)
    towns = rng.normal(size=(12, 2)) * 0.06
    spots = towns[rng.integers(12, size=count)] + rng.normal(size=(count, 2)) * 0.02
    return (30.66 + spots[:, 0]).tolist(), (104.06 + spots[:, 1]).tolist()


@settings(max_examples=60)
@given(CITY, st.integers(1, 9), st.integers(0, 3))
def test_every_place_has_a_territory_and_the_same_one_every_time(
    city: list[tuple[float, float, float]], count: int, known: int
) -> None:
    lat, lon, work = (list(column) for column in zip(*city, strict=True))
    previous = [(30.6, 104.0), None, (30.8, 104.2)][: min(known, count)] or None
    first, second = (territories(lat, lon, work, count, previous=previous) for _ in range(2))
    assert first.tolist() == second.tolist()
    assert len(first) == len(city)
    assert set(first.tolist()) <= set(range(count))


def test_nobody_carries_much_more_than_his_share() -> None:
    lat, lon = _city(3_000)
    sizes = np.bincount(territories(lat, lon, [1.0] * 3_000, 60), minlength=60)
    assert sizes.max() <= 1.25 * 50
    assert sizes.min() >= 0.5 * 50


def test_shares_follow_the_hours_that_somebody_works() -> None:
    lat, lon = _city(1_200)
    labels = territories(lat, lon, [1.0] * 1_200, 3, shares=[1.0, 2.0, 3.0])
    assert np.bincount(labels, minlength=3).tolist() == pytest.approx([200, 400, 600], rel=0.15)


def test_tomorrow_an_agent_finds_his_streets_again() -> None:
    lat, lon = _city(3_000)
    work = [1.0] * 3_000
    today = territories(lat, lon, work, 60)
    centres = centres_of(lat, lon, work, today, 60)
    # One visit in ten is done and another has come in somewhere else.
    new_lat, new_lon = _city(300, seed=1)
    lat, lon = new_lat + lat[300:], new_lon + lon[300:]
    tomorrow = territories(lat, lon, work, 60, previous=centres)
    assert (today[300:] == tomorrow[300:]).mean() >= 0.8
    moved = centres_of(lat, lon, work, tomorrow, 60)
    gaps = [math.dist(a, b) * 111_000 for a, b in zip(centres, moved, strict=True) if a and b]
    assert sorted(gaps)[len(gaps) // 2] < 500


def test_a_territory_that_has_become_empty_keeps_its_label_for_others() -> None:
    previous = [(30.60, 104.00), (30.80, 104.20), (30.60, 104.20)]
    lat, lon = [30.60, 30.601, 30.60, 30.601], [104.0, 104.001, 104.2, 104.201]
    assert territories(lat, lon, [1.0] * 4, 3, previous=previous).tolist() == [0, 0, 2, 2]


def test_a_new_agent_gets_a_territory_beside_the_old_ones() -> None:
    lat, lon = _city(400)
    centres = centres_of(lat, lon, [1.0] * 400, territories(lat, lon, [1.0] * 400, 4), 4)
    labels = territories(lat, lon, [1.0] * 400, 5, previous=centres)
    assert np.bincount(labels, minlength=5).min() >= 40


def test_a_week_is_cut_into_days_of_about_equal_work_inside_each_territory() -> None:
    lat, lon = _city(1_000)
    weeks = territories(lat, lon, [1.0] * 1_000, 4)
    days = day_territories(lat, lon, [1.0] * 1_000, weeks, 5)
    for one in range(4):
        sizes = np.bincount(days[weeks == one], minlength=5)
        assert sizes.max() <= 1.3 * sizes.mean()


def test_places_on_top_of_each_other_are_divided_nonetheless() -> None:
    assert len(territories([30.6] * 20, [104.0] * 20, [1.0] * 20, 4)) == 20


def test_the_memory_does_not_grow_with_places_times_territories() -> None:
    points = np.random.default_rng(1).normal(size=(4_000, 3)) * 1e4
    whole = cluster(points, np.ones(4_000), 600)
    assert len(np.unique(whole)) == 600


BAD: dict[str, dict[str, Any]] = {
    "at least 1": {"count": 0},
    "needs its work": {"work": [1.0]},
    "work must be": {"work": [1.0, math.nan]},
    "0 or more": {"work": [1.0, -1.0]},
    "more centres": {"previous": [(30.0, 104.0)] * 3},
    "not finite": {"previous": [(30.0, math.inf)]},
    "needs its share": {"shares": [1.0]},
    "above 0": {"shares": [1.0, 0.0]},
}


@pytest.mark.parametrize("told", BAD)
def test_what_cannot_be_divided_is_refused(told: str) -> None:
    asked: dict[str, Any] = {"count": 2, "work": [1.0, 1.0], **BAD[told]}
    with pytest.raises(ValueError, match=told):
        territories([30.6, 30.7], [104.0, 104.1], asked.pop("work"), **asked)
