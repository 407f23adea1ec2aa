"""The timetables of many routes at once: what `Timetable` finds for one, as arrays.

All routes are walked side by side, place by place, padded to the length of the longest; counts of
breaks are padded to the most that any team owes. Integers all through, so that they agree with the
timetables to the second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.drives import drives_of
from routing.ground import Integers
from routing.problem import Window
from routing.routes import Routes
from routing.schedule import NEVER, TOO_LATE, Clock
from routing.team import Team

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Hours:
    """Windows of stops: `opens` and the `last` start that still ends in time, each (n, windows)."""

    service: Integers
    opens: Integers
    last: Integers

    def of(self, rows: Integers) -> Hours:
        """The windows of these stops, one row for each."""
        return Hours(self.service[rows], self.opens[rows], self.last[rows])

    def begin(self, ready: Integers) -> Integers:
        """The earliest starts by people who are there at `ready` (n, ...): `Clock.begin`."""
        spread = (slice(None),) + (None,) * (ready.ndim - 1)
        start = np.full(ready.shape, NEVER)
        for at in range(self.opens.shape[1] - 1, -1, -1):
            mine = np.maximum(ready, self.opens[:, at][spread])
            start = np.where(mine <= self.last[:, at][spread], mine, start)
        return start

    def latest(self, done: Integers) -> Integers:
        """The latest starts of services that must be over by `done` (n, ...): `Clock.latest`."""
        spread = (slice(None),) + (None,) * (done.ndim - 1)
        late = done - self.service[spread]
        best = np.full(done.shape, TOO_LATE)
        for at in range(self.opens.shape[1]):
            mine = np.minimum(late, self.last[:, at][spread])
            best = np.where(mine >= self.opens[:, at][spread], np.maximum(mine, best), best)
        return best


def hours_of(clock: Clock, stops: Sequence[int]) -> Hours:
    """The windows that the clock holds for these stops, padded with some that never open."""
    service = [clock.service[stop] for stop in stops]
    return padded_hours(service, [clock.windows[stop] for stop in stops])


def padded_hours(services: Sequence[int], windows: Sequence[Sequence[Window]]) -> Hours:
    """The same of any services and windows."""
    most = max((len(one) for one in windows), default=0)
    service = np.array(services, dtype=np.int64)
    opens = np.full((len(windows), most), NEVER)
    closes = np.full((len(windows), most), TOO_LATE)
    for at in range(most):
        rows = [row for row, one in enumerate(windows) if len(one) > at]
        pairs = np.array([windows[row][at] for row in rows], dtype=np.int64)
        opens[rows, at], closes[rows, at] = pairs[:, 0], pairs[:, 1]
    return Hours(service, opens, closes - service[:, None])


@dataclass(frozen=True, slots=True)
class Rests:
    """The breaks of teams, each (teams, breaks), padded with some that cannot be taken."""

    opens: Integers
    closes: Integers
    lasts: Integers

    def of(self, rows: Integers) -> Rests:
        """The breaks of these teams, one row for each."""
        return Rests(self.opens[rows], self.closes[rows], self.lasts[rows])

    def forward(self, times: Integers) -> None:
        """`rest_forward` on (teams, counts), in place."""
        for at in range(self.opens.shape[1]):
            start = np.maximum(times[:, at], self.opens[:, at])
            done = np.where(start <= self.closes[:, at], start + self.lasts[:, at], NEVER)
            np.minimum(times[:, at + 1], done, out=times[:, at + 1])

    def backward(self, times: Integers) -> None:
        """`rest_backward` on (teams, counts), in place."""
        for at in range(self.opens.shape[1] - 1, -1, -1):
            start = np.minimum(self.closes[:, at], times[:, at + 1] - self.lasts[:, at])
            start = np.where(start >= self.opens[:, at], start, TOO_LATE)
            np.maximum(times[:, at], start, out=times[:, at])


def rests_of(teams: Sequence[Team], most: int) -> Rests:
    """The breaks of these teams, padded to `most` of them."""
    opens = np.full((len(teams), most), NEVER)
    closes = np.full((len(teams), most), TOO_LATE)
    lasts = np.zeros((len(teams), most), dtype=np.int64)
    for row, team in enumerate(teams):
        for at, one in enumerate(team.breaks):
            opens[row, at], closes[row, at] = one.window
            lasts[row, at] = one.duration
    return Rests(opens, closes, lasts)


@dataclass(frozen=True, slots=True)
class Sweep:
    """`ready` (routes, places, counts) and `due` (routes, places + 1, counts) as in `Timetable`.

    Of a route of n stops the first n + 1 entries of `ready` hold, and the first n + 2 of `due`.
    """

    ready: Integers
    due: Integers


def sweep(routes: Routes, numbers: Sequence[int], most: int) -> Sweep:
    """The timetables of these teams' routes; `most` is the number of breaks to pad to."""
    teams = [routes.teams[number] for number in numbers]
    return _Sweeper(routes, teams, [routes.routes[number] for number in numbers], most).run()


class _Sweeper:
    """Routes side by side; columns are places, and where a route has ended times stand still."""

    def __init__(
        self, routes: Routes, teams: list[Team], orders: list[list[int]], most: int
    ) -> None:
        self.size, self.width = len(teams), max((len(one) for one in orders), default=0)
        self.counts = most + 1
        self.rests = rests_of(teams, most)
        self.lengths = np.array([len(one) for one in orders], dtype=np.int64)
        self.teams = teams
        self.routes = routes
        flat = [stop for order in orders for stop in order]
        hours = hours_of(routes.clock, flat)
        self.at = np.zeros((self.size, self.width), dtype=np.int64)
        self.here = np.arange(self.width)[None, :] < self.lengths[:, None]
        self.at[self.here] = np.arange(len(flat))
        self.hours = hours
        self.drives = drives_of(routes.clock)
        self.ways = self._ways(orders)

    def _ways(self, orders: list[list[int]]) -> Integers:
        """Seconds (routes, width + 1) to each stop, then to the end; nought for nowhere."""
        ways = np.zeros((self.size, self.width + 1), dtype=np.int64)
        rows: list[int] = []
        columns: list[int] = []
        origins: list[int] = []
        targets: list[int] = []
        for row, (team, order) in enumerate(zip(self.teams, orders, strict=True)):
            path = [team.start, *order] if team.end is None else [team.start, *order, team.end]
            rows += [row] * (len(path) - 1)
            columns += range(len(path) - 1)
            origins += path[:-1]
            targets += path[1:]
        pairs = self.routes.ground.pairs(np.array(origins, int), np.array(targets, int))
        ways[rows, columns] = pairs[1]
        return ways

    def _hours(self, column: int) -> tuple[Integers, Hours]:
        rows = np.flatnonzero(self.here[:, column])
        at = self.at[rows, column]
        return rows, self.hours.of(at)

    def run(self) -> Sweep:
        """Both directions."""
        return Sweep(self._forward(), self._backward())

    def _forward(self) -> Integers:
        ready = np.full((self.size, self.width + 1, self.counts), NEVER)
        ready[:, 0, 0] = [team.opens for team in self.teams]
        self.rests.forward(ready[:, 0])
        for column in range(self.width):
            rows, hours = self._hours(column)
            rests = self.rests.of(rows)
            times = self.drives.arrive(ready[rows, column], self.ways[rows, column, None])
            times = np.minimum(times, NEVER)
            rests.forward(times)
            times = np.minimum(hours.begin(times) + hours.service[:, None], NEVER)
            rests.forward(times)
            ready[rows, column + 1] = times
        return ready

    def _backward(self) -> Integers:
        due = np.full((self.size, self.width + 2, self.counts), TOO_LATE)
        everyone = np.arange(self.size)
        ends = np.full((self.size, self.counts), TOO_LATE)
        owed = [len(team.breaks) for team in self.teams]
        ends[everyone, owed] = [team.closes for team in self.teams]
        self.rests.backward(ends)
        due[everyone, self.lengths + 1] = ends
        for column in range(self.width - 1, -1, -1):
            rows, hours = self._hours(column)
            rests = self.rests.of(rows)
            times = self._left(due[rows, column + 2], rows, column + 1)
            rests.backward(times)
            times = hours.latest(times)
            rests.backward(times)
            due[rows, column + 1] = times
        first = self._left(due[:, 1], everyone, 0)
        self.rests.backward(first)
        due[:, 0] = first
        return due

    def _left(self, due: Integers, rows: Integers, column: int) -> Integers:
        """From having to be there to having to leave, latest."""
        return np.maximum(self.drives.leave_by(due, self.ways[rows, column, None]), TOO_LATE)
