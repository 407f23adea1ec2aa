"""The files of a drill read into arrays: truth, observations, and the system's answers."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]
TRUTH, OBSERVATIONS = "truth.json.gz", "observations.jsonl.gz"
BELIEFS, ASSETS, FLAGS = "beliefs.jsonl", "assets.jsonl", "flags.jsonl"
UNKNOWN = 0.15
"""What is taken as believed of somebody of whom the system said nothing."""


class ScoreError(Exception):
    """A file of a drill is missing or not what it should be; the message names it."""


@dataclass(frozen=True, slots=True)
class Person:
    """One debtor's truth: weekly states H, A or M, and the weeks in which he went."""

    name: str
    kind: str
    states: str
    moves: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """One observation, as far as a scorer needs it; `at` is weeks since the start, as recorded."""

    person: str
    kind: str
    source_class: str
    source_id: str
    at: float
    seen: float


@dataclass(frozen=True)
class Played:
    """A whole drill. `weeks` are those whose end is a date at which beliefs were asked for.

    `moved` and `believed` are persons by dates: whether gone in the last week, and p_moved.
    """

    start: datetime
    length: int
    seed: int
    habits: dict[str, float]
    persons: list[Person]
    agents: dict[str, str]
    assets: dict[str, bool]
    weeks: list[int]
    moved: Booleans
    believed: Floats
    p_evasive: dict[str, float]
    flags: list[tuple[str, str, float]]
    observations: list[Seen]
    versions: tuple[str, ...]
    missing: int

    @property
    def kinds(self) -> list[str]:
        """The kinds of debtor, in order of name."""
        return sorted({person.kind for person in self.persons})


def read(world: Path, answers: Path) -> Played:
    """Read a drill; raises ScoreError with the file that is wrong."""
    truth = _json(world / TRUTH)
    try:
        start = datetime.fromisoformat(truth["start"])
        persons = [
            Person(one["person"], _kind(one), one["states"], tuple(one["moves"]))
            for one in truth["persons"]
        ]
        midnight = start.replace(hour=0, minute=0, second=0)
        weeks, believed, versions = _beliefs(answers / BELIEFS, midnight, persons)
        moved = [[one.states[week - 1] == "M" for week in weeks] for one in persons]
        return Played(
            start=start,
            length=int(truth["weeks"]),
            seed=int(truth.get("seed", 0)),
            habits=dict(truth.get("habits", {})),
            persons=persons,
            agents=_agents(truth),
            assets={one["asset"]: bool(one["evasive"]) for one in truth["assets"]},
            weeks=weeks,
            moved=np.array(moved, bool),
            believed=np.where(np.isnan(believed), UNKNOWN, believed),
            p_evasive={one["asset"]: one["p_evasive"] for one in _lines(answers / ASSETS)},
            flags=_flags(answers / FLAGS, start),
            observations=list(_observations(world / OBSERVATIONS, start)),
            versions=versions,
            missing=int(np.isnan(believed).sum()),
        )
    except (KeyError, TypeError, ValueError, IndexError) as wrong:
        raise ScoreError(f"{world} and {answers} do not belong together: {wrong!r}") from wrong


def _kind(one: dict[str, Any]) -> str:
    """A world that names no kinds still tells evaders from others."""
    return str(one.get("kind") or ("evades" if one.get("evader") else "other"))


def _agents(truth: dict[str, Any]) -> dict[str, str]:
    found = {one["agent"]: one["kind"] for one in truth.get("agents", ())}
    return found or dict.fromkeys(truth.get("fabricators", ()), "inventing")


def _beliefs(
    path: Path, midnight: datetime, persons: list[Person]
) -> tuple[list[int], Floats, tuple[str, ...]]:
    rows = list(_lines(path))
    weeks_of = {text: _week(text, midnight) for text in {one["as_of"] for one in rows}}
    weeks = sorted({week for week in weeks_of.values() if week >= 1})
    column = {week: index for index, week in enumerate(weeks)}
    row = {person.name: index for index, person in enumerate(persons)}
    found = np.full((len(persons), len(weeks)), np.nan)
    for one in rows:
        if (week := weeks_of[one["as_of"]]) in column:
            found[row[one["person"]], column[week]] = one["p_moved"]
    return weeks, found, tuple(sorted({str(one.get("version", "")) for one in rows}))


def _week(text: str, midnight: datetime) -> int:
    at = datetime.fromisoformat(text)
    at = at if at.tzinfo else at.replace(tzinfo=midnight.tzinfo)
    return round((at - midnight) / timedelta(weeks=1))


def _flags(path: Path, start: datetime) -> list[tuple[str, str, float]]:
    if not path.exists():
        return []
    return [(one["person"], one["code"], _since(one["raised_at"], start)) for one in _lines(path)]


def _observations(path: Path, start: datetime) -> Iterator[Seen]:
    for one in _lines(path):
        source = one["source"]
        yield Seen(
            one["person"],
            one["kind"],
            source["class"],
            source["id"],
            _since(one["recorded_at"], start),
            _since(one["observed_at"], start),
        )


def _since(text: str, start: datetime) -> float:
    return (datetime.fromisoformat(text) - start) / timedelta(weeks=1)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    try:
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rt", encoding="utf-8") as file:
            for line in file:
                yield json.loads(line)
    except (OSError, ValueError) as wrong:
        raise ScoreError(f"{path}: cannot be read ({wrong})") from None


def _json(path: Path) -> dict[str, Any]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            found = json.load(file)
    except (OSError, ValueError) as wrong:
        raise ScoreError(f"{path}: cannot be read ({wrong})") from None
    return dict(found)
