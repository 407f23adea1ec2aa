"""The smallest changes that would let a stop in, each tried on the timetable before it is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from routing.cases import Cases, Ways, cases_of, ways_of
from routing.draft import Draft
from routing.ground import Integers
from routing.problem import Problem
from routing.reasons.blunt import names
from routing.reasons.study import LONGEST, Study
from routing.rows import Rows
from routing.schedule import Timetable
from routing.slots import NONE, by_team
from routing.sweeps import Flags
from routing.team import Team, pair_up, single

TRIED = 4
"""So many of the likeliest places are tried for a change before it is given up."""

MINUTE = 60


@dataclass(frozen=True, slots=True)
class Outbid:
    """The visit that is hardest pressed to make room: what it would cost to take its place."""

    old: int
    team: int
    price: int


class Advice:
    """What would help the stops of a draft."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._draft = study.draft
        self._tables: dict[tuple[int, int], Timetable] = {}

    def later(self, stops: Sequence[int], fit: Flags) -> list[str | None]:
        """For each stop which shift would have to end later, and by how many minutes.

        `fit` (stops, teams) says who may be asked.
        """
        wide = self._study.longer.rows()
        near = self._study.places.rows()
        late = np.full((len(stops), len(wide)), NONE)
        for part in _parts(stops, wide):
            cases, ways = self._measured(stops[part], wide)
            ready = ways.there + wide.ready.min(axis=1)
            done = cases.hours.begin(ready) + ways.onward + cases.hours.service[:, None]
            possible = done <= wide.due.max(axis=1)
            possible &= fit[part][:, wide.team]
            late[part] = np.where(possible, np.maximum(done - near.due.max(axis=1), 1), NONE)
        best = by_team(wide, late, len(self._draft.teams))
        return [self._later(stop, costs) for stop, costs in zip(stops, best, strict=True)]

    def _measured(self, stops: Sequence[int], rows: Rows) -> tuple[Cases, Ways]:
        cases = cases_of(self._draft, stops, plain=True)
        return cases, ways_of(self._draft, cases, rows)

    def _later(self, stop: int, late: Integers) -> str | None:
        """The teams that need least are tried; the times found at first are the least there are."""
        found: tuple[int, int] | None = None
        for team in np.argsort(late, kind="stable")[:TRIED].tolist():
            least = -(-int(late[team]) // MINUTE)
            if least > LONGEST // MINUTE or (found is not None and found[0] <= least):
                break
            minutes = self._minutes(stop, team, least)
            if minutes is not None and (found is None or minutes < found[0]):
                found = (minutes, team)
        if found is None:
            return None
        unit = "minute" if found[0] == 1 else "minutes"
        return f"{names(self._draft, [found[1]])} ended {found[0]} {unit} later"

    def _minutes(self, stop: int, team: int, least: int) -> int | None:
        """The least number of minutes that helps in this team, from `least` on."""
        if self._fits(stop, team, least):
            return least
        low, high = least, LONGEST // MINUTE
        if not self._fits(stop, team, high):
            return None
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self._fits(stop, team, middle) else (middle, high)
        return high

    def _fits(self, stop: int, team: int, minutes: int) -> bool:
        table = self._tables.get((team, minutes))
        if table is None:
            unit = lengthened(self._draft.problem, self._draft.teams[team], minutes * MINUTE)
            table = Timetable(self._draft.clock, unit, self._draft.routes[team])
            self._tables[team, minutes] = table
        return any(table.fits(stop, at) for at in self._positions(team))

    def _positions(self, team: int) -> range:
        return range(self._draft.heads[team], len(self._draft.routes[team]) + 1)

    def outbid(self, stops: Sequence[int]) -> list[Outbid | None]:
        """For each stop the visit in whose place it would cost least, of those that are no must."""
        swaps, draft = self._study.swaps, self._draft
        rows = swaps.rows()
        if not len(rows):
            return [None] * len(stops)
        worths = [
            NONE if draft.problem.stops[old].must else draft.problem.stops[old].value
            for old in rows.old.tolist()
        ]
        found: list[Outbid | None] = []
        for _, cost in swaps.blocks(stops, rows):
            price = np.minimum(cost + np.array(worths, dtype=np.int64), NONE)
            for at, row in zip(price.argmin(axis=1).tolist(), price, strict=True):
                known = Outbid(int(rows.old[at]), int(rows.team[at]), int(row[at]))
                found.append(known if known.price < NONE else None)
        return found

    def other_window(self, stops: Sequence[int], fit: Flags) -> list[str | None]:
        """For each stop by how much a window would have to open earlier or close later."""
        rows = self._study.places.rows()
        told: list[str | None] = []
        for part in _parts(stops, rows):
            cases, ways = self._measured(stops[part], rows)
            told += self._other_windows(stops[part], cases, ways, rows, fit[part])
        return told

    def _other_windows(
        self, stops: Sequence[int], cases: Cases, ways: Ways, rows: Rows, fit: Flags
    ) -> Iterator[str | None]:
        service = cases.hours.service[:, None]
        soonest = ways.there + rows.ready.min(axis=1)
        latest = rows.due.max(axis=1) - ways.onward - service
        possible = (soonest <= latest) & fit[:, rows.team]
        opens, last = cases.hours.opens, cases.hours.last
        for at, stop in enumerate(stops):
            if self._draft.problem.stops[stop].windows is None or not possible[at].any():
                yield None
                continue
            row = np.flatnonzero(possible[at])
            late = soonest[at, row] - last[at][:, None]
            early = opens[at][:, None] - latest[at, row]
            need = np.where((late > 0) & (early > 0), NONE, np.maximum(late, early))
            window, best = np.unravel_index(int(need.argmin()), need.shape)
            seconds = int(need[window, best])
            closing = bool(late[window, best] > 0)
            team = int(rows.team[row[best]])
            yield self._moved(stop, team, int(window), seconds, closing=closing)

    def _moved(
        self, stop: int, team: int, window: int, seconds: int, *, closing: bool
    ) -> str | None:
        """The change as words, if the stop fits with it."""
        minutes = -(-seconds // MINUTE)
        if not 0 < minutes <= LONGEST // MINUTE:
            return None
        clock, known = self._draft.clock, self._draft.clock.windows[stop]
        opens, closes = known[window]
        step = minutes * MINUTE
        wider = (opens, closes + step) if closing else (opens - step, closes)
        clock.windows[stop] = tuple(wider if one == (opens, closes) else one for one in known)
        table = self._draft.table(team)
        helps = any(table.fits(stop, at) for at in self._positions(team))
        clock.windows[stop] = known
        if not helps:
            return None
        turn = "closed" if closing else "opened"
        return f"its window {turn} {minutes} min {'later' if closing else 'earlier'}"

    def crew(self, stop: int) -> str | None:
        """Two shifts of a day that could serve the stop if they travelled together."""
        draft, one = self._draft, self._draft.problem.stops[stop]
        lone = [team.members[0] for team in draft.teams if len(team.members) == 1]
        near = sorted(lone, key=lambda at: (draft.ground.seconds(_start(draft, at), stop), at))
        shifts = draft.problem.shifts
        for turn, first in enumerate(near[: 3 * TRIED]):
            for second in near[turn + 1 : 3 * TRIED]:
                if shifts[first].day != shifts[second].day:
                    continue
                pair = pair_up(draft.problem, first, second)
                late = one.earliest_day is None or one.earliest_day <= pair.day
                if late and one.skills <= pair.skills and _serves(draft, pair, stop):
                    return f"{shifts[first].id} and {shifts[second].id} worked as a crew"
        return None


def _start(draft: Draft, member: int) -> int:
    return len(draft.problem.stops) + member


def _serves(draft: Draft, pair: Team, stop: int) -> bool:
    return Timetable(draft.clock, pair, [stop]).feasible


def _parts(stops: Sequence[int], rows: Rows) -> Iterator[slice]:
    size = max(1, 60_000 // max(1, len(rows)))
    for start in range(0, len(stops), size):
        yield slice(start, start + size)


def lengthened(problem: Problem, team: Team, seconds: int) -> Team:
    """The team if all of its shifts ended later; breaks that then fall into them are owed."""
    shifts = list(problem.shifts)
    for member in team.members:
        shift = shifts[member]
        shifts[member] = replace(shift, window=(shift.window[0], shift.window[1] + seconds))
    longer = replace(problem, shifts=tuple(shifts))
    if len(team.members) == 1:
        return single(longer, team.members[0])
    return pair_up(longer, *team.members)
