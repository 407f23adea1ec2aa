"""Judges the breaks of one route: each one owed is taken, in its hour, and stops nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from routing.faults import Fault
from routing.plan import PlacedBreak, Route
from routing.problem import Break, Shift


def break_faults(route: Route, shifts: list[Shift], path: str) -> Iterator[Fault]:
    """Everything wrong with a route's breaks."""
    opens = max(shift.window[0] for shift in shifts)
    closes = min(shift.window[1] for shift in shifts)
    for shift in shifts:
        owed = [rest for rest in shift.breaks if _owed(rest, opens, closes)]
        if not _all_taken(owed, list(route.breaks)):
            yield Fault("break", path, f"a break of {shift.id} is missing or out of its hour")
    for at, rest in enumerate(route.breaks):
        where = f"{path}.breaks[{at}]"
        if rest.finish < rest.start:
            yield Fault("break", where, "ends before it starts")
        if rest.start < opens or rest.finish > closes:
            yield Fault("break", where, "lies outside the shift")
    yield from _collisions(route, path)


def _owed(rest: Break, opens: int, closes: int) -> bool:
    """Owed is a break that can begin in its window and end while the route's people work."""
    earliest = max(opens, rest.window[0])
    return earliest <= rest.window[1] and earliest + rest.duration <= closes


def _all_taken(owed: list[Break], placed: list[PlacedBreak]) -> bool:
    """Whether every break owed can be given a placed break of its own (few, so by trying)."""
    if not owed:
        return True
    first, rest = owed[0], owed[1:]
    for at, one in enumerate(placed):
        held = first.window[0] <= one.start <= first.window[1]
        long_enough = one.finish - one.start >= first.duration
        if held and long_enough and _all_taken(rest, placed[:at] + placed[at + 1 :]):
            return True
    return False


def _collisions(route: Route, path: str) -> Iterator[Fault]:
    """Between two services there must be time for the way and for every break that lies there."""
    free = None
    pending = sorted(route.breaks, key=lambda rest: (rest.start, rest.finish))
    for one, other in pairwise(pending):
        if other.start < one.finish:
            yield Fault("break", path, "two breaks overlap")
    for at, leg in enumerate(route.legs):
        where = f"{path}.legs[{at}]"
        if any(rest.start < leg.finish and rest.finish > leg.start for rest in pending):
            yield Fault("break", where, f"a break falls into the service of {leg.stop}")
        since = route.depart if free is None else free
        yield from _on_the_way(
            pending, since, leg.start, leg.arrive - leg.seconds, leg.arrive, where
        )
        free = leg.finish
    if route.legs and free is not None:
        way = route.seconds - sum(leg.seconds for leg in route.legs)
        if way > 0:
            yield from _on_the_way(
                pending, free, max(route.returns, free), route.returns - way, route.returns, path
            )


def _on_the_way(
    breaks: list[PlacedBreak], since: int, until: int, leave: int, arrive: int, path: str
) -> Iterator[Fault]:
    """A break between two services lies before leaving or after arriving, not while driving."""
    for rest in breaks:
        inside = rest.start < until and rest.finish > since
        if inside and rest.start < arrive and rest.finish > leave:
            yield Fault("break", path, "a break falls into the drive")
