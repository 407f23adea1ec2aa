"""Who had better come, what may not fall on one day, and work that is shared fairly."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from routing import Problem, check, read_problem, solve
from routing.crews import form_teams
from routing.draft import Draft, Slot
from routing.ground import ground_of
from tests.routing.builders import Json, planar, problem, served, shift, stop

DAY = 86_400


def _draft(one: Problem) -> Draft:
    ground = ground_of(one)
    return Draft(one, ground, form_teams(one, ground))


def _next_day(name: str, **more: Any) -> Json:
    return shift(name, day=1, window=[DAY, DAY + 9_000], **more)


def test_the_agent_who_knows_the_case_comes_though_he_comes_from_further() -> None:
    crowd = [shift("s1", 90, agent="near"), shift("s2", agent="knows")]
    one = problem([stop("v", 100, prefers={"knows": 500, "near": 100})], crowd)
    assert _draft(one).cheapest(0, [0, 1]) == Slot(200, 1, 0)


def test_what_is_missed_of_the_best_agent_is_paid() -> None:
    one = problem([stop("v", 100, prefers={"away": 500, "s": 100})], [shift("s")])
    plan = solve(one, iterations=20)
    assert plan.cost == 200 + 400
    assert check(one, plan) == []


def test_of_a_crew_the_one_who_is_worth_more_counts() -> None:
    one = problem([stop("v", 100, crew=2, prefers={"s1": 3, "s2": 9})], [shift("s1"), shift("s2")])
    plan = solve(one, iterations=20)
    assert plan.cost == 200
    assert check(one, plan) == []


def test_an_agent_who_is_not_wanted_is_dearer_than_the_prize() -> None:
    one = problem([stop("v", 100, prize=450, prefers={"away": 500})], [shift("s")])
    assert solve(one, iterations=20).cost == 450


@pytest.mark.parametrize("named", ["v1", "v2"])
def test_what_may_not_share_a_day_goes_to_two_days_or_is_left_out(named: str) -> None:
    other = {"v1": "v2", "v2": "v1"}[named]
    stops = [stop(named, 10, not_same_day=[other]), stop(other, 10)]
    both_today = problem(stops, [shift("s1"), shift("s2")])
    assert sum(map(len, served(solve(both_today, iterations=20)))) == 1
    two_days = problem(stops, [shift("s1"), _next_day("s2")], horizon_days=2)
    plan = solve(two_days, iterations=20)
    assert sorted(route.shift for route in plan.routes) == ["s1", "s2"]
    assert check(two_days, plan) == []


def test_what_may_not_share_a_day_is_let_in_once_the_other_is_gone() -> None:
    one = problem([stop("v1", not_same_day=["v2"]), stop("v2")], [shift("s1"), shift("s2")])
    draft = _draft(one)
    draft.insert(0, Slot(0, 0, 0))
    assert not draft.room(1, 1)
    assert not draft.lawful(1, [1])
    assert draft.room(0, 1, without=0)
    assert draft.lawful(0, [1])
    draft.replace(0, 0, 1)
    assert not draft.room(1, 0)
    draft.set_route(0, [])
    assert draft.room(1, 0)
    assert not draft.lawful(1, [0, 1])


def test_a_stop_whose_day_is_taken_says_so() -> None:
    one = problem([stop("v1", not_same_day=["v2"]), stop("v2", prize=50_000)], [shift("s1")])
    plan = solve(one, iterations=20)
    assert [left.stop for left in plan.unserved] == ["v1"]
    assert plan.unserved[0].reasons[0].code == "not-same-day"


def test_two_visits_on_a_day_that_they_may_not_share_are_found_out() -> None:
    crowd = [shift("s1", max_stops=1), shift("s2", max_stops=1)]
    plan = solve(problem([stop("v1"), stop("v2")], crowd), iterations=10)
    strict = problem([stop("v1"), stop("v2", not_same_day=["v1"])], crowd)
    assert [fault.code for fault in check(strict, plan)] == ["not-same-day"]


def test_work_is_shared_where_too_much_of_it_costs() -> None:
    stops = [stop("v1", 10, service=500), stop("v2", 10, service=500)]
    crowd = [shift("s1", 10, fair_work=500), shift("s2", fair_work=600)]
    for unfair, team in ((0, 0), (1, 1)):
        draft = _draft(read_problem(planar(stops, crowd, objective={"unfair": unfair})))
        draft.insert(0, Slot(0, 0, 0))
        slot = draft.cheapest(1, [0, 1])
        assert slot is not None
        assert slot.team == team


def test_each_second_of_unfair_work_is_paid() -> None:
    form = planar([stop("v", 100)], [shift("s", fair_work=200)], objective={"unfair": 7})
    one = read_problem(form)
    plan = solve(one, iterations=10)
    assert plan.cost == 200 + 7 * 10
    assert check(one, plan) == []
    assert [fault.code for fault in check(one, replace(plan, cost=200))] == ["wrong-total"]


def test_a_crew_pays_for_unfair_work_once_by_the_smaller_limit() -> None:
    crowd = [shift("s1", fair_work=200), shift("s2", fair_work=205)]
    one = read_problem(planar([stop("v", 100, crew=2)], crowd, objective={"unfair": 7}))
    plan = solve(one, iterations=10)
    assert plan.cost == 200 + 7 * 10
    assert check(one, plan) == []
