"""A stored plan as the solver's plan, and a changed one written back over it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session
from uuid6 import uuid7

import routing
from fieldops.models import Plan, Route, Stop
from fieldops.services.planning.horizon import Horizon
from fieldops.services.planning.pinning import problem_with_pins
from fieldops.services.planning.requesting import horizon_of, routes_of, stops_of
from fieldops.services.planning.storing import EMPTY, leg_values, reasons_of, route_values


@dataclass(frozen=True)
class Drawn:
    """A stored plan in both forms."""

    horizon: Horizon
    problem: routing.Problem
    plan: routing.Plan
    stops: dict[str, Stop]
    routes: dict[str, Route]


def drawn(session: Session, plan: Plan) -> Drawn:
    """Read a plan back; raises Conflict when it was never solved."""
    horizon = horizon_of(session, plan)
    stops = stops_of(session, plan)
    routes = routes_of(session, plan)
    problem = problem_with_pins(session, plan, stops, routes)
    known = {stop.id for stop in problem.stops}
    return Drawn(
        horizon=horizon,
        problem=problem,
        plan=with_spare_crews(problem, _plan(horizon, routes, stops, known)),
        stops={str(stop.address_id): stop for stop in stops},
        routes={str(route.shift_id): route for route in routes},
    )


def _plan(
    horizon: Horizon, routes: Sequence[Route], stops: Sequence[Stop], known: set[str]
) -> routing.Plan:
    by_route: dict[UUID, list[Stop]] = {route.id: [] for route in routes}
    for stop in stops:
        if stop.route_id is not None:
            by_route[stop.route_id].append(stop)
    unserved = tuple(
        routing.Unserved(str(stop.address_id), _reasons(stop))
        for stop in stops
        if stop.route_id is None and str(stop.address_id) in known
    )
    return routing.Plan(
        cost=0,
        metres=sum(route.metres for route in routes),
        seconds=sum(route.seconds for route in routes),
        routes=tuple(_route(horizon, route, by_route[route.id]) for route in routes),
        unserved=unserved,
    )


def with_spare_crews(problem: routing.Problem, plan: routing.Plan) -> routing.Plan:
    """The plan with an empty route for every pair of partners that has none now."""
    used = {shift for route in plan.routes for shift in route.shifts}
    spare = []
    for shift in problem.shifts:
        if shift.crew_with and not used & {shift.id, shift.crew_with}:
            used |= {shift.id, shift.crew_with}
            opens = shift.window[0]
            crew = (shift.id, shift.crew_with)
            spare.append(routing.Route(shift.id, opens, opens, (), crew=crew))
    return replace(plan, routes=(*plan.routes, *spare))


def _route(horizon: Horizon, route: Route, stops: Sequence[Stop]) -> routing.Route:
    crew = None
    if route.partner_shift_id is not None:
        crew = (str(route.shift_id), str(route.partner_shift_id))
    return routing.Route(
        shift=str(route.shift_id),
        depart=horizon.seconds(route.departs_at),
        returns=horizon.seconds(route.returns_at),
        legs=tuple(_leg(horizon, stop) for stop in stops),
        breaks=tuple(_break(horizon, rest) for rest in route.breaks),
        crew=crew,
        metres=route.metres,
        seconds=route.seconds,
    )


def _leg(horizon: Horizon, stop: Stop) -> routing.Leg:
    arrive, start, finish = (
        horizon.seconds(at) for at in (stop.arrives_at, stop.starts_at, stop.finishes_at) if at
    )
    metres, seconds = stop.metres or 0, stop.seconds or 0
    wait = start - arrive
    return routing.Leg(str(stop.address_id), arrive, wait, start, finish, metres, seconds)


def _break(horizon: Horizon, rest: dict[str, object]) -> routing.PlacedBreak:
    start = horizon.seconds(datetime.fromisoformat(str(rest["start"])))
    return routing.PlacedBreak(start, start + 60 * int(str(rest["minutes"])))


def _reasons(stop: Stop) -> tuple[routing.Reason, ...]:
    return tuple(
        routing.Reason(why["code"], why["detail"], why.get("would_fit_if")) for why in stop.reasons
    )


def changed_stops(before: Drawn, after: routing.Plan) -> list[tuple[Stop, routing.Leg, str]]:
    """The stops whose time, place or crew is another, with their new leg and shift."""
    old = {
        leg.stop: (route.shifts, at, leg.start)
        for route in before.plan.routes
        for at, leg in enumerate(route.legs)
    }
    return [
        (before.stops[leg.stop], leg, route.shift)
        for route in after.routes
        for at, leg in enumerate(route.legs)
        if old.get(leg.stop) != (route.shifts, at, leg.start)
    ]


def redraw(session: Session, plan: Plan, before: Drawn, after: routing.Plan) -> None:
    """Write the changed plan over the stored one."""
    left = dict(before.routes)
    rows = [
        left.pop(route.shift) if route.shift in left else _new_route(plan) for route in after.routes
    ]
    for row, route in zip(rows, after.routes, strict=True):
        for column, value in route_values(route, before.horizon).items():
            setattr(row, column, value)
    # The routes must be there before stops point to them.
    session.add_all(rows)
    session.flush()
    for row, route in zip(rows, after.routes, strict=True):
        for sequence, leg in enumerate(route.legs, start=1):
            stop = before.stops[leg.stop]
            stop.route_id = row.id
            for column, value in leg_values(leg, sequence, before.horizon).items():
                setattr(stop, column, value)
    for unserved in after.unserved:
        _leave_out(before.stops[unserved.stop], unserved)
    session.flush()
    for empty in left.values():
        session.delete(empty)
    session.flush()


def _new_route(plan: Plan) -> Route:
    return Route(id=UUID(int=uuid7().int), organisation_id=plan.organisation_id, plan_id=plan.id)


def _leave_out(stop: Stop, unserved: routing.Unserved) -> None:
    if stop.route_id is None and stop.reasons:
        return
    for column, value in EMPTY.items():
        setattr(stop, column, value)
    stop.reasons = reasons_of(unserved)
