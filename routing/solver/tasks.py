"""A piece of search as a value: what is to be improved, how long, and what came of it.

Whoever carries tasks out, threads of this process or workers on other machines, is a `Workers`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from routing.draft import Draft

Orders = Mapping[int, tuple[int, ...]]
"""By team the stops that the search gave it, in order, after its head; idle teams are left out."""

Watch = Callable[[int], None]
"""Is told the cost of what a search has best so far."""


@dataclass(frozen=True, slots=True)
class Region:
    """Stops and teams that are planned together."""

    stops: tuple[int, ...]
    teams: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Effort:
    """What a search may spend: seconds of wall time, or so many iterations."""

    seconds: float | None = None
    iterations: int | None = None

    def share(self, part: float) -> Effort:
        """A part, from 0 to 1, of the effort; at least one iteration."""
        if self.seconds is not None:
            return Effort(max(0.0, self.seconds * part), None)
        return Effort(None, max(1, round((self.iterations or 1) * part)))


@dataclass(frozen=True, slots=True)
class Task:
    """One region, the orders to start from (none: from nothing), effort, heat and seed.

    `heat` is how much worse than the best an accepted plan may be at the start and at the end of
    the search, in units of what one stop costs on average times the root of the stops' number.
    """

    region: Region
    orders: Orders = field(default_factory=dict)
    effort: Effort = Effort(1.0)
    heat: tuple[float, float] = (0.0, 0.0)
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Found:
    """The orders a task ended with, their cost as `cost_of` counts it, and the iterations made."""

    orders: Orders
    iterations: int


class Workers(Protocol):
    """Carries tasks out, as many at once as it has hands."""

    count: int

    def run(self, draft: Draft, tasks: Sequence[Task], watch: Watch | None = None) -> list[Found]:
        """What came of each task, in their order; a lost worker costs a retry, not the task.

        `watch`, where it can be kept, is told the cost of the first task while it runs.
        """
        ...
