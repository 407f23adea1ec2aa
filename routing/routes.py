"""Routes of teams, and what they take and cost: times, work, travel and the windows chosen."""

from __future__ import annotations

from collections.abc import Sequence

from routing.ground import Ground
from routing.options import ANY, Option, options_of
from routing.problem import Problem
from routing.schedule import Clock, Timetable
from routing.team import Team


class Routes:
    """Routes over one problem, stops counted from 0, measured but not yet judged.

    A stop with window costs has options: its windows grouped by cost, cheapest first. While it is
    unserved, `chosen` is ANY and `clock.windows` holds all its windows; while it is served,
    `chosen` is one option, `clock.windows` holds the windows of that option alone, and its cost
    is charged. So whatever is timed with the clock is served where it is paid for.
    """

    def __init__(self, problem: Problem, ground: Ground, teams: Sequence[Team]) -> None:
        self.problem = problem
        self.ground = ground
        self.clock = Clock(problem, ground)
        self.teams = list(teams)
        self.routes: list[list[int]] = [[] for _ in self.teams]
        self.heads = [0] * len(self.teams)
        self.unserved = set(range(len(problem.stops)))
        self.options: dict[int, tuple[Option, ...]] = options_of(problem)
        self.chosen = [ANY] * len(problem.stops)
        self.prefers = {
            at: dict(stop.prefers) for at, stop in enumerate(problem.stops) if stop.prefers
        }
        weight = problem.objective.unfair
        fair = any(team.fair_work is not None for team in self.teams)
        self._charged = bool(self.options or self.prefers or (weight and fair))
        self._all_windows = {stop: self.clock.windows[stop] for stop in self.options}
        self._tables: list[Timetable | None] = [None] * len(self.teams)
        self._work: list[int | None] = [None] * len(self.teams)

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

    def work_saved(self, team: int, position: int) -> int:
        """How much less work the route has without the stop at this position."""
        route = self.routes[team]
        if len(route) == 1:
            return self.work(team)
        stop = route[position]
        here, there = self._around(team, position, position + 1)
        less = self.way(here, stop) + self.clock.service[stop] + self.way(stop, there)
        return less - self.way(here, there)

    def _around(self, team: int, first: int, after: int) -> tuple[int, int | None]:
        """The places before position `first` and at position `after` of a route."""
        unit, route = self.teams[team], self.routes[team]
        here = route[first - 1] if first else unit.start
        return here, route[after] if after < len(route) else unit.end

    def stop_cost(self, team: int, stop: int) -> int:
        """What it costs that this team serves the stop rather than the agent it prefers most."""
        worth = self.prefers.get(stop)
        if worth is None:
            return 0
        return max(worth.values()) - max(worth.get(one, 0) for one in self.teams[team].agents)

    def unfair(self, team: int, work: int) -> int:
        """What it costs that the team works so many seconds, if that is more than is fair."""
        fair = self.teams[team].fair_work
        return 0 if fair is None else self.problem.objective.unfair * max(0, work - fair)

    def _more_unfair(self, team: int, more: int) -> int:
        had = self.work(team)
        return self.unfair(team, had + more) - self.unfair(team, had)

    def option_cost(self, stop: int, option: int = ANY) -> int:
        """What serving the stop in this option's windows costs; of ANY, in its cheapest."""
        known = self.options.get(stop)
        return 0 if known is None else known[max(option, 0)].cost

    def option_at(self, stop: int, start: int) -> int:
        """The cheapest option in whose windows a service begun at `start` lies, ANY if none."""
        finish = start + self.clock.service[stop]
        for option, one in enumerate(self.options.get(stop, ())):
            if any(opens <= start and finish <= closes for opens, closes in one.windows):
                return option
        return ANY

    def choices(self, order: Sequence[int]) -> dict[int, int]:
        """The options chosen now for those of these stops that have any."""
        return {stop: self.chosen[stop] for stop in order if stop in self.options}

    def _choose(self, stop: int, option: int) -> None:
        """Gives a stop the windows of an option, or all of them; its timetable is the caller's."""
        self.chosen[stop] = option
        self.clock.windows[stop] = (
            self._all_windows[stop] if option == ANY else self.options[stop][option].windows
        )

    def added(self, team: int, stop: int, position: int, option: int = ANY) -> int:
        """What inserting the stop adds to the cost, prizes aside; ANY means its cheapest option."""
        unit, route = self.teams[team], self.routes[team]
        here = route[position - 1] if position else unit.start
        there = route[position] if position < len(route) else unit.end
        cost = self.edge(here, stop) + self.edge(stop, there)
        if route:
            cost -= self.edge(here, there)
        else:
            cost += self.problem.objective.per_shift * len(unit.members)
        if self._charged:
            cost += self.option_cost(stop, option) + self.stop_cost(team, stop)
            if unit.fair_work is not None:
                cost += self._more_unfair(team, self.work_added(team, stop, position))
        return cost

    def saved(self, team: int, position: int) -> int:
        """What taking a stop out saves, prizes aside."""
        unit, route = self.teams[team], self.routes[team]
        stop = route[position]
        here, there = self._around(team, position, position + 1)
        cost = self.edge(here, stop) + self.edge(stop, there)
        if len(route) > 1:
            cost -= self.edge(here, there)
        else:
            cost += self.problem.objective.per_shift * len(unit.members)
        if self._charged:
            cost += self.option_cost(stop, self.chosen[stop]) + self.stop_cost(team, stop)
            if unit.fair_work is not None:
                cost -= self._more_unfair(team, -self.work_saved(team, position))
        return cost

    def swapped(self, team: int, stop: int, position: int, option: int = ANY) -> int:
        """What putting the stop instead of the one at this position adds, prizes aside."""
        old = self.routes[team][position]
        here, there = self._around(team, position, position + 1)
        cost = self.edge(here, stop) + self.edge(stop, there)
        cost -= self.edge(here, old) + self.edge(old, there)
        if self._charged:
            cost += self.option_cost(stop, option) + self.stop_cost(team, stop)
            cost -= self.option_cost(old, self.chosen[old]) + self.stop_cost(team, old)
            cost += self._more_unfair(team, self.work_swapped(team, stop, position))
        return cost

    def route_cost(self, team: int) -> int:
        """What a team's route costs, prizes aside."""
        unit, route = self.teams[team], self.routes[team]
        if not route:
            return 0
        here, cost = unit.start, self.problem.objective.per_shift * len(unit.members)
        for stop in route:
            cost += self.edge(here, stop) + self.stop_cost(team, stop)
            cost += self.option_cost(stop, self.chosen[stop])
            here = stop
        return cost + self.edge(here, unit.end) + self.unfair(team, self.work(team))

    def cost(self) -> int:
        """The cost of everything: never below the plan's, which may find a cheaper window."""
        prizes = sum(self.problem.stops[stop].value for stop in self.unserved)
        return prizes + sum(self.route_cost(team) for team in range(len(self.teams)))
