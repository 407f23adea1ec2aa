"""What the engines are compared on: which problems, with which wall times and seeds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bench.instances import (
    best_known,
    field_day,
    find_case_files,
    find_instance,
    problem_json,
    seeded_benchmark,
    seeded_field_day,
)
from bench.rows import UnavailableError

TIMED, PRIZES, DEPOTS, LARGE, FIELD = (
    "time windows",
    "prizes",
    "several depots",
    "10,000 stops",
    "field days",
)
WINDOWS = ("R1_2_4", "RC2_4_5", "R1_10_4")
IN_FULL = {
    TIMED: (
        *("R108", "RC106", "R208", "C104", "R1_2_4", "RC2_2_5"),
        *("R1_4_4", "RC2_4_5", "C1_6_3", "R1_10_4", "RC2_10_5", "C1_10_3"),
    ),
    PRIZES: ("PC_R1_10_4", "PC_RC2_10_5", "PC_C1_10_3"),
    DEPOTS: ("MD_PR11A", "MD_PR14A"),
    LARGE: ("Ghent1",),
}
SEEDS = (1, 2, 3)
DAYS = ((3_000, 60), (10_000, 160))


@dataclass(frozen=True, slots=True)
class Subject:
    """One problem in its JSON form; `best` is the best cost that is known of it."""

    name: str
    kind: str
    problem: Any
    best: int | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """One subject with the wall times in seconds and the seeds that it is planned with."""

    subject: Subject
    budgets: tuple[float, ...]
    seeds: tuple[int, ...] = (1,)


def trials(*, full: bool = False, tiny: bool = False) -> Iterator[Trial]:
    """The trials of a size, each read when it is its turn."""
    if tiny:
        yield Trial(_seeded(10), (1,))
        yield Trial(_seeded_day(10, 2), (1,))
        return
    try:
        yield from _in_full() if full else _by_default()
    except UnavailableError:
        yield from _without_files(full=full)


def _by_default() -> Iterator[Trial]:
    for name in WINDOWS:
        yield Trial(_standard(name, TIMED), (5, 20))
    yield Trial(_day(*DAYS[0], plain=True), (5, 20))


def _in_full() -> Iterator[Trial]:
    for kind, names in IN_FULL.items():
        budgets: tuple[float, ...] = (5, 20, 60) if kind == TIMED else (60,)
        for name in names:
            yield Trial(_standard(name, kind), budgets, SEEDS)
    for plain in (True, False):
        for size in DAYS:
            yield Trial(_day(*size, plain=plain), (20, 60), SEEDS)


def _without_files(*, full: bool) -> Iterator[Trial]:
    budgets: tuple[float, ...] = (5, 20, 60) if full else (5, 20)
    seeds = SEEDS if full else (1,)
    for stops in (200, 400, 1_000):
        yield Trial(_seeded(stops), budgets, seeds)
    yield Trial(_seeded_day(1_000, 40), budgets, seeds)


def _standard(name: str, kind: str) -> Subject:
    path = find_instance(name)
    return Subject(name, kind, problem_json(path), best_known(path))


def _day(cases: int, agents: int, *, plain: bool) -> Subject:
    files = find_case_files(cases, agents)
    kind = "" if plain else ", crews and breaks"
    return Subject(f"{cases} cases, {agents} agents{kind}", FIELD, field_day(*files, plain=plain))


def _seeded(stops: int) -> Subject:
    return Subject(f"seeded, {stops} stops", TIMED, seeded_benchmark(stops, 1))


def _seeded_day(visits: int, agents: int) -> Subject:
    problem = seeded_field_day(visits, agents, 1, plain=True)
    return Subject(f"seeded, {visits} visits, {agents} agents", FIELD, problem)
