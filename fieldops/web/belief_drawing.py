"""The course of a belief as figures for an SVG: three curves over time, and marks at its turns.

All coordinates are in the drawing's own units; the template writes them down.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from fieldops.services.belief_history import History, Turn

WIDTH, HEIGHT = 960.0, 300.0
LEFT, RIGHT, TOP, BOTTOM = 52.0, 150.0, 34.0, 40.0
CURVES = ("p_moved", "p_home", "p_away")
_TICKS = 5
_APART = 16.0
_NEAR = 22.0


@dataclass(frozen=True, slots=True)
class Curve:
    """One probability over time, with where its name stands at the right end."""

    name: str
    points: str
    label_y: float
    now: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A turn on the curve of having moved; `number` is that of the row in the table."""

    turn: Turn
    number: int
    x: float
    y: float
    label_y: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything that the SVG shows."""

    curves: Sequence[Curve]
    marks: Sequence[Mark]
    days: Sequence[tuple[float, str]]
    shares: Sequence[tuple[float, str]]
    width: float = WIDTH
    height: float = HEIGHT
    left: float = LEFT
    right: float = WIDTH - RIGHT
    top: float = TOP
    bottom: float = HEIGHT - BOTTOM


def draw(history: History, zone: ZoneInfo) -> Drawing | None:
    """The drawing of a history; None where its course has no length."""
    course = history.course
    if len(course) < 2 or course[-1].as_of <= course[0].as_of:
        return None
    start, end = course[0].as_of, course[-1].as_of

    def across(at: datetime) -> float:
        share = (at - start) / (end - start)
        return round(LEFT + (WIDTH - LEFT - RIGHT) * min(max(share, 0.0), 1.0), 1)

    paths = {
        name: " ".join(f"{across(one.as_of)},{_up(getattr(one, name))}" for one in course)
        for name in CURVES
    }
    last = {name: getattr(course[-1], name) for name in CURVES}
    labels = _spread({name: _up(share) for name, share in last.items()})
    return Drawing(
        [Curve(name, paths[name], labels[name], last[name]) for name in CURVES],
        _marks([(turn, across(turn.at)) for turn in history.turns]),
        [(across(at), _day(at, end - start, zone)) for at in _dates(start, end)],
        [(_up(share), f"{share:.0%}") for share in (0.0, 0.5, 1.0)],
    )


def _marks(turns: Sequence[tuple[Turn, float]]) -> list[Mark]:
    """A mark at each turn; numbers of turns close together stand above each other."""
    found: list[Mark] = []
    level, last = 0, float("-inf")
    for number, (turn, x) in enumerate(turns, 1):
        level = (level + 1) % 3 if x - last < _NEAR else 0
        last = x
        y = _up(turn.after.p_moved)
        above = y - 14.0 - level * 16.0
        found.append(Mark(turn, number, x, y, round(above if above > 12.0 else y + 26.0, 1)))
    return found


def _up(share: float) -> float:
    return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share, 1)


def _spread(wanted: dict[str, float]) -> dict[str, float]:
    """The heights of labels, moved apart where they would lie over each other."""
    found: dict[str, float] = {}
    lowest = TOP - _APART
    for name, y in sorted(wanted.items(), key=lambda one: one[1]):
        lowest = max(y, lowest + _APART)
        found[name] = lowest
    over = max(lowest - (HEIGHT - BOTTOM), 0.0)
    return {name: round(y - over, 1) for name, y in found.items()}


def _dates(start: datetime, end: datetime) -> list[datetime]:
    return [start + (end - start) * number / (_TICKS - 1) for number in range(_TICKS)]


def _day(at: datetime, length: timedelta, zone: ZoneInfo) -> str:
    """The day alone, or with its hour where the whole course is of a few days."""
    local = at.astimezone(zone)
    return f"{local:%m-%d %H:%M}" if length < timedelta(days=8) else f"{local:%Y-%m-%d}"
