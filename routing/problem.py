"""What is to be planned: places, stops, shifts, travel and the objective, all frozen.

Times are integer seconds from the start of the horizon, distances integer metres. The JSON form
is read by `routing.reading`; whatever stands in these classes has passed its checks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

DAY = 86_400

MUST = 1
"""The priority of a visit that is unserved only when it cannot be served."""

DEFAULT_PRIZES = {MUST: 288_000, 2: 28_800, 3: 21_600, 4: 14_400, 5: 7_200}
"""What an unserved stop costs when it names no prize; a must costs ten times the next class."""

Window = tuple[int, int]

Band = tuple[int, int, float]
"""From one second of the day to another, driving takes so many times as long."""


@dataclass(frozen=True, slots=True)
class Place:
    """One position: WGS-84 `lat`/`lon`, planar `x`/`y`, or the name of a row of the matrix."""

    lat: float | None = None
    lon: float | None = None
    x: float | None = None
    y: float | None = None
    at: str | None = None


@dataclass(frozen=True, slots=True)
class Pin:
    """Holds a stop to a shift and, with `sequence` (0 is the first stop), to a place in it."""

    shift: str
    sequence: int | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """One visit to be planned. Its whole service must lie inside one of its windows.

    `window_costs`, as long as `windows`, says what serving in each adds to the cost; a service
    that lies in several pays the least. `prefers` says what it is worth, in units of cost, that
    an agent serves it; the cost grows by what is missed of the best. It is never served on one
    day with a stop that it names, or that names it, in `not_same_day`.
    """

    id: str
    place: Place
    service: int = 0
    windows: tuple[Window, ...] | None = None
    priority: int = 3
    prize: int | None = None
    skills: frozenset[str] = frozenset()
    crew: int = 1
    not_with: frozenset[str] = frozenset()
    pinned: Pin | None = None
    earliest_day: int | None = None
    demand: int = 0
    window_costs: tuple[int, ...] | None = None
    prefers: tuple[tuple[str, int], ...] = ()
    not_same_day: frozenset[str] = frozenset()

    @property
    def value(self) -> int:
        """What leaving this stop out adds to the cost of a plan."""
        return DEFAULT_PRIZES[self.priority] if self.prize is None else self.prize

    @property
    def must(self) -> bool:
        """Whether it may be left out only when it cannot be served."""
        return self.priority == MUST or self.pinned is not None


@dataclass(frozen=True, slots=True)
class Break:
    """A rest that starts inside `window` and lasts `duration` seconds."""

    window: Window
    duration: int


@dataclass(frozen=True, slots=True)
class Shift:
    """One agent's working time on one day. `end` None means the shift may end anywhere.

    `max_work` limits the route's work: its nominal travel, the way back included, and services;
    neither waiting nor breaks. Work above `fair_work` costs the objective's `unfair` a second.
    """

    id: str
    agent: str
    start: Place
    window: Window
    end: Place | None = None
    day: int = 0
    breaks: tuple[Break, ...] = ()
    skills: frozenset[str] = frozenset()
    max_stops: int | None = None
    crew_with: str | None = None
    load: int | None = None
    max_work: int | None = None
    fair_work: int | None = None


@dataclass(frozen=True, slots=True)
class Geodesic:
    """Travel over the WGS-84 ellipsoid, lengthened by `detour`, at one speed."""

    speed_kmh: float = 24.0
    detour: float = 1.35
    traffic: tuple[Band, ...] = ()
    kind: Literal["geodesic"] = "geodesic"


@dataclass(frozen=True, slots=True)
class Planar:
    """Euclidean travel in the plane: metres = seconds = distance x `scale`, then rounded."""

    scale: float = 1.0
    rounding: Literal["nearest", "down", "up"] = "nearest"
    kind: Literal["planar"] = "planar"


@dataclass(frozen=True, slots=True)
class Matrix:
    """Travel as measured by a road engine; row and column i belong to the place `order[i]`."""

    seconds: tuple[tuple[int, ...], ...]
    metres: tuple[tuple[int, ...], ...]
    order: tuple[str, ...]
    traffic: tuple[Band, ...] = ()
    kind: Literal["matrix"] = "matrix"


Travel = Geodesic | Planar | Matrix


@dataclass(frozen=True, slots=True)
class Objective:
    """Weights of a metre, a second of travel, a shift in use and a second of unfair work."""

    metres: int = 1
    seconds: int = 0
    per_shift: int = 0
    unfair: int = 0


@dataclass(frozen=True)
class Problem:
    """Everything a plan is made from."""

    stops: tuple[Stop, ...]
    shifts: tuple[Shift, ...]
    travel: Travel = field(default_factory=Geodesic)
    objective: Objective = field(default_factory=Objective)
    horizon_days: int = 1
