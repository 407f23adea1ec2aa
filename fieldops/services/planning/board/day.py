"""A plan's day as features: a line a route and a point a stop, with all that the board says."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.geojson import Place, collection, feature, positions
from fieldops.domain.permissions import Actor
from fieldops.domain.planning.stored import planned_chance
from fieldops.models import Address, Case, Plan, Route, Shift, Stop, Visit
from fieldops.services import scoped
from fieldops.services.organisations import zone_of
from fieldops.services.parts import in_parts
from fieldops.services.planning.board.crews import Crew, crews_of, routes_on


def day_of_plan(
    session: Session, plan_id: UUID, day: date, *, datum: str, actor: Actor, now: datetime
) -> dict[str, Any]:
    """The routes and stops of one day of a plan; what no route serves waits in the pool.

    Six queries, however large the plan is. Raises NotFound.
    """
    plan = scoped.get(session, Plan, plan_id, actor)
    shifts = session.scalars(
        select(Shift.id).where(Shift.organisation_id == actor.organisation_id, Shift.day == day)
    )
    crews = crews_of(session, actor, routes_on(session, plan.id, shifts))
    rows = _rows(session, [crew.route.id for crew in crews])
    visits = _visits(session, plan, day)
    zone = zone_of(session, plan.organisation_id)
    placed: dict[UUID, Place] = {
        address.id: (address.lat, address.lon)
        for _, _, address in rows
        if address.lat is not None and address.lon is not None
    }
    placed |= {crew.route.id: (crew.agents[0].lat, crew.agents[0].lon) for crew in crews}
    drawn = positions(placed, datum)
    by_route: dict[UUID | None, list[tuple[Stop, Case, Address]]] = {}
    for row in rows:
        by_route.setdefault(row[0].route_id, []).append(row)
    features = []
    for crew in crews:
        own = by_route.get(crew.route.id, [])
        features.append(_line(crew, own, drawn, zone))
        features += [_point(row, visits.get(row[2].id), drawn, zone) for row in own]
    return collection(
        features, datum, plan=_told(plan), day=day.isoformat(), as_of=local(now, zone)
    )


def _rows(session: Session, routes: Sequence[UUID]) -> list[tuple[Stop, Case, Address]]:
    found: list[tuple[Stop, Case, Address]] = []
    for part in in_parts(routes):
        query = (
            select(Stop, Case, Address)
            .join(Case, Stop.case_id == Case.id)
            .join(Address, Stop.address_id == Address.id)
            .where(Stop.route_id.in_(part))
            .order_by(Stop.route_id, Stop.sequence)
        )
        found += [(stop, case, address) for stop, case, address in session.execute(query)]
    return found


def _visits(session: Session, plan: Plan, day: date) -> Mapping[UUID, Visit]:
    """The day's visits by address, of several to one address the last one."""
    query = select(Visit).where(Visit.plan_id == plan.id, Visit.day == day).order_by(Visit.id)
    return {visit.address_id: visit for visit in session.scalars(query)}


def _told(plan: Plan) -> dict[str, Any]:
    figures = ("kilometres", "hours", "travel_hours", "served", "unserved", "objective")
    return {
        "id": str(plan.id),
        "state": plan.state,
        "version": plan.version,
        "day": plan.day.isoformat(),
        "days": plan.days,
        "figures": {key: plan.figures[key] for key in figures if key in plan.figures},
    }


def _line(
    crew: Crew,
    rows: Sequence[tuple[Stop, Case, Address]],
    drawn: Mapping[UUID, list[float]],
    zone: ZoneInfo,
) -> dict[str, Any]:
    route: Route = crew.route
    home = drawn[route.id]
    way = [home, *(drawn[row[2].id] for row in rows if row[2].id in drawn), home]
    return feature(
        route.id,
        "LineString",
        way,
        {
            "kind": "route",
            "shift_ids": [str(shift.id) for shift in crew.shifts],
            "agents": [{"id": str(a.id), "code": a.code, "name": a.name} for a in crew.agents],
            "absent": [shift.absent_reason is not None for shift in crew.shifts],
            "territory": crew.territory,
            "colour": crew.colour,
            "opens_at": local(min(shift.starts_at for shift in crew.shifts), zone),
            "closes_at": local(max(shift.ends_at for shift in crew.shifts), zone),
            "departs_at": local(route.departs_at, zone),
            "returns_at": local(route.returns_at, zone),
            "metres": route.metres,
            "seconds": route.seconds,
            "breaks": route.breaks,
        },
    )


def _point(
    row: tuple[Stop, Case, Address],
    visit: Visit | None,
    drawn: Mapping[UUID, list[float]],
    zone: ZoneInfo,
) -> dict[str, Any]:
    stop, case, address = row
    shown = visit and {"id": str(visit.id), "state": visit.state, "version": visit.version}
    return feature(
        stop.id,
        "Point",
        drawn.get(address.id),
        {
            "kind": "stop",
            "route_id": str(stop.route_id),
            "sequence": stop.sequence,
            "case_id": str(case.id),
            "number": case.number,
            "address_id": str(address.id),
            "address": address.text,
            "priority": case.priority,
            "pinned": stop.pinned,
            "arrives_at": local(stop.arrives_at, zone),
            "starts_at": local(stop.starts_at, zone),
            "finishes_at": local(stop.finishes_at, zone),
            "windows": stop.windows,
            "worth": (stop.worth or {}).get("parts", []),
            "chance": planned_chance(stop.worth, stop.starts_at, stop.finishes_at),
            "visit": shown,
        },
    )


def local(at: datetime | None, zone: ZoneInfo) -> str | None:
    """A time as the organisation's clocks show it."""
    return None if at is None else at.astimezone(zone).isoformat()
