"""Makes a plan of a draft: times written out, totals and cost summed, reasons attached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from routing.draft import Draft
from routing.plan import Plan, Route, Unserved
from routing.timing import Late, timed_route

NOTHING: Mapping[int, Route] = {}


def routes_of(draft: Draft, known: Mapping[int, Route] = NOTHING) -> tuple[Route, ...]:
    """Every route that serves a stop, in the order of the teams; those that are `known` as told."""
    routes: list[Route] = []
    for number, (team, order) in enumerate(zip(draft.teams, draft.routes, strict=True)):
        if not order:
            continue
        if number in known:
            routes.append(known[number])
            continue
        route = timed_route(draft.problem, draft.clock, team, order)
        if isinstance(route, Late):
            # It is no wrong type that is reported here but a broken promise of the draft.
            raise RuntimeError(  # noqa: TRY004
                f"a draft holds a route that cannot be driven: {route.detail}"
            )
        routes.append(route)
    return tuple(routes)


def _window_costs(draft: Draft, routes: Sequence[Route]) -> int:
    """What the windows cost in which the stops are really served."""
    if not draft.options:
        return 0
    start = {leg.stop: leg.start for route in routes for leg in route.legs}
    return sum(
        draft.option_cost(stop, draft.option_at(stop, start[name]))
        for stop in draft.options
        if (name := draft.problem.stops[stop].id) in start
    )


def _nominal(draft: Draft) -> int:
    """The seconds of travel that the objective weighs: those without traffic."""
    service = draft.clock.service
    return sum(
        draft.work(team) - sum(service[stop] for stop in order)
        for team, order in enumerate(draft.routes)
    )


def plan_of(draft: Draft, known: Mapping[int, Route] = NOTHING) -> Plan:
    """The plan of a draft, without reasons for what is unserved; `known` are routes by team."""
    routes = routes_of(draft, known)
    metres = sum(route.metres for route in routes)
    seconds = sum(route.seconds for route in routes)
    weights = draft.problem.objective
    cost = weights.metres * metres + weights.seconds * _nominal(draft)
    cost += weights.per_shift * sum(len(route.shifts) for route in routes)
    cost += sum(draft.problem.stops[stop].value for stop in draft.unserved)
    cost += _window_costs(draft, routes)
    for team, order in enumerate(draft.routes):
        cost += sum(draft.stop_cost(team, stop) for stop in order if stop in draft.prefers)
        cost += draft.unfair(team, draft.work(team))
    unserved = tuple(Unserved(draft.problem.stops[stop].id) for stop in sorted(draft.unserved))
    return Plan(cost, metres, seconds, routes, unserved)
