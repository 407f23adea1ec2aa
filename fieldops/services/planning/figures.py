"""The figures of a plan: what it drives, whom it serves, and how it compares with a naive one."""

from collections.abc import Iterable
from typing import Any

import routing


def figures_of(problem: routing.Problem, plan: routing.Plan) -> dict[str, Any]:
    """Metres and seconds of travel, crews, visits served and what serving them is worth."""
    worth = {stop.id: stop.value for stop in problem.stops}
    served = [leg.stop for route in plan.routes for leg in route.legs]
    work = sum(route.returns - route.depart for route in plan.routes)
    return {
        "kilometres": round(plan.metres / 1000, 1),
        "hours": round(work / 3600, 2),
        "travel_hours": round(plan.seconds / 3600, 2),
        "routes": len(plan.routes),
        "served": len(served),
        "unserved": len(plan.unserved),
        "value": sum(worth[stop] for stop in served),
        "cost": plan.cost,
        "wall_seconds": plan.wall_s,
        "engine": plan.engine,
        "objective": objective_of(problem, plan),
    }


def objective_of(problem: routing.Problem, plan: routing.Plan) -> dict[str, Any]:
    """What the plan was made for, in this order: musts, value, travel, shifts in use.

    Value and travel are in metres; a plan that serves more musts is better whatever it drives,
    of two that serve the same the one with more value, and so on. docs/planning.md says why the
    prizes keep that order.
    """
    by_id = {stop.id: stop for stop in problem.stops}
    agents = {shift.id: shift.agent for shift in problem.shifts}
    served = [by_id[leg.stop] for route in plan.routes for leg in route.legs]
    used = [shift for route in plan.routes for shift in route.shifts if route.legs]
    return {
        "musts": _both(sum(stop.must for stop in served), sum(s.must for s in problem.stops)),
        "value": _both(_value(served), _value(problem.stops)),
        "travel": {"metres": plan.metres, "seconds": plan.seconds},
        "shifts": _both(len(used), len(problem.shifts)),
        "agents": _both(len({agents[one] for one in used}), len(set(agents.values()))),
        "days": _by_day(problem, plan),
    }


def _both(served: int, possible: int) -> dict[str, int]:
    return {"served": served, "possible": possible}


def _value(stops: Iterable[routing.Stop]) -> int:
    """The prizes of those that are no musts: musts are counted before."""
    return sum(stop.value for stop in stops if not stop.must)


def _by_day(problem: routing.Problem, plan: routing.Plan) -> list[int]:
    """The visits of each day of the plan."""
    found = [0] * problem.horizon_days
    day = {shift.id: shift.day for shift in problem.shifts}
    for route in plan.routes:
        found[day[route.shift]] += len(route.legs)
    return found
