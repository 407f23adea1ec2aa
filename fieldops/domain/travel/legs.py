"""The legs that were driven, read off the visits of an agent's day; doubtful ones are dropped.

A leg runs from leaving one door to arriving at the next. Whatever else happened on the way, such as
a meal, a pause, or a hand-in hours later, would be taken for slow roads, so such legs are left out.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise
from typing import Final

from fieldops.domain.positions import Position

SHORTEST: Final = 200.0
LONGEST: Final = 100_000.0
"""Metres as the crow flies: nearer it is a walk and a search for the door, farther a journey."""
LONGEST_TIME: Final = timedelta(hours=2)
SLOWEST, FASTEST = 2.0, 100.0
"""km/h as the crow flies, between which a leg is believed."""

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Stay:
    """An agent at a door. Times are in the zone of the place; `left` None: nobody knows when.

    `is_trusted`: the phone's fix was no mock, fine enough, and at the address. `route` and
    `sequence` say which planned leg led here, `road_metres` how long that is on roads, if known.
    """

    agent: str
    day: date
    position: Position
    arrived: datetime
    left: datetime | None
    city: str = ""
    is_trusted: bool = True
    route: str = ""
    sequence: int = 0
    road_metres: int | None = None


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg: metres as the crow flies, seconds from door to door, when it was half driven."""

    city: str
    metres: float
    seconds: float
    middle: datetime
    road_metres: int | None = None

    @property
    def is_weekend(self) -> bool:
        """Saturday or Sunday, in the zone of the place."""
        return self.middle.weekday() >= 5


@dataclass
class Sifted:
    """The legs that may be learned from, and how many were dropped for each reason."""

    legs: list[Leg] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)


def sift(
    stays: Iterable[Stay],
    rests: Mapping[tuple[str, date], Sequence[Span]],
    metres: Callable[[Position, Position], float],
) -> Sifted:
    """The legs between consecutive stays of each agent's day.

    `rests` holds, by agent and day, the spans in which a break may have been taken. `metres` is the
    distance as the crow flies.
    """
    found = Sifted()
    for before, after in _consecutive(stays):
        taken = rests.get((after.agent, after.day), ())
        verdict = _judge(before, after, taken, metres)
        if isinstance(verdict, Leg):
            found.legs.append(verdict)
        else:
            found.dropped[verdict] += 1
    return found


def _consecutive(stays: Iterable[Stay]) -> Iterator[tuple[Stay, Stay]]:
    ordered = sorted(stays, key=lambda one: (one.agent, one.day, one.arrived))
    for _, day in groupby(ordered, key=lambda one: (one.agent, one.day)):
        yield from pairwise(day)


def _judge(
    before: Stay,
    after: Stay,
    rests: Sequence[Span],
    metres: Callable[[Position, Position], float],
) -> Leg | str:
    """The leg, or in a word why it is dropped."""
    if before.left is None:
        return "departure-unknown"
    if not (before.is_trusted and after.is_trusted):
        return "position"
    took = after.arrived - before.left
    if took <= timedelta(0):
        return "handed-in-late"
    if any(before.left < until and after.arrived > since for since, until in rests):
        return "break"
    if took > LONGEST_TIME:
        return "pause"
    far = metres(before.position, after.position)
    if not SHORTEST <= far <= LONGEST:
        return "too-near" if far < SHORTEST else "too-far"
    if not SLOWEST <= 3.6 * far / took.total_seconds() <= FASTEST:
        return "speed"
    return Leg(
        after.city,
        far,
        took.total_seconds(),
        before.left + took / 2,
        _road_metres(before, after),
    )


def _road_metres(before: Stay, after: Stay) -> int | None:
    """The road's length, if this is the very leg that a plan drew on a road engine's word."""
    planned = before.route == after.route != "" and after.sequence == before.sequence + 1
    return after.road_metres if planned and after.road_metres else None
