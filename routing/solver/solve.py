"""The whole way from a problem to a plan."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import version

from routing.crews import form_teams
from routing.draft import Draft
from routing.finished import plan_of
from routing.ground import Ground, ground_of
from routing.plan import Plan
from routing.problem import Problem
from routing.reasons import explain
from routing.solver.engine import optimise
from routing.solver.heads import place_heads
from routing.solver.parts import Part, parts_of
from routing.solver.polish import polish
from routing.solver.repair import settle
from routing.solver.stopping import Allowance, Report

DEFAULT_BUDGET = 10.0
SEARCH_SHARE = 0.85
SEARCH_SHARE_LARGE = 0.7
LARGE = 20_000
"""From so many stops times teams on, the passes after the search need more of the budget."""


def solve(
    problem: Problem,
    *,
    budget: float | None = None,
    iterations: int | None = None,
    seed: int = 1,
    progress: Report | None = None,
    ground: Ground | None = None,
) -> Plan:
    """A plan that `check` finds nothing wrong with; what it leaves out, it gives reasons for.

    Either `budget` (seconds of wall time, 10 unless given) or `iterations` of the search, with
    which the same problem and seed always give the same plan. ValueError for both at once or for
    a value that is not positive.
    """
    begun = time.perf_counter()
    budget = _checked(budget, iterations, seed)
    end = None if budget is None else begun + budget
    ground = ground or ground_of(problem)
    draft = Draft(problem, ground, form_teams(problem, ground))
    place_heads(draft)
    open_stops = [stop for stop in sorted(draft.unserved) if not _held(problem, stop)]
    parts = parts_of(draft, open_stops, seed)
    _search(draft, parts, begun, budget, iterations, seed, progress)
    polish(draft, Allowance(None if end is None else end - 0.1 * (budget or 0), None))
    plan = explain(draft, plan_of(draft), Allowance(end, None))
    return replace(
        plan,
        budget_s=budget,
        seed=seed,
        engine=f"pyvrp {version('pyvrp')}",
        wall_s=round(time.perf_counter() - begun, 3),
    )


def _held(problem: Problem, stop: int) -> bool:
    """A stop whose place in a route could not be kept is no business of the search."""
    pinned = problem.stops[stop].pinned
    return pinned is not None and pinned.sequence is not None


def _checked(budget: float | None, iterations: int | None, seed: int) -> float | None:
    if budget is not None and iterations is not None:
        raise ValueError("give either a budget or a number of iterations, not both")
    if budget is not None and not (math.isfinite(budget) and budget > 0):
        raise ValueError("the budget must be a positive number of seconds")
    if iterations is not None and iterations < 1:
        raise ValueError("the number of iterations must be at least 1")
    if not 0 <= seed < 2**31:
        raise ValueError("the seed must lie between 0 and 2147483647")
    return DEFAULT_BUDGET if budget is None and iterations is None else budget


def _search(
    draft: Draft,
    parts: Sequence[Part],
    begun: float,
    budget: float | None,
    iterations: int | None,
    seed: int,
    report: Report | None,
) -> None:
    """Each part in turn, with a share of the time that goes by its number of stops."""
    large = len(draft.problem.stops) * len(draft.teams) >= LARGE
    share = SEARCH_SHARE_LARGE if large else SEARCH_SHARE
    total = max(1, sum(len(part.stops) for part in parts))
    left = total
    for number, part in enumerate(parts):
        deadline = None
        if budget is not None:
            now = time.perf_counter()
            until = begun + share * budget
            deadline = now + max(0.0, until - now) * len(part.stops) / max(1, left)
        left -= len(part.stops)
        allowance = Allowance(deadline, iterations, report, number, len(parts))
        for order in optimise(draft, part.stops, part.teams, allowance, seed):
            settle(draft, order)
