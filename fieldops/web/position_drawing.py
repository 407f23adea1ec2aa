"""Where a phone stood, as figures for an SVG: the address, the fix, and how far it may be off.

Positions are WGS-84. The sketch has no map under it: it says how far, and in which direction.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from fieldops.domain.positions import Position, metres_between

SIDE, _MARGIN = 320.0, 34.0
_LEAST_METRES = 25.0
_METRES_PER_DEGREE = 111_320.0
_BARS = (10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 50_000, 200_000, 1_000_000)


@dataclass(frozen=True, slots=True)
class Spot:
    """A place to draw: `kind` is address, fix, arrival or exif; `off` is its accuracy in metres."""

    kind: str
    at: Position
    off: float = 0.0


@dataclass(frozen=True, slots=True)
class DrawnSpot:
    """A spot with its place on the sketch, the radius of its accuracy, and metres to the first."""

    spot: Spot
    x: float
    y: float
    r: float
    metres: int


@dataclass(frozen=True, slots=True)
class Sketch:
    """Everything that the SVG shows; the first spot is what the others are measured from."""

    spots: Sequence[DrawnSpot]
    bar_units: float
    bar_metres: int
    side: float = SIDE


def sketch(spots: Sequence[Spot]) -> Sketch | None:
    """The sketch of these spots; None without two of them, for one alone tells nothing."""
    if len(spots) < 2:
        return None
    lat = sum(one.at.lat for one in spots) / len(spots)
    east = _METRES_PER_DEGREE * max(math.cos(math.radians(lat)), 0.01)
    points = [(one.at.lon * east, -one.at.lat * _METRES_PER_DEGREE) for one in spots]
    middle = tuple((min(axis) + max(axis)) / 2 for axis in zip(*points, strict=True))
    reach = max(
        max(abs(x - middle[0]), abs(y - middle[1])) + min(one.off, 500.0)
        for (x, y), one in zip(points, spots, strict=True)
    )
    per_metre = (SIDE / 2 - _MARGIN) / max(reach, _LEAST_METRES)
    bar = max((one for one in _BARS if one * per_metre <= SIDE / 3), default=_BARS[0])
    return Sketch(
        [
            DrawnSpot(
                one,
                round(SIDE / 2 + (x - middle[0]) * per_metre, 1),
                round(SIDE / 2 + (y - middle[1]) * per_metre, 1),
                round(one.off * per_metre, 1),
                round(metres_between(spots[0].at, one.at)),
            )
            for (x, y), one in zip(points, spots, strict=True)
        ],
        round(bar * per_metre, 1),
        bar,
    )
