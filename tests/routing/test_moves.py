"""One visit is moved by hand: lawfully or not at all."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from routing import Infeasible, Plan, Problem, check, insertions, move, solve
from tests.routing.builders import problem, served, shift, stop
from tests.routing.strategies import problems


def _two() -> tuple[Problem, Plan]:
    one = problem(
        [stop("v1", 10), stop("v2", 110), stop("v3", 0, 5, skills=["p"])],
        [shift("s1", skills=["p"]), shift("s2", 100)],
    )
    return one, solve(one, iterations=50)


def test_a_visit_moves_to_another_shift() -> None:
    one, plan = _two()
    moved = move(one, plan, "v1", "s2", 0)
    assert check(one, moved.plan) == []
    assert ["v1", "v2"] in served(moved.plan)
    assert moved.delta_metres == moved.plan.metres - plan.metres


def test_a_visit_taken_out_is_unserved_with_a_reason() -> None:
    one, plan = _two()
    moved = move(one, plan, "v1", None)
    assert check(one, moved.plan) == []
    assert [left.stop for left in moved.plan.unserved] == ["v1"]
    assert moved.plan.unserved[0].reasons


def test_a_move_without_the_skill_is_refused_with_the_reason() -> None:
    one, plan = _two()
    with pytest.raises(Infeasible) as refusal:
        move(one, plan, "v3", "s2")
    assert [reason.code for reason in refusal.value.reasons] == ["no-skill"]


@pytest.mark.parametrize(("visit", "to", "at"), [("v9", "s1", 0), ("v1", "s9", 0), ("v1", "s1", 9)])
def test_an_unknown_name_or_place_is_refused(visit: str, to: str, at: int) -> None:
    one, plan = _two()
    with pytest.raises(ValueError, match=r"no stop|no shift|position"):
        move(one, plan, visit, to, at)


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(problems())
def test_every_place_that_is_offered_can_be_taken(one: Problem) -> None:
    plan = solve(one, iterations=5)
    visit = one.stops[0]
    if visit.pinned is not None or any(other.pinned for other in one.stops):
        return
    for offer in insertions(one, plan, visit.id):
        assert check(one, move(one, plan, visit.id, offer.shift, offer.position).plan) == []


def test_a_route_whose_two_agents_rest_at_different_times_can_be_changed() -> None:
    first = [{"window": [0, 1_000], "duration": 100}]
    second = [{"window": [900, 2_000], "duration": 100}]
    visit = stop("v", windows=[[850, 1_100]], service=250, crew=2)
    crowd = [shift("s1", breaks=first), shift("s2", breaks=second), shift("s3", max_stops=0)]
    one = problem([visit, stop("w", 5, prize=0)], crowd)
    plan = solve(one, iterations=1)
    assert check(one, move(one, plan, "w", "s1").plan) == []
