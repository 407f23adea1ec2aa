"""The whole way from a problem to a plan."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version

from routing.crews import form_teams
from routing.draft import Draft
from routing.finished import plan_of
from routing.ground import Ground, ground_of
from routing.plan import Plan
from routing.problem import Problem
from routing.reasons import explain
from routing.solver.exact import exact
from routing.solver.hands import Threads
from routing.solver.heads import place_heads
from routing.solver.orders import Order
from routing.solver.polish import polish
from routing.solver.quick import expected
from routing.solver.repair import settle
from routing.solver.rounds import Frame, search
from routing.solver.stopping import Allowance, Report
from routing.solver.tasks import Effort, Workers
from routing.solver.warm import orders_of, teams_of

DEFAULT_BUDGET = 10.0

REASONS = 0.75
"""The share of what is kept that goes into reasons; the rest polishes the plan."""

MOST_RESERVED = 0.3
RESERVED = 0.05
RESERVED_SHARE = 0.02
RESERVED_A_STOP = 1e-5
RESERVED_A_CHOICE = 9e-6
"""Seconds kept for the passes after the search: for any plan, by its budget, for each stop, and
for each pair of a stop that will hardly be served and a team; never more than a share of all."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked of `solve`, with the moment it began."""

    begun: float
    budget: float | None
    iterations: int | None
    seed: int
    report: Report | None
    workers: Workers


def solve(
    problem: Problem,
    *,
    budget: float | None = None,
    iterations: int | None = None,
    seed: int = 1,
    progress: Report | None = None,
    ground: Ground | None = None,
    start: Plan | None = None,
    workers: Workers | None = None,
    begun: float | None = None,
) -> Plan:
    """A plan that `check` finds nothing wrong with; what it leaves out, it gives reasons for.

    Either `budget` (seconds of wall time, 10 unless given, counted from `begun`, a moment of the
    performance counter) or `iterations` of the search in each region, with which the same problem
    and seed always give the same plan. `start` is a plan to go on from, with its crews; what it
    has that the problem lacks is left out. `workers` search instead of this machine's cores.
    ValueError for both limits at once or for a value that is not positive.
    """
    begun = time.perf_counter() if begun is None else begun
    budget = _checked(budget, iterations, seed)
    ground = ground or ground_of(problem)
    asked = _Asked(begun, budget, iterations, seed, progress, workers or Threads())
    draft, engine = exact(problem, ground, budget), "every plan compared"
    if draft is None:
        engine = f"pyvrp {version('pyvrp')}"
        draft = _searched(problem, ground, start, asked)
    end = None if budget is None else begun + budget
    plan = explain(draft, plan_of(draft), Allowance(end))
    return replace(
        plan,
        budget_s=budget,
        seed=seed,
        engine=engine,
        wall_s=round(time.perf_counter() - begun, 3),
    )


def _searched(problem: Problem, ground: Ground, start: Plan | None, asked: _Asked) -> Draft:
    """The draft of a search, polished."""
    teams = form_teams(problem, ground) if start is None else teams_of(problem, start)
    draft = Draft(problem, ground, teams)
    place_heads(draft)
    stops = [stop for stop in sorted(draft.unserved) if not _held(problem, stop)]
    orders = None if start is None else orders_of(draft, start)
    reserved = _reserved(draft, stops, asked.budget or 0.0)
    frame = Frame(_effort(asked, reserved), asked.seed, asked.workers, asked.report)
    for team, order in search(draft, stops, orders, frame).items():
        settle(draft, Order(team, order))
    end = None if asked.budget is None else asked.begun + asked.budget - REASONS * reserved
    polish(draft, Allowance(end))
    return draft


def _effort(asked: _Asked, reserved: float) -> Effort:
    if asked.budget is None:
        return Effort(None, asked.iterations)
    left = asked.begun + asked.budget - reserved - time.perf_counter()
    return Effort(max(0.01, left), None)


def _reserved(draft: Draft, stops: Sequence[int], budget: float) -> float:
    """The seconds that polishing, giving reasons and writing the plan down will need."""
    left_out = len(stops) - expected(draft, stops, range(len(draft.teams))).served
    choices = left_out * len(draft.teams)
    need = (
        RESERVED
        + RESERVED_SHARE * budget
        + RESERVED_A_STOP * len(stops)
        + RESERVED_A_CHOICE * choices
    )
    return min(MOST_RESERVED * budget, need)


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
