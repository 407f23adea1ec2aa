"""The judge finds each kind of fault in a plan that was spoilt by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from routing import Plan, Problem, Route, check, solve
from routing.plan import PlacedBreak, Unserved
from tests.routing.builders import problem, shift, stop

LUNCH = [{"window": [400, 600], "duration": 100}]


def _problem() -> Problem:
    return problem(
        [
            stop("v1", 10, windows=[[0, 300]], pinned={"shift": "s1", "sequence": 0}),
            stop("v2", 20, not_with=["v4"], skills=["p"]),
            stop("v3", 0, 30, crew=2, demand=1),
            stop("v4", 0, 40, crew=2, earliest_day=0),
        ],
        [
            shift("s1", breaks=LUNCH, skills=["p"], max_stops=2, window=[0, 2_000]),
            shift("s2", load=1, window=[0, 2_000], crew_with="s3"),
            shift("s3", window=[0, 2_000]),
        ],
    )


def _spoil(plan: Plan, at: int, change: Callable[[Route], Route]) -> Plan:
    routes = list(plan.routes)
    routes[at] = change(routes[at])
    return replace(plan, routes=tuple(routes))


def _leg(at: int, **values: Any) -> Callable[[Route], Route]:
    def change(route: Route) -> Route:
        legs = list(route.legs)
        legs[at] = replace(legs[at], **values)
        return replace(route, legs=tuple(legs))

    return change


def _swapped(route: Route) -> Route:
    return replace(route, legs=route.legs[::-1])


def test_the_plan_that_is_spoilt_below_is_lawful() -> None:
    plan = solve(_problem(), iterations=50)
    assert check(_problem(), plan) == []
    assert [len(route.legs) for route in plan.routes] == [2, 2]


@pytest.mark.parametrize(
    ("at", "change", "code"),
    [
        (0, _leg(0, arrive=1), "too-fast"),
        (0, _leg(0, metres=1), "wrong-travel"),
        (0, _leg(1, wait=5), "wrong-times"),
        (0, _leg(1, finish=10_000), "wrong-times"),
        (0, _leg(0, start=295, finish=305), "window"),
        (0, lambda route: replace(route, depart=-5), "before-shift"),
        (0, lambda route: replace(route, returns=2_500), "after-shift"),
        (0, lambda route: replace(route, returns=0), "too-fast"),
        (0, lambda route: replace(route, metres=1), "wrong-total"),
        (0, lambda route: replace(route, breaks=()), "break"),
        (0, lambda route: replace(route, breaks=(PlacedBreak(700, 800),)), "break"),
        (0, lambda route: replace(route, breaks=(PlacedBreak(500, 510),)), "break"),
        (0, lambda route: replace(route, shift="s2"), "skill"),
        (0, lambda route: replace(route, shift="s9"), "unknown-shift"),
        (0, lambda route: replace(route, legs=()), "empty-route"),
        (0, _swapped, "pinned"),
        (1, lambda route: replace(route, crew=None), "crew"),
        (1, lambda route: replace(route, crew=(route.shift, route.shift)), "bad-crew"),
        (1, lambda route: replace(route, shift="s2", crew=("s2", "s1")), "bad-crew"),
        (1, lambda route: replace(route, shift="s1", crew=None), "doubled-shift"),
    ],
)
def test_a_spoilt_route_is_found_out(at: int, change: Callable[[Route], Route], code: str) -> None:
    plan = _spoil(solve(_problem(), iterations=50), at, change)
    assert code in {fault.code for fault in check(_problem(), plan)}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda plan: replace(plan, cost=plan.cost + 1), "wrong-total"),
        (lambda plan: replace(plan, metres=0), "wrong-total"),
        (lambda plan: replace(plan, seconds=0), "wrong-total"),
        (lambda plan: replace(plan, routes=plan.routes[:1]), "missing-stop"),
        (lambda plan: replace(plan, unserved=(Unserved("v1"),)), "doubled-stop"),
        (lambda plan: replace(plan, unserved=(Unserved("v9"),)), "unknown-stop"),
    ],
)
def test_spoilt_books_are_found_out(change: Callable[[Plan], Plan], code: str) -> None:
    plan = change(solve(_problem(), iterations=50))
    assert code in {fault.code for fault in check(_problem(), plan)}


@pytest.mark.parametrize(
    ("stops", "one", "code"),
    [
        ([stop("a"), stop("b", not_with=["a"])], shift("s"), "not-with"),
        ([stop("a"), stop("b")], shift("s", max_stops=1), "max-stops"),
        ([stop("a", demand=1), stop("b", demand=1)], shift("s", load=1), "load"),
        ([stop("a", earliest_day=1), stop("b")], shift("s"), "too-early-day"),
        ([stop("a", pinned={"shift": "t"}), stop("b")], shift("s"), "pinned"),
    ],
)
def test_a_plan_for_laxer_rules_is_found_out(
    stops: list[dict[str, object]], one: dict[str, object], code: str
) -> None:
    lax = problem([stop("a"), stop("b")], [shift("s")])
    strict = problem(stops, [one, shift("t")], horizon_days=2)
    plan = solve(lax, iterations=10)
    assert code in {fault.code for fault in check(strict, plan)}


def test_a_partner_who_names_nobody_may_not_travel_with_a_third() -> None:
    lax = problem([stop("v", crew=2)], [shift("s1"), shift("s2", 9_000)])
    plan = solve(lax, iterations=1)
    assert plan.routes[0].crew is not None
    third = shift("s3", crew_with="s1", window=[0, 1])
    strict = problem([stop("v", crew=2)], [shift("s1"), shift("s2", 9_000), third])
    assert {fault.code for fault in check(strict, plan)} == {"bad-crew"}
