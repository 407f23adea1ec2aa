"""The provably cheapest plan of a small problem: every team, every set of stops, every order.

First the cheapest route of every team through every set of stops, then the cheapest way to pair
the shifts of each day and to deal the stops out. As many musts as can be are served, whatever it
costs; among such plans the one of the least cost, as `check` counts it, is taken, and among
equally cheap ones one with the fewest agents.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.draft import Draft
from routing.ground import Ground
from routing.problem import Problem
from routing.solver.exact_routes import Purse, TooMuch
from routing.solver.exact_sets import FAR, Costs, joined, nothing, parted, sums
from routing.solver.exact_teams import Crowd, Found, Routes, may_travel
from routing.team import Team, pair_up, single

MOST_STOPS = 12
STEPS = 600_000
"""Steps of a label that the searches may take together; about two seconds."""

STEPS_A_SECOND = 150_000
"""So many steps take about two thirds of a second; the rest is left to the search."""

LEAST_STEPS = 60_000
"""Even where there is hardly any time so many may be taken."""

GUESS = 0.5
"""The share of the steps up to which a problem is tried at all; several labels share a set."""

SPLITS_PER_STEP = 400
"""So many ways of dealing a set out take as long as one step of a label."""

Members = tuple[int, ...]


def exact(problem: Problem, ground: Ground, budget: float | None = None) -> Draft | None:
    """A draft than which none is cheaper, or None where the problem is too large for that.

    The steps of the search are counted, not timed, so the same problem and the same budget
    (seconds for the whole plan, None for plenty) always have the same answer.
    """
    if len(problem.stops) > MOST_STOPS:
        return None
    steps = STEPS
    if budget is not None:
        steps = min(STEPS, max(LEAST_STEPS, int(STEPS_A_SECOND * budget)))
    try:
        return _Whole(problem, ground, Purse(steps)).draft()
    except TooMuch:
        return None


@dataclass(slots=True)
class _Node:
    """The costs of sets of stops once some shifts are dealt with, and how that came about."""

    costs: Costs
    before: list[tuple[int, Members]]


class _Whole:
    """The search over all teams of a problem."""

    def __init__(self, problem: Problem, ground: Ground, purse: Purse) -> None:
        self._problem, self._ground, self._purse = problem, ground, purse
        crowd = Crowd(problem, ground)
        if crowd.steps() > GUESS * purse.steps:
            raise TooMuch
        # A unit of cost weighs more than all shifts, so that equal costs are told apart by them.
        self._unit = len(problem.shifts) + 1
        self._must_weight = _must_weight(problem, ground, self._unit)
        self._parted = crowd.parted
        self._stops = sorted({stop for able in crowd.able.values() for stop in able})
        self._routes: dict[Members, Routes] = {}
        for members in crowd.able:
            routes = crowd.routes(members, purse)
            known = self._routes.setdefault(tuple(sorted(members)), {})
            for group, found in routes.items():
                if group not in known or found.cost < known[group].cost:
                    known[group] = found
        self._tables = {members: self._table(one) for members, one in self._routes.items()}

    def _table(self, routes: Routes) -> Costs:
        table = nothing(len(self._stops))
        for found in routes.values():
            cost = found.cost * self._unit + len(found.team.members)
            table[self._compact(found.order)] = cost
        return table

    def _compact(self, stops: Iterable[int]) -> int:
        """A set of stops as bits counted along those stops that anybody may serve."""
        return sum(1 << self._stops.index(stop) for stop in stops)

    def _spread(self, group: int) -> int:
        """The same set as bits counted along all stops."""
        return sum(1 << stop for at, stop in enumerate(self._stops) if group >> at & 1)

    def draft(self) -> Draft:
        """The cheapest plan."""
        days = sorted({shift.day for shift in self._problem.shifts})
        nodes = [self._nodes(day) for day in days]
        totals = [nothing(len(self._stops))]
        for one in nodes:
            totals.append(joined(totals[-1], one[-1].costs))
        chosen = int(np.argmin(totals[-1] + self._left_out()[::-1]))
        found: list[Found] = []
        for one, total in zip(reversed(nodes), reversed(totals[:-1]), strict=True):
            chosen, today = parted(total, one[-1].costs, chosen)
            found += self._traced(one, today)
        return self._written(found)

    def _left_out(self) -> Costs:
        stops = (self._problem.stops[stop] for stop in self._stops)
        return sums(
            [one.value * self._unit + (self._must_weight if one.must else 0) for one in stops]
        )

    def _nodes(self, day: int) -> dict[int, _Node]:
        """By the set of shifts dealt with; the last entry (-1) is that of the whole day."""
        mine = [at for at, shift in enumerate(self._problem.shifts) if shift.day == day]
        whole = (1 << len(mine)) - 1
        nodes = {0: _Node(nothing(len(self._stops)), [])}
        for used in range(whole):
            if used not in nodes:
                continue
            first = (~used & (used + 1)).bit_length() - 1
            for other in range(first, len(mine)):
                if not used >> other & 1:
                    members = (mine[first],) if other == first else (mine[first], mine[other])
                    self._deal(nodes, used, used | 1 << first | 1 << other, members)
        lawful = np.where(self._quarrels(), FAR, nodes[whole].costs)
        nodes[-1] = _Node(lawful, nodes[whole].before)
        return nodes

    def _quarrels(self) -> NDArray[np.bool_]:
        """For each set of stops whether two of it may not be served on one day."""
        groups = np.arange(1 << len(self._stops))
        met = np.zeros(len(groups), dtype=np.bool_)
        for stop, others in self._parted.items():
            for other in others & set(self._stops) if stop in self._stops else ():
                both = self._compact([stop, other])
                met |= groups & both == both
        return met

    def _deal(self, nodes: dict[int, _Node], used: int, then: int, members: Members) -> None:
        """One more team: its shifts are dealt with, whether or not it serves anything."""
        table = self._tables.get(members)
        if table is None and len(members) == 2:
            return
        costs = nodes[used].costs
        if table is not None:
            self._purse.spend(3 ** len(self._stops) // SPLITS_PER_STEP + 1)
            costs = joined(costs, table)
        if then in nodes:
            nodes[then].costs = np.minimum(nodes[then].costs, costs)
            nodes[then].before.append((used, members))
        else:
            nodes[then] = _Node(costs, [(used, members)])

    def _traced(self, nodes: dict[int, _Node], group: int) -> list[Found]:
        """The routes that serve a set of stops on one day."""
        found: list[Found] = []
        node = nodes[-1]
        while node.before:
            for used, members in node.before:
                table = self._tables.get(members, nothing(len(self._stops)))
                rest, own = parted(nodes[used].costs, table, group)
                if nodes[used].costs[rest] + table[own] == node.costs[group]:
                    break
            if own:
                found.append(self._routes[members][self._spread(own)])
            node, group = nodes[used], rest
        return found

    def _written(self, found: Sequence[Found]) -> Draft:
        routes = {one.team: one for one in found}
        used = {member for team in routes for member in team.members}
        served = {stop for one in found for stop in one.order}
        teams = [*routes, *_idle(self._problem, used, served)]
        draft = Draft(self._problem, self._ground, sorted(teams, key=lambda one: one.members))
        for at, team in enumerate(draft.teams):
            if team in routes:
                order = routes[team].order
                draft.set_route(at, list(order), order)
                draft.heads[at] = _head(self._problem, order)
        return draft


def _must_weight(problem: Problem, ground: Ground, unit: int) -> int:
    """More than any plan can cost; raises TooMuch where costs are too large to be added up."""
    places = range(len(problem.stops) + 2 * len(problem.shifts))
    metres, seconds = (int(one.max(initial=0)) for one in ground.block(places, places))
    weights, stops = problem.objective, problem.stops
    legs = len(stops) + len(problem.shifts)
    most = 1 + weights.per_shift * len(problem.shifts)
    most += legs * (weights.metres * metres + (weights.seconds + weights.unfair) * seconds)
    most += sum(stop.value + weights.unfair * stop.service for stop in stops)
    most += sum(max(stop.window_costs or (0,)) for stop in stops)
    most += sum(max(dict(stop.prefers).values(), default=0) for stop in stops)
    if (most + 1) * unit * (len(stops) + 1) >= FAR:
        raise TooMuch
    return (most + 1) * unit


def _idle(problem: Problem, used: set[int], served: set[int]) -> list[Team]:
    """The shifts that serve nothing: in pairs where a visit for two is left out, else alone."""
    left = [at for at in range(len(problem.shifts)) if at not in used]
    lacking = [one for at, one in enumerate(problem.stops) if at not in served and one.crew == 2]
    teams: list[Team] = []
    while left:
        first = left.pop(0)
        partner = next((one for one in left if may_travel(problem, first, one)), None)
        if lacking and partner is not None:
            left.remove(partner)
            teams.append(pair_up(problem, first, partner))
        else:
            teams.append(single(problem, first))
    return teams


def _head(problem: Problem, order: Iterable[int]) -> int:
    """How many stops from the first on stay where they are: up to the last pinned to a place."""
    pins = (problem.stops[stop].pinned for stop in order)
    held = [at for at, pin in enumerate(pins) if pin is not None and pin.sequence is not None]
    return held[-1] + 1 if held else 0
