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
from routing.slots import NONE
from routing.sweeps import Flags
from routing.team import Team, pair_up, single

TRIED = 4
"""So many of the likeliest places are tried for a change before it is given up."""

LIKELY = 40
"""So many places are looked at closely for each stop, the least late first."""

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
        rows = self._study.longer.rows()
        told: list[str | None] = []
        for part in _parts(stops, rows) if len(rows) else ():
            cases, ways = self._measured(stops[part], rows)
            late, row = self._lateness(cases, ways, rows, fit[part])
            for at, stop in enumerate(stops[part]):
                told.append(self._later(stop, late[at], rows.of(row[at])))
        return told or [None] * len(stops)

    def _measured(self, stops: Sequence[int], rows: Rows) -> tuple[Cases, Ways]:
        cases = cases_of(self._draft, stops, plain=True)
        return cases, ways_of(self._draft, cases, rows)

    def _lateness(
        self, cases: Cases, ways: Ways, wide: Rows, fit: Flags
    ) -> tuple[Integers, Integers]:
        """For each stop the likeliest rows, and how late somebody would be in them: (n, rows).

        `wide` are the rows of teams that work longer, by whose times it must fit all the same.
        """
        near = self._study.places.rows()
        drives = self._study.longer.drives
        ready = drives.arrive(wide.ready.min(axis=1), ways.there)
        left = cases.hours.begin(ready) + cases.hours.service[:, None]
        done = drives.arrive(left, ways.onward)
        possible = done <= wide.due.max(axis=1)
        possible &= fit[:, wide.team]
        # Breaks left aside nobody is later than this, so that the least late come first.
        least = np.where(possible, done - near.due.max(axis=1), NONE)
        count = min(LIKELY, len(wide))
        row = np.argpartition(least, count - 1, axis=1)[:, :count]
        case = np.repeat(np.arange(len(row)), count)
        flat = row.ravel()
        times = self._study.longer.through(cases, ways, wide, case, flat)
        times = drives.arrive(times, ways.onward[case, flat][:, None])
        late = np.where(times <= wide.due[flat], np.maximum(times - near.due[flat], 1), NONE)
        found = np.where(possible[case, flat], late.min(axis=1), NONE)
        return found.reshape(row.shape), row

    def _later(self, stop: int, late: Integers, rows: Rows) -> str | None:
        """The first that holds of the least changes, as words."""
        order = np.lexsort((rows.position, rows.team, late))
        for at in order[:TRIED].tolist():
            minutes, team = -(-int(late[at]) // MINUTE), int(rows.team[at])
            if minutes > LONGEST // MINUTE:
                break
            if self._table(team, minutes).fits(stop, int(rows.position[at])):
                unit = "minute" if minutes == 1 else "minutes"
                return f"{names(self._draft, [team])} ended {minutes} {unit} later"
        return None

    def _table(self, team: int, minutes: int) -> Timetable:
        """The route of a team that works longer."""
        table = self._tables.get((team, minutes))
        if table is None:
            unit = lengthened(self._draft.problem, self._draft.teams[team], minutes * MINUTE)
            table = Timetable(self._draft.clock, unit, self._draft.routes[team])
            self._tables[team, minutes] = table
        return table

    def _positions(self, team: int) -> range:
        return range(self._draft.heads[team], len(self._draft.routes[team]) + 1)

    def outbid(self, stops: Sequence[int]) -> list[Outbid | None]:
        """For each stop the visit in whose place it would cost least, of those that are no must."""
        swaps, draft = self._study.swaps, self._draft
        rows = swaps.rows()
        if not len(rows):
            return [None] * len(stops)
        olds = [draft.problem.stops[old] for old in rows.old.tolist()]
        worths = np.array([old.value for old in olds], dtype=np.int64)
        held = np.array([old.must for old in olds], dtype=bool)
        found: list[Outbid | None] = []
        for _, cost in swaps.blocks(stops, rows):
            price = np.where(held, NONE, np.minimum(cost + worths, NONE))
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
        drives = self._study.places.drives
        soonest = drives.arrive(rows.ready.min(axis=1), ways.there)
        latest = drives.leave_by(rows.due.max(axis=1), ways.onward) - service
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
