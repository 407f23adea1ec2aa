"""What a road engine is asked and what it answers: seconds and metres between places.

All positions are WGS-84 degrees, latitude first. A cell that is `UNKNOWN` has no answer, one that
is `NO_WAY` has the answer that no way leads; what is put in their place is told, never silent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Points: TypeAlias = NDArray[np.float64]
"""(n, 2) latitudes and longitudes in degrees."""
Cells: TypeAlias = NDArray[np.int32]

UNKNOWN: Final = -1
NO_WAY: Final = -2
MOST: Final = 10**8
"""No answer above so many seconds or metres is believed."""

AWAY: Final = "engine-away"
REFUSED: Final = "engine-refused"
UNREADABLE: Final = "engine-unreadable"
LATE: Final = "engine-late"
OFF_ROAD: Final = "place-off-road"
UNREACHABLE: Final = "unreachable"
REASONS: Final = (AWAY, REFUSED, UNREADABLE, LATE, OFF_ROAD, UNREACHABLE)
"""Why cells have no time: no answer, a refusal, an answer that is none, no time left, a place that
no road is near to, and a pair between which no way leads."""


class EngineFailed(Exception):
    """The engine did not answer a question; `reason` is one of REASONS, `detail` for a person."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail[:300]


class PlaceRefused(EngineFailed):
    """The whole question was refused because one of its places lies near no road."""

    def __init__(self, detail: str) -> None:
        super().__init__(OFF_ROAD, detail)


@dataclass(frozen=True, slots=True)
class Shortfall:
    """So many pairs without an answer, and why."""

    reason: str
    pairs: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class RoadTable:
    """Seconds and metres from each origin (row) to each target (column), or UNKNOWN or NO_WAY."""

    seconds: Cells
    metres: Cells
    shortfalls: tuple[Shortfall, ...] = ()


class RoadEngine(Protocol):
    """A road engine. It raises nothing: what it does not answer is UNKNOWN and a shortfall."""

    @property
    def name(self) -> str:
        """What people call it: osrm, valhalla."""
        ...

    @property
    def key(self) -> str:
        """Engine, server and profile: answers are only the same under the same key."""
        ...

    def table(self, points: Points, origins: Sequence[int], targets: Sequence[int]) -> RoadTable:
        """Travel from each of `origins` to each of `targets`, both numbers of rows of `points`."""
        ...


def nothing(rows: int, columns: int) -> Cells:
    """A table in which nothing is known yet."""
    return np.full((rows, columns), UNKNOWN, dtype=np.int32)
