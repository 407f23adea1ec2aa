"""The clock along one route: when a team can be where, and whether another stop still fits.

A route with its order fixed is walked forwards for the earliest times and backwards for the
latest. The breaks of a team are taken in the order of their windows, each at a place: after
arriving and before the service, or after the service and before driving on. Since being early
never hurts (one can wait), one number per place and count of breaks taken says everything, and
an insertion is judged from the two neighbours alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from routing.ground import Ground
from routing.problem import Break, Problem, Window
from routing.team import Team
from routing.traffic import traffic_of

NEVER = 10**12
TOO_LATE = -(10**12)

Times = list[int]
"""By the number of breaks taken: seconds, NEVER or TOO_LATE where it cannot be."""


class Clock:
    """What one team's route is timed with: the ground, the stops' windows and services."""

    def __init__(self, problem: Problem, ground: Ground, horizon: int | None = None) -> None:
        always = (0, NEVER // 2 if horizon is None else horizon)
        self.ground = ground
        self.traffic = traffic_of(problem)
        self.service = [stop.service for stop in problem.stops]
        self.windows: list[tuple[Window, ...]] = [
            (always,) if stop.windows is None else stop.windows for stop in problem.stops
        ]

    def drive(self, origin: int, target: int | None, leave: int) -> int:
        """The arrival of somebody who leaves then; None as target is where he stands."""
        if target is None or leave >= NEVER:
            return leave
        way = self.ground.seconds(origin, target)
        return leave + way if self.traffic is None else self.traffic.arrive(leave, way)

    def leave_by(self, origin: int, target: int | None, arrival: int) -> int:
        """The latest time to leave for arriving by then: the inverse of `drive`."""
        if target is None or arrival <= TOO_LATE:
            return arrival
        way = self.ground.seconds(origin, target)
        return arrival - way if self.traffic is None else self.traffic.leave_by(arrival, way)

    def begin(self, stop: int, ready: int) -> int:
        """The earliest start of a service by someone who is there at `ready`."""
        service = self.service[stop]
        for opens, closes in self.windows[stop]:
            start = max(ready, opens)
            if start + service <= closes:
                return start
        return NEVER

    def latest(self, stop: int, done: int) -> int:
        """The latest start of a service that must be over by `done`."""
        service = self.service[stop]
        best = TOO_LATE
        for opens, closes in self.windows[stop]:
            start = min(done, closes) - service
            if start >= opens and start > best:
                best = start
        return best


def rest_forward(breaks: Sequence[Break], times: Times) -> list[bool]:
    """Lets breaks be taken here, in place; says for which counts a break was taken."""
    taken = [False] * len(times)
    for at, one in enumerate(breaks):
        start = max(times[at], one.window[0])
        if start <= one.window[1] and start + one.duration < times[at + 1]:
            times[at + 1] = start + one.duration
            taken[at + 1] = True
    return taken


def rest_backward(breaks: Sequence[Break], times: Times) -> None:
    """The same for the latest times, in place."""
    for at in range(len(breaks) - 1, -1, -1):
        one = breaks[at]
        start = min(one.window[1], times[at + 1] - one.duration)
        if start >= one.window[0] and start > times[at]:
            times[at] = start


class Timetable:
    """The earliest and the latest times along one route of one team.

    `ready[i]` is when the team can leave place i (0 is the start, i the i-th stop) at the
    earliest; `due[i]` is when it must have arrived there at the latest (the last entry is the
    end of the route). Both are lists by the number of breaks taken.
    """

    def __init__(self, clock: Clock, team: Team, order: Sequence[int]) -> None:
        self.clock = clock
        self.team = team
        self.order = list(order)
        self.ready = self._forward()
        self.due = self._backward()
        self.feasible = self.ready[0][0] <= self.due[0][0]

    def _forward(self) -> list[Times]:
        breaks = self.team.breaks
        times = [self.team.opens] + [NEVER] * len(breaks)
        rest_forward(breaks, times)
        ready = [times]
        here = self.team.start
        for stop in self.order:
            times = self._through(times, here, stop)
            ready.append(times)
            here = stop
        return ready

    def _through(self, times: Times, here: int, stop: int) -> Times:
        """From leaving `here` to leaving `stop`, earliest."""
        clock, breaks = self.clock, self.team.breaks
        service = clock.service[stop]
        if clock.traffic is None:
            way = clock.ground.seconds(here, stop)
            arrival = [min(one + way, NEVER) for one in times]
        else:
            arrival = [min(clock.drive(here, stop, one), NEVER) for one in times]
        rest_forward(breaks, arrival)
        left = [min(clock.begin(stop, one) + service, NEVER) for one in arrival]
        rest_forward(breaks, left)
        return left

    def _backward(self) -> list[Times]:
        breaks = self.team.breaks
        times = [TOO_LATE] * len(breaks) + [self.team.closes]
        rest_backward(breaks, times)
        due = [times]
        there = self.team.end
        for stop in reversed(self.order):
            times = self._before(times, stop, there)
            due.append(times)
            there = stop
        times = self._left(times, self.team.start, there)
        rest_backward(breaks, times)
        due.append(times)
        due.reverse()
        return due

    def _left(self, times: Times, here: int, there: int | None) -> Times:
        """From having to be there at `times` to having to leave here, latest."""
        clock = self.clock
        if clock.traffic is None:
            way = 0 if there is None else clock.ground.seconds(here, there)
            return [max(one - way, TOO_LATE) for one in times]
        return [max(clock.leave_by(here, there, one), TOO_LATE) for one in times]

    def _before(self, times: Times, stop: int, there: int | None) -> Times:
        """From having to be there at `times` to having to be at `stop`, latest."""
        breaks = self.team.breaks
        leave = self._left(times, stop, there)
        rest_backward(breaks, leave)
        come = [self.clock.latest(stop, one) for one in leave]
        rest_backward(breaks, come)
        return come

    def fits(self, stop: int, position: int) -> bool:
        """Whether the stop can be put before the stop now at `position`, times alone."""
        ground = self.clock.ground
        here = self.order[position - 1] if position else self.team.start
        last = position == len(self.order)
        there = self.team.end if last else self.order[position]
        if self.clock.traffic is not None:
            return self._joins(stop, position, here, there, self.due[position + 1])
        first = min(self.ready[position]) + ground.seconds(here, stop)
        way = 0 if there is None else ground.seconds(stop, there)
        after = self.due[position + 1]
        # Most positions fail this test, which leaves the breaks aside and costs next to nothing.
        if self.clock.begin(stop, first) + self.clock.service[stop] + way > max(after):
            return False
        times = self._through(self.ready[position], here, stop)
        return any(one + way <= late for one, late in zip(times, after, strict=True))

    def swaps(self, stop: int, position: int) -> bool:
        """Whether the stop can stand instead of the one now at `position`, times alone."""
        here = self.order[position - 1] if position else self.team.start
        last = position + 1 == len(self.order)
        there = self.team.end if last else self.order[position + 1]
        return self._joins(stop, position, here, there, self.due[position + 2])

    def _joins(self, stop: int, left: int, here: int, there: int | None, after: Times) -> bool:
        """Whether from leaving place `left` over the stop the next place is reached in time."""
        times = self._through(self.ready[left], here, stop)
        drive = self.clock.drive
        return any(drive(stop, there, one) <= late for one, late in zip(times, after, strict=True))
