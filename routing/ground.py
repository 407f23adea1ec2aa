"""The ground a problem is travelled on: metres and seconds between its places.

Places are numbered: first the stops, then the starts of the shifts, then their ends, each in the
order of the problem. No full matrix is built for a large problem: pairs are computed when they
are asked for, and `block` gives the part of the matrix that a part of the problem needs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from routing.geodesic import earth_points, pair, pairwise, sidewise
from routing.problem import Geodesic, Matrix, Place, Planar, Problem

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

KEPT_WHOLE = 1_500
"""Up to this many places the whole matrix is kept; beyond it pairs are computed one by one."""


class Ground(Protocol):
    """Travel between numbered places."""

    points: Floats | None
    """(n, d) coordinates in metres for clustering, or None where a matrix came without any."""

    symmetric: bool
    """Whether the way there is always as long as the way back."""

    def metres(self, origin: int, target: int) -> int:
        """Travelled metres."""
        ...

    def seconds(self, origin: int, target: int) -> int:
        """Travel time in seconds."""
        ...

    def block(self, origins: Sequence[int], targets: Sequence[int]) -> tuple[Integers, Integers]:
        """Metres and seconds from every origin to every target, each as (n, m)."""
        ...

    def pairs(self, origins: Integers, targets: Integers) -> tuple[Integers, Integers]:
        """Metres and seconds from each origin to its own target, each as (n,)."""
        ...


class Table:
    """A ground whose whole matrix is kept."""

    def __init__(
        self,
        metres: Integers,
        seconds: Integers,
        points: Floats | None,
        *,
        symmetric: bool = False,
    ) -> None:
        self.points = points
        self.symmetric = symmetric
        self._blocks = metres, seconds
        self._metres: list[list[int]] = metres.tolist()
        self._seconds: list[list[int]] = seconds.tolist()

    def metres(self, origin: int, target: int) -> int:
        """Travelled metres."""
        return self._metres[origin][target]

    def seconds(self, origin: int, target: int) -> int:
        """Travel time in seconds."""
        return self._seconds[origin][target]

    def block(self, origins: Sequence[int], targets: Sequence[int]) -> tuple[Integers, Integers]:
        """Metres and seconds from every origin to every target, each as (n, m)."""
        at = np.ix_(origins, targets)
        return self._blocks[0][at], self._blocks[1][at]

    def pairs(self, origins: Integers, targets: Integers) -> tuple[Integers, Integers]:
        """Metres and seconds from each origin to its own target, each as (n,)."""
        return self._blocks[0][origins, targets], self._blocks[1][origins, targets]


class Ellipsoid:
    """Geodesic travel, computed pair by pair or block by block."""

    symmetric = True

    def __init__(self, travel: Geodesic, places: Sequence[Place]) -> None:
        self._detour = travel.detour
        self._pace = 3.6 / travel.speed_kmh
        self._all = earth_points(
            [place.lat or 0.0 for place in places], [place.lon or 0.0 for place in places]
        )
        self.points: Floats | None = self._all
        self._rows: list[list[float]] = self._all.tolist()

    def metres(self, origin: int, target: int) -> int:
        """Travelled metres."""
        return math.floor(pair(self._rows[origin], self._rows[target]) * self._detour + 0.5)

    def seconds(self, origin: int, target: int) -> int:
        """Travel time in seconds."""
        way = pair(self._rows[origin], self._rows[target]) * self._detour
        return math.floor(way * self._pace + 0.5)

    def block(self, origins: Sequence[int], targets: Sequence[int]) -> tuple[Integers, Integers]:
        """Metres and seconds from every origin to every target, each as (n, m)."""
        return self._whole(pairwise(self._all[list(origins)], self._all[list(targets)]))

    def pairs(self, origins: Integers, targets: Integers) -> tuple[Integers, Integers]:
        """Metres and seconds from each origin to its own target, each as (n,)."""
        return self._whole(sidewise(self._all[origins], self._all[targets]))

    def _whole(self, arcs: Floats) -> tuple[Integers, Integers]:
        way = arcs * self._detour
        metres: Integers = np.floor(way + 0.5).astype(np.int64)
        seconds: Integers = np.floor(way * self._pace + 0.5).astype(np.int64)
        return metres, seconds


class Plane:
    """Euclidean travel: a metre takes a second."""

    symmetric = True

    def __init__(self, travel: Planar, places: Sequence[Place]) -> None:
        self._scale = travel.scale
        self._shift = 0.5 if travel.rounding == "nearest" else 0.0
        self._up = travel.rounding == "up"
        self._all: Floats = np.array(
            [(place.x or 0.0, place.y or 0.0) for place in places], dtype=np.float64
        ).reshape(-1, 2)
        self.points: Floats | None = self._all
        self._rows: list[list[float]] = self._all.tolist()

    def metres(self, origin: int, target: int) -> int:
        """Travelled metres."""
        (x, y), (u, v) = self._rows[origin], self._rows[target]
        way = math.sqrt((x - u) * (x - u) + (y - v) * (y - v)) * self._scale
        return math.ceil(way) if self._up else math.floor(way + self._shift)

    seconds = metres

    def block(self, origins: Sequence[int], targets: Sequence[int]) -> tuple[Integers, Integers]:
        """Metres and seconds from every origin to every target, each as (n, m)."""
        return self._whole(self._all[list(origins)][:, None], self._all[list(targets)][None])

    def pairs(self, origins: Integers, targets: Integers) -> tuple[Integers, Integers]:
        """Metres and seconds from each origin to its own target, each as (n,)."""
        return self._whole(self._all[origins], self._all[targets])

    def _whole(self, first: Floats, second: Floats) -> tuple[Integers, Integers]:
        dx = first[..., 0] - second[..., 0]
        dy = first[..., 1] - second[..., 1]
        way = np.sqrt(dx * dx + dy * dy) * self._scale
        whole = np.ceil(way) if self._up else np.floor(way + self._shift)
        metres: Integers = whole.astype(np.int64)
        return metres, metres


def places_of(problem: Problem) -> list[Place]:
    """Every numbered place: stops, starts, ends (a shift that ends anywhere repeats its start)."""
    return [
        *(stop.place for stop in problem.stops),
        *(shift.start for shift in problem.shifts),
        *(shift.end or shift.start for shift in problem.shifts),
    ]


def start_place(problem: Problem, shift: int) -> int:
    """The number of the place where the shift with this index starts."""
    return len(problem.stops) + shift


def end_place(problem: Problem, shift: int) -> int | None:
    """The number of the place where the shift ends, None where it may end anywhere."""
    if problem.shifts[shift].end is None:
        return None
    return len(problem.stops) + len(problem.shifts) + shift


def ground_of(problem: Problem) -> Ground:
    """The ground of a problem, with its whole matrix kept where that is cheap."""
    places = places_of(problem)
    if isinstance(problem.travel, Matrix):
        return _measured(problem, problem.travel, places)
    ground: Ellipsoid | Plane
    if isinstance(problem.travel, Geodesic):
        ground = Ellipsoid(problem.travel, places)
    else:
        ground = Plane(problem.travel, places)
    if len(places) > KEPT_WHOLE:
        return ground
    everywhere = range(len(places))
    return Table(*ground.block(everywhere, everywhere), ground.points, symmetric=True)


def _measured(problem: Problem, travel: Matrix, places: Sequence[Place]) -> Table:
    row = {name: at for at, name in enumerate(travel.order)}
    rows = [row[stop.id] for stop in problem.stops]
    starts = [row[shift.start.at or shift.id] for shift in problem.shifts]
    ends = [
        start if shift.end in (None, shift.start) else row[(shift.end or shift.start).at or ""]
        for shift, start in zip(problem.shifts, starts, strict=True)
    ]
    at = np.ix_([*rows, *starts, *ends], [*rows, *starts, *ends])
    size = len(travel.order)
    metres = np.array(travel.metres, dtype=np.int64).reshape(size, size)[at]
    seconds = np.array(travel.seconds, dtype=np.int64).reshape(size, size)[at]
    known = all(place.lat is not None and place.lon is not None for place in places)
    points = None
    if known:
        points = earth_points(
            [one.lat or 0.0 for one in places], [one.lon or 0.0 for one in places]
        )
    return Table(metres, seconds, points)
