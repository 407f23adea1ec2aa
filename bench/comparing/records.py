"""Runs every engine on every trial and keeps one record of each run."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.comparing.subjects import Trial
from bench.engines import ENGINES, Outcome, run
from routing import read_problem

MEGA = 1_000_000
UNTIMED = "naive"
"""The engine that takes as long as it takes, so that one run stands for all wall times."""


@dataclass(frozen=True, slots=True)
class Record:
    """One run in plain figures; `cost` and what depends on it is None without a plan."""

    subject: str
    kind: str
    stops: int
    engine: str
    budget_s: float
    seed: int
    wall_s: float
    memory_mb: float
    best: int | None
    cost: int | None = None
    value: int | None = None
    visits: int | None = None
    musts_missed: int | None = None
    metres: int | None = None
    travel_h: float | None = None
    faults: int = 0
    reason: str = ""

    @property
    def lawful(self) -> bool:
        """Whether a plan came in which nothing was found."""
        return self.cost is not None and not self.faults

    def to_json(self) -> dict[str, Any]:
        """The record as plain data."""
        return asdict(self)


def compare(
    trials: Iterable[Trial],
    engines: Iterable[str] = tuple(ENGINES),
    tell: Callable[[str], None] = lambda _: None,
) -> Iterator[Record]:
    """A record of every run, one after the other; `tell` hears what comes next."""
    chosen = tuple(engines)
    for trial in trials:
        problem = read_problem(trial.subject.problem)
        with tempfile.TemporaryDirectory(prefix="fieldops-bench-") as folder:
            path = Path(folder, "problem.json")
            path.write_text(json.dumps(trial.subject.problem), encoding="utf-8")
            for engine, seconds, seed in _runs(trial, chosen):
                tell(f"{trial.subject.name}: {engine}, {seconds:g} s, seed {seed}")
                yield _record(trial, run(engine, problem, path, seconds, seed), len(problem.stops))


def _runs(trial: Trial, engines: Iterable[str]) -> Iterator[tuple[str, float, int]]:
    for engine in engines:
        seeds = trial.seeds if ENGINES[engine].seeded else trial.seeds[:1]
        budgets = trial.budgets if engine != UNTIMED else trial.budgets[-1:]
        for seconds in budgets:
            for seed in seeds:
                yield engine, seconds, seed


def _record(trial: Trial, outcome: Outcome, stops: int) -> Record:
    figures: dict[str, Any] = {
        "subject": trial.subject.name,
        "kind": trial.subject.kind,
        "stops": stops,
        "engine": outcome.engine,
        "budget_s": outcome.seconds,
        "seed": outcome.seed,
        "wall_s": round(outcome.wall, 2),
        "memory_mb": round(outcome.memory / MEGA, 1),
        "best": trial.subject.best,
        "faults": len(outcome.faults),
        "reason": outcome.reason or "; ".join(outcome.faults[:1]),
    }
    if outcome.plan is not None:
        figures |= {
            "cost": outcome.plan.cost,
            "value": outcome.value,
            "visits": outcome.visits,
            "musts_missed": outcome.musts_missed,
            "metres": outcome.plan.metres,
            "travel_h": round(outcome.plan.seconds / 3600, 2),
        }
    return Record(**figures)
