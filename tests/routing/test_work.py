"""The work of a route: what counts, where the limit bites, and who notices."""

from __future__ import annotations

from dataclasses import replace

import pytest

from routing import Problem, check, insertions, solve
from routing.crews import form_teams
from routing.draft import Draft
from routing.ground import ground_of
from tests.routing.builders import problem, served, shift, stop


def _draft(one: Problem) -> Draft:
    ground = ground_of(one)
    return Draft(one, ground, form_teams(one, ground))


def test_work_is_travel_with_the_way_back_and_service_without_waiting_or_breaks() -> None:
    lunch = [{"window": [0, 9_000], "duration": 500}]
    one = problem(
        [stop("v", 100, service=30, windows=[[5_000, 6_000]])], [shift("s", breaks=lunch)]
    )
    draft = _draft(one)
    draft.set_route(0, [0])
    assert draft.work(0) == 100 + 30 + 100


@pytest.mark.parametrize(("limit", "count"), [(209, 0), (210, 1), (219, 1), (220, 2)])
def test_a_route_takes_no_more_stops_than_its_work_allows(limit: int, count: int) -> None:
    one = problem([stop("v1", 100), stop("v2", 100)], [shift("s", max_work=limit)])
    assert sum(len(stops) for stops in served(solve(one, iterations=20))) == count


def test_a_crew_works_no_longer_than_the_one_who_may_work_less() -> None:
    one = problem([stop("v", 100, crew=2)], [shift("s1", max_work=150), shift("s2", max_work=900)])
    assert served(solve(one, iterations=10)) == []


def test_a_stop_beyond_the_work_of_every_shift_says_so() -> None:
    plan = solve(problem([stop("v", 100)], [shift("s", max_work=100)]), iterations=10)
    assert plan.unserved[0].reasons[0].code == "max-work"


def test_work_without_end_of_its_day_counts_no_way_back() -> None:
    one = problem([stop("v", 100)], [shift("s", end=None, max_work=110)])
    assert served(solve(one, iterations=10)) == [["v"]]


def test_no_place_is_offered_that_would_be_too_much_work() -> None:
    lax = problem([stop("v1", 100), stop("v2", -100)], [shift("s1"), shift("s2")])
    tight = [replace(one, max_work=300) for one in lax.shifts]
    strict = replace(lax, shifts=tuple(tight))
    plan = solve(strict, iterations=20)
    busy = next(route.shift for route in plan.routes if route.legs[0].stop == "v1")
    assert [one.shift for one in insertions(strict, plan, "v2")] == ["s2" if busy == "s1" else "s1"]


def test_too_much_work_is_found_out() -> None:
    lax = problem([stop("v", 100)], [shift("s")])
    plan = solve(lax, iterations=10)
    strict = replace(lax, shifts=(replace(lax.shifts[0], max_work=209),))
    assert [fault.code for fault in check(strict, plan)] == ["max-work"]
    assert check(replace(lax, shifts=(replace(lax.shifts[0], max_work=210),)), plan) == []


def test_what_is_said_of_work_is_what_the_whole_route_then_has() -> None:
    one = problem([stop(f"v{at}", at * 7, at * at) for at in range(5)], [shift("s")])
    draft = _draft(one)
    for visit in range(4):
        before, more = draft.work(0), draft.work_added(0, visit, visit // 2)
        route = draft.routes[0]
        order = [*route[: visit // 2], visit, *route[visit // 2 :]]
        assert draft.work_of(0, order) == before + more
        draft.set_route(0, order)
    after = draft.work(0) + draft.work_swapped(0, 4, 1)
    draft.replace(0, 1, 4)
    assert draft.work(0) == after
