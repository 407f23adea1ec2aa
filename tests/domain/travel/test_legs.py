"""Legs are read off the visits of a day, and those that would teach something wrong are dropped."""

from datetime import UTC, date, datetime, timedelta

import pytest

from fieldops.domain.positions import Position, metres_between
from fieldops.domain.travel.legs import Leg, Sifted, Span, Stay, sift

DAY = date(2026, 11, 23)
NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def a_stay(minute: int, north: float = 0.0, *, stays: int | None = 15, **more: object) -> Stay:
    arrived = NINE + timedelta(minutes=minute)
    values: dict[str, object] = {
        "agent": "a1",
        "day": DAY,
        "position": Position(30.66 + north / 111_200, 104.06),
        "arrived": arrived,
        "left": None if stays is None else arrived + timedelta(minutes=stays),
        **more,
    }
    return Stay(**values)  # type: ignore[arg-type]  # The builder's values have the fields' types.


def sifted(*stays: Stay, rests: list[Span] | None = None) -> Sifted:
    return sift(stays, {("a1", DAY): rests or []}, metres_between)


def test_a_leg_runs_from_leaving_one_door_to_arriving_at_the_next() -> None:
    found = sifted(a_stay(0), a_stay(25, 3000, city="5101"))
    (leg,) = found.legs
    assert leg.metres == pytest.approx(3000, rel=1e-3)
    assert (leg.seconds, leg.city) == (600, "5101")
    assert leg.middle == NINE + timedelta(minutes=20)


def test_stays_are_put_in_order_and_days_and_agents_are_kept_apart() -> None:
    other = a_stay(30, 9000, agent="a2")
    found = sifted(a_stay(50, 6000), other, a_stay(0), a_stay(25, 3000))
    assert [round(leg.seconds) for leg in found.legs] == [600, 600]


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        (a_stay(0, stays=None), a_stay(25, 3000), "departure-unknown"),
        (a_stay(0, is_trusted=False), a_stay(25, 3000), "position"),
        (a_stay(0), a_stay(25, 3000, is_trusted=False), "position"),
        # The departure was handed in from home in the evening.
        (a_stay(0, stays=600), a_stay(25, 3000), "handed-in-late"),
        (a_stay(0), a_stay(15 + 121, 9000), "pause"),
        (a_stay(0), a_stay(25, 100), "too-near"),
        (a_stay(0), a_stay(100, 150_000), "too-far"),
        # 3 km in 100 minutes, and 30 km in 5.
        (a_stay(0), a_stay(115, 3000), "speed"),
        (a_stay(0), a_stay(20, 30_000), "speed"),
    ],
)
def test_a_leg_that_would_teach_something_wrong_is_dropped(
    before: Stay, after: Stay, why: str
) -> None:
    found = sifted(before, after)
    assert not found.legs
    assert dict(found.dropped) == {why: 1}


def test_a_leg_on_which_a_meal_may_have_been_taken_is_dropped() -> None:
    noon = (NINE + timedelta(minutes=20), NINE + timedelta(minutes=60))
    found = sifted(a_stay(0), a_stay(25, 3000), rests=[noon])
    assert found.dropped["break"] == 1


def test_the_length_of_the_road_is_known_only_of_the_very_leg_that_was_planned() -> None:
    first = a_stay(0, route="r", sequence=1)
    planned = a_stay(25, 3000, route="r", sequence=2, road_metres=4000)
    skipped = a_stay(25, 3000, route="r", sequence=3, road_metres=4000)
    elsewhere = a_stay(25, 3000, route="q", sequence=2, road_metres=4000)
    unplanned = a_stay(25, 3000, road_metres=4000)
    assert [leg.road_metres for leg in sifted(first, planned).legs] == [4000]
    for other in (skipped, elsewhere):
        assert [leg.road_metres for leg in sifted(first, other).legs] == [None]
    assert [leg.road_metres for leg in sifted(a_stay(0), unplanned).legs] == [None]


def test_a_saturday_is_a_weekend() -> None:
    saturday = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
    assert Leg("", 1000, 100, saturday).is_weekend
    assert not Leg("", 1000, 100, NINE).is_weekend
