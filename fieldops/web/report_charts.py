"""Charts of a report as figures for an SVG: bars one below the other, and columns by day.

All coordinates are in the drawing's own units. Every chart stands beside its table, which says the
same in numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from fieldops.web.charts import MARGIN, SIDE, WIDE, Bar

_ROW, _ABOVE, _THICK = 44.0, 18.0, 16.0
_END = 84.0
_LABELS = 8


@dataclass(frozen=True, slots=True)
class Line:
    """One row of bars: its label, what its end says, and the parts of which it is stacked."""

    label: str
    told: str
    y: float
    end: float
    parts: list[Bar]


@dataclass(frozen=True, slots=True)
class Across:
    """Bars across, from a common zero; `legend` names the parts, the first one first."""

    lines: list[Line]
    legend: Sequence[str]
    height: float
    width: float = WIDE


@dataclass(frozen=True, slots=True)
class Upright:
    """Columns stacked upwards, one for each day or month, with labels below some of them."""

    parts: list[tuple[int, Bar]]
    labels: list[tuple[float, str]]
    ticks: list[tuple[float, str]]
    legend: Sequence[str]
    left: float = MARGIN
    width: float = WIDE
    floor: float = SIDE / 2
    height: float = SIDE / 2 + 24


def across(
    rows: Sequence[tuple[str, str, Sequence[float]]], legend: Sequence[str]
) -> Across | None:
    """Bars of (label, what is told, parts); None where there is nothing to draw."""
    most = max((sum(parts) for _, _, parts in rows), default=0)
    if most <= 0:
        return None
    per = (WIDE - _END) / most
    lines = []
    for number, (label, told, parts) in enumerate(rows):
        top = _ROW * number + _ABOVE
        bars = _stacked(parts, legend, per, top)
        end = bars[-1].x + bars[-1].width if bars else 0.0
        lines.append(Line(label, told, top, round(end + 8, 1), bars))
    return Across(lines, legend, _ROW * len(rows))


def _stacked(parts: Sequence[float], legend: Sequence[str], per: float, top: float) -> list[Bar]:
    """The parts of one row; one of nothing keeps its place, so that colours stay in order."""
    found, x, whole = [], 0.0, sum(parts) or 1
    for name, value in zip(legend, parts, strict=True):
        width = round(per * value, 1)
        title = f"{name}: {value:,.10g}"
        found.append(Bar(title, round(x, 1), top, width, _THICK, round(100 * value / whole)))
        x += width
    return found


def upright(columns: Sequence[tuple[str, Sequence[int]]], legend: Sequence[str]) -> Upright | None:
    """Columns of (label, parts from the bottom up); None where there is nothing to draw."""
    most = max((sum(parts) for _, parts in columns), default=0)
    if most <= 0:
        return None
    floor = SIDE / 2
    width = (WIDE - MARGIN) / len(columns)
    per = (floor - 20) / most
    found, labels = [], []
    step = -(-len(columns) // _LABELS)
    for number, (label, parts) in enumerate(columns):
        x, y = MARGIN + number * width, floor
        for kind, (name, value) in enumerate(zip(legend, parts, strict=True)):
            height = round(per * value, 1)
            y -= height
            title = f"{label} {name}: {value}"
            bar = Bar(
                title, round(x + width * 0.12, 1), round(y, 1), round(width * 0.76, 1), height, 0
            )
            found.append((kind, bar))
        if number % step == 0:
            labels.append((round(x + width / 2, 1), label))
    ticks = [(round(floor - per * most, 1), f"{most:,}"), (floor, "0")]
    return Upright(found, labels, ticks, legend)
