"""All engines by name, imported only when one is run, so that start-up is its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from bench.engines.allowance import Allowance
from routing import Plan, Problem

Engine = Callable[[Problem, Allowance, int], Plan]


@dataclass(frozen=True, slots=True)
class Entry:
    """Where an engine's `plan` is, on how many cores it runs, and whether a seed changes it."""

    name: str
    module: str
    cores: int | None
    seeded: bool

    def load(self) -> Engine:
        """The engine's `plan`."""
        found: Engine = import_module(self.module).plan
        return found


ENGINES = {
    entry.name: entry
    for entry in (
        Entry("ours", "bench.engines.ours", None, seeded=True),
        Entry("pyvrp", "bench.engines.pyvrp_alone", 1, seeded=True),
        Entry("vroom", "bench.engines.vroom", None, seeded=False),
        Entry("ortools", "bench.engines.ortools_routing", 1, seeded=False),
        Entry("naive", "bench.engines.naive", 1, seeded=False),
    )
}
