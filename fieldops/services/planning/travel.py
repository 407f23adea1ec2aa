"""Laying roads under a problem: from geodesic estimates to what a road engine says.

Up to `most` places the engine is asked for every pair that is not remembered, and the solver is
given the whole table; where there is no answer, the estimate stands in, fitted to the answers that
there are. Beyond that the engine is asked for samples in each territory, and the estimate is fitted
to them. The figures say which of it was done. No transaction is open meanwhile.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

import routing
from fieldops.domain.travel.engine import (
    NO_WAY,
    UNKNOWN,
    UNREACHABLE,
    Cells,
    Points,
    RoadEngine,
    Shortfall,
    nothing,
)
from fieldops.domain.travel.fitting import RoadPace, weighted_median
from fieldops.services.planning.pace import Pace
from fieldops.services.planning.travel_cells import Places, matrix_of, places_of
from routing.geodesic import earth_points, pairwise
from routing.problem import Geodesic

Floats = NDArray[np.float64]

ENOUGH: Final = 30
"""Answered pairs without which nothing is fitted to them."""
COUNTED: Final = 20_000
"""Answered pairs that are looked at, evenly chosen, when a figure is fitted to them."""
SAMPLE: Final = 24
"""Places of one territory between which the engine is asked where there are too many for all."""
TERRITORY: Final = 500
MOST_TERRITORIES: Final = 12
MOST_PLACES: Final = 3_000
"""No table is larger, whatever the settings say: it has two numbers for each pair of places."""
LEAST_FACTOR, GREATEST_FACTOR = 0.5, 3.0


class LegShelf(Protocol):
    """Where answers are remembered, by the engine's key; a shelf that fails knows nothing."""

    def find(self, key: str, points: Points) -> tuple[Cells, Cells]:
        """Seconds and metres between all points, UNKNOWN where nothing is remembered."""
        ...

    def keep(self, key: str, points: Points, seconds: Cells, metres: Cells) -> None:
        """Remember all cells that are not UNKNOWN."""
        ...


@dataclass(frozen=True, slots=True)
class Rates:
    """What turns metres as the crow flies into metres of road and seconds."""

    detour: float
    seconds_a_metre: float

    @property
    def speed_kmh(self) -> float:
        """The speed on the road."""
        return 3.6 / self.seconds_a_metre


@dataclass
class Laid:
    """A problem with its travel, and how that came about."""

    problem: routing.Problem
    kind: str
    engine: str | None = None
    pairs: int = 0
    asked: int = 0
    cached: int = 0
    sampled: int = 0
    factor: float = 1.0
    rates: Rates | None = None
    shortfalls: list[Shortfall] = field(default_factory=list)
    territories: list[dict[str, Any]] = field(default_factory=list)


def lay(
    problem: routing.Problem,
    pace: Pace,
    engine: RoadEngine | None,
    shelf: LegShelf | None = None,
    *,
    most: int = 2_000,
    day_kind: str = "",
) -> Laid:
    """The problem with the best travel to be had; its own must be geodesic. Raises nothing.

    Without a `shelf` nothing is remembered.
    `day_kind` is remembered with the answers, for engines whose answers depend on it.
    """
    places = places_of(problem)
    laid = Laid(problem, "geodesic", pairs=len(places.points) ** 2)
    if engine is None or len(places.points) < 2 or not isinstance(problem.travel, Geodesic):
        return laid
    laid.engine = engine.name
    asking = _Asking(engine, shelf, f"{engine.key} {day_kind}".strip(), laid)
    most = min(most, MOST_PLACES)
    if len(places.points) > most or len(places.names) > 2 * most:
        return _sampled(problem, places, pace, asking)
    return _whole(problem, places, pace, asking)


@dataclass
class _Asking:
    engine: RoadEngine
    shelf: LegShelf | None
    key: str
    laid: Laid

    def table(self, points: Points) -> tuple[Cells, Cells]:
        """Every pair: remembered, else asked for; counts both and notes what is lacking."""
        seconds, metres = self._remembered(points)
        self.laid.cached += int((seconds != UNKNOWN).sum())
        before = seconds != UNKNOWN
        no_ways = int((seconds == NO_WAY).sum())
        if no_ways:
            self.laid.shortfalls.append(Shortfall(UNREACHABLE, no_ways, "remembered"))
        for rows, columns in _lacking(~before):
            found = self.engine.table(points, rows, columns)
            at = np.ix_(rows, columns)
            lacks = ~before[at]
            self.laid.asked += int(lacks.sum())
            seconds[at] = np.where(lacks, found.seconds, seconds[at])
            metres[at] = np.where(lacks, found.metres, metres[at])
            self.laid.shortfalls += found.shortfalls
        fresh = ~before & (seconds != UNKNOWN)
        if self.shelf is not None and fresh.any():
            blank = nothing(*seconds.shape)
            self.shelf.keep(
                self.key, points, np.where(fresh, seconds, blank), np.where(fresh, metres, blank)
            )
        return seconds, metres

    def _remembered(self, points: Points) -> tuple[Cells, Cells]:
        if self.shelf is None:
            return nothing(len(points), len(points)), nothing(len(points), len(points))
        return self.shelf.find(self.key, points)


def _lacking(lacks: NDArray[np.bool_]) -> list[tuple[list[int], list[int]]]:
    """At most two rectangles that hold all lacking pairs: new places against all, all against new.

    After a plan of yesterday only the ways from and to the new places are lacking.
    """
    if not lacks.any():
        return []
    full = lacks.mean(axis=1) > 0.5
    rows = np.flatnonzero(full).tolist()
    rest = np.flatnonzero(~full & lacks.any(axis=1)).tolist()
    found = [(rows, list(range(lacks.shape[1])))] if rows else []
    if rest:
        found.append((rest, np.flatnonzero(lacks[rest].any(axis=0)).tolist()))
    return found


def _whole(problem: routing.Problem, places: Places, pace: Pace, asking: _Asking) -> Laid:
    laid = asking.laid
    seconds, metres = asking.table(places.points)
    known = seconds >= 0
    if not known.any():
        # Nothing but estimates: then the lighter form, in which distances need no table.
        return laid
    straight = _straight(places.points)
    laid.factor = _factor(seconds, metres, known, pace.learned.roads if pace.learned else None)
    timed: Floats = seconds.astype(np.float64) * laid.factor
    laid.rates = _rates(straight, timed, metres, known) or Rates(pace.detour, 3.6 / pace.speed_kmh)
    way = straight * laid.rates.detour
    metres = _rounded(np.where(known, metres, way))
    seconds = _rounded(np.where(known, timed, way * laid.rates.seconds_a_metre))
    laid.kind = "matrix"
    laid.problem = matrix_of(problem, places, seconds, metres)
    return laid


def _straight(points: Points) -> Floats:
    earth = earth_points(points[:, 0].tolist(), points[:, 1].tolist())
    return pairwise(earth, earth)


def _rounded(table: Floats) -> Cells:
    return np.floor(table + 0.5).astype(np.int32)


def _rates(
    straight: Floats, seconds: Floats, metres: Cells, known: NDArray[np.bool_]
) -> Rates | None:
    """Detour and pace of the answered pairs that lie apart at all."""
    cells = _some(known & (straight > 100) & (metres > 0) & (seconds > 0))
    if len(cells) < ENOUGH:
        return None
    apart, roads, times = straight.flat[cells], metres.flat[cells], seconds.flat[cells]
    return Rates(
        max(1.0, weighted_median((roads / apart).tolist(), apart.tolist())),
        weighted_median((times / roads).tolist(), roads.tolist()),
    )


def _some(wanted: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The numbers of the wanted cells, or evenly chosen ones of them."""
    cells: NDArray[np.int64] = np.flatnonzero(wanted)
    step = max(1, len(cells) // COUNTED)
    return cells[::step]


def _factor(
    seconds: Cells, metres: Cells, known: NDArray[np.bool_], roads: RoadPace | None
) -> float:
    """How much longer crews take than the engine says, on ways as long as those they drove."""
    if roads is None:
        return 1.0
    alike = known & (metres >= roads.shortest) & (metres <= roads.longest) & (seconds > 0)
    cells = _some(alike & (metres > 0))
    if len(cells) < ENOUGH:
        return 1.0
    said = weighted_median(
        (seconds.flat[cells] / metres.flat[cells]).tolist(), metres.flat[cells].tolist()
    )
    factor = math.exp(roads.share * math.log(roads.seconds_a_metre / said))
    return round(min(max(factor, LEAST_FACTOR), GREATEST_FACTOR), 3)


def _sampled(problem: routing.Problem, places: Places, pace: Pace, asking: _Asking) -> Laid:
    laid, points = asking.laid, places.points
    parts = max(1, min(MOST_TERRITORIES, len(points) // TERRITORY))
    labels = routing.territories(
        points[:, 0].tolist(), points[:, 1].tolist(), [1.0] * len(points), parts
    )
    source = random.Random(1)  # noqa: S311  # An even choice, the same every time.
    found: list[tuple[int, Rates]] = []
    for label in range(parts):
        own = np.flatnonzero(labels == label).tolist()
        rates = _sample(points[sorted(source.sample(own, min(SAMPLE, len(own))))], asking)
        if rates is not None:
            found.append((len(own), rates))
            laid.territories.append(_told(len(own), rates))
    laid.sampled = laid.asked + laid.cached
    if not found:
        return laid
    laid.rates = _with_legs(_mean(found), pace)
    laid.kind = "sampled"
    travel = replace(
        _geodesic(problem),
        speed_kmh=round(laid.rates.speed_kmh, 3),
        detour=round(laid.rates.detour, 4),
    )
    laid.problem = replace(problem, travel=travel)
    return laid


def _geodesic(problem: routing.Problem) -> Geodesic:
    return problem.travel if isinstance(problem.travel, Geodesic) else Geodesic()


def _sample(points: Points, asking: _Asking) -> Rates | None:
    if len(points) < 2:
        return None
    seconds, metres = asking.table(points)
    return _rates(_straight(points), seconds.astype(np.float64), metres, seconds >= 0)


def _told(places: int, rates: Rates) -> dict[str, Any]:
    return {
        "places": places,
        "detour": round(rates.detour, 3),
        "speed_kmh": round(rates.speed_kmh, 1),
    }


def _mean(found: Sequence[tuple[int, Rates]]) -> Rates:
    """The geometric mean, each territory weighing as many places as it has."""
    total = sum(places for places, _ in found)
    detour = sum(places * math.log(rates.detour) for places, rates in found) / total
    pace = sum(places * math.log(rates.seconds_a_metre) for places, rates in found) / total
    return Rates(math.exp(detour), math.exp(pace))


def _with_legs(rates: Rates, pace: Pace) -> Rates:
    """The sampled rates drawn towards the quotient that driven legs show."""
    fitted = pace.learned.fitted if pace.learned else None
    if fitted is None or fitted.observed is None:
        return rates
    engine = rates.detour * rates.seconds_a_metre
    quotient = fitted.observed**fitted.share * engine ** (1 - fitted.share)
    return Rates(rates.detour, quotient / rates.detour)
