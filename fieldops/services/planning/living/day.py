"""A committed plan on its running day: what is done, where the crews are, and what is left."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

import routing
from fieldops.domain.errors import Conflict
from fieldops.domain.permissions import Actor
from fieldops.domain.visiting import AT_THE_DOOR, VisitState
from fieldops.models import Plan, Route, Shift, Stop, Visit
from fieldops.services import scoped
from fieldops.services.planning import material
from fieldops.services.planning.horizon import Horizon
from fieldops.services.planning.living.delays import Delay, delays_of
from fieldops.services.planning.living.positions import Course, position_of
from fieldops.services.planning.living.reach import reach_of, served_of
from fieldops.services.planning.pinning import problem_with_pins
from fieldops.services.planning.requesting import horizon_of, routes_of, stops_of
from routing.ground import Ground

CALLED_OFF = "called-off"
"""The reason of a stop whose visit was called off: it is not visited on this day any more."""

Rolled = tuple[routing.Plan, tuple[routing.Lateness, ...]]

BEGUN = frozenset(one.value for one in (*AT_THE_DOOR, VisitState.RECORDED, VisitState.LEFT))


@dataclass(frozen=True)
class Day:
    """Everything that a change of a running day is decided on.

    `running` holds what is open in the order that the crews know; `rest` is the problem of what
    is left. Stops and visits are by address id, shifts by their id.
    """

    plan: Plan
    now: datetime
    horizon: Horizon
    problem: routing.Problem
    stops: Mapping[str, Stop]
    routes: Sequence[Route]
    visits: Mapping[str, Visit]
    shifts: Mapping[str, Shift]
    running: routing.Plan
    positions: tuple[routing.Position, ...]
    gone: frozenset[str]
    cancelled: frozenset[str]
    rest: routing.Problem

    def without(self, names: Collection[str]) -> "Day":
        """The same day with these stops left out of what is to be done."""
        off = self.cancelled | set(names)
        rest = routing.remaining(
            self.problem,
            self.running,
            self.positions,
            now=self.horizon.seconds(self.now),
            gone=self.gone,
            cancelled=off,
        )
        return replace(self, cancelled=frozenset(off), rest=rest)

    def is_open(self, name: str) -> bool:
        """Whether a stop is one of those that are left."""
        return any(one.id == name for one in self.rest.stops)

    @cached_property
    def ground(self) -> Ground:
        """The ground of what is left; its places stay whatever is allowed on them."""
        return routing.ground_of(self.rest)

    @cached_property
    def rolled(self) -> Rolled:
        """The running order at the times that can now be kept, and what is late."""
        return routing.rolled(self.rest, self.running, self.ground)


def plan_locked(session: Session, plan_id: UUID, version: int | None, actor: Actor) -> Plan:
    """The committed plan, locked; raises NotFound, PreconditionFailed, Conflict."""
    plan = scoped.get(session, Plan, plan_id, actor, lock=True)
    scoped.require_version(plan.version, version)
    return require_committed(plan)


def require_committed(plan: Plan) -> Plan:
    """The plan; raises Conflict for one that is not committed or was never solved."""
    if plan.state != material.COMMITTED or plan.problem is None:
        raise Conflict(f"Only a committed plan has a day in progress; this one is {plan.state}.")
    return plan


def day_of(
    session: Session,
    plan: Plan,
    *,
    now: datetime,
    absent: Collection[str] = (),
    cancelled: Collection[str] = (),
    added: Sequence[routing.Stop] = (),
    told: Collection[Delay] = (),
    move: tuple[UUID, str] | None = None,
    served_alone: bool = False,
) -> Day:
    """Read the day; `absent` shifts, `cancelled` and `added` stops and delays come on top.

    Of a `move`, an address and the shift that gets it, only what it can touch is read; with
    `served_alone` nobody who waits.
    """
    horizon, (routes, stops, problem, visits) = (
        horizon_of(session, plan),
        _read(session, plan, move, served_alone),
    )
    shifts = _shifts(session, problem)
    known = {one.id for one in problem.stops}
    off = {name for name, stop in stops.items() if _is_off(stop, visits.get(name))}
    off = (off | set(cancelled)) & (known | {one.id for one in added})
    running = _running(horizon, routes, stops, visits, off)
    delays = {one.shift: one for one in (*delays_of(session, plan), *told)}
    positions = tuple(_positions(horizon, problem, routes, stops, visits, running, delays, now))
    gone = {name for name, shift in shifts.items() if shift.absent_reason is not None}
    gone |= set(absent)
    whole = replace(problem, stops=tuple(_merged(problem.stops, added)))
    seconds = horizon.seconds(now)
    rest = routing.remaining(whole, running, positions, now=seconds, gone=gone, cancelled=off)
    return Day(
        plan=plan,
        now=now,
        horizon=horizon,
        problem=whole,
        stops=stops,
        routes=routes,
        visits=visits,
        shifts=shifts,
        running=running,
        positions=positions,
        gone=frozenset(gone),
        cancelled=frozenset(off),
        rest=rest,
    )


def _read(
    session: Session, plan: Plan, move: tuple[UUID, str] | None, served_alone: bool
) -> tuple[Sequence[Route], Mapping[str, Stop], routing.Problem, Mapping[str, Visit]]:
    """The routes, stops, problem and visits of a day, or of what is looked at."""
    routes = routes_of(session, plan)
    part = among = None
    if move is not None or served_alone:
        reach = reach_of(session, plan, routes, *move) if move else served_of(session, plan, routes)
        routes, among = reach.routes, reach.addresses
        part = {str(one) for one in among}, reach.shifts
    stops = {str(stop.address_id): stop for stop in stops_of(session, plan, among)}
    problem = problem_with_pins(session, plan, stops.values(), routes, part)
    return routes, stops, problem, latest_visits(session, plan, among)


def _merged(known: Iterable[routing.Stop], added: Iterable[routing.Stop]) -> Iterable[routing.Stop]:
    fresh = {one.id: one for one in added}
    yield from (fresh.pop(one.id, one) for one in known)
    yield from fresh.values()


def latest_visits(
    session: Session, plan: Plan, among: Collection[UUID] | None = None
) -> dict[str, Visit]:
    """The plan's visits by address, of several to one address the last one; locked."""
    query = select(Visit).where(Visit.plan_id == plan.id).order_by(Visit.id)
    if among is not None:
        query = query.where(Visit.address_id.in_(among))
    return {str(visit.address_id): visit for visit in session.scalars(query.with_for_update())}


def _shifts(session: Session, problem: routing.Problem) -> dict[str, Shift]:
    wanted = [UUID(one.id) for one in problem.shifts]
    query = select(Shift).where(Shift.id.in_(wanted))
    return {str(shift.id): shift for shift in session.scalars(query)}


def _is_off(stop: Stop, visit: Visit | None) -> bool:
    if any(why["code"] == CALLED_OFF for why in stop.reasons):
        return True
    is_cancelled = visit is not None and visit.state == VisitState.CANCELLED.value
    return is_cancelled and stop.route_id is not None


def _running(
    horizon: Horizon,
    routes: Sequence[Route],
    stops: Mapping[str, Stop],
    visits: Mapping[str, Visit],
    off: Collection[str],
) -> routing.Plan:
    """What is open of every route; a crew whose route is done stays a crew."""
    by_route: dict[UUID, list[routing.Leg]] = {route.id: [] for route in routes}
    for name, stop in stops.items():
        visit = visits.get(name)
        if stop.route_id is None or name in off or (visit and visit.state in BEGUN):
            continue
        by_route[stop.route_id].append(_leg(horizon, name, stop))
    # Of a shift that changed its crew the route that is still open counts.
    ordered = sorted(routes, key=lambda one: (not by_route[one.id], -one.departs_at.timestamp()))
    found, used = [], set[str]()
    for route in ordered:
        members = shift_ids(route)
        if not used & set(members):
            used |= set(members)
            found.append(_route(horizon, route, members, by_route[route.id]))
    metres = sum(leg.metres for route in found for leg in route.legs)
    seconds = sum(leg.seconds for route in found for leg in route.legs)
    return routing.Plan(0, metres, seconds, tuple(found))


def shift_ids(route: Route) -> list[str]:
    """The shifts that work on a route, the first one first."""
    return [str(one) for one in (route.shift_id, route.partner_shift_id) if one is not None]


def _route(
    horizon: Horizon, route: Route, members: list[str], legs: list[routing.Leg]
) -> routing.Route:
    return routing.Route(
        shift=members[0],
        depart=horizon.seconds(route.departs_at),
        returns=horizon.seconds(route.returns_at),
        legs=tuple(sorted(legs, key=lambda leg: leg.start)),
        crew=(members[0], members[1]) if len(members) > 1 else None,
    )


def _leg(horizon: Horizon, name: str, stop: Stop) -> routing.Leg:
    arrive, start, finish = (
        horizon.seconds(at) for at in (stop.arrives_at, stop.starts_at, stop.finishes_at) if at
    )
    return routing.Leg(
        name, arrive, start - arrive, start, finish, stop.metres or 0, stop.seconds or 0
    )


def _positions(
    horizon: Horizon,
    problem: routing.Problem,
    routes: Sequence[Route],
    stops: Mapping[str, Stop],
    visits: Mapping[str, Visit],
    running: routing.Plan,
    delays: Mapping[str, Delay],
    now: datetime,
) -> Iterable[routing.Position]:
    on_route: dict[UUID, list[str]] = {}
    for name, stop in stops.items():
        if stop.route_id is not None:
            on_route.setdefault(stop.route_id, []).append(name)
    of_shift: dict[str, list[Route]] = {}
    for row in routes:
        for one in shift_ids(row):
            of_shift.setdefault(one, []).append(row)
    following = {shift: route.legs for route in running.routes for shift in route.shifts}
    known = {one.id: one for one in problem.stops}
    for shift in problem.shifts:
        own = of_shift.get(shift.id, [])
        met = [name for route in own for name in on_route.get(route.id, ())]
        course = Course(
            shift=shift,
            routes=own,
            visits=[(name, visits[name]) for name in met if name in visits],
            legs=following.get(shift.id, ()),
            travel={name: stops[name].seconds or 0 for name in met},
            delay=delays.get(shift.id),
        )
        yield position_of(course, problem, known, horizon, now)
