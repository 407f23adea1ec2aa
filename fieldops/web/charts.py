"""Charts of a drill as figures for an SVG: calibration, delays, and intervals side by side.

All coordinates are in the drawing's own units; the templates write them down.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SIDE, MARGIN = 320.0, 40.0
_INNER = SIDE - 2 * MARGIN
WIDE, ROW = 380.0, 52.0
_LEFT, _VALUE = 8.0, 60.0


@dataclass(frozen=True, slots=True)
class Dot:
    """A dot of the calibration chart; `title` is what it says in numbers."""

    x: float
    y: float
    r: float
    title: str


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was said against how often it was so; the diagonal is perfect."""

    dots: list[Dot]
    path: str
    ticks: list[tuple[float, float, str]]
    side: float = SIDE
    low: float = MARGIN
    high: float = SIDE - MARGIN


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, where it stands, and its share in per cent."""

    label: str
    x: float
    y: float
    width: float
    height: float
    percent: int


@dataclass(frozen=True, slots=True)
class Span:
    """A figure with its interval on a common scale; `kind` says whose it is."""

    label: str
    kind: str
    y: float
    x: float
    low: float
    high: float
    value: float


@dataclass(frozen=True, slots=True)
class Spans:
    """Several figures below each other under their labels, from 0 to the largest bound."""

    rows: list[Span]
    height: float
    width: float = WIDE
    zero: float = _LEFT


def calibration(bins: Sequence[Mapping[str, Any]]) -> Calibration:
    """The reliability diagram; the area of a dot grows with the number of beliefs in it."""
    filled = [one for one in bins if one["count"]]
    most = max((one["count"] for one in filled), default=1)
    dots = [
        Dot(
            _across(one["said"]),
            _up(one["true"]),
            round(3 + 9 * (one["count"] / most) ** 0.5, 1),
            f"{one['said']:.0%} → {one['true']:.0%} · {one['count']:,}",
        )
        for one in filled
    ]
    path = " ".join(f"{dot.x},{dot.y}" for dot in dots)
    ticks = [(_across(at), _up(at), f"{at:.0%}") for at in (0.0, 0.5, 1.0)]
    return Calibration(dots, path, ticks)


def delays(noticed: Mapping[str, Any]) -> list[Bar]:
    """How many of the moves were noticed within so many weeks, one bar a step."""
    steps, moves = noticed["delays"], max(noticed["moves"], 1)
    width = _INNER / max(len(steps), 1)
    bars = []
    for number, one in enumerate(steps):
        height = round(_INNER * one["moves"] / moves, 1)
        bars.append(
            Bar(
                str(one["weeks"]),
                round(MARGIN + number * width + width * 0.1, 1),
                round(SIDE - MARGIN - height, 1),
                round(width * 0.8, 1),
                height,
                round(100 * one["moves"] / moves),
            )
        )
    return bars


def spans(rows: Sequence[tuple[str, str, Mapping[str, Any]]]) -> Spans:
    """Brier scores (label, kind, scored part of a report) with their intervals."""
    most = max((row["brier_interval"]["high"] for _, _, row in rows), default=1.0) or 1.0
    per = (WIDE - _LEFT - _VALUE) / most
    return Spans(
        [
            Span(
                label,
                kind,
                ROW * number + 36.0,
                round(_LEFT + per * row["brier"], 1),
                round(_LEFT + per * row["brier_interval"]["low"], 1),
                round(_LEFT + per * row["brier_interval"]["high"], 1),
                row["brier"],
            )
            for number, (label, kind, row) in enumerate(rows)
        ],
        ROW * max(len(rows), 1),
    )


def _across(share: float) -> float:
    return round(MARGIN + _INNER * share, 1)


def _up(share: float) -> float:
    return round(SIDE - MARGIN - _INNER * share, 1)
