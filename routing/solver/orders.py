"""What orders cost, and how a plan becomes orders."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from routing.draft import Draft
from routing.solver.tasks import Orders


@dataclass(frozen=True, slots=True)
class Order:
    """The stops that a search gave to one team, in order, after its head."""

    team: int
    stops: tuple[int, ...]


def cost_of(draft: Draft, orders: Orders) -> int:
    """Travel, shifts used and prizes not collected when the heads go on as the orders say."""
    served: set[int] = set()
    cost = 0
    for team, unit in enumerate(draft.teams):
        route = [*draft.routes[team], *orders.get(team, ())]
        if route:
            served.update(route)
            cost += draft.problem.objective.per_shift * len(unit.members)
            cost += sum(draft.edge(a, b) for a, b in _edges(unit.start, route, unit.end))
            cost += sum(draft.stop_cost(team, stop) for stop in route)
    stops = enumerate(draft.problem.stops)
    return cost + sum(stop.value for at, stop in stops if at not in served)


def fixed_cost(draft: Draft, stops: Sequence[int]) -> int:
    """What is paid however the open stops are served: the heads, and stops that are not open."""
    cost = 0
    for unit, head in zip(draft.teams, draft.routes, strict=True):
        if head:
            cost += draft.problem.objective.per_shift * len(unit.members)
            cost += sum(draft.edge(a, b) for a, b in _edges(unit.start, head, None))
    held = draft.unserved.difference(stops)
    return cost + sum(draft.problem.stops[stop].value for stop in held)


def _edges(start: int, route: Sequence[int], end: int | None) -> Iterable[tuple[int, int | None]]:
    return zip([start, *route], [*route, end], strict=True)


def joined(parts: Iterable[Orders]) -> Orders:
    """The orders of regions that share no team as one."""
    return {team: order for part in parts for team, order in part.items() if order}
