"""A plan in the making: routes as lists of stops that always keep every rule.

Every change goes through `insert`, `remove`, `replace` or `set_route`; the questions asked before
a change (`may`, `room`, `insertions`) say whether the rules allow it and what it costs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from routing.ground import Ground
from routing.problem import Problem
from routing.schedule import Clock, Timetable
from routing.team import Team


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A place for a stop: what it adds to the cost (prizes aside), in which team, where."""

    cost: int
    team: int
    position: int


class Draft:
    """Routes of teams over one problem. Stops are counted from 0 in the order of the problem."""

    def __init__(self, problem: Problem, ground: Ground, teams: Sequence[Team]) -> None:
        self.problem = problem
        self.ground = ground
        self.clock = Clock(problem, ground)
        self.teams = list(teams)
        self.routes: list[list[int]] = [[] for _ in self.teams]
        self.heads = [0] * len(self.teams)
        self.unserved = set(range(len(problem.stops)))
        self._tables: list[Timetable | None] = [None] * len(self.teams)
        self._work: list[int | None] = [None] * len(self.teams)
        self._classes: dict[object, list[bool]] = {}
        at = {stop.id: number for number, stop in enumerate(problem.stops)}
        self.apart: dict[int, set[int]] = {}
        for number, stop in enumerate(problem.stops):
            for other in stop.not_with:
                self.apart.setdefault(number, set()).add(at[other])
                self.apart.setdefault(at[other], set()).add(number)

    def eligible(self, stop: int) -> list[bool]:
        """For each team whether its skills, crew, day and pin let it serve the stop at all."""
        one = self.problem.stops[stop]
        held = one.pinned.shift if one.pinned else None
        key = (one.skills, one.crew, held, one.earliest_day)
        known = self._classes.get(key)
        if known is None:
            known = [self._suits(team, key) for team in self.teams]
            self._classes[key] = known
        return known

    def _suits(self, team: Team, key: tuple[frozenset[str], int, str | None, int | None]) -> bool:
        skills, crew, held, earliest = key
        shifts = [self.problem.shifts[member].id for member in team.members]
        return (
            skills <= team.skills
            and crew <= len(team.members)
            and (held is None or held in shifts)
            and (earliest is None or earliest <= team.day)
        )

    def table(self, team: int) -> Timetable:
        """The timetable of a team's route as it stands."""
        known = self._tables[team]
        if known is None:
            known = Timetable(self.clock, self.teams[team], self.routes[team])
            self._tables[team] = known
        return known

    def _forget(self, team: int) -> None:
        """Its route has changed: what was worked out about it holds no more."""
        self._tables[team] = None
        self._work[team] = None

    def way(self, origin: int, target: int | None) -> int:
        """Nominal seconds of travel; none where a shift ends anywhere."""
        return 0 if target is None else self.ground.seconds(origin, target)

    def work(self, team: int) -> int:
        """The seconds that a team's route as it stands counts towards its `max_work`."""
        known = self._work[team]
        if known is None:
            known = self.work_of(team, self.routes[team])
            self._work[team] = known
        return known

    def work_of(self, team: int, order: Sequence[int]) -> int:
        """Nominal travel, the way back included, and service of these stops in this order."""
        if not order:
            return 0
        here, work = self.teams[team].start, 0
        for stop in order:
            work += self.ground.seconds(here, stop) + self.clock.service[stop]
            here = stop
        return work + self.way(here, self.teams[team].end)

    def work_added(self, team: int, stop: int, position: int) -> int:
        """How much more work the route has with the stop at this position."""
        here, there = self._around(team, position, position)
        more = self.way(here, stop) + self.clock.service[stop] + self.way(stop, there)
        return more - self.way(here, there) if self.routes[team] else more

    def work_swapped(self, team: int, stop: int, position: int) -> int:
        """How much more work the route has with the stop instead of the one at this position."""
        old = self.routes[team][position]
        here, there = self._around(team, position, position + 1)
        more = self.way(here, stop) + self.clock.service[stop] + self.way(stop, there)
        return more - self.way(here, old) - self.clock.service[old] - self.way(old, there)

    def _around(self, team: int, first: int, after: int) -> tuple[int, int | None]:
        """The places before position `first` and at position `after` of a route."""
        unit, route = self.teams[team], self.routes[team]
        here = route[first - 1] if first else unit.start
        return here, route[after] if after < len(route) else unit.end

    def fits(self, team: int, stop: int, position: int) -> bool:
        """Whether times and work let the stop in before the one now at `position`."""
        limit = self.teams[team].max_work
        if limit is not None and self.work(team) + self.work_added(team, stop, position) > limit:
            return False
        return self.table(team).fits(stop, position)

    def swaps(self, team: int, stop: int, position: int) -> bool:
        """Whether times and work let the stop stand instead of the one now at `position`."""
        limit = self.teams[team].max_work
        if limit is not None and self.work(team) + self.work_swapped(team, stop, position) > limit:
            return False
        return self.table(team).swaps(stop, position)

    def feasible(self, team: int) -> bool:
        """Whether a route keeps its times and its work; taking a stop out can break either."""
        limit = self.teams[team].max_work
        return self.table(team).feasible and (limit is None or self.work(team) <= limit)

    def edge(self, origin: int, target: int | None) -> int:
        """What driving from one place to another costs; nothing where a shift ends anywhere."""
        if target is None:
            return 0
        weights, cost = self.problem.objective, 0
        if weights.metres:
            cost = weights.metres * self.ground.metres(origin, target)
        if weights.seconds:
            cost += weights.seconds * self.ground.seconds(origin, target)
        return cost

    def room(self, team: int, stop: int, without: int | None = None) -> bool:
        """Whether number, load and company of a route let the stop in (`without` gone)."""
        unit, route = self.teams[team], self.routes[team]
        gone = 0 if without is None else 1
        if unit.max_stops is not None and len(route) - gone + 1 > unit.max_stops:
            return False
        foes = self.apart.get(stop)
        if foes and any(one in foes and one != without for one in route):
            return False
        if unit.max_work is not None and not self._has_work_left(team, stop, without):
            return False
        if unit.load is None:
            return True
        stops = self.problem.stops
        carried = sum(stops[one].demand for one in route if one != without)
        return carried + stops[stop].demand <= unit.load

    def _has_work_left(self, team: int, stop: int, without: int | None) -> bool:
        """Whether the route's work leaves room for the stop somewhere, or in place of another."""
        route, limit = self.routes[team], self.teams[team].max_work
        if limit is None:
            return True
        if without is not None:
            least = self.work_swapped(team, stop, route.index(without))
        else:
            places = range(min(self.heads[team], len(route)), len(route) + 1)
            least = min(self.work_added(team, stop, at) for at in places)
        return self.work(team) + least <= limit

    def added(self, team: int, stop: int, position: int) -> int:
        """What inserting the stop adds to the cost, prizes aside."""
        unit, route = self.teams[team], self.routes[team]
        here = route[position - 1] if position else unit.start
        there = route[position] if position < len(route) else unit.end
        if not route:
            fixed = self.problem.objective.per_shift * len(unit.members)
            return self.edge(here, stop) + self.edge(stop, there) + fixed
        return self.edge(here, stop) + self.edge(stop, there) - self.edge(here, there)

    def saved(self, team: int, position: int) -> int:
        """What taking a stop out saves, prizes aside."""
        unit, route = self.teams[team], self.routes[team]
        stop = route[position]
        here = route[position - 1] if position else unit.start
        there = route[position + 1] if position + 1 < len(route) else unit.end
        around = self.edge(here, stop) + self.edge(stop, there)
        if len(route) == 1:
            return around + self.problem.objective.per_shift * len(unit.members)
        return around - self.edge(here, there)

    def insertions(self, stop: int, teams: Iterable[int]) -> Iterator[Slot]:
        """For each of the teams that can take the stop the cheapest place in its route."""
        may = self.eligible(stop)
        for team in teams:
            if not may[team] or not self.room(team, stop):
                continue
            best = self._best_in(team, stop)
            if best is not None:
                yield best

    def _best_in(self, team: int, stop: int) -> Slot | None:
        table, limit = self.table(team), self.teams[team].max_work
        had = 0 if limit is None else self.work(team)
        pinned = self.problem.stops[stop].pinned
        places: Iterable[int] = range(self.heads[team], len(self.routes[team]) + 1)
        if pinned is not None and pinned.sequence is not None:
            places = [one for one in places if one == pinned.sequence]
        for cost, position in sorted((self.added(team, stop, at), at) for at in places):
            if limit is not None and had + self.work_added(team, stop, position) > limit:
                continue
            if table.fits(stop, position):
                return Slot(cost, team, position)
        return None

    def cheapest(self, stop: int, teams: Iterable[int]) -> Slot | None:
        """The cheapest place in any of the teams."""
        return min(self.insertions(stop, teams), default=None)

    def insert(self, stop: int, slot: Slot) -> None:
        """Puts an unserved stop into a route; one pinned to a place freezes the route up to it."""
        self.routes[slot.team].insert(slot.position, stop)
        self.unserved.discard(stop)
        self._forget(slot.team)
        pinned = self.problem.stops[stop].pinned
        if pinned is not None and pinned.sequence is not None:
            self.heads[slot.team] = slot.position + 1

    def remove(self, team: int, position: int) -> int:
        """Takes a stop out of a route; it is unserved then."""
        stop = self.routes[team].pop(position)
        self.unserved.add(stop)
        self._forget(team)
        return stop

    def replace(self, team: int, position: int, stop: int) -> int:
        """Puts an unserved stop in place of another, which is unserved then."""
        old = self.routes[team][position]
        self.routes[team][position] = stop
        self.unserved.add(old)
        self.unserved.discard(stop)
        self._forget(team)
        return old

    def set_route(self, team: int, order: Sequence[int]) -> None:
        """Replaces a whole route; the caller knows that the order is feasible."""
        self.unserved |= set(self.routes[team])
        self.unserved -= set(order)
        self.routes[team] = list(order)
        self._forget(team)

    def lawful(self, team: int, order: Sequence[int]) -> bool:
        """Whether the team may drive these stops in this order: every rule, pins aside."""
        unit, stops = self.teams[team], self.problem.stops
        if unit.max_stops is not None and len(order) > unit.max_stops:
            return False
        if unit.load is not None and sum(stops[one].demand for one in order) > unit.load:
            return False
        if not all(self.eligible(one)[team] for one in order):
            return False
        if any(self.apart.get(one, set()) & set(order) for one in order):
            return False
        if unit.max_work is not None and self.work_of(team, order) > unit.max_work:
            return False
        return Timetable(self.clock, unit, order).feasible
