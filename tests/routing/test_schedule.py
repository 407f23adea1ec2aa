"""The clock along a route: waiting, breaks, and whether another stop fits."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings

from routing import Problem, Route
from routing.ground import ground_of
from routing.schedule import Clock, Timetable
from routing.team import single
from routing.timing import Late, timed_route
from tests.routing.builders import problem, shift, stop
from tests.routing.strategies import problems


def _timed(stops: list[dict[str, Any]], **day: Any) -> Route | Late:
    one = problem(stops, [shift("s", **day)])
    clock = Clock(one, ground_of(one))
    return timed_route(one, clock, single(one, 0), range(len(stops)))


def _route(stops: list[dict[str, Any]], **day: Any) -> Route:
    route = _timed(stops, **day)
    assert isinstance(route, Route)
    return route


def test_a_team_leaves_late_rather_than_waiting_at_the_first_door() -> None:
    route = _route([stop("v", 100, windows=[[500, 900]])])
    assert (route.depart, route.legs[0].arrive, route.legs[0].wait) == (400, 500, 0)


def test_a_service_that_would_end_after_its_window_is_refused() -> None:
    assert isinstance(_timed([stop("v", 100, windows=[[0, 109]])]), Late)


def test_the_second_window_is_used_when_the_first_is_missed() -> None:
    assert _route([stop("v", 100, windows=[[0, 50], [700, 800]])]).legs[0].start == 700


def test_a_return_after_the_shift_is_refused() -> None:
    assert isinstance(_timed([stop("v", 100)], window=[0, 209]), Late)


def test_a_shift_that_ends_anywhere_ends_with_its_last_visit() -> None:
    route = _route([stop("v", 100)], window=[0, 110], end=None)
    assert (route.returns, route.metres) == (110, 100)


def test_a_break_is_taken_before_driving_when_arriving_is_too_late_for_it() -> None:
    lunch = [{"window": [0, 50], "duration": 30}]
    route = _route([stop("v", 100)], breaks=lunch)
    assert route.breaks[0].start <= 50
    assert route.depart >= route.breaks[0].finish


def test_a_break_without_room_makes_the_route_impossible() -> None:
    lunch = [{"window": [100, 150], "duration": 30}]
    busy = [stop("v", 0, windows=[[90, 290]], service=200)]
    assert isinstance(_timed(busy, breaks=lunch, window=[0, 295]), Late)


def test_a_break_outside_the_shift_is_not_owed() -> None:
    assert _route([stop("v")], breaks=[{"window": [90_000, 90_100], "duration": 5}]).breaks == ()


@settings(max_examples=80)
@given(problems())
def test_what_fits_by_the_timetable_can_be_timed_and_the_rest_cannot(one: Problem) -> None:
    clock, team = Clock(one, ground_of(one)), single(one, 0)
    order: list[int] = []
    for visit in range(len(one.stops)):
        table = Timetable(clock, team, order)
        for at in range(len(order) + 1):
            trial = [*order[:at], visit, *order[at:]]
            timed = isinstance(timed_route(one, clock, team, trial), Route)
            assert table.fits(visit, at) == timed == Timetable(clock, team, trial).feasible
            if timed:
                order = trial
                break
