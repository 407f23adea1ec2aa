"""What a window costs decides when a visit is made, and is counted as the judge counts it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings

from routing import Problem, check, insertions, move, solve
from routing.crews import form_teams
from routing.draft import Draft
from routing.finished import plan_of
from routing.ground import ground_of
from routing.options import ANY
from tests.routing.builders import Json, problem, shift, stop
from tests.routing.strategies import problems

CALM = settings(max_examples=60, suppress_health_check=list(HealthCheck))
EARLY, LATE = (0, 3_000), (5_000, 8_000)


def _draft(one: Problem) -> Draft:
    ground = ground_of(one)
    return Draft(one, ground, form_teams(one, ground))


def _choosy(name: str, early: int, late: int, **more: Any) -> Json:
    return stop(name, 100, windows=[EARLY, LATE], window_costs=[early, late], **more)


def test_a_visit_waits_for_its_cheaper_window() -> None:
    one = problem([_choosy("v", 400, 0)], [shift("s")])
    plan = solve(one, iterations=20)
    assert plan.routes[0].legs[0].start == 5_000
    assert plan.cost == 200


def test_a_dear_window_is_paid_for_when_the_cheap_one_is_out_of_reach() -> None:
    one = problem([_choosy("v", 400, 0)], [shift("s", window=[0, 4_000])])
    plan = solve(one, iterations=20)
    assert plan.cost == 600
    assert check(one, plan) == []


def test_a_window_dearer_than_the_prize_leaves_the_stop_unserved() -> None:
    one = problem([_choosy("v", 400, 400, prize=500)], [shift("s")])
    assert solve(one, iterations=20).cost == 500


def test_windows_that_overlap_cost_the_least_of_them() -> None:
    visit = stop("v", 100, windows=[[0, 3_000], [0, 4_000]], window_costs=[70, 20])
    one = problem([visit], [shift("s")])
    plan = solve(one, iterations=20)
    assert plan.cost == 220
    assert check(one, plan) == []


def test_windows_keep_their_costs_when_they_are_sorted() -> None:
    one = problem([stop("v", windows=[LATE, EARLY], window_costs=[7, 3])], [shift("s")])
    assert one.stops[0].windows == (EARLY, LATE)
    assert one.stops[0].window_costs == (3, 7)


def test_a_stop_taken_out_has_all_its_windows_again() -> None:
    draft = _draft(problem([_choosy("v", 400, 0)], [shift("s")]))
    slot = draft.cheapest(0, [0])
    assert slot is not None
    draft.insert(0, slot)
    assert list(draft.clock.windows[0]) == [LATE]
    draft.remove(0, 0)
    assert list(draft.clock.windows[0]) == [EARLY, LATE]
    assert draft.chosen[0] == ANY


def test_an_option_can_be_asked_for() -> None:
    draft = _draft(problem([_choosy("v", 400, 0)], [shift("s", window=[0, 4_000])]))
    assert draft.lawful(0, [0])
    assert draft.lawful(0, [0], {0: 1})
    assert not draft.lawful(0, [0], {0: 0})
    assert draft.chosen[0] == ANY


def test_a_route_moves_to_cheaper_windows_once_they_are_free() -> None:
    draft = _draft(problem([_choosy("v", 400, 0)], [shift("s")]))
    draft.set_route(0, [0], {0: 1})
    assert draft.cost() == 600
    assert draft.cheapen(0) == 400
    assert draft.cost() == 200


def test_a_place_is_offered_at_the_price_of_its_window() -> None:
    one = problem([_choosy("v", 400, 300)], [shift("s")])
    assert [place.cost for place in insertions(one, solve(one, iterations=5), "v")] == [500]


def test_a_visit_that_is_not_moved_stays_in_its_window() -> None:
    one = problem([_choosy("v", 10, 0), stop("w", 50)], [shift("s"), shift("t")])
    plan = solve(one, iterations=20)
    assert check(one, move(one, plan, "w", None).plan) == []


def test_a_wrong_price_of_a_window_is_found_out() -> None:
    one = problem([_choosy("v", 400, 0)], [shift("s", window=[0, 4_000])])
    plan = solve(one, iterations=20)
    assert [fault.code for fault in check(one, replace(plan, cost=200))] == ["wrong-total"]


@CALM
@given(problems())
def test_what_a_change_is_said_to_cost_is_what_it_costs(one: Problem) -> None:
    draft = _draft(one)
    free = range(len(draft.teams))
    for visit in range(len(one.stops)):
        before = draft.cost()
        slot = draft.cheapest(visit, free)
        if slot is not None:
            draft.insert(visit, slot)
            assert draft.cost() == before + slot.cost - one.stops[visit].value
            assert draft.feasible(slot.team)
    plan = plan_of(draft)
    assert plan.cost <= draft.cost()
    assert check(one, plan) == []
    for team in free:
        if draft.routes[team]:
            before, less = draft.cost(), draft.saved(team, 0)
            gone = draft.remove(team, 0)
            assert draft.cost() == before - less + one.stops[gone].value


@CALM
@given(problems())
def test_an_exchange_costs_what_was_said(one: Problem) -> None:
    draft = _draft(one)
    for visit in range(len(one.stops)):
        slot = draft.cheapest(visit, range(len(draft.teams)))
        if slot is not None and visit % 2:
            draft.insert(visit, slot)
    for visit in sorted(draft.unserved):
        for team, route in enumerate(draft.routes):
            swap = draft.swap(team, visit, 0) if route else None
            if swap is not None:
                before, out = draft.cost(), one.stops[route[0]].value
                draft.replace(team, 0, visit, swap.option)
                assert draft.feasible(team)
                assert draft.cost() == before + swap.cost + out - one.stops[visit].value
                break


@CALM
@given(problems())
def test_a_route_set_anew_is_feasible_whatever_windows_it_had(one: Problem) -> None:
    draft = _draft(one)
    for visit in range(len(one.stops)):
        slot = draft.cheapest(visit, range(len(draft.teams)))
        if slot is not None:
            draft.insert(visit, slot)
    for team in range(len(draft.teams)):
        order = list(draft.routes[team])
        draft.set_route(team, [])
        assert draft.lawful(team, order)
        draft.set_route(team, order)
        assert draft.feasible(team)
        draft.cheapen(team)
        assert draft.feasible(team)
    assert check(one, plan_of(draft)) == []
