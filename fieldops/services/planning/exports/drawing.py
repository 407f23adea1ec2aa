"""The map of a plan as SVG: a graticule, a line a route, numbered stops; no tiles, no network."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from math import ceil, cos, floor, log10, radians

from fieldops.services.planning.exports.sheet import Sheet, SheetRoute, SheetStop

WIDTH, HEIGHT, MARGIN = 1000, 640, 40
# Colours that people with the common kinds of colour blindness can tell apart.
COLOURS = (
    "#0072b2",
    "#d55e00",
    "#009e73",
    "#cc79a7",
    "#7a5195",
    "#b8860b",
    "#3b6d8c",
    "#a23b3b",
    "#4c7a34",
    "#5c5c5c",
)
_EMPTY = (0.0, 0.0)


def colour_of(number: int) -> str:
    """The colour of a route by its number from 1."""
    return COLOURS[(number - 1) % len(COLOURS)]


@dataclass(frozen=True, slots=True)
class _Frame:
    """From degrees to the drawing: east-west shrunk by the latitude, both axes to one scale."""

    south: float
    west: float
    scale: float
    squeeze: float
    left: float
    top: float

    def xy(self, lat: float, lon: float) -> tuple[float, float]:
        x = self.left + (lon - self.west) * self.squeeze * self.scale
        y = HEIGHT - self.top - (lat - self.south) * self.scale
        return round(x, 1), round(y, 1)


def svg(sheet: Sheet, title: str) -> str:
    """The drawing; `title` is what a reader of the screen hears."""
    points = list(_points(sheet))
    head = f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">'
    if not points:
        return head + "</svg>"
    frame = _frame(points)
    parts = [head, '<rect width="100%" height="100%" fill="#f7f9fb"/>']
    parts += _graticule(frame, points)
    parts += [_dot(frame, stop) for stop in sheet.unserved if stop.lat is not None]
    parts += [_line(frame, route) for route in sheet.routes]
    parts += [_stop(frame, route, stop) for route in sheet.routes for stop in route.stops]
    parts += [_depot(frame, route) for route in sheet.routes]
    return "".join(parts) + "</svg>"


def _points(sheet: Sheet) -> Iterator[tuple[float, float]]:
    for route in sheet.routes:
        yield route.lat, route.lon
        yield from (_at(stop) for stop in route.stops)
    yield from (_at(stop) for stop in sheet.unserved if stop.lat is not None)


def _at(stop: SheetStop) -> tuple[float, float]:
    return _EMPTY if stop.lat is None or stop.lon is None else (stop.lat, stop.lon)


def _frame(points: list[tuple[float, float]]) -> _Frame:
    lats, lons = [lat for lat, _ in points], [lon for _, lon in points]
    squeeze = max(0.05, cos(radians((min(lats) + max(lats)) / 2)))
    tall = max(max(lats) - min(lats), 0.002)
    wide = max((max(lons) - min(lons)) * squeeze, 0.002)
    scale = min((WIDTH - 2 * MARGIN) / wide, (HEIGHT - 2 * MARGIN) / tall)
    return _Frame(
        south=min(lats),
        west=min(lons),
        scale=scale,
        squeeze=squeeze,
        left=(WIDTH - wide * scale) / 2,
        top=(HEIGHT - tall * scale) / 2,
    )


def _graticule(frame: _Frame, points: list[tuple[float, float]]) -> Iterator[str]:
    step = _step(frame)
    lats, lons = [lat for lat, _ in points], [lon for _, lon in points]
    style = 'stroke="#d5dce3" stroke-width="1"'
    label = 'font-size="11" fill="#5d6b78"'
    for number in range(floor(min(lats) / step), ceil(max(lats) / step) + 1):
        _, y = frame.xy(number * step, frame.west)
        if 0 <= y <= HEIGHT:
            yield f'<line x1="0" x2="{WIDTH}" y1="{y}" y2="{y}" {style}/>'
            yield f'<text x="4" y="{y - 3}" {label}>{number * step:.3f}°N</text>'
    for number in range(floor(min(lons) / step), ceil(max(lons) / step) + 1):
        x, _ = frame.xy(frame.south, number * step)
        if 0 <= x <= WIDTH:
            yield f'<line x1="{x}" x2="{x}" y1="0" y2="{HEIGHT}" {style}/>'
            yield f'<text x="{x + 3}" y="{HEIGHT - 5}" {label}>{number * step:.3f}°E</text>'


def _step(frame: _Frame) -> float:
    """A round number of degrees such that about six lines cross the drawing."""
    rough = HEIGHT / frame.scale / 6
    power: float = 10.0 ** floor(log10(rough))
    return next(power * part for part in (1, 2, 5, 10) if power * part >= rough)


def _line(frame: _Frame, route: SheetRoute) -> str:
    home = (route.lat, route.lon)
    way = [home, *(_at(stop) for stop in route.stops), home]
    drawn = " ".join("{},{}".format(*frame.xy(*point)) for point in way)
    colour = colour_of(route.number)
    return (
        f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="2.5" '
        f'stroke-linejoin="round" opacity="0.75"/>'
    )


def _stop(frame: _Frame, route: SheetRoute, stop: SheetStop) -> str:
    x, y = frame.xy(*_at(stop))
    return (
        f'<circle cx="{x}" cy="{y}" r="9" fill="{colour_of(route.number)}" stroke="#fff" '
        f'stroke-width="1.5"><title>{escape(stop.case_number)}</title></circle>'
        f'<text x="{x}" y="{y + 3.5}" font-size="10" fill="#fff" text-anchor="middle">'
        f"{stop.sequence}</text>"
    )


def _dot(frame: _Frame, stop: SheetStop) -> str:
    x, y = frame.xy(*_at(stop))
    return (
        f'<circle cx="{x}" cy="{y}" r="4" fill="none" stroke="#8794a1" stroke-width="1.5">'
        f"<title>{escape(stop.case_number)}</title></circle>"
    )


def _depot(frame: _Frame, route: SheetRoute) -> str:
    x, y = frame.xy(route.lat, route.lon)
    return (
        f'<rect x="{x - 7}" y="{y - 7}" width="14" height="14" rx="2" fill="#1c2733" '
        f'stroke="#fff" stroke-width="1.5"><title>{escape(" + ".join(route.crew))}</title></rect>'
    )
