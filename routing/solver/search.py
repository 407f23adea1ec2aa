"""Iterated local search over PyVRP's moves, with an acceptance that knows when the time is up.

PyVRP's own loop accepts what beats the plan of 300 iterations ago, which suits long runs; in the
seconds that a dispatcher waits, a threshold that falls to nothing with the time converges sooner
and needs no tuning to the machine (Dueck's record-to-record travel, 1993).
"""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from pyvrp import CostEvaluator, ProblemData, RandomNumberGenerator, Solution
from pyvrp.exceptions import PenaltyBoundWarning
from pyvrp.PenaltyManager import PenaltyManager, PenaltyParams
from pyvrp.search import (
    OPERATORS,
    LocalSearch,
    NeighbourhoodParams,
    PerturbationManager,
    PerturbationParams,
    compute_neighbours,
)

from routing.solver.stopping import INFEASIBLE
from routing.solver.tasks import Effort

NEIGHBOURS = 35
"""More where several clients stand for one stop, which are all near each other."""

Floats = NDArray[np.float64]

LOOKS = 8
"""The clock is read once in so many iterations."""

LEGS_A_LOAD = 2.5
PACES_A_SECOND = 10.0
"""What a search asks at first for the mean demand too much, in legs of mean cost, and for a second
too late, in what a second of driving costs."""

BETWEEN, FEASIBLE = 100, 0.5
"""After so many iterations the prices are adapted, so that this share of plans breaks no rule."""

PATIENCE = 0.3
"""The share of its effort after which a search without any lawful plan is given up."""


def improve(
    data: ProblemData,
    start: Solution | None,
    effort: Effort,
    heat: tuple[float, float],
    seed: int,
    watch: Callable[[int], None] | None = None,
) -> tuple[Solution, int]:
    """The best plan found from a start (None: a random one), and the number of iterations."""
    return _Search(data, effort, heat, seed).run(start, watch)


class _Search:
    def __init__(
        self, data: ProblemData, effort: Effort, heat: tuple[float, float], seed: int
    ) -> None:
        self._begun = time.perf_counter()
        self._effort, self._heat = effort, heat
        self._data = data
        self._rng = RandomNumberGenerator(seed=seed)
        alternatives = data.num_clients / max(1, data.num_clients - _doubled(data))
        wide = NeighbourhoodParams(num_neighbours=round(NEIGHBOURS * math.sqrt(alternatives)))
        near = compute_neighbours(data, wide)
        self._local = LocalSearch(data, self._rng, near, PerturbationManager(PerturbationParams()))
        for operator in (one for one in OPERATORS if one.supports(data)):
            self._local.add_operator(operator(data))
        self._penalties = PenaltyManager(([], 0.0, 0.0), PenaltyParams())

    def run(
        self, start: Solution | None, watch: Callable[[int], None] | None
    ) -> tuple[Solution, int]:
        """Perturbs, repairs, and accepts what is not too much worse than the best."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PenaltyBoundWarning)
            return self._run(start, watch)

    def _run(
        self, start: Solution | None, watch: Callable[[int], None] | None
    ) -> tuple[Solution, int]:
        best = current = self._first() if start is None else self._mended(start)
        self._penalties = self._priced(best)
        prices = self._penalties.cost_evaluator()
        best_cost = prices.cost(best)
        done, count, slack = 0.0, 0, 0.0
        while done < 1.0:
            if count % LOOKS == 0:
                done = self._done(count)
                slack = self._slack(best, done)
                if done > PATIENCE and not best.is_feasible():
                    break
                if watch is not None:
                    watch(best_cost)
            count += 1
            prices = self._penalties.cost_evaluator()
            candidate = self._local(current, prices, exhaustive=False)
            self._penalties.register(candidate)
            cost = prices.cost(candidate)
            if cost < best_cost:
                best, best_cost = candidate, cost
            paid, before = prices.penalised_cost(candidate), prices.penalised_cost(current)
            # Until anything is lawful there is no best to be near to: then only descents count.
            bound = before if best_cost >= INFEASIBLE else best_cost + slack
            if paid < max(before, bound):
                current = candidate
        return self._finished(best), count

    def _first(self) -> Solution:
        """PyVRP's own start: random routes, improved until no move helps."""
        random = Solution.make_random(self._data, self._rng)
        return self._local(random, _dear(self._data), exhaustive=True)

    def _mended(self, start: Solution) -> Solution:
        """A start that breaks no rule, if moves can bring it there."""
        return start if start.is_feasible() else self._local(start, _dear(self._data), True)

    def _priced(self, plan: Solution) -> PenaltyManager:
        """What breaking a rule costs: at first about what one leg costs, then as PyVRP adapts it.

        PyVRP's own first prices are so high that a short search never dares to break a rule.
        """
        data = self._data
        leg = plan.distance_cost() / max(1, plan.num_clients())
        prize = _dearest_prize(data)
        demands = np.array([client.delivery for client in data.clients()], dtype=np.float64)
        loads = [
            max(LEGS_A_LOAD * leg, prize) / max(1.0, _mean_above_nothing(column))
            for column in demands.reshape(data.num_clients, -1).T
        ]
        pace = data.distance_matrix(0).sum() / max(1, data.duration_matrix(0).sum())
        service = sum(client.service_duration for client in data.clients()) / data.num_clients
        second = max(1.0, PACES_A_SECOND * float(pace), 2 * prize / max(1.0, service))
        limits = PenaltyParams(solutions_between_updates=BETWEEN, target_feasible=FEASIBLE)
        return PenaltyManager((loads, second, second), limits)

    def _finished(self, best: Solution) -> Solution:
        """The best after one look at every move; perturbed searches look only where they were."""
        prices = _dear(self._data)
        last = self._local(best, prices, exhaustive=True)
        return last if prices.cost(last) < prices.cost(best) else best

    def _done(self, count: int) -> float:
        if self._effort.iterations is not None:
            return count / self._effort.iterations
        spent = time.perf_counter() - self._begun
        return spent / max(1e-6, self._effort.seconds or 0.0)

    def _slack(self, best: Solution, done: float) -> float:
        """By how much a plan may be worse than the best now: see `Task.heat`."""
        first, last = self._heat
        travel = best.distance_cost() + best.fixed_vehicle_cost()
        level = first + (last - first) * min(1.0, done)
        return level * travel / math.sqrt(max(1, best.num_clients()))


def _mean_above_nothing(column: Floats) -> float:
    return float(column[column > 0].mean()) if column.any() else 1.0


def _dearest_prize(data: ProblemData) -> int:
    """The largest prize that may be left: what breaking a rule must not be worth."""
    groups = data.groups()
    return max(
        (
            client.prize
            for client in data.clients()
            if not (client.required or (client.group is not None and groups[client.group].required))
        ),
        default=0,
    )


def _doubled(data: ProblemData) -> int:
    """How many clients stand for a stop for which another client stands too."""
    return sum(len(group) - 1 for group in data.groups())


def _dear(data: ProblemData) -> CostEvaluator:
    """Prices at which nothing is worth breaking a rule for."""
    most = PenaltyParams().max_penalty
    return CostEvaluator([most] * data.num_load_dimensions, most, most)
