"""An independent judge of plans: every broken constraint, or nothing.

It shares no code with what makes plans but the reading of problems and plans and the ground.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from routing.check_costs import owed
from routing.check_routes import Judge, Totals
from routing.faults import Fault
from routing.ground import ground_of
from routing.plan import Plan
from routing.problem import Problem

__all__ = ["Fault", "check"]


def check(problem: Problem, plan: Plan) -> list[Fault]:
    """Everything that is wrong with the plan, in the order of its routes; empty when lawful."""
    judge = Judge(problem, ground_of(problem))
    faults = list(_bookkeeping(problem, plan))
    faults += _same_day(problem, plan)
    totals: list[Totals] = []
    for at, route in enumerate(plan.routes):
        found, total = judge.route(route, f"$.routes[{at}]")
        faults += found
        totals.append(total)
    faults += _totals(problem, plan, totals)
    return faults


def _bookkeeping(problem: Problem, plan: Plan) -> Iterator[Fault]:
    """Each stop once, each shift at most once."""
    known = {stop.id for stop in problem.stops}
    served = Counter(leg.stop for route in plan.routes for leg in route.legs)
    left = Counter(one.stop for one in plan.unserved)
    for name in sorted((served.keys() | left.keys()) - known):
        yield Fault("unknown-stop", "$", f"the problem has no stop {name}")
    for stop in problem.stops:
        count = served[stop.id] + left[stop.id]
        if count == 0:
            yield Fault("missing-stop", "$", f"{stop.id} is neither served nor unserved")
        elif count > 1:
            yield Fault("doubled-stop", "$", f"{stop.id} stands in the plan {count} times")
    shifts = Counter(name for route in plan.routes for name in route.shifts)
    for name, count in sorted(shifts.items()):
        if count > 1:
            yield Fault("doubled-shift", "$.routes", f"{name} works on {count} routes")


def _same_day(problem: Problem, plan: Plan) -> Iterator[Fault]:
    """Stops that may not be visited on one day, though on different routes."""
    day = {shift.id: shift.day for shift in problem.shifts}
    at = {leg.stop: day.get(route.shift) for route in plan.routes for leg in route.legs}
    for stop in problem.stops:
        for other in sorted(stop.not_same_day):
            if stop.id in at and other in at and at[stop.id] == at[other]:
                told = f"{stop.id} and {other} may not be visited on one day"
                yield Fault("not-same-day", "$.routes", told)


def _totals(problem: Problem, plan: Plan, totals: list[Totals]) -> Iterator[Fault]:
    value = {stop.id: stop.value for stop in problem.stops}
    weights = problem.objective
    used = sum(len(route.shifts) for route in plan.routes)
    served = {leg.stop for route in plan.routes for leg in route.legs}
    metres = sum(total.metres for total in totals)
    seconds = sum(total.seconds for total in totals)
    nominal = sum(total.nominal for total in totals)
    cost = weights.metres * metres + weights.seconds * nominal + weights.per_shift * used
    cost += sum(worth for name, worth in value.items() if name not in served)
    cost += owed(problem, plan, [total.work for total in totals])
    for key, said, true in (
        ("metres", plan.metres, metres),
        ("seconds", plan.seconds, seconds),
        ("cost", plan.cost, cost),
    ):
        if said != true:
            yield Fault("wrong-total", f"$.{key}", f"is {said}, but the routes make {true}")
