"""A visit's worth grows with waiting and with clocks that run out, and says what it is made of."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fieldops.domain.planning.ageing import MUST_STEPS, Ageing, Stair, worth_of
from fieldops.gateways.planning_policy import load_policy
from fieldops.settings import config_dir
from routing.geodesic import travel_matrix

POLICY = load_policy(config_dir() / "planning")
STEP = 100_000

days = st.integers(0, 4_000)
clocks = st.none() | st.integers(-50, 400)
priorities = st.integers(1, 5)


def _prize(priority: int, waiting: int = 0, clock: int | None = None) -> int:
    return worth_of(priority, waiting, clock, step=STEP, ageing=POLICY.ageing).prize


@given(priorities, days, days, clocks)
def test_waiting_longer_is_never_worth_less(
    priority: int, one: int, more: int, clock: int | None
) -> None:
    assert _prize(priority, one, clock) <= _prize(priority, one + more, clock)


@given(priorities, days, st.integers(0, 400), st.integers(0, 400))
def test_a_clock_nearer_its_end_is_never_worth_less(
    priority: int, waiting: int, left: int, more: int
) -> None:
    assert _prize(priority, waiting, left) >= _prize(priority, waiting, left + more)


@given(priorities, days, clocks)
def test_the_parts_add_up_to_the_prize(priority: int, waiting: int, clock: int | None) -> None:
    worth = worth_of(priority, waiting, clock, step=STEP, ageing=POLICY.ageing)
    assert worth.to_json()["prize"] == sum(part.prize for part in worth.parts)
    assert worth.parts[0].why == "priority"
    assert worth.ordinary <= worth.prize


@example((2, 4_000, 0))
@given(st.tuples(st.integers(2, 5), days, clocks))
def test_a_must_outweighs_any_other(other: tuple[int, int, int | None]) -> None:
    assert _prize(1) > _prize(*other)


def test_sixty_days_of_waiting_make_up_for_one_class() -> None:
    assert _prize(5, waiting=60) == _prize(4)


def test_a_clock_that_has_run_out_adds_nothing() -> None:
    assert _prize(3, clock=-1) == _prize(3)
    assert _prize(3, clock=0) > _prize(3)


def test_without_tables_the_priority_alone_counts() -> None:
    worths = [worth_of(p, 500, 0, step=10, ageing=Ageing()).prize for p in range(1, 6)]
    assert worths == [10 * MUST_STEPS, 40, 30, 20, 10]


@pytest.mark.parametrize(("priority", "step"), [(0, 1), (6, 1), (3, 0)])
def test_a_priority_or_step_that_is_none_is_refused(priority: int, step: int) -> None:
    with pytest.raises(ValueError, match="out of range"):
        worth_of(priority, 0, None, step=step, ageing=Ageing((Stair(1, 1.0),)))


def test_the_step_is_the_most_that_a_visit_can_cost_within_bounds() -> None:
    steps = [POLICY.step(metres, metres / 6, 900) for metres in (0, 30_000, 10**6)]
    # There and back, three hours of it, the visit, and everything that is preferred, over 0.9.
    assert steps == [21_600, round((60_000 + 10_000 + 900 + 3_600 + 10) / 0.9), 200_000]


city = st.tuples(st.floats(30.5, 30.8), st.floats(103.9, 104.2))


@settings(max_examples=60)
@given(st.lists(city, min_size=2, max_size=9))
def test_no_detour_inside_a_city_costs_as_much_as_a_step(places: list[tuple[float, float]]) -> None:
    ways = 1.35 * travel_matrix([lat for lat, _ in places], [lon for _, lon in places])
    metres = np.rint(ways)
    step = POLICY.step(float(ways[0, 1:].max()), 0, 0)
    assert step < POLICY.most_step
    route = [0, *range(2, len(places)), 0]
    detours = [
        metres[here, 1] + metres[1, there] - metres[here, there] for here, there in pairwise(route)
    ]
    # Even the dearest visit is worth its way; the least worth of any is one step.
    assert min(detours) < step <= _prize_of(5, step)


def _prize_of(priority: int, step: int) -> int:
    return worth_of(priority, 0, None, step=step, ageing=POLICY.ageing).prize
