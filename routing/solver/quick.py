"""What can be said of a region before any search: how much it will serve, and a first plan.

Where there are many more stops than hours, PyVRP's own start, which puts every stop on a route,
takes longer than all that follows. Then the most valuable stops are dealt to the teams by
territory, as somebody would do by hand, and the search begins from there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from routing.draft import Draft
from routing.expecting import expected_way
from routing.solver.repair import worth
from routing.solver.tasks import Orders, Region
from routing.territories import cluster

CROWDED = 0.8
"""From a smaller share of stops served than this on, the search begins with a quick plan."""

CANDIDATES = 2.0
"""So many times the stops that can be served, the most valuable ones, are searched; what is left
out is tried once more when the plan is polished."""


@dataclass(frozen=True, slots=True)
class Expected:
    """How many stops will be served, and on how many routes, as far as can be guessed."""

    served: float
    routes: float


def expected(draft: Draft, stops: Sequence[int], teams: Sequence[int]) -> Expected:
    """A guess from hours and loads alone."""
    visits = [draft.problem.stops[stop] for stop in stops]
    way = expected_way(draft.problem, draft.ground)
    work = sum(one.service + way for one in visits)
    hours = float(sum(draft.teams[team].working for team in teams))
    loads = [draft.teams[team].load for team in teams]
    load = sum(one for one in loads if one is not None) if None not in loads else 0
    demand = sum(one.demand for one in visits)
    used = max(work / max(1.0, hours), demand / load if load else 0.0, 1e-9)
    return Expected(len(visits) * min(1.0, 1 / used), len(teams) * min(1.0, used))


def likely(draft: Draft, stops: Sequence[int]) -> Sequence[int]:
    """The open stops that have a fair chance of being served: all, unless there are far too many.

    Nothing that is worth as much as a stop that is taken is left out.
    """
    most = int(CANDIDATES * expected(draft, stops, range(len(draft.teams))).served) + 1
    if len(stops) <= most:
        return stops
    least = sorted((worth(draft, stop) for stop in stops), reverse=True)[most]
    return [stop for stop in stops if worth(draft, stop) >= least]


def quick_orders(draft: Draft, region: Region) -> Orders:
    """A first, rough plan of a crowded region; nothing where PyVRP's own start does better."""
    guess = expected(draft, region.stops, region.teams).served
    if draft.ground.points is None or guess > CROWDED * len(region.stops):
        return {}
    orders: dict[int, tuple[int, ...]] = {}
    left = list(region.stops)
    for crew in (2, 1):
        teams = [team for team in region.teams if len(draft.teams[team].members) == crew]
        stops = [stop for stop in left if draft.problem.stops[stop].crew == crew]
        # A crew for whom there is nothing of their own takes from what there is for others.
        mine = _dealt(draft, stops or left, teams)
        taken = {stop for order in mine.values() for stop in order}
        left = [stop for stop in left if stop not in taken]
        orders |= mine
    return orders


def _dealt(draft: Draft, stops: list[int], teams: list[int]) -> dict[int, tuple[int, ...]]:
    """The most valuable of the stops, as many as the teams can serve, dealt by territory."""
    points = draft.ground.points
    ranked = sorted(stops, key=lambda stop: (-worth(draft, stop), stop))
    most = int(expected(draft, stops, teams).served) if teams else 0
    chosen = np.array(ranked[:most], dtype=np.int64)
    if points is None or not len(chosen):
        return {}
    labels = cluster(points[chosen], np.ones(len(chosen)), len(teams), seed=1)
    orders: dict[int, tuple[int, ...]] = {}
    free = list(teams)
    for label in np.unique(labels).tolist():
        members = chosen[labels == label]
        middle = points[members].mean(axis=0)
        gaps = [float(((points[draft.teams[team].start] - middle) ** 2).sum()) for team in free]
        team = free.pop(int(np.argmin(gaps)))
        able = [stop for stop in members.tolist() if draft.eligible(stop)[team]]
        if able:
            orders[team] = tuple(_nearest_first(draft, able))
    return orders


def _nearest_first(draft: Draft, stops: list[int]) -> list[int]:
    """The stops in an order that always goes on to the nearest."""
    left, order = list(stops), [stops[0]]
    left.remove(stops[0])
    while left:
        here = order[-1]
        following = min(left, key=lambda stop: (draft.ground.seconds(here, stop), stop))
        left.remove(following)
        order.append(following)
    return order
