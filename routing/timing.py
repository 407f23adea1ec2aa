"""Writes the times of one route out: arrivals, waits, services, breaks and the return."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from routing.plan import Leg, PlacedBreak, Route
from routing.problem import Problem
from routing.schedule import NEVER, Clock, Times, rest_forward
from routing.team import Team


@dataclass(frozen=True, slots=True)
class Late:
    """Why an order of stops cannot be driven: the first stop (None: the return) that is late."""

    stop: str | None
    detail: str


@dataclass(slots=True)
class _Point:
    """One place on the way, with its earliest times and where breaks were taken."""

    arrival: Times
    rested_before: list[bool]
    left: Times
    rested_after: list[bool]


def timed_route(problem: Problem, clock: Clock, team: Team, order: Sequence[int]) -> Route | Late:
    """The route with the earliest end for this order of stops, or why there is none.

    The team sets out as late as it can without starting its first service later.
    """
    points = _walk(clock, team, order)
    if isinstance(points, _Broken):
        return _explain(problem, team, points)
    end = points[-1].arrival[-1]
    if end > team.closes:
        return Late(None, f"the route would end at {end}, after {team.closes}")
    return _written(problem, clock, team, order, points)


@dataclass(frozen=True, slots=True)
class _Broken:
    stop: int


def _walk(clock: Clock, team: Team, order: Sequence[int]) -> list[_Point] | _Broken:
    times = [team.opens] + [NEVER] * len(team.breaks)
    nothing = [False] * len(times)
    start = list(times)
    points = [_Point(start, nothing, times, rest_forward(team.breaks, times))]
    here = team.start
    for stop in order:
        arrival = [min(clock.drive(here, stop, one), NEVER) for one in times]
        before = rest_forward(team.breaks, arrival)
        times = [min(clock.begin(stop, one) + clock.service[stop], NEVER) for one in arrival]
        after = rest_forward(team.breaks, times)
        if min(times) >= NEVER:
            return _Broken(stop)
        points.append(_Point(arrival, before, times, after))
        here = stop
    arrival = [min(clock.drive(here, team.end, one), NEVER) for one in times]
    before = rest_forward(team.breaks, arrival)
    points.append(_Point(arrival, before, arrival, nothing))
    return points


def _explain(problem: Problem, team: Team, broken: _Broken) -> Late:
    stop = problem.stops[broken.stop]
    rest = " with the breaks due before" if team.breaks else ""
    return Late(stop.id, f"{stop.id} would be reached too late for its windows{rest}")


def _rests(team: Team, points: list[_Point]) -> list[tuple[list[int], list[int]]]:
    """For each place the breaks taken there before and after the service, found backwards."""
    taken = len(team.breaks)
    rests: list[tuple[list[int], list[int]]] = []
    for point in reversed(points):
        both: list[list[int]] = []
        for flags in (point.rested_after, point.rested_before):
            here: list[int] = []
            while flags[taken]:
                taken -= 1
                here.insert(0, taken)
            both.append(here)
        rests.append((both[1], both[0]))
    rests.reverse()
    return rests


def _written(
    problem: Problem, clock: Clock, team: Team, order: Sequence[int], points: list[_Point]
) -> Route:
    rests = _rests(team, points)
    breaks: list[PlacedBreak] = []

    def rest(which: Sequence[int], now: int, at: str | None) -> int:
        for one in which:
            start = max(now, team.breaks[one].window[0])
            now = start + team.breaks[one].duration
            breaks.append(PlacedBreak(start, now, at))
        return now

    now = rest([*rests[0][0], *rests[0][1]], team.opens, None)
    depart, here = now, team.start
    legs: list[Leg] = []
    for stop, (before, after) in zip(order, rests[1:-1], strict=True):
        name = problem.stops[stop].id
        arrive = clock.drive(here, stop, now)
        start = clock.begin(stop, rest(before, arrive, name))
        finish = start + clock.service[stop]
        metres = clock.ground.metres(here, stop)
        legs.append(Leg(name, arrive, start - arrive, start, finish, metres, arrive - now))
        now, here = rest(after, finish, name), stop
    if legs and not rests[1][0]:
        depart, legs[0] = _left_late(clock, team.start, order[0], legs[0])
    back = (0, 0)
    if team.end is not None and order:
        home = clock.drive(here, team.end, now)
        back = clock.ground.metres(here, team.end), home - now
    returns = now + back[1]
    if team.end is None and legs:
        returns = legs[-1].finish
    rest(rests[-1][0], now + back[1], None if team.end is not None else breaks_at(legs))
    members = tuple(problem.shifts[member].id for member in team.members)
    return Route(
        shift=members[0],
        depart=depart,
        returns=returns,
        legs=tuple(legs),
        breaks=tuple(breaks),
        crew=members if len(members) > 1 else None,
        metres=sum(leg.metres for leg in legs) + back[0],
        seconds=sum(leg.seconds for leg in legs) + back[1],
    )


def _left_late(clock: Clock, start: int, stop: int, leg: Leg) -> tuple[int, Leg]:
    """The latest departure for the first service as it stands, and the leg it makes."""
    depart = clock.leave_by(start, stop, leg.start)
    arrive = clock.drive(start, stop, depart)
    wait = leg.start - arrive
    return depart, replace(leg, arrive=arrive, wait=wait, seconds=arrive - depart)


def breaks_at(legs: Sequence[Leg]) -> str | None:
    """The stop where someone without a way back rests after the last visit."""
    return legs[-1].stop if legs else None
