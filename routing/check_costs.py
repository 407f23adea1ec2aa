"""What a plan owes beside travel, shifts and prizes, counted anew from the problem."""

from __future__ import annotations

from routing.plan import Leg, Plan
from routing.problem import Problem, Stop


def window_costs(problem: Problem, plan: Plan) -> int:
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
