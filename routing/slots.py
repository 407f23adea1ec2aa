"""All places for a stop in all routes at once, and for many stops at once.

`Slots` knows every place in every route as a row of arrays and brings them up to date when routes
have changed, each team's rows alone. What it finds is what `Draft.insertions` finds, to the unit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from routing.draft import Draft, Slot
from routing.ground import Integers
from routing.problem import Window
from routing.rows import NOBODY, NOWHERE, UNLIMITED, Kind, Rows, joined, rows_of
from routing.schedule import NEVER
from routing.sweeps import Flags, Hours, Rests, padded_hours, rests_of

NONE = 10**16
"""The cost of a place that there is not."""

CELLS = 60_000
"""Places times stops that are judged in one go: their numbers then stay in the nearer caches."""

Choices = list[tuple[tuple[Window, ...], int]]


@dataclass(frozen=True, slots=True)
class Cases:
    """Stops to be placed; one with options of windows at several costs is a case for each.

    `first` is the first case of each stop, `extra` what an option costs.
    """

    stops: Integers
    hours: Hours
    extra: Integers
    first: Integers


@dataclass(frozen=True, slots=True)
class Ways:
    """Ways between cases and the neighbours of rows, each (cases, rows).

    `cost` counts both, `there` and `onward` are the seconds to the stop and from it.
    """

    cost: Integers
    there: Integers
    onward: Integers


class Slots:
    """The rows of all teams of a draft, always those of its present routes."""

    def __init__(self, draft: Draft, kind: Kind = "insertion") -> None:
        self.draft = draft
        self.kind: Kind = kind
        self._known: list[object] = [None] * len(draft.teams)
        self._parts: list[Rows] = []
        self._rows: Rows | None = None
        most = max((len(team.breaks) for team in draft.teams), default=0)
        self._rests = rests_of(draft.teams, most)
        self._classes: dict[int, tuple[list[bool], Flags]] = {}

    def rows(self) -> Rows:
        """Every row, after those of changed routes were made anew."""
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

    def costs(self, stops: Sequence[int]) -> Integers:
        """The cost of the cheapest place of each stop in each team, NONE without any: (n, teams).

        Of an exchange it is what it adds with no regard to the worth of the stop that goes.
        """
        rows = self.rows()
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
        cost = ways.cost + (cases.extra[:, None] - rows.gone)
        allowed = self.allowed(cases, ways, rows)
        allowed &= self.timely(cases, ways, rows, allowed)
        cost[~allowed] = NONE
        if len(cases.first) == len(cases.stops):
            return cost
        return np.minimum.reduceat(cost, cases.first, axis=0)

    def allowed(self, cases: Cases, ways: Ways, rows: Rows) -> Flags:
        """Where fitness, load, work, company and pins allow a case, whatever the times."""
        allowed = self._fit(cases.stops)[:, rows.team]
        self._weigh(cases, rows, allowed)
        self._limit_work(cases, ways, rows, allowed)
        stops = self.draft.problem.stops
        for at, stop in enumerate(cases.stops.tolist()):
            pinned = stops[stop].pinned
            if pinned is not None and pinned.sequence is not None:
                allowed[at] &= rows.position == pinned.sequence
            for foe in self.draft.apart.get(stop, ()):
                met = self._team_of(foe)
                if met is not None:
                    allowed[at] &= (rows.team != met) | (rows.old == foe)
        return allowed

    def _team_of(self, stop: int) -> int | None:
        if stop in self.draft.unserved:
            return None
        routes = self.draft.routes
        return next((team for team, route in enumerate(routes) if stop in route), None)

    def _fit(self, stops: Integers) -> Flags:
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

    def _weigh(self, cases: Cases, rows: Rows, allowed: Flags) -> None:
        draft, stops = self.draft, self.draft.problem.stops
        limits = [team.load for team in draft.teams]
        if all(limit is None for limit in limits):
            return
        left = np.array(
            [
                UNLIMITED if limit is None else limit - sum(stops[one].demand for one in route)
                for limit, route in zip(limits, draft.routes, strict=True)
            ],
            dtype=np.int64,
        )[rows.team]
        olds = rows.old.tolist()
        left += np.array([0 if one == NOBODY else stops[one].demand for one in olds], dtype=int)
        demand = np.array([stops[one].demand for one in cases.stops.tolist()], dtype=np.int64)
        allowed &= demand[:, None] <= left

    def _limit_work(self, cases: Cases, ways: Ways, rows: Rows, allowed: Flags) -> None:
        draft = self.draft
        limits = [team.max_work for team in draft.teams]
        if all(limit is None for limit in limits):
            return
        left = np.array(
            [
                UNLIMITED if limit is None else limit - draft.work(team)
                for team, limit in enumerate(limits)
            ],
            dtype=np.int64,
        )
        more = ways.there + ways.onward + cases.hours.service[:, None] - rows.less
        allowed &= more <= left[rows.team]

    def timely(self, cases: Cases, ways: Ways, rows: Rows, among: Flags) -> Flags:
        """Where a case can be served in time, and everything after it."""
        ready = ways.there + rows.ready.min(axis=1)
        done = cases.hours.begin(ready)
        done += ways.onward + cases.hours.service[:, None]
        # Breaks left aside most places fail already; only the others are looked at closely.
        good = done <= rows.due.max(axis=1)
        good &= among
        if self._rests.opens.shape[1]:
            case, row = np.nonzero(good)
            times = self._through(cases, ways, rows, case, row)
            times += ways.onward[case, row][:, None]
            good[case, row] = (times <= rows.due[row]).any(axis=1)
        timely: Flags = good
        return timely

    def _through(
        self, cases: Cases, ways: Ways, rows: Rows, case: Integers, row: Integers
    ) -> Integers:
        """When each of these pairs of case and row has left the stop: (pairs, counts)."""
        rests: Rests = self._rests.of(rows.team[row])
        hours = cases.hours.of(case)
        times = np.minimum(rows.ready[row] + ways.there[case, row][:, None], NEVER)
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


def cases_of(draft: Draft, stops: Sequence[int]) -> Cases:
    """Each stop once, or once for each of its options."""
    of: list[int] = []
    windows: list[Sequence[Window]] = []
    extra: list[int] = []
    first: list[int] = []
    for stop in stops:
        first.append(len(of))
        options = draft.options.get(stop) if draft.options else None
        choices: Choices = [(draft.clock.windows[stop], 0)]
        if options is not None:
            choices = [(option.windows, option.cost) for option in options]
        for own, cost in choices:
            of.append(stop)
            windows.append(own)
            extra.append(cost)
    hours = padded_hours([draft.clock.service[stop] for stop in of], windows)
    return Cases(np.array(of, dtype=np.int64), hours, np.array(extra, dtype=int), np.array(first))


def ways_of(draft: Draft, cases: Cases, rows: Rows) -> Ways:
    """The ways from the rows' neighbours to the cases and from the cases on."""
    places, at = np.unique(np.concatenate([rows.before, rows.after]), return_inverse=True)
    before, after = at[: len(rows)], at[len(rows) :]
    nowhere = bool(len(places)) and int(places[0]) == NOWHERE
    # Nowhere stands first; any place will do in its stead until its ways are set to nought.
    real = np.where(places == NOWHERE, max(0, int(places[-1])), places) if nowhere else places
    metres, seconds = draft.ground.block(cases.stops.tolist(), real.tolist())
    back = metres, seconds
    if not draft.ground.symmetric:
        m, s = draft.ground.block(real.tolist(), cases.stops.tolist())
        back = m.T, s.T
    if nowhere:
        metres, seconds = metres.copy(), seconds.copy()
        metres[:, 0] = seconds[:, 0] = 0
    weights = draft.problem.objective
    to = weights.metres * back[0] + weights.seconds * back[1]
    on = weights.metres * metres + weights.seconds * seconds
    cost = np.take(to, before, axis=1)
    cost += np.take(on, after, axis=1)
    return Ways(cost, np.take(back[1], before, axis=1), np.take(seconds, after, axis=1))
