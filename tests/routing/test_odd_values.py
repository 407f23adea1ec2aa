"""Problems with values that nobody would choose have lawful plans too."""

from __future__ import annotations

from random import Random

import pytest

from routing import check, solve
from tests.routing.builders import problem, shift, stop
from tests.routing.odd_problems import odd_problem


@pytest.mark.parametrize("seed", range(12))
def test_a_middling_odd_problem_has_a_lawful_plan(seed: int) -> None:
    dice = Random(seed)
    one = odd_problem(dice, dice.randint(8, 25), dice.randint(1, 6))
    plan = solve(one, iterations=5)
    assert check(one, plan) == []
    assert all(left.reasons for left in plan.unserved)


def test_a_shift_that_is_over_before_its_breaks_are_serves_nobody() -> None:
    rests = [{"window": [100, 110], "duration": 60}, {"window": [105, 150], "duration": 50}]
    stops = [stop(f"v{at}", at) for at in range(14)]
    plan = solve(problem(stops, [shift("s", window=[100, 200], breaks=rests)]), iterations=5)
    assert plan.routes == ()
    assert all(left.reasons for left in plan.unserved)
