"""When a search ends, and how it tells the world how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

INFEASIBLE = 2**63 - 1
PROGRESS_EVERY = 0.2


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a search is: `done` from 0 to 1, the best cost of its current part if any."""

    done: float
    iterations: int
    cost: int | None
    part: int
    parts: int


Report = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a search may spend: until a moment of the monotonic clock, or so many iterations."""

    deadline: float | None
    iterations: int | None
    report: Report | None = None
    part: int = 0
    parts: int = 1

    def over(self) -> bool:
        """Whether the time is up; a search that counts iterations never looks at the clock."""
        return self.deadline is not None and time.perf_counter() >= self.deadline


class Stopper:
    """PyVRP's stopping criterion: ends with the allowance, or early where nothing feasible came.

    `patience` is the share of the allowance after which a search without any feasible solution
    is given up, so that another way can be tried with the rest.
    """

    def __init__(self, allowance: Allowance, patience: float = 1.0) -> None:
        self._allowance = allowance
        self._patience = patience
        self._start = time.perf_counter()
        self._told = self._start
        self._count = 0

    def __call__(self, best_cost: int) -> bool:
        """Whether to stop, asked once before each iteration."""
        done = self._done()
        self._tell(done, best_cost)
        self._count += 1
        return done >= (self._patience if best_cost >= INFEASIBLE else 1.0)

    def _done(self) -> float:
        limits = self._allowance
        if limits.iterations is not None:
            return self._count / max(1, limits.iterations)
        if limits.deadline is None:
            return 1.0
        return (time.perf_counter() - self._start) / max(1e-6, limits.deadline - self._start)

    def _tell(self, done: float, best_cost: int) -> None:
        limits = self._allowance
        if limits.report is None or time.perf_counter() - self._told < PROGRESS_EVERY:
            return
        self._told = time.perf_counter()
        cost = None if best_cost >= INFEASIBLE else best_cost
        whole = (limits.part + min(1.0, done)) / limits.parts
        limits.report(Progress(whole, self._count, cost, limits.part, limits.parts))
