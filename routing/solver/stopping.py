"""When a search ends, and how it tells the world how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

INFEASIBLE = 2**63 - 1
"""What PyVRP says a plan costs that breaks a rule."""

PROGRESS_EVERY = 0.2


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a search is: `done` from 0 to 1, iterations made, and the best cost if one is known.

    `regions` is the number of parts in which the problem is being searched at the moment.
    """

    done: float
    iterations: int
    cost: int | None
    regions: int = 1


Report = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a pass may spend: until a moment of the monotonic clock, or without end."""

    deadline: float | None

    def over(self) -> bool:
        """Whether the time is up; without a deadline nobody looks at the clock."""
        return self.deadline is not None and time.perf_counter() >= self.deadline


class Teller:
    """Tells how a search goes on: after each round, and within one every now and then."""

    def __init__(self, report: Report | None, seconds: float | None) -> None:
        self._report, self._seconds = report, seconds
        self._begun = self._told = time.perf_counter()
        self._iterations, self._regions = 0, 1
        self._cost: int | None = None
        self._done = 0.0

    def clock(self) -> float | None:
        """The share of the seconds that is spent; None without a clock."""
        if self._seconds is None:
            return None
        return (time.perf_counter() - self._begun) / max(1e-6, self._seconds)

    def begin(self, regions: int) -> None:
        """A round begins in so many regions."""
        self._regions = regions

    def end(self, done: float, iterations: int, cost: int) -> None:
        """A round of so many iterations ended with this cost; so much of the whole is done."""
        self._iterations += iterations
        self._done, self._cost = done, cost
        self._tell()

    def watch(self, base: int) -> Callable[[int], None] | None:
        """What a search of the only region may call with its best cost, less `base`."""
        if self._report is None:
            return None

        def look(cost: int) -> None:
            if time.perf_counter() - self._told >= PROGRESS_EVERY:
                if self._regions == 1 and cost < INFEASIBLE // 2:
                    self._cost = min(base + cost, self._cost or base + cost)
                self._done = max(self._done, self.clock() or 0.0)
                self._tell()

        return look

    def _tell(self) -> None:
        if self._report is not None:
            self._told = time.perf_counter()
            done = min(1.0, self._done)
            self._report(Progress(done, self._iterations, self._cost, self._regions))
