"""From records of single runs to the lines that are shown: means over seeds, gaps and ratios."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean
from typing import Any

from bench.comparing.records import Record

OURS = "ours"


@dataclass(frozen=True, slots=True)
class Line:
    """What one engine reached on one subject in one wall time, as means over the seeds.

    `gap` is in percent of the best known cost (where none is known: of the best found here),
    `ratio` the engine's cost over ours in the same wall time: above 1 ours is better. `wall` and
    `memory` are the largest of the runs.
    """

    subject: str
    kind: str
    engine: str
    budget: float
    runs: int
    wall: float
    memory: float
    faults: int
    gap: float | None = None
    value: float | None = None
    visits: float | None = None
    travel_h: float | None = None
    ratio: float | None = None
    reason: str = ""

    def to_json(self) -> dict[str, Any]:
        """The line as plain data."""
        return asdict(self)


def lines(records: Sequence[Record]) -> list[Line]:
    """One line for each engine, subject and wall time, in the order in which they were run."""
    best = _best(records)
    grouped: dict[tuple[str, float, str], list[Record]] = {}
    for one in records:
        grouped.setdefault((one.subject, one.budget_s, one.engine), []).append(one)
    ours = {key[:2]: _mean(one.cost for one in runs if one.lawful)
            for key, runs in grouped.items() if key[2] == OURS}  # fmt: skip
    made = [_line(runs, best, ours.get(key[:2])) for key, runs in grouped.items()]
    order = {name: at for at, name in enumerate(dict.fromkeys(one.subject for one in records))}
    return sorted(made, key=lambda one: (order[one.subject], one.budget))


def _best(records: Sequence[Record]) -> dict[str, int]:
    """The best known cost of each subject, or the least that a lawful plan here has."""
    best: dict[str, int] = {}
    for one in records:
        if one.best is not None:
            best[one.subject] = one.best
        elif one.cost is not None and one.lawful:
            best[one.subject] = min(one.cost, best.get(one.subject, one.cost))
    return best


def _line(runs: Sequence[Record], best: dict[str, int], ours: float | None) -> Line:
    first, good = runs[0], [one for one in runs if one.lawful]
    cost, least = _mean(one.cost for one in good), best.get(first.subject)
    return Line(
        subject=first.subject,
        kind=first.kind,
        engine=first.engine,
        budget=first.budget_s,
        runs=len(runs),
        wall=max(one.wall_s for one in runs),
        memory=max(one.memory_mb for one in runs),
        faults=sum(one.faults for one in runs),
        gap=100 * (cost / least - 1) if cost is not None and least else None,
        value=_mean(one.value for one in good),
        visits=_mean(one.visits for one in good),
        travel_h=_mean(one.travel_h for one in good),
        ratio=cost / ours if cost is not None and ours else None,
        reason=next((one.reason for one in runs if one.reason), ""),
    )


def _mean(values: Iterable[float | None]) -> float | None:
    known = [one for one in values if one is not None]
    return fmean(known) if known else None


@dataclass(frozen=True, slots=True)
class Summary:
    """The mean of an engine's gaps over all subjects of a kind, and how ours stands to it.

    `budget` None is all wall times together. `ratio` is our mean gap over the engine's, over what
    both have a plan for.
    """

    kind: str
    budget: float | None
    engine: str
    gaps: int
    gap: float
    ratio: float | None

    def to_json(self) -> dict[str, Any]:
        """The summary as plain data."""
        return asdict(self)


Gaps = dict[tuple[str, float], float]
"""Gaps by subject and wall time."""


def summaries(shown: Sequence[Line]) -> list[Summary]:
    """Mean gaps by kind, wall time and engine, and over all wall times of an engine and kind."""
    found: dict[tuple[str, float | None, str], Gaps] = {}
    for one in shown:
        for budget in (one.budget, None):
            if one.gap is not None:
                gaps = found.setdefault((one.kind, budget, one.engine), {})
                gaps[one.subject, one.budget] = one.gap
    made: list[Summary] = []
    for (kind, budget, engine), gaps in found.items():
        ratio = _ratio(found.get((kind, budget, OURS)), gaps)
        made.append(Summary(kind, budget, engine, len(gaps), fmean(gaps.values()), ratio))
    return sorted(made, key=lambda one: (one.kind, one.budget or math.inf))


def _ratio(ours: Gaps | None, theirs: Gaps) -> float | None:
    both = sorted((ours or {}).keys() & theirs.keys())
    total = sum(theirs[one] for one in both)
    return sum(ours[one] for one in both) / total if ours is not None and total else None
