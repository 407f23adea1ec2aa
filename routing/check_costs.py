"""What a plan owes beside travel, shifts and prizes, counted anew from the problem."""

from __future__ import annotations

from routing.plan import Leg, Plan
from routing.problem import Problem, Shift, Stop


def owed(problem: Problem, plan: Plan, works: list[int]) -> int:
    """Everything but travel, shifts and prizes; `works` are the routes' seconds of work."""
    shifts = {shift.id: shift for shift in problem.shifts}
    cost = _window_costs(problem, plan) + _prefers_costs(problem, plan, shifts)
    for route, work in zip(plan.routes, works, strict=True):
        known = [shifts[name].fair_work for name in route.shifts if name in shifts]
        limits = [one for one in known if one is not None]
        if limits and work > min(limits):
            cost += problem.objective.unfair * (work - min(limits))
    return cost


def _prefers_costs(problem: Problem, plan: Plan, shifts: dict[str, Shift]) -> int:
    """For every visit what the agents who come are worth less than the best one would be."""
    stops = {stop.id: dict(stop.prefers) for stop in problem.stops if stop.prefers}
    cost = 0
    for route in plan.routes if stops else ():
        agents = {shifts[name].agent for name in route.shifts if name in shifts}
        for leg in route.legs:
            worth = stops.get(leg.stop, {})
            here = [value for agent, value in worth.items() if agent in agents]
            cost += max(worth.values(), default=0) - max(here, default=0)
    return cost


def _window_costs(problem: Problem, plan: Plan) -> int:
    """For every visit the least cost of a window in which its whole service lies."""
    stops = {stop.id: stop for stop in problem.stops if stop.window_costs}
    legs = (leg for route in plan.routes for leg in route.legs)
    return sum(_dearness(stops[leg.stop], leg) for leg in legs if leg.stop in stops)


def _dearness(stop: Stop, leg: Leg) -> int:
    done = leg.start + stop.service
    return min(
        (
            cost
            for (opens, closes), cost in zip(
                stop.windows or (), stop.window_costs or (), strict=True
            )
            if opens <= leg.start and done <= closes
        ),
        default=0,
    )
