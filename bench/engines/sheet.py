"""A problem laid out as engines want it: numbered places, a matrix, fleets, windows of starts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import MISSING, Field, dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.engines.faults import UnsupportedError
from routing import Problem, Shift, Stop
from routing.ground import Ground, end_place, ground_of, places_of, start_place
from routing.problem import Place

FOREVER = 2**31 - 1
_PLAIN = {
    "stop": "id place service windows priority prize demand",
    "shift": "id agent start window end day skills load crew_with",
    "travel": "kind speed_kmh detour scale rounding seconds metres order",
    "objective": "metres seconds per_shift",
}
PLAIN = frozenset(f"{of}.{name}" for of, names in _PLAIN.items() for name in names.split())
"""What every engine's model has: places, windows, loads, prizes, travel and its cost.

Skills and partners of shifts ask for nothing by themselves; those of stops do.
"""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of the matrices are the stops, then every start and end once.

    With `anywhere` the last row costs nothing to and from, for shifts that end where they like.
    """

    problem: Problem
    ground: Ground
    costs: NDArray[np.int64]
    seconds: NDArray[np.int64]
    points: list[tuple[float, float]]
    starts: list[int]
    ends: list[int]

    @property
    def stops(self) -> int:
        """How many stops there are; they have the first rows."""
        return len(self.problem.stops)


def sheet_of(problem: Problem, able: Iterable[str] = ()) -> Sheet:
    """The sheet of a problem; UnsupportedError where it has more than PLAIN and `able`."""
    beyond = sorted(used(problem) - PLAIN - set(able))
    if beyond:
        raise UnsupportedError(f"its model here lacks {', '.join(beyond)}")
    ground = ground_of(problem)
    places = places_of(problem)
    rows: dict[object, int] = {}
    chosen = list(range(len(problem.stops)))

    def row_of(number: int | None) -> int:
        key = "anywhere" if number is None else _key(problem, places[number], number)
        if key not in rows:
            rows[key] = len(problem.stops) + len(rows)
            if number is not None:
                chosen.append(number)
        return rows[key]

    starts = [row_of(start_place(problem, at)) for at in range(len(problem.shifts))]
    homes = [end_place(problem, at) for at in range(len(problem.shifts))]
    known = {at: row_of(home) for at, home in enumerate(homes) if home is not None}
    ends = [known[at] if at in known else row_of(None) for at in range(len(homes))]
    extra = None in homes
    costs, seconds = _matrices(problem, ground, chosen, extra)
    return Sheet(problem, ground, costs, seconds, _points(places, chosen, extra), starts, ends)


def used(problem: Problem) -> set[str]:
    """The fields that the problem makes use of, as `stop.windows` or `objective.per_shift`."""
    found = {f"travel.{one}" for one in _set_fields(problem.travel)}
    found |= {f"objective.{one}" for one in _set_fields(problem.objective)}
    for stop in problem.stops:
        found |= {f"stop.{one}" for one in _set_fields(stop)}
    for shift in problem.shifts:
        found |= {f"shift.{one}" for one in _set_fields(shift)}
    return found


def _set_fields(one: Any) -> set[str]:
    return {each.name for each in fields(one) if getattr(one, each.name) != _default(each)}


def _default(each: Field[Any]) -> object:
    return each.default if each.default_factory is MISSING else each.default_factory()


def _key(problem: Problem, place: Place, number: int) -> object:
    """Places that are the same share a row; those of a matrix only where they are named."""
    named = place.at is not None or problem.travel.kind != "matrix"
    return place if named else number


def _matrices(
    problem: Problem, ground: Ground, chosen: list[int], extra: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    metres, seconds = ground.block(chosen, chosen)
    costs = problem.objective.metres * metres + problem.objective.seconds * seconds
    for matrix in (costs, seconds):
        np.fill_diagonal(matrix, 0)
    if extra:
        costs, seconds = (np.pad(matrix, ((0, 1), (0, 1))) for matrix in (costs, seconds))
    return costs, seconds


def _points(places: list[Place], chosen: list[int], extra: bool) -> list[tuple[float, float]]:
    points = [
        (one.x or one.lon or 0.0, one.y or one.lat or 0.0) for one in (places[at] for at in chosen)
    ]
    return [*points, points[0]] if extra else points


def start_windows(stop: Stop) -> list[tuple[int, int]]:
    """When the service may begin; one endless window where the stop names none."""
    if stop.windows is None:
        return [(0, FOREVER - stop.service)]
    return [
        (opens, closes - stop.service)
        for opens, closes in stop.windows
        if closes - stop.service >= opens
    ]


def fleets(sheet: Sheet) -> list[list[int]]:
    """The shifts by what makes them alike: start, end, hours and limits."""
    alike: dict[object, list[int]] = {}
    for at, shift in enumerate(sheet.problem.shifts):
        key = (sheet.starts[at], sheet.ends[at], shift.window, _limits(shift))
        alike.setdefault(key, []).append(at)
    return list(alike.values())


def _limits(shift: Shift) -> tuple[int | None, ...]:
    return shift.load, shift.max_stops, shift.max_work


def loads(sheet: Sheet) -> bool:
    """Whether any shift can carry only so much."""
    return any(shift.load is not None for shift in sheet.problem.shifts)


def capacity(shift: Shift) -> int:
    """What the shift can carry; practically endless where it names no load."""
    return FOREVER if shift.load is None else shift.load
