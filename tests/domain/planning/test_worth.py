"""A visit's worth grows with waiting and with clocks that run out, and says what it is made of."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fieldops.domain.planning.ageing import MUST_STEPS, Ageing, Stair, worth_of
from fieldops.gateways.planning_policy import load_policy
from fieldops.settings import config_dir

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


@example([(2, 4_000, 0)] * 4)
@given(st.lists(st.tuples(st.integers(2, 5), days, clocks), min_size=4, max_size=4))
def test_a_must_outweighs_any_four_others(others: list[tuple[int, int, int | None]]) -> None:
    assert _prize(1) >= sum(_prize(*one) for one in others)


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


def test_the_step_is_twice_the_farthest_way_within_its_bounds() -> None:
    steps = [POLICY.step(metres) for metres in (0, 30_000, 10**6)]
    assert steps == [21_600, 60_000, 150_000]
