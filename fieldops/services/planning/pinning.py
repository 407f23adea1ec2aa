"""Stops that stay with their crew whatever is planned again: pinned, let go, and handed to the
solver."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

import routing
from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import Conflict, FieldFault, InvalidInput
from fieldops.domain.permissions import Actor
from fieldops.models import Plan, Route, Stop
from fieldops.services import scoped
from fieldops.services.planning import material
from fieldops.services.planning.travel_kept import problem_of_plan
from routing.problem import Pin

MOST_AT_ONCE = 2_000
OPEN_PLANS = ("proposed", material.COMMITTED)


def pin(
    session: Session,
    plan_id: UUID,
    stop_ids: Sequence[UUID],
    *,
    pinned: bool,
    version: int | None,
    actor: Actor,
    now: datetime,
) -> Plan:
    """Pin stops to the crews that have them, or let them go; all of them or none.

    Raises NotFound, PreconditionFailed, InvalidInput for a stop that no route serves, Conflict
    for a plan that is neither a proposal nor committed.
    """
    plan = scoped.get(session, Plan, plan_id, actor, lock=True)
    scoped.require_version(plan.version, version)
    if plan.state not in OPEN_PLANS:
        raise Conflict(
            Bilingual(
                f"Stops of a plan that is {plan.state} cannot be pinned.",
                "此计划的站点不能固定,因为它既非方案也未提交。",
            )
        )
    query = select(Stop).where(Stop.plan_id == plan.id, Stop.id.in_(stop_ids))
    stops = session.scalars(query).all()
    if len(stops) != len(set(stop_ids)):
        unknown = sorted(set(stop_ids) - {stop.id for stop in stops})[0]
        raise scoped.missing(Stop, unknown)
    if pinned and any(stop.route_id is None for stop in stops):
        said = Bilingual("names a stop that no route serves", "其中有站点不在任何路线上")
        cure = Bilingual("put it onto a route first", "请先放入某条路线")
        raise InvalidInput(faults=[FieldFault("stop_ids", said, cure)])
    for stop in stops:
        stop.pinned = pinned
    # A pin touches no column of the plan, and yet what is planned next depends on it.
    plan.figures = {**plan.figures, "pinned_at": now.isoformat()}
    session.flush()
    return plan


def with_pins(
    problem: routing.Problem, stops: Iterable[Stop], routes: Iterable[Route]
) -> routing.Problem:
    """The problem in which exactly the pinned stops stay on the routes that they are on."""
    crews = {route.id: str(route.shift_id) for route in routes}
    held = {
        str(stop.address_id): crews[stop.route_id]
        for stop in stops
        if stop.pinned and stop.route_id in crews
    }
    return pinned_to(problem, held)


def pinned_to(problem: routing.Problem, held: Mapping[str, str]) -> routing.Problem:
    """The problem with these addresses pinned to these shifts, and no others; a pin to a shift
    that does not work is let go."""
    working = {shift.id for shift in problem.shifts}
    pins = {stop: Pin(shift) for stop, shift in held.items() if shift in working}
    if not pins and all(stop.pinned is None for stop in problem.stops):
        return problem
    stops = (replace(stop, pinned=pins.get(stop.id)) for stop in problem.stops)
    return replace(problem, stops=tuple(stops))


def problem_with_pins(
    session: Session,
    plan: Plan,
    stops: Iterable[Stop],
    routes: Iterable[Route],
    part: tuple[Collection[str], Collection[str]] | None = None,
) -> routing.Problem:
    """The problem of a stored plan, or a part of it, with the pins that hold now."""
    return with_pins(problem_of_plan(session, plan, part), stops, routes)


def held_by(session: Session, plan_id: UUID, actor: Actor) -> dict[str, str]:
    """The pinned addresses of a plan with the shifts that have them; raises NotFound."""
    plan = scoped.get(session, Plan, plan_id, actor)
    rows = session.execute(
        select(Stop.address_id, Route.shift_id)
        .join(Route, Stop.route_id == Route.id)
        .where(Stop.plan_id == plan.id, Stop.pinned.is_(True))
    )
    return {str(address): str(shift) for address, shift in rows}
