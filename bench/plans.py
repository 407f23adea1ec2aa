"""A day's plan: the solver against the plan that somebody would make by hand."""

import random
from collections.abc import Sequence

from bench.rows import Row
from routing import Plan, Problem, check, naive_plan, read_problem, solve

AGENTS = 8
HOUR = 3600
BUDGET_SECONDS = 8.0
SECONDS_A_VISIT = BUDGET_SECONDS / 120


def measure(visits: int) -> Sequence[Row]:
    """So many visits for eight agents on one day, more than they can serve."""
    problem = read_problem(_day(visits))
    budget = min(BUDGET_SECONDS, max(0.5, visits * SECONDS_A_VISIT))
    solved, naive = solve(problem, budget=budget, seed=1), naive_plan(problem, seed=1)
    for plan in (solved, naive):
        if faults := check(problem, plan):
            raise AssertionError(f"{plan.engine}: a plan breaks a rule: {faults[0]}")
    peer = "naive plan"
    return [
        Row("value of visits served", _value(problem, solved), peer, _value(problem, naive),
            "points", "more"),
        Row("visits served", _served(solved), peer, _served(naive), "visits", "more"),
        Row("kilometres driven", _km(solved), peer, _km(naive), "km", "less"),
        Row("kilometres a visit", _km(solved) / max(1, _served(solved)), peer,
            _km(naive) / max(1, _served(naive)), "km", "less"),
    ]  # fmt: skip


def _day(visits: int) -> dict[str, object]:
    source = random.Random(7)
    stops = [_stop(source, number) for number in range(visits)]
    shifts = []
    for number in range(AGENTS):
        home = {"lat": source.uniform(31.10, 31.35), "lon": source.uniform(121.30, 121.60)}
        shifts.append(
            {"id": f"s{number}", "agent": f"a{number}", "start": home, "end": home,
             "window": [9 * HOUR, 18 * HOUR],
             "breaks": [{"window": [11 * HOUR, 14 * HOUR], "duration": 2700}]}
        )  # fmt: skip
    return {"stops": stops, "shifts": shifts, "travel": {"kind": "geodesic"}}


def _stop(source: random.Random, number: int) -> dict[str, object]:
    opens = source.choice([8, 8, 9, 13, 16])
    closes = source.choice([12, 15, 20]) if opens < 12 else 20
    return {
        "id": f"v{number}",
        "lat": source.uniform(31.05, 31.40),
        "lon": source.uniform(121.20, 121.70),
        "service": source.choice([900, 1200, 1800]),
        "windows": [[opens * HOUR, closes * HOUR]],
        "priority": source.choice([2, 3, 3, 4, 5]),
    }


def _value(problem: Problem, plan: Plan) -> float:
    values = {stop.id: stop.value for stop in problem.stops}
    return float(sum(values[leg.stop] for route in plan.routes for leg in route.legs))


def _served(plan: Plan) -> float:
    return float(sum(len(route.legs) for route in plan.routes))


def _km(plan: Plan) -> float:
    return sum(route.metres for route in plan.routes) / 1000
