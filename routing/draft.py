"""A plan in the making: routes as lists of stops that always keep every rule.

Every change goes through `insert`, `remove`, `replace`, `set_route` or `cheapen`; the questions
asked before a change (`room`, `fits`, `swaps`, `insertions`, `lawful`) say whether the rules
allow it and what it costs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from routing.ground import Ground
from routing.options import ANY
from routing.problem import Problem
from routing.routes import Routes
from routing.schedule import Timetable
from routing.team import Team

NO_OPTIONS: Mapping[int, int] = {}


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A place for a stop: what it adds to the cost (prizes aside), in which team, where.

    `option` is that of the stop's windows which is meant; ANY lets `insert` find it.
    """

    cost: int
    team: int
    position: int
    option: int = ANY


class Draft(Routes):
    """Routes that keep every rule, and the changes that keep them so.

    `apart` and `parted` hold, both ways, who may not share a route and who not a day; `_days`
    says on which day a stop of `parted` is served.
    """

    def __init__(self, problem: Problem, ground: Ground, teams: Sequence[Team]) -> None:
        super().__init__(problem, ground, teams)
        self._classes: dict[object, list[bool]] = {}
        at = {stop.id: number for number, stop in enumerate(problem.stops)}
        self.apart: dict[int, set[int]] = {}
        self.parted: dict[int, set[int]] = {}
        for number, stop in enumerate(problem.stops):
            for other in stop.not_with:
                self.apart.setdefault(number, set()).add(at[other])
                self.apart.setdefault(at[other], set()).add(number)
            for other in stop.not_same_day:
                self.parted.setdefault(number, set()).add(at[other])
                self.parted.setdefault(at[other], set()).add(number)
        self._days: dict[int, int] = {}

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

    def room(self, team: int, stop: int, without: int | None = None) -> bool:
        """Whether number, load and company of a route let the stop in (`without` gone)."""
        unit, route = self.teams[team], self.routes[team]
        gone = 0 if without is None else 1
        if unit.max_stops is not None and len(route) - gone + 1 > unit.max_stops:
            return False
        foes = self.apart.get(stop)
        if foes and any(one in foes and one != without for one in route):
            return False
        if self.parted and self._met(stop, unit.day, () if without is None else (without,)):
            return False
        if unit.max_work is not None and not self._has_work_left(team, stop, without):
            return False
        if unit.load is None:
            return True
        stops = self.problem.stops
        carried = sum(stops[one].demand for one in route if one != without)
        return carried + stops[stop].demand <= unit.load

    def _met(self, stop: int, day: int, gone: Iterable[int]) -> bool:
        """Whether somebody is served on the day with whom the stop may not share it."""
        days = self._days
        return any(days.get(foe) == day and foe not in gone for foe in self.parted.get(stop, ()))

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

    def feasible(self, team: int) -> bool:
        """Whether a route keeps its times and its work; taking a stop out can break either."""
        limit = self.teams[team].max_work
        return self.table(team).feasible and (limit is None or self.work(team) <= limit)

    def fits(self, team: int, stop: int, position: int, option: int = ANY) -> bool:
        """Whether times and work let an unserved stop in before the one now at `position`."""
        limit = self.teams[team].max_work
        if limit is not None and self.work(team) + self.work_added(team, stop, position) > limit:
            return False
        if option == ANY:
            return self.table(team).fits(stop, position)
        self._choose(stop, option)
        answer = self.table(team).fits(stop, position)
        self._choose(stop, ANY)
        return answer

    def swaps(self, team: int, stop: int, position: int, option: int = ANY) -> bool:
        """Whether times and work let an unserved stop stand instead of the one at `position`."""
        limit = self.teams[team].max_work
        if limit is not None and self.work(team) + self.work_swapped(team, stop, position) > limit:
            return False
        if option == ANY:
            return self.table(team).swaps(stop, position)
        self._choose(stop, option)
        answer = self.table(team).swaps(stop, position)
        self._choose(stop, ANY)
        return answer

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
        if stop in self.options:
            return self._best_option_in(team, stop, places)
        for cost, position in sorted((self.added(team, stop, at), at) for at in places):
            if limit is not None and had + self.work_added(team, stop, position) > limit:
                continue
            if table.fits(stop, position):
                return Slot(cost, team, position)
        return None

    def _best_option_in(self, team: int, stop: int, places: Iterable[int]) -> Slot | None:
        options = range(len(self.options[stop]))
        slots = sorted(
            Slot(self.added(team, stop, at, option), team, at, option)
            for at in places
            for option in options
        )
        fitting = (one for one in slots if self.fits(team, stop, one.position, one.option))
        return next(fitting, None)

    def cheapest(self, stop: int, teams: Iterable[int]) -> Slot | None:
        """The cheapest place in any of the teams."""
        return min(self.insertions(stop, teams), default=None)

    def swap(self, team: int, stop: int, position: int) -> Slot | None:
        """The stop instead of the one at `position`, at its cheapest; None where it cannot be.

        The cost is what the exchange adds, prizes aside; `replace` takes the slot's option.
        """
        old = self.routes[team][position]
        if not self.eligible(stop)[team] or not self.room(team, stop, without=old):
            return None
        for option in range(len(self.options.get(stop, ()))) or (ANY,):
            if self.swaps(team, stop, position, option):
                return Slot(self.swapped(team, stop, position, option), team, position, option)
        return None

    def insert(self, stop: int, slot: Slot) -> None:
        """Puts an unserved stop into a route; one pinned to a place freezes the route up to it."""
        self.routes[slot.team].insert(slot.position, stop)
        self._serve(slot.team, {stop: slot.option})
        pinned = self.problem.stops[stop].pinned
        if pinned is not None and pinned.sequence is not None:
            self.heads[slot.team] = slot.position + 1

    def remove(self, team: int, position: int) -> int:
        """Takes a stop out of a route; it is unserved then."""
        stop = self.routes[team].pop(position)
        self._release(stop)
        self._forget(team)
        return stop

    def replace(self, team: int, position: int, stop: int, option: int = ANY) -> int:
        """Puts an unserved stop in place of another, which is unserved then."""
        old = self.routes[team][position]
        self.routes[team][position] = stop
        self._release(old)
        self._serve(team, {stop: option})
        return old

    def set_route(
        self, team: int, order: Sequence[int], options: Mapping[int, int] = NO_OPTIONS
    ) -> None:
        """Replaces a whole route; the caller knows that the order is feasible.

        A stop without an option in `options` keeps the one it has in this route; one that is new
        in it gets its cheapest. No stop of the order may be served by another team.
        """
        kept = set(order)
        for stop in self.routes[team]:
            if stop not in kept:
                self._release(stop)
        self.routes[team] = list(order)
        known = self.chosen
        self._serve(team, {stop: options.get(stop, known[stop]) for stop in order})

    def _release(self, stop: int) -> None:
        self.unserved.add(stop)
        self._days.pop(stop, None)
        if stop in self.options:
            self._choose(stop, ANY)

    def _serve(self, team: int, stops: Mapping[int, int]) -> None:
        """Books stops that now stand in the team's route, and settles their options."""
        self.unserved.difference_update(stops)
        self._forget(team)
        if self.parted:
            self._days |= {stop: self.teams[team].day for stop in stops if stop in self.parted}
        if not self.options:
            return
        for stop, option in stops.items():
            if stop in self.options:
                self._choose(stop, option)
        for stop in stops:
            if stop in self.options and self.chosen[stop] == ANY:
                self._settle(team, stop, len(self.options[stop]))

    def _settle(self, team: int, stop: int, below: int) -> bool:
        """Chooses the first of a served stop's options, up to `below`, that its route can keep.

        Where the route is feasible with all the stop's windows one of them always serves.
        """
        before = self.chosen[stop]
        for option in range(below):
            self._choose(stop, option)
            if Timetable(self.clock, self.teams[team], self.routes[team]).feasible:
                self._forget(team)
                return True
        self._choose(stop, max(before, 0))
        return False

    def cheapen(self, team: int) -> int:
        """Moves stops of a route to cheaper options where its times allow it; what that saves."""
        saved = 0
        for stop in self.routes[team] if self.options else ():
            if stop in self.options and self.chosen[stop] > 0:
                before = self.option_cost(stop, self.chosen[stop])
                self._settle(team, stop, self.chosen[stop])
                saved += before - self.option_cost(stop, self.chosen[stop])
        return saved

    def lawful(
        self, team: int, order: Sequence[int], options: Mapping[int, int] = NO_OPTIONS
    ) -> bool:
        """Whether the team may drive these stops in this order: every rule, pins aside.

        Stops are timed with the windows they have now (a served one with those of its option,
        an unserved one with all) or with those of the option given; ANY gives all.
        """
        unit, stops = self.teams[team], self.problem.stops
        if unit.max_stops is not None and len(order) > unit.max_stops:
            return False
        if unit.load is not None and sum(stops[one].demand for one in order) > unit.load:
            return False
        if not all(self.eligible(one)[team] for one in order):
            return False
        if any(self.apart.get(one, set()) & set(order) for one in order):
            return False
        if self.parted and not self._day_is_free(team, order):
            return False
        if unit.max_work is not None and self.work_of(team, order) > unit.max_work:
            return False
        return self._timely(team, order, options)

    def _day_is_free(self, team: int, order: Sequence[int]) -> bool:
        here, day = set(order), self.teams[team].day
        return not any(
            self.parted.get(stop, set()) & here or self._met(stop, day, self.routes[team])
            for stop in order
        )

    def _timely(self, team: int, order: Sequence[int], options: Mapping[int, int]) -> bool:
        asked = {stop: options[stop] for stop in order if stop in options and stop in self.options}
        before = self.choices(list(asked))
        for stop, option in asked.items():
            self._choose(stop, option)
        answer = Timetable(self.clock, self.teams[team], order).feasible
        for stop, option in before.items():
            self._choose(stop, option)
        return answer
