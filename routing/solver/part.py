"""The part of a problem that a region needs, as JSON: its stops, heads and shifts, its travel."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from routing.draft import Draft
from routing.fields import ProblemError
from routing.ground import end_place, start_place
from routing.problem import Matrix, Problem, Stop
from routing.reading import MAX_MATRIX, problem_to_json
from routing.solver.tasks import Region

CELL = np.dtype("<i4")
"""A cell of a matrix; `MAX_METRES` fits into it."""

EMPTY: tuple[object, ...] = (None, [], {})


def part_of(draft: Draft, region: Region) -> dict[str, object]:
    """The region's part of the draft's problem; `unpacked` makes it what `read_problem` takes.

    Stops and shifts keep their order, on which a search may depend. A shift that only a pin
    names comes along without a team, so that nobody here may serve the stop. Stops elsewhere
    that may not meet one of these are forgotten: the whole plan keeps them apart.
    """
    problem, teams = draft.problem, region.teams
    heads = [stop for team in teams for stop in draft.routes[team]]
    numbers = sorted({*region.stops, *heads})
    names = {problem.stops[number].id for number in numbers}
    stops = [_among(problem.stops[number], names) for number in numbers]
    pins = {stop.pinned.shift for stop in stops if stop.pinned is not None}
    members = {member for team in teams for member in draft.teams[team].members}
    members |= {at for at, shift in enumerate(problem.shifts) if shift.id in pins}
    # Who works with whom is settled by the teams.
    shifts = [replace(problem.shifts[member], crew_with=None) for member in sorted(members)]
    travel, cells = problem.travel, dict[str, object]()
    if isinstance(travel, Matrix):
        cells, order = _cells(draft, numbers, sorted(members))
        travel = replace(travel, seconds=(), metres=(), order=tuple(order))
    part = problem_to_json(
        replace(problem, stops=tuple(stops), shifts=tuple(shifts), travel=travel)
    )
    said = part["travel"]
    assert isinstance(said, dict)  # noqa: S101  # For the type alone.
    return {
        **part,
        "stops": [_spoken(one) for one in _objects(part["stops"])],
        "shifts": [_spoken(one) for one in _objects(part["shifts"])],
        "travel": {**_object(part["travel"]), **cells},
    }


def unpacked(value: object, path: str) -> object:
    """The part with its matrix as rows; what is wrong beyond that is left to `read_problem`."""
    problem = _object(value)
    travel = _object(problem.get("travel"))
    if travel.get("kind") != "matrix":
        return value
    order = travel.get("order")
    if not isinstance(order, list) or len(order) > MAX_MATRIX:
        raise ProblemError(f"{path}.travel.order", f"must be at most {MAX_MATRIX} names")
    rows = {
        key: _rows(travel.get(key), f"{path}.travel.{key}", len(order))
        for key in ("metres", "seconds")
    }
    return {**problem, "travel": {**travel, **rows}}


def _among(stop: Stop, names: set[str]) -> Stop:
    return replace(stop, not_with=stop.not_with & names, not_same_day=stop.not_same_day & names)


def _object(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _objects(value: object) -> list[dict[str, object]]:
    return value if isinstance(value, list) else []


def _spoken(one: dict[str, object]) -> dict[str, object]:
    """An object without what is not said in it; no window at all says something."""
    return {key: value for key, value in one.items() if key == "windows" or value not in EMPTY}


def _cells(
    draft: Draft, stops: Sequence[int], members: Sequence[int]
) -> tuple[dict[str, object], list[str]]:
    """The travel between these stops and shifts' places, and the names of the rows."""
    places = _rows_of(draft.problem, stops, members)
    numbers = list(places.values())
    metres, seconds = draft.ground.block(numbers, numbers)
    packed = {"metres": metres, "seconds": seconds}
    return {
        key: base64.b64encode(cells.astype(CELL).tobytes()).decode("ascii")
        for key, cells in packed.items()
    }, list(places)


def _rows_of(problem: Problem, stops: Sequence[int], members: Sequence[int]) -> dict[str, int]:
    """By the name of a row of the matrix the number of a place that lies there."""
    places = {problem.stops[stop].id: stop for stop in stops}
    for member in members:
        shift = problem.shifts[member]
        places.setdefault(shift.start.at or shift.id, start_place(problem, member))
        end = end_place(problem, member)
        if end is not None and shift.end not in (None, shift.start):
            places.setdefault((shift.end or shift.start).at or "", end)
    return places


def _rows(value: object, path: str, size: int) -> list[list[int]]:
    if not isinstance(value, str):
        raise ProblemError(path, "must be a text")
    try:
        plain = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as wrong:
        raise ProblemError(path, f"is not base64: {wrong}") from wrong
    if len(plain) != size * size * CELL.itemsize:
        raise ProblemError(path, f"has {len(plain)} bytes; order names {size} places")
    rows: list[list[int]] = np.frombuffer(plain, CELL).reshape(size, size).tolist()
    return rows
