"""Who could travel together on one day, and the cheapest routes of each such team.

Every shift may go alone; two shifts of a day may go as a crew, led by either, unless one of them
travels with somebody else. A crew that can do nothing that its leader could not do alone is left
out, since alone he is never later and never dearer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import permutations

from routing.draft import Draft
from routing.ground import Ground
from routing.problem import Problem
from routing.solver.exact_breaks import arrangements, team_of
from routing.solver.exact_routes import Purse, RouteSearch, TooMuch
from routing.team import Team, due_breaks

MOST_TEAMS = 400


@dataclass(frozen=True, slots=True)
class Found:
    """The cheapest route through one set of stops: what it costs, who drives it, and how."""

    cost: int
    team: Team
    order: dict[int, int]
    """The stops with their options."""


Routes = dict[int, Found]
"""By set of stops, as bits counted along all stops of the problem."""


def members_of_teams(problem: Problem) -> list[tuple[int, ...]]:
    """Every team that may be formed: single shifts, then crews with their leader first."""
    shifts = range(len(problem.shifts))
    crews = (pair for pair in permutations(shifts, 2) if _meet(problem, *pair))
    return [*((one,) for one in shifts), *crews]


def may_travel(problem: Problem, one: int, other: int) -> bool:
    """Whether two shifts are of one day and neither has another partner."""
    first, second = problem.shifts[one], problem.shifts[other]
    if first.day != second.day:
        return False
    partners = {first.crew_with, second.crew_with} | {
        shift.id for shift in problem.shifts if shift.crew_with in (first.id, second.id)
    }
    return partners <= {first.id, second.id, None}


def _meet(problem: Problem, one: int, other: int) -> bool:
    first, second = problem.shifts[one].window, problem.shifts[other].window
    return max(first[0], second[0]) <= min(first[1], second[1]) and may_travel(problem, one, other)


class Crowd:
    """All teams of a problem and the stops that each may serve within its hours."""

    def __init__(self, problem: Problem, ground: Ground) -> None:
        every = members_of_teams(problem)
        if len(every) > MOST_TEAMS:
            raise TooMuch
        self._draft = Draft(problem, ground, [team_of(problem, members) for members in every])
        self._at = {members: at for at, members in enumerate(every)}
        self.parted = self._draft.parted
        self.able: dict[tuple[int, ...], list[int]] = {}
        for at, members in enumerate(every):
            able = [
                stop
                for stop in range(len(problem.stops))
                if self._draft.eligible(stop)[at] and self._in_hours(stop, at)
            ]
            if able and not self._needless(members, able):
                self.able[members] = able
        self._known: dict[object, tuple[tuple[Team, ...], Routes]] = {}

    def _in_hours(self, stop: int, at: int) -> bool:
        team, clock = self._draft.teams[at], self._draft.clock
        return clock.begin(stop, team.opens) + clock.service[stop] <= team.closes

    def _needless(self, members: tuple[int, ...], able: Iterable[int]) -> bool:
        """Whether the leader alone may do all that the crew may, and rests no more than it."""
        alone = self.able.get(members[:1])
        if len(members) == 1 or alone is None or not set(able) <= set(alone):
            return False
        if any(stop in self._draft.prefers for stop in able):
            return False
        leader = [self._draft.problem.shifts[members[0]]]
        crew = team_of(self._draft.problem, members)
        owed = due_breaks(leader, *leader[0].window)
        return owed == due_breaks(leader, crew.opens, crew.closes)

    def steps(self) -> int:
        """A guess, rather low, at the steps that all searches take together."""
        teams = {self._key(members): members for members in self.able}
        return sum(self._steps_of(members) for members in teams.values())

    def _steps_of(self, members: tuple[int, ...]) -> int:
        size = len(self.able[members])
        return size * (size - 1) * (1 << max(0, size - 2)) + size

    def _key(self, members: tuple[int, ...]) -> object:
        """What the routes of a team depend on; two teams that share it have the same."""
        draft, able = self._draft, self.able[members]
        team = team_of(draft.problem, members)
        ends = [] if team.end is None else [team.end]
        out = draft.ground.block([team.start], able)
        back = draft.ground.block(able, ends)
        ways = tuple(tuple(one.ravel().tolist()) for one in (*out, *back))
        extra = tuple(draft.stop_cost(self._at[members], stop) for stop in able)
        limits = (team.max_stops, team.load, team.max_work, team.fair_work, len(members))
        return ways, tuple(able), team.opens, team.closes, team.breaks, limits, extra

    def routes(self, members: tuple[int, ...], purse: Purse) -> Routes:
        """The cheapest routes of a team; raises TooMuch when the purse is empty."""
        units = arrangements(self._draft.problem, members)
        key = (self._key(members), tuple(unit.breaks for unit in units))
        if key not in self._known:
            self._known[key] = tuple(units), self._search(members, units, purse)
        before, routes = self._known[key]
        same = dict(zip(before, units, strict=True))
        return {group: replace(found, team=same[found.team]) for group, found in routes.items()}

    def _search(self, members: tuple[int, ...], units: Sequence[Team], purse: Purse) -> Routes:
        """Over all arrangements, until the routes are as cheap as they are without any break."""
        best = self._routes_of(members, units[0], purse)
        if len(units) == 1:
            return best
        bound = self._routes_of(members, replace(units[0], breaks=()), purse)
        for unit in units[1:]:
            if all(group in best and best[group].cost == bound[group].cost for group in bound):
                break
            for group, found in self._routes_of(members, unit, purse).items():
                if group not in best or found.cost < best[group].cost:
                    best[group] = found
        return best

    def _routes_of(self, members: tuple[int, ...], unit: Team, purse: Purse) -> Routes:
        routes: Routes = {}
        search = RouteSearch(self._draft, self._at[members], unit, self.able[members])
        for cost, label in search.run(purse).values():
            order = label.order()
            routes[sum(1 << stop for stop in order)] = Found(cost, unit, order)
        return routes
