"""The fitted pace finds what was driven, moves little for odd legs, and stays near what is assumed
while little is known."""

import random
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldops.domain.travel.fitting import (
    CROOKEDEST,
    FASTEST,
    SLOWEST,
    STRAIGHTEST,
    Assumed,
    Fitted,
    by_city,
    drawn,
    fit,
    together,
    weighted_median,
)
from fieldops.domain.travel.hours import ENOUGH, bands, traffic
from fieldops.domain.travel.legs import Leg

ASSUMED = Assumed(24.0, 1.35)
TEN = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def some_legs(
    count: int,
    *,
    speed: float = 18.0,
    detour: float = 1.5,
    roads: bool = False,
    city: str = "",
    hour: int = 10,
    slower: float = 1.0,
) -> list[Leg]:
    """Legs driven at this speed on roads so much longer than the straight line, with 20 % noise."""
    source = random.Random(count * 31 + hour)
    made = []
    for _ in range(count):
        metres = source.uniform(500, 8000)
        road = metres * detour * source.lognormvariate(0, 0.1)
        seconds = road * 3.6 / speed * source.lognormvariate(0, 0.2) * slower
        at = TEN.replace(hour=hour)
        made.append(Leg(city, metres, seconds, at, round(road) if roads else None))
    return made


def test_without_legs_what_is_assumed_stands() -> None:
    found = fit([], ASSUMED)
    assert (found.speed_kmh, found.detour) == pytest.approx((24.0, 1.35))
    assert (found.legs, found.share) == (0, 0.0)


def test_many_legs_find_the_true_quotient() -> None:
    found = fit(some_legs(2000), ASSUMED)
    assert found.quotient == pytest.approx(1.5 * 3.6 / 18, rel=0.05)
    assert found.share > 0.95


def test_without_roads_only_the_quotient_is_learned() -> None:
    found = fit(some_legs(2000), ASSUMED)
    assert not found.is_separable
    assert found.detour == 1.35


def test_with_roads_speed_and_detour_are_told_apart() -> None:
    found = fit(some_legs(2000, roads=True), ASSUMED)
    assert found.is_separable
    assert found.detour == pytest.approx(1.5, rel=0.04)
    assert found.speed_kmh == pytest.approx(18, rel=0.05)


def test_forty_equal_legs_go_half_of_the_way() -> None:
    found = drawn([(1000.0, 400.0)] * 40, 100.0 / 1000)
    assert found.share == pytest.approx(0.5)
    assert found.used == pytest.approx((0.4 * 0.1) ** 0.5)


def test_a_tenth_of_odd_legs_moves_little() -> None:
    legs = some_legs(500)
    odd = [Leg("", leg.metres, leg.seconds * 20, leg.middle) for leg in some_legs(50)]
    clean, spoilt = fit(legs, ASSUMED), fit(legs + odd, ASSUMED)
    assert spoilt.quotient == pytest.approx(clean.quotient, rel=0.06)


def test_each_city_has_its_own_figures() -> None:
    legs = some_legs(400, speed=15, city="5101") + some_legs(400, speed=30, city="5107")
    found = by_city(legs, ASSUMED)
    assert set(found) == {"5101", "5107"}
    assert found["5101"].quotient > 1.5 * found["5107"].quotient


def test_a_plan_over_two_cities_lies_between_them() -> None:
    whole = Fitted(24, 1.35, 200, 0.8)
    cities = {"5101": Fitted(12, 1.4, 100, 0.7), "5107": Fitted(48, 1.4, 60, 0.6)}
    found = together(cities, {"5101": 10, "5107": 10}, whole)
    assert found.speed_kmh == pytest.approx(24)
    assert found.legs == 160
    assert together(cities, {"5101": 10, "5199": 10}, whole).legs == 200


def test_a_city_where_nobody_drove_takes_the_figures_of_all() -> None:
    whole = Fitted(20, 1.3, 500, 0.9)
    assert together({}, {"5101": 3}, whole).speed_kmh == pytest.approx(20)
    assert together({}, {}, whole) is whole


ratios = st.lists(st.tuples(st.floats(200, 1e5), st.floats(1, 7200)), min_size=1, max_size=40)


@settings(max_examples=80)
@given(ratios, st.floats(0.01, 5))
def test_a_drawn_figure_lies_between_what_is_assumed_and_what_is_seen(
    pairs: list[tuple[float, float]], assumed: float
) -> None:
    found = drawn(pairs, assumed)
    assert found.observed is not None
    low, high = sorted((found.observed, assumed))
    assert low * (1 - 1e-9) <= found.used <= high * (1 + 1e-9)
    assert 0 < found.share < 1


@settings(max_examples=80)
@given(ratios)
def test_whatever_was_driven_the_figures_stay_within_reason(
    pairs: list[tuple[float, float]],
) -> None:
    found = fit([Leg("", metres, seconds, TEN, 700) for metres, seconds in pairs], ASSUMED)
    assert SLOWEST <= found.speed_kmh <= FASTEST
    assert STRAIGHTEST <= found.detour <= CROOKEDEST


def test_a_median_weighs() -> None:
    assert weighted_median([1, 2, 3], [1, 1, 5]) == 3
    with pytest.raises(ValueError, match="needs a value"):
        weighted_median([], [])


def test_the_morning_rush_is_seen() -> None:
    legs = some_legs(600, hour=10) + some_legs(200, hour=8, slower=1.6)
    whole = fit(legs, ASSUMED)
    found = {band.since: band for band in bands(legs, {}, whole, weekend=False)}
    assert found[7].factor > found[9].factor + 0.3
    assert found[9].legs == 600


def test_a_band_with_few_legs_says_nothing() -> None:
    legs = some_legs(ENOUGH - 1, hour=8, slower=3)
    found = bands(legs, {}, fit([], ASSUMED), weekend=False)
    assert all(band.factor == 1.0 for band in found)
    assert traffic(found) == ()


def test_weekends_are_kept_apart_from_working_days() -> None:
    legs = some_legs(200, hour=8, slower=2)
    found = bands(legs, {}, fit(legs, ASSUMED), weekend=True)
    assert sum(band.legs for band in found) == 0


def test_traffic_is_in_order_and_disjoint() -> None:
    legs = [
        *some_legs(300, hour=10),
        *some_legs(100, hour=8, slower=1.5),
        *some_legs(100, hour=18, slower=1.4),
    ]
    found = traffic(bands(legs, {}, fit(legs, ASSUMED), weekend=False))
    assert len(found) >= 2
    assert all(before[1] <= after[0] for before, after in pairwise(found))
    assert all(0 <= since < until <= 86_400 for since, until, _ in found)
