"""What is different between two plans of one day: what each crew must be told, and no more."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from routing.plan import Plan

RETIMED = 300
"""Seconds from which on another time of the same visit is worth telling."""


@dataclass(frozen=True, slots=True)
class Retimed:
    """A visit that stays in its place and begins `seconds` later (earlier: negative)."""

    stop: str
    start: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Moved:
    """A visit that goes from one shift to another; `position` counts from 0 in the new order."""

    stop: str
    origin: str
    target: str
    position: int
    start: int


@dataclass(frozen=True, slots=True)
class Placed:
    """A visit that is new in a route, or stands elsewhere in it, at this place and time."""

    stop: str
    position: int
    start: int


@dataclass(frozen=True, slots=True)
class ShiftChanges:
    """What one shift must be told: `order` is all that is left for it to do, in driving order."""

    shift: str
    added: tuple[Placed, ...] = ()
    removed: tuple[str, ...] = ()
    moved_in: tuple[Moved, ...] = ()
    moved_out: tuple[Moved, ...] = ()
    reordered: tuple[Placed, ...] = ()
    retimed: tuple[Retimed, ...] = ()
    crew: tuple[str, ...] | None = None
    order: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing needs to be told."""
        return not (
            self.added
            or self.removed
            or self.moved_in
            or self.moved_out
            or self.reordered
            or self.retimed
            or self.crew is not None
        )


@dataclass(frozen=True, slots=True)
class Changes:
    """The changes of every shift that must be told something, and of the plan as a whole."""

    shifts: tuple[ShiftChanges, ...]
    delta_metres: int
    delta_seconds: int
    served: int
    dropped: tuple[str, ...]

    @property
    def stops(self) -> frozenset[str]:
        """Every visit that is touched, another time of it alone left aside."""
        return frozenset(
            name
            for one in self.shifts
            for name in (
                *(placed.stop for placed in (*one.added, *one.reordered)),
                *one.removed,
                *(moved.stop for moved in (*one.moved_in, *one.moved_out)),
            )
        )


class _Side:
    """One of the two plans, as each shift sees it."""

    def __init__(self, plan: Plan) -> None:
        self.orders: dict[str, list[str]] = {}
        self.crews: dict[str, tuple[str, ...]] = {}
        self.home: dict[str, str] = {}
        self.start: dict[str, int] = {}
        for route in plan.routes:
            for shift in route.shifts:
                self.crews[shift] = route.shifts
                self.orders.setdefault(shift, []).extend(leg.stop for leg in route.legs)
            for leg in route.legs:
                self.home[leg.stop] = route.shift
                self.start[leg.stop] = leg.start


def difference(before: Plan, after: Plan, *, retimed: int = RETIMED) -> Changes:
    """What changes from one plan of a day to another, shift by shift.

    A visit that moves between two crews is told to both; of a reordered route only the visits
    that no longer stand in the old order; another time only from `retimed` seconds on. `served`
    is how many visits more are served, `dropped` which are served no longer.
    """
    old, new = _Side(before), _Side(after)
    shifts = dict.fromkeys([*old.orders, *new.orders])
    found = (_of_shift(shift, old, new, retimed) for shift in shifts)
    return Changes(
        shifts=tuple(one for one in found if not one.is_empty),
        delta_metres=after.metres - before.metres,
        delta_seconds=after.seconds - before.seconds,
        served=len(new.home) - len(old.home),
        dropped=tuple(sorted(old.home.keys() - new.home.keys())),
    )


def _of_shift(shift: str, old: _Side, new: _Side, retimed: int) -> ShiftChanges:
    was, now = old.orders.get(shift, []), new.orders.get(shift, [])
    place = {stop: at for at, stop in enumerate(now)}
    had = set(was)
    common = [stop for stop in was if stop in place]
    kept = _unmoved(common, place)
    later = {stop: new.start[stop] - old.start[stop] for stop in kept}
    fresh = [stop for stop in now if stop not in had]
    return ShiftChanges(
        shift=shift,
        added=tuple(_placed(one, place, new) for one in fresh if one not in old.home),
        removed=tuple(one for one in was if one not in new.home),
        moved_in=tuple(
            Moved(one, old.home[one], shift, place[one], new.start[one])
            for one in fresh
            if one in old.home
        ),
        moved_out=tuple(
            Moved(one, shift, new.home[one], _place_in(new, one), new.start[one])
            for one in was
            if one not in place and one in new.home
        ),
        reordered=tuple(_placed(one, place, new) for one in now if one in had and one not in kept),
        retimed=tuple(
            Retimed(one, new.start[one], later[one])
            for one in now
            if one in kept and abs(later[one]) >= retimed
        ),
        crew=_new_crew(old.crews.get(shift), new.crews.get(shift)),
        order=tuple(now),
    )


def _placed(stop: str, place: Mapping[str, int], new: _Side) -> Placed:
    return Placed(stop, place[stop], new.start[stop])


def _place_in(new: _Side, stop: str) -> int:
    return new.orders[new.home[stop]].index(stop)


def _new_crew(was: tuple[str, ...] | None, now: tuple[str, ...] | None) -> tuple[str, ...] | None:
    if now is None or set(now) == set(was or now[:1]):
        return None
    return now


def _unmoved(common: Iterable[str], place: Mapping[str, int]) -> frozenset[str]:
    """The most visits that stand in the same order as before: a longest rising sequence."""
    names: list[str] = []
    tails: list[int] = []
    ends: list[int] = []
    before: list[int | None] = []
    for stop in common:
        at = bisect_left(tails, place[stop])
        names.append(stop)
        before.append(ends[at - 1] if at else None)
        tails[at : at + 1] = [place[stop]]
        ends[at : at + 1] = [len(names) - 1]
    kept: set[str] = set()
    last = ends[-1] if ends else None
    while last is not None:
        kept.add(names[last])
        last = before[last]
    return frozenset(kept)
