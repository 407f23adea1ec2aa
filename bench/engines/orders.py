"""Orders that an engine gives to shifts, written out as a plan with times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from routing import Plan, Problem
from routing.draft import Draft
from routing.finished import plan_of
from routing.ground import Ground, ground_of
from routing.team import single
from routing.timing import Late, timed_route


class InfeasibleOrderError(RuntimeError):
    """What an engine gave breaks a rule; the message says which."""


@dataclass(frozen=True, slots=True)
class Order:
    """The stops of one shift in their order, both as indices into the problem."""

    shift: int
    stops: tuple[int, ...]


def plan_from(problem: Problem, orders: Sequence[Order], ground: Ground | None = None) -> Plan:
    """The plan that drives these orders; InfeasibleOrderError where one cannot be driven."""
    used = [order for order in orders if order.stops]
    served = [stop for order in used for stop in order.stops]
    if len(set(served)) < len(served) or len({order.shift for order in used}) < len(used):
        raise InfeasibleOrderError("a stop or a shift is used twice")
    ground = ground or ground_of(problem)
    draft = Draft(problem, ground, [single(problem, order.shift) for order in used])
    for team, order in enumerate(used):
        route = timed_route(problem, draft.clock, draft.teams[team], list(order.stops))
        if isinstance(route, Late):
            raise InfeasibleOrderError(f"{problem.shifts[order.shift].id}: {route.detail}")
        draft.set_route(team, list(order.stops))
    return plan_of(draft)
