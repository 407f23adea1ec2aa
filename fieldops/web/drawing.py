"""The map of a plan as figures for an SVG: projected places, routes, a graticule and a scale bar.

Positions are WGS-84 degrees. The projection is equirectangular at the middle latitude, which is
true to a few metres over a city. Nothing is fetched: the map works without any network.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

WIDTH, HEIGHT = 1000.0, 640.0
_MARGIN = 60.0
_METRES_PER_DEGREE = 111_320.0
_STEPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
_BARS = (100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 500_000)


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on the map: `kind` is stop, unserved or start; `label` stands in it."""

    lat: float
    lon: float
    kind: str
    label: str
    title: str
    colour: int = 0


@dataclass(frozen=True, slots=True)
class Drawn:
    """A mark with its place on the drawing."""

    mark: Mark
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Gridline:
    """A line of the graticule with its degrees."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class MapDrawing:
    """Everything that the SVG shows, in its own units."""

    marks: list[Drawn]
    routes: list[tuple[int, str]]
    meridians: list[Gridline]
    parallels: list[Gridline]
    bar_units: float
    bar_metres: int
    width: float = field(default=WIDTH)
    height: float = field(default=HEIGHT)


def draw(
    marks: Sequence[Mark], routes: Sequence[tuple[int, Sequence[tuple[float, float]]]]
) -> MapDrawing | None:
    """The drawing of these marks and routes (colour, [(lat, lon), ...]); None without a place."""
    if not marks:
        return None
    frame = _Frame.around([(mark.lat, mark.lon) for mark in marks])
    bar = max((one for one in _BARS if one * frame.per_metre <= 220), default=_BARS[0])
    return MapDrawing(
        marks=[Drawn(mark, *frame.place(mark.lat, mark.lon)) for mark in marks],
        routes=[(colour, _path(frame, points)) for colour, points in routes],
        meridians=frame.meridians(),
        parallels=frame.parallels(),
        bar_units=round(bar * frame.per_metre, 1),
        bar_metres=bar,
    )


@dataclass(frozen=True, slots=True)
class _Frame:
    lat: float
    lon: float
    per_metre: float

    @classmethod
    def around(cls, points: Sequence[tuple[float, float]]) -> "_Frame":
        lats, lons = [lat for lat, _ in points], [lon for _, lon in points]
        lat, lon = (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2
        tall = max((max(lats) - min(lats)) * _METRES_PER_DEGREE, 800.0)
        wide = max((max(lons) - min(lons)) * _east(lat), 1200.0)
        return cls(lat, lon, min((WIDTH - 2 * _MARGIN) / wide, (HEIGHT - 2 * _MARGIN) / tall))

    def place(self, lat: float, lon: float) -> tuple[float, float]:
        x = WIDTH / 2 + (lon - self.lon) * _east(self.lat) * self.per_metre
        y = HEIGHT / 2 - (lat - self.lat) * _METRES_PER_DEGREE * self.per_metre
        return round(x, 1), round(y, 1)

    def meridians(self) -> list[Gridline]:
        half = WIDTH / 2 / (_east(self.lat) * self.per_metre)
        degrees = _ticks(self.lon - half, self.lon + half)
        return [Gridline(self.place(self.lat, one)[0], f"{one:.3f}°") for one in degrees]

    def parallels(self) -> list[Gridline]:
        half = HEIGHT / 2 / (_METRES_PER_DEGREE * self.per_metre)
        degrees = _ticks(self.lat - half, self.lat + half)
        return [Gridline(self.place(one, self.lon)[1], f"{one:.3f}°") for one in degrees]


def _east(lat: float) -> float:
    """Metres in a degree of longitude."""
    return _METRES_PER_DEGREE * max(math.cos(math.radians(lat)), 0.01)


def _ticks(low: float, high: float) -> list[float]:
    step = next((one for one in _STEPS if (high - low) / one <= 7), _STEPS[-1])
    first = math.ceil(low / step)
    return [index * step for index in range(first, math.floor(high / step) + 1)]


def _path(frame: _Frame, points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in (frame.place(*point) for point in points))
