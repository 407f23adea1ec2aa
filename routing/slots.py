"""All places for a stop in all routes at once, and for many stops at once.

`Slots` knows every place in every route as a row of arrays and brings them up to date when routes
have changed, each team's rows alone. What it finds is what `Draft.insertions` finds, to the unit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import numpy as np

from routing.cases import Cases, Ways, cases_of, ways_of
from routing.draft import Draft, Slot
from routing.drives import drives_of
from routing.ground import Integers
from routing.options import ANY
from routing.rows import Kind, Rows, joined, rows_of
from routing.schedule import NEVER
from routing.slot_rules import charged, forbid
from routing.sweeps import Flags, Rests, rests_of
from routing.team import Team

NONE = 10**16
"""The cost of a place that there is not."""

CELLS = 60_000
"""Places times stops that are judged in one go: their numbers then stay in the nearer caches."""


class Slots:
    """The rows of all teams of a draft, always those of its present routes."""

    def __init__(self, draft: Draft, kind: Kind = "insertion") -> None:
        self.draft = draft
        self.kind: Kind = kind
        self.drives = drives_of(draft.clock)
        self._known: list[object] = [None] * len(draft.teams)
        self._parts: list[Rows] = []
        self._rows: Rows | None = None
        self._teams: list[Team] = []
        self._rests = rests_of([], 0)
        self._classes: dict[int, tuple[list[bool], Flags]] = {}

    def _all_rests(self) -> Rests:
        """The breaks of all teams; a draft may let a team take them in another order."""
        teams = self.draft.teams
        if self._teams != teams:
            self._teams = list(teams)
            self._known = [None] * len(teams)
            self._rests = rests_of(teams, max((len(team.breaks) for team in teams), default=0))
        return self._rests

    def rows(self) -> Rows:
        """Every row, after those of changed routes were made anew."""
        self._all_rests()
        changed = [team for team in range(len(self.draft.teams)) if self._is_new(team)]
        if changed or self._rows is None:
            fresh = rows_of(self.draft, changed, self.kind)
            if len(changed) == len(self.draft.teams):
                self._parts = [fresh] * len(changed)
            ends = np.searchsorted(fresh.team, [[one, one + 1] for one in changed])
            for team, (start, end) in zip(changed, ends.reshape(-1, 2).tolist(), strict=True):
                self._parts[team] = fresh.of(slice(start, end))
            whole = len(changed) == len(self.draft.teams)
            self._rows = fresh if whole else joined(self._parts)
        return self._rows

    def rows_in(self, teams: Collection[int]) -> Rows:
        """The rows of these teams alone."""
        rows = self.rows()
        if len(teams) == len(self.draft.teams):
            return rows
        parts = [self._parts[team] for team in sorted(teams)]
        return joined(parts) if parts else rows.of(slice(0, 0))

    def _is_new(self, team: int) -> bool:
        """Whether a route differs from what was known of it, which is brought up to date."""
        draft = self.draft
        route = draft.routes[team]
        now = (draft.heads[team], list(route), draft.choices(route) if draft.options else None)
        if self._known[team] == now:
            return False
        self._known[team] = now
        return True

    def best(self, stop: int, count: int) -> list[Slot]:
        """The cheapest slots of an unserved stop, at most one a team, the cheapest first."""
        costs = self.costs([stop])[0]
        teams = np.argsort(costs, kind="stable")[: max(0, count)]
        chosen = [team for team in teams.tolist() if costs[team] < NONE]
        return [slot for team in chosen for slot in self.draft.insertions(stop, [team])]

    def cheapest(self, stop: int) -> Slot | None:
        """What `Draft.cheapest` says for all teams."""
        return next(iter(self.best(stop, 1)), None)

    def costs(self, stops: Sequence[int], teams: Collection[int] | None = None) -> Integers:
        """The cost of the cheapest place of each stop in each team, NONE without any: (n, teams).

        Only the given teams are looked at, unless they are None. Of an exchange it is what it adds
        with no regard to the worth of the stop that goes.
        """
        rows = self.rows() if teams is None else self.rows_in(teams)
        found = np.full((len(stops), len(self.draft.teams)), NONE)
        if len(rows):
            for part, cost in self.blocks(stops, rows):
                found[part] = by_team(rows, cost, len(self.draft.teams))
        return found

    def blocks(self, stops: Sequence[int], rows: Rows) -> Iterator[tuple[slice, Integers]]:
        """Costs (stops of a block, rows), NONE where a stop may not stand, block by block."""
        size = max(1, CELLS // max(1, len(rows)))
        for start in range(0, len(stops), size):
            part = slice(start, start + size)
            yield part, self.judged(stops[part], rows)

    def judged(self, stops: Sequence[int], rows: Rows) -> Integers:
        """The cost of each stop at each row, NONE where any rule forbids it."""
        cases = cases_of(self.draft, stops)
        ways = ways_of(self.draft, cases, rows)
        allowed = self.fit(cases.stops)[:, rows.team]
        forbid(self.draft, cases, ways, rows, allowed)
        allowed &= self.timely(cases, ways, rows, allowed)
        cost = charged(self.draft, cases, ways, rows)
        cost[~allowed] = NONE
        if len(cases.first) == len(cases.stops):
            return cost
        return np.minimum.reduceat(cost, cases.first, axis=0)

    def fit(self, stops: Integers) -> Flags:
        """Which stops each team is fit for: (stops, teams)."""
        rows: list[Flags] = []
        for stop in stops.tolist():
            listed = self.draft.eligible(stop)
            # The draft keeps one list for all stops of a kind, so that its identity stands for it.
            known = self._classes.get(id(listed))
            if known is None:
                known = (listed, np.array(listed, dtype=np.bool_))
                self._classes[id(listed)] = known
            rows.append(known[1])
        return np.array(rows, dtype=np.bool_).reshape(len(stops), len(self.draft.teams))

    def timely(self, cases: Cases, ways: Ways, rows: Rows, among: Flags) -> Flags:
        """Where a case can be served in time, and everything after it."""
        if self.draft.clock.traffic is not None:
            return self._in_traffic(cases, rows, among)
        ready = self.drives.arrive(rows.ready.min(axis=1), ways.there)
        left = cases.hours.begin(ready)
        left += cases.hours.service[:, None]
        done = self.drives.arrive(left, ways.onward)
        # Breaks left aside most places fail already; only the others are looked at closely.
        good = done <= rows.due.max(axis=1)
        good &= among
        if self._rests.opens.shape[1]:
            case, row = np.nonzero(good)
            times = self.through(cases, ways, rows, case, row)
            times = self.drives.arrive(times, ways.onward[case, row][:, None])
            good[case, row] = (times <= rows.due[row]).any(axis=1)
        timely: Flags = good
        return timely

    def _in_traffic(self, cases: Cases, rows: Rows, among: Flags) -> Flags:
        """The same where ways take longer at some hours: asked of the draft one by one."""
        draft, good = self.draft, among.copy()
        asked = draft.fits if self.kind == "insertion" else draft.swaps
        for case, row in zip(*np.nonzero(among), strict=True):
            stop, option = int(cases.stops[case]), ANY
            if stop in draft.options:
                firsts = cases.first[cases.first <= case]
                option = int(case - firsts[-1])
            good[case, row] = asked(int(rows.team[row]), stop, int(rows.position[row]), option)
        return good

    def through(
        self, cases: Cases, ways: Ways, rows: Rows, case: Integers, row: Integers
    ) -> Integers:
        """When each of these pairs of case and row has left the stop: (pairs, counts)."""
        rests: Rests = self._rests.of(rows.team[row])
        hours = cases.hours.of(case)
        times = self.drives.arrive(rows.ready[row], ways.there[case, row][:, None])
        times = np.minimum(times, NEVER)
        rests.forward(times)
        times = np.minimum(hours.begin(times) + hours.service[:, None], NEVER)
        rests.forward(times)
        left: Integers = times
        return left


def by_team(rows: Rows, cost: Integers, teams: int) -> Integers:
    """The least of (n, rows) in each team, NONE for a team without rows: (n, teams)."""
    found = np.full((len(cost), teams), NONE)
    if len(rows):
        starts = np.flatnonzero(np.r_[True, rows.team[1:] != rows.team[:-1]])
        found[:, rows.team[starts]] = np.minimum.reduceat(cost, starts, axis=1)
    return found
