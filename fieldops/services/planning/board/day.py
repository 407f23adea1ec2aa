"""A plan's day as features: a line a route and a point a stop, with all that the board says."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, type_coerce
from sqlalchemy.orm import Session

from fieldops.domain.geojson import Place, collection, feature, positions
from fieldops.domain.permissions import Actor
from fieldops.domain.planning.stored import planned_chance
from fieldops.models import Address, Case, Plan, Route, Shift, Stop, Visit, restriction
from fieldops.models.types import RepeatedId, RepeatedJson, WrittenId
from fieldops.services import scoped
from fieldops.services.organisations import zone_of
from fieldops.services.parts import in_parts
from fieldops.services.planning.board.crews import Crew, crews_of, routes_on

# A stop with the columns of its case and address that are told of it.
_Row = Any


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
        row.address_id: (row.lat, row.lon) for row in rows if None not in (row.lat, row.lon)
    }
    placed |= {crew.route.id: (crew.agents[0].lat, crew.agents[0].lon) for crew in crews}
    drawn = positions(placed, datum)
    by_route: dict[UUID, list[_Row]] = {}
    for row in rows:
        by_route.setdefault(row.route_id, []).append(row)
    features = []
    for crew in crews:
        own = by_route.get(crew.route.id, [])
        features.append(_line(crew, own, drawn, zone))
        features += [_point(row, visits.get(row.address_id), drawn, zone) for row in own]
    return collection(
        features, datum, plan=_told(plan), day=day.isoformat(), as_of=local(now, zone)
    )


def _rows(session: Session, routes: Sequence[UUID]) -> list[_Row]:
    """The columns of each stop, its case and its address that are told: a day has thousands."""
    columns: Any = select(
        type_coerce(Stop.id, WrittenId).label("id"), Stop.sequence, Stop.pinned,
        type_coerce(Stop.route_id, RepeatedId).label("route_id"),
        type_coerce(Stop.case_id, WrittenId).label("case_id"), Stop.address_id,
        Stop.arrives_at, Stop.starts_at, Stop.finishes_at, Stop.worth,
        type_coerce(Stop.windows, RepeatedJson).label("windows"),
        Case.number, Case.priority, Address.text, Address.lat, Address.lon,
    )  # fmt: skip
    joined = columns.join(Case, Stop.case_id == Case.id)
    query = joined.join(Address, Stop.address_id == Address.id)
    found: list[_Row] = []
    for part in in_parts(routes):
        own = query.where(Stop.route_id.in_(part)).order_by(Stop.route_id, Stop.sequence)
        found += restriction.rows(session, own, {})
    return found


def _visits(session: Session, plan: Plan, day: date) -> Mapping[UUID, dict[str, Any]]:
    """What is told of the day's visits by address, of several to one address of the last one."""
    query = (
        select(Visit.address_id, type_coerce(Visit.id, WrittenId), Visit.state, Visit.version)
        .where(Visit.plan_id == plan.id, Visit.day == day)
        .order_by(Visit.id)
    )
    return {
        address_id: {"id": visit_id, "state": state, "version": version}
        for address_id, visit_id, state, version in restriction.rows(session, query, {})
    }


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
    rows: Sequence[_Row],
    drawn: Mapping[UUID, list[float]],
    zone: ZoneInfo,
) -> dict[str, Any]:
    route: Route = crew.route
    home = drawn[route.id]
    way = [home, *(drawn[row.address_id] for row in rows if row.address_id in drawn), home]
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
    row: _Row,
    visit: Mapping[str, Any] | None,
    drawn: Mapping[UUID, list[float]],
    zone: ZoneInfo,
) -> dict[str, Any]:
    return feature(
        row.id,
        "Point",
        drawn.get(row.address_id),
        {
            "kind": "stop",
            "route_id": str(row.route_id),
            "sequence": row.sequence,
            "case_id": row.case_id,
            "number": row.number,
            "address_id": str(row.address_id),
            "address": row.text,
            "priority": row.priority,
            "pinned": row.pinned,
            "arrives_at": local(row.arrives_at, zone),
            "starts_at": local(row.starts_at, zone),
            "finishes_at": local(row.finishes_at, zone),
            "windows": row.windows,
            "worth": (row.worth or {}).get("parts", []),
            "chance": planned_chance(row.worth, row.starts_at, row.finishes_at),
            "visit": visit,
        },
    )


def local(at: datetime | None, zone: ZoneInfo) -> str | None:
    """A time as the organisation's clocks show it."""
    return None if at is None else at.astimezone(zone).isoformat()
