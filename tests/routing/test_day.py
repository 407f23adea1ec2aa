"""The rest of a day as a problem: what is done falls out, who is lost is missed, the rest stays."""

from __future__ import annotations

from typing import Any

import pytest

from routing import Problem, Stop, check, solve
from routing.day import Position, remaining
from routing.day_replanning import replan
from routing.day_rolling import Lateness, roll_forward, rolled
from routing.plan import Leg, Plan, Route
from routing.problem import Pin, Place
from tests.routing.builders import HOUR, problem, served, shift, stop


def running(routes: dict[str, list[str]], crews: dict[str, str] | None = None) -> Plan:
    """A plan that has these stops in this order; its times do not matter."""
    made = [
        Route(
            name,
            0,
            0,
            tuple(Leg(one, 0, 0, 0, 0, 0, 0) for one in order),
            crew=(name, crews[name]) if crews and name in crews else None,
        )
        for name, order in routes.items()
    ]
    return Plan(0, 0, 0, tuple(made))


def at(name: str, x: float = 0, free: int = 0, **more: Any) -> Position:
    return Position(name, Place(x=x, y=0), free, **more)


def line(count: int = 4, shifts: list[Any] | None = None, **more: Any) -> Problem:
    """Stops a hundred metres apart along a street."""
    stops = [stop(f"v{n}", 100 * (n + 1), **more) for n in range(count)]
    return problem(stops, shifts or [shift("s1")])


ORDER = running({"s1": ["v0", "v1", "v2", "v3"]})


def names(rest: Problem) -> list[str]:
    return [one.id for one in rest.stops]


def test_what_is_done_and_what_is_called_off_falls_out() -> None:
    rest = remaining(line(), ORDER, [at("s1", done=("v0",))], now=200, cancelled=["v2"])
    assert names(rest) == ["v1", "v3"]


def test_a_crew_that_is_free_starts_where_it_is_now() -> None:
    rest = remaining(line(), ORDER, [at("s1", 100, 150, done=("v0",))], now=200)
    assert rest.shifts[0].start == Place(x=100, y=0)
    assert rest.shifts[0].window[0] == 200


def test_a_crew_that_is_busy_starts_when_it_is_free() -> None:
    rest = remaining(line(), ORDER, [at("s1", 100, 900, done=("v0",))], now=200)
    assert rest.shifts[0].window[0] == 900


def test_whoever_is_on_the_way_keeps_his_next_stop_and_his_time() -> None:
    rest = remaining(line(), ORDER, [at("s1", 100, 150, done=("v0",), heading="v1")], now=200)
    assert rest.stops[0].pinned == Pin("s1", 0)
    plan, late = rolled(rest, ORDER)
    assert late == ()
    assert plan.routes[0].legs[0].arrive == 250


def test_nobody_has_arrived_before_now() -> None:
    rest = remaining(line(), ORDER, [at("s1", 100, 150, done=("v0",), heading="v1")], now=400)
    plan, _ = rolled(rest, ORDER)
    assert plan.routes[0].legs[0].start == 400


def test_a_heading_that_was_called_off_pins_nothing() -> None:
    position = at("s1", 100, 150, heading="v1")
    rest = remaining(line(), ORDER, [position], now=200, cancelled=["v1"])
    assert all(one.pinned is None for one in rest.stops)


def test_breaks_and_limits_that_are_used_up_are_gone() -> None:
    rests = [{"window": [0, 5000], "duration": 600}, {"window": [6000, 9000], "duration": 600}]
    tired = shift("s1", breaks=rests, max_stops=3, load=5, max_work=1000)
    whole = line(4, [tired], demand=1)
    rest = remaining(whole, ORDER, [at("s1", done=("v0",), rested=1, worked=400)], now=900)
    (left,) = rest.shifts
    assert [one.window for one in left.breaks] == [(6000, 9000)]
    assert (left.max_stops, left.load, left.max_work) == (2, 4, 600)


def test_a_shift_that_is_over_falls_out() -> None:
    two = line(2, [shift("s1", window=[0, 100]), shift("s2")])
    assert [one.id for one in remaining(two, running({}), [], now=100).shifts] == ["s2"]


def test_the_partner_of_a_lost_agent_goes_on_alone_where_that_is_allowed() -> None:
    stops = [stop("v0", 100), stop("v1", 200, crew=2)]
    pair = problem(stops, [shift("s1"), shift("s2")])
    plan = running({"s1": ["v0", "v1"]}, {"s1": "s2"})
    rest = remaining(pair, plan, [at("s1"), at("s2")], now=0, gone=["s1"])
    kept, late = rolled(rest, plan)
    assert served(kept) == [["v0"]]
    assert [one.stop for one in kept.unserved] == ["v1"]
    assert late == ()


def test_the_crews_of_the_running_plan_stay_together() -> None:
    pair = problem([stop("v0", 100)], [shift("s1"), shift("s2"), shift("s3")])
    rest = remaining(pair, running({"s1": ["v0"]}, {"s1": "s2"}), [], now=0)
    assert [one.crew_with for one in rest.shifts] == ["s2", "s1", None]


def test_a_stop_keeps_its_distance_to_one_that_is_done() -> None:
    stops = [stop("v0", 100), stop("v1", 200, not_with=["v0"])]
    two = problem(stops, [shift("s1"), shift("s2")])
    plan = running({"s1": ["v0"], "s2": ["v1"]})
    rest = remaining(two, plan, [at("s1", done=("v0",))], now=0, gone=["s2"])
    assert [one.stop for one in replan(rest, plan, budget=0.1).unserved] == ["v1"]


def test_a_stop_keeps_off_the_day_of_one_that_is_done() -> None:
    stops = [stop("v0", 100), stop("v1", 200, not_same_day=["v0"])]
    days = [shift("s1"), shift("s2"), shift("s3", day=1, window=[86_400, 100_000])]
    two = problem(stops, days, horizon_days=2)
    plan = running({"s1": ["v0"], "s2": ["v1"]})
    rest = remaining(two, plan, [at("s1", done=("v0",))], now=0)
    (route,) = replan(rest, plan, budget=0.1).routes
    assert route.shift == "s3"


def test_a_planned_visit_prefers_the_agent_who_has_it() -> None:
    rest = remaining(line(1), running({"s1": ["v0"]}), [], now=0, stay=500)
    assert rest.stops[0].prefers == (("s1", 500),)


def test_an_urgent_stop_comes_in_and_replaces_one_of_its_name() -> None:
    urgent = Stop("v3", Place(x=0, y=50), service=10, priority=1)
    fresh = Stop("v9", Place(x=0, y=60), service=10, priority=1)
    rest = remaining(line(), ORDER, [], now=0, added=[urgent, fresh])
    assert names(rest) == ["v0", "v1", "v2", "v3", "v9"]
    assert rest.stops[3].priority == 1
    assert not replan(rest, ORDER, budget=0.1).unserved


@pytest.mark.parametrize(
    "wrong",
    [
        {"gone": ["s9"]},  # a shift that nobody knows
        {"cancelled": ["v9"]},  # a stop that nobody knows
        {"positions": [at("s9")]},
        {"positions": [at("s1", heading="v9")]},
    ],
)
def test_unknown_names_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="the problem has no"):
        remaining(line(), ORDER, wrong.pop("positions", []), now=0, **wrong)


def test_a_delay_is_rolled_forward_through_the_order() -> None:
    plan, late = roll_forward(line(), ORDER, [at("s1", 100, 500, done=("v0",))], 200)
    assert late == ()
    assert [leg.start for leg in plan.routes[0].legs] == [600, 710, 820]


def test_what_misses_its_window_is_told_with_by_how_much() -> None:
    whole = line(2, windows=[[0, 700]])
    plan, late = roll_forward(whole, ORDER, [at("s1", 100, 650, done=("v0",))], 200)
    assert late == (Lateness("s1", "v1", 60),)
    assert plan.routes[0].legs[0].finish == 760


def test_a_late_end_of_the_shift_is_told() -> None:
    whole = line(1, [shift("s1", window=[0, 1000])])
    _, late = roll_forward(whole, running({"s1": ["v0"]}), [at("s1", 0, 850)], 200)
    assert late == (Lateness("s1", None, 60),)


def test_a_late_visit_is_dropped_and_nothing_else() -> None:
    whole = problem(
        [stop("v0", 100, windows=[[0, 300]]), stop("v1", 200), stop("v2", 300)], [shift("s1")]
    )
    plan = running({"s1": ["v0", "v1", "v2"]})
    rest = remaining(whole, plan, [at("s1", 0, 500)], now=400)
    after = replan(rest, plan, budget=0.1)
    assert [one.stop for one in after.unserved] == ["v0"]
    assert served(after) == [["v1", "v2"]]


def test_the_visits_of_a_lost_agent_go_to_others() -> None:
    whole = line(4, [shift("s1"), shift("s2")])
    rest = remaining(whole, ORDER, [at("s1", done=("v0",))], now=200, gone=["s1"])
    after = replan(rest, ORDER, budget=0.2)
    assert check(rest, after) == []
    assert sorted(served(after)[0]) == ["v1", "v2", "v3"]
    assert after.routes[0].shift == "s2"


def test_what_need_not_change_stays_as_it_is() -> None:
    whole = line(4, [shift("s1"), shift("s2", 401)])
    plan = running({"s1": ["v0", "v1"], "s2": ["v3", "v2"]})
    after = replan(remaining(whole, plan, [], now=0), plan, budget=0.2)
    assert served(after) == [["v0", "v1"], ["v3", "v2"]]


def test_a_day_that_is_replanned_half_way_keeps_every_rule() -> None:
    stops = [stop(f"v{n}", 100 * n, 90 * (n % 3), service=300) for n in range(20)]
    lunch = [{"window": [2 * HOUR, 3 * HOUR], "duration": 1800}]
    whole = problem(stops, [shift(f"s{n}", window=[0, 5 * HOUR], breaks=lunch) for n in range(3)])
    plan = solve(whole, iterations=50)
    route = max(plan.routes, key=lambda one: len(one.legs))
    done = tuple(leg.stop for leg in route.legs[:2])
    here = next(one.place for one in whole.stops if one.id == done[-1])
    position = Position(route.shift, here, route.legs[1].finish + 900, done)
    rest = remaining(whole, plan, [position], now=route.legs[1].finish)
    kept, _ = rolled(rest, plan)
    after = replan(rest, plan, budget=0.3)
    assert check(rest, after) == []
    assert len(after.unserved) <= len(kept.unserved)


def test_a_budget_that_is_not_positive_is_refused() -> None:
    with pytest.raises(ValueError, match="budget"):
        replan(line(), ORDER, budget=0)
