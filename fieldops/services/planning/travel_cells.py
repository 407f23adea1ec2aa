"""The places of a problem without repetition, and the table of all its named places; how such a
table is packed beside a stored plan."""

import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

import routing
from fieldops.domain.travel.engine import Cells, Points
from routing.problem import Geodesic, Matrix, Place

SHARED: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Places:
    """The distinct positions (n, 2), the names of rows, and each name's position among them."""

    points: Points
    names: tuple[str, ...]
    rows: tuple[int, ...]


def places_of(problem: routing.Problem) -> Places:
    """Every stop and start, and each end that is another place than its start.

    Positions within about a metre of each other count as one.
    """
    numbers: dict[tuple[float, float], int] = {}
    names: list[str] = []
    rows: list[int] = []
    for name, place in _named(problem):
        key = round(place.lat or 0.0, 5), round(place.lon or 0.0, 5)
        names.append(name)
        rows.append(numbers.setdefault(key, len(numbers)))
    points = np.array(list(numbers), dtype=np.float64).reshape(-1, 2)
    return Places(points, tuple(names), tuple(rows))


def _named(problem: routing.Problem) -> list[tuple[str, Place]]:
    return [
        *((stop.id, stop.place) for stop in problem.stops),
        *((shift.id, shift.start) for shift in problem.shifts),
        *(
            (_end(shift), shift.end)
            for shift in problem.shifts
            if shift.end is not None and shift.end != shift.start
        ),
    ]


def _end(shift: routing.Shift) -> str:
    return f"end of {shift.id}"


def matrix_of(
    problem: routing.Problem, places: Places, seconds: Cells, metres: Cells
) -> routing.Problem:
    """The problem on a table between its distinct places, in the order of `places`."""
    at = np.ix_(places.rows, places.rows)
    travel = Matrix(
        shared_rows(seconds[at]), shared_rows(metres[at]), places.names, _hours(problem)
    )
    return _on(problem, travel)


def _on(problem: routing.Problem, travel: Matrix) -> routing.Problem:
    shifts = tuple(
        shift
        if shift.end is None or shift.end == shift.start
        else replace(shift, end=Place(at=_end(shift)))
        for shift in problem.shifts
    )
    return replace(problem, travel=travel, shifts=shifts)


def shared_rows(table: Cells) -> tuple[tuple[int, ...], ...]:
    """A table as tuples in which equal numbers are one object: a fifth of the memory."""
    most = int(table.max(initial=0))
    if most >= SHARED:
        return tuple(tuple(row) for row in table.tolist())
    numbers: Sequence[int] = list(range(most + 1))
    return tuple(tuple(map(numbers.__getitem__, row)) for row in table.tolist())


def packed(travel: Matrix) -> bytes:
    """The numbers of a table, small: byte by byte of all numbers, since most high bytes are 0."""
    both = np.array([travel.seconds, travel.metres], dtype="<i4")
    planes = np.ascontiguousarray(both.reshape(-1).view(np.uint8).reshape(-1, 4).T)
    return zlib.compress(planes.tobytes(), 1)


def unpacked(cells: bytes, names: Sequence[str], wanted: Collection[str] | None = None) -> Matrix:
    """The table again, of the wanted of its places; raises ValueError when it has another size."""
    planes = np.frombuffer(zlib.decompress(cells), dtype=np.uint8).reshape(4, -1)
    numbers = np.ascontiguousarray(planes.T).reshape(-1).view("<i4")
    both = numbers.reshape(2, len(names), len(names))
    rows = [at for at, name in enumerate(names) if wanted is None or name in wanted]
    both = both[np.ix_((0, 1), rows, rows)] if rows else both[:, :0, :0]
    return Matrix(shared_rows(both[0]), shared_rows(both[1]), tuple(names[at] for at in rows))


def without_cells(problem: routing.Problem, estimated: routing.Problem) -> dict[str, object]:
    """The problem as JSON. A table is kept apart: only the order of its places is told."""
    if not isinstance(problem.travel, Matrix):
        return routing.problem_to_json(problem)
    told = routing.problem_to_json(estimated)
    hours = [list(one) for one in problem.travel.traffic]
    order = list(problem.travel.order)
    return {**told, "travel": {"kind": "matrix", "order": order, "traffic": hours}}


def with_cells(told: dict[str, Any], cells: bytes) -> routing.Problem:
    """The problem again, from its JSON and its packed table; raises ValueError for a misfit.

    Stops may have been put in another order or taken out since, but none added.
    """
    hours = told["travel"].get("traffic", [])
    estimated = routing.read_problem({**told, "travel": {"kind": "geodesic", "traffic": hours}})
    order = tuple(told["travel"]["order"])
    named = set(places_of(estimated).names)
    if not named <= set(order):
        raise ValueError("the table of travel lacks a place of the problem")
    return _on(estimated, replace(unpacked(cells, order, named), traffic=_hours(estimated)))


def _hours(problem: routing.Problem) -> tuple[tuple[int, int, float], ...]:
    return problem.travel.traffic if isinstance(problem.travel, Geodesic) else ()
