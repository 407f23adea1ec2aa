"""The figures of a plan: what it drives, whom it serves, and how it compares with a naive one."""

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
    }
