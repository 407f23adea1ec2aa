"""One plan gathered for carrying away: crews by code, stops by case number, no personal name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.errors import NotFound
from fieldops.domain.planning.stored import planned_chance
from fieldops.models import Address, Agent, Case, Plan, Route, Shift, Stop
from fieldops.services.parts import in_parts
from fieldops.services.planning.requesting import horizon_of, routes_of, stops_of


@dataclass(frozen=True, slots=True)
class SheetStop:
    """A stop with its position and the number of its case."""

    id: UUID
    case_number: str
    address_id: UUID
    priority: int
    lat: float | None
    lon: float | None
    sequence: int | None
    arrives_at: datetime | None
    starts_at: datetime | None
    finishes_at: datetime | None
    metres: int | None
    reasons: Sequence[dict[str, Any]]
    worth: dict[str, Any] | None = None

    @property
    def chance(self) -> dict[str, Any] | None:
        """The chance of an answer at the planned time, the best one, and outcomes behind it."""
        return planned_chance(self.worth, self.starts_at, self.finishes_at)


@dataclass(frozen=True, slots=True)
class SheetRoute:
    """A route with the codes of its crew; `number` counts from 1."""

    id: UUID
    number: int
    day: date
    crew: tuple[str, ...]
    lat: float
    lon: float
    departs_at: datetime
    returns_at: datetime
    metres: int
    seconds: int
    breaks: Sequence[dict[str, Any]]
    stops: tuple[SheetStop, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole plan."""

    plan_id: UUID
    day: date
    days: int
    state: str
    zone: ZoneInfo
    made_at: datetime
    figures: dict[str, Any]
    routes: tuple[SheetRoute, ...]
    unserved: tuple[SheetStop, ...]

    def route(self, route_id: UUID) -> SheetRoute:
        """One route; raises NotFound when the plan has no such one."""
        for route in self.routes:
            if route.id == route_id:
                return route
        raise NotFound(f"There is no route {route_id} in this plan.")


def of_plan(session: Session, plan: Plan) -> Sheet:
    """Gather a plan; its size decides nothing about the number of queries."""
    stops = stops_of(session, plan)
    places = _places(session, stops)
    routes = routes_of(session, plan)
    crews = _crews(session, routes)
    by_route: dict[UUID | None, list[SheetStop]] = {}
    for stop in stops:
        by_route.setdefault(stop.route_id, []).append(_stop(stop, places[stop.address_id]))
    return Sheet(
        plan_id=plan.id,
        day=plan.day,
        days=plan.days,
        state=plan.state,
        zone=horizon_of(session, plan).zone,
        made_at=plan.created_at,
        figures=plan.figures,
        routes=tuple(
            _route(number, route, crews, by_route.get(route.id, []))
            for number, route in enumerate(routes, start=1)
        ),
        unserved=tuple(by_route.get(None, ())),
    )


def _stop(stop: Stop, place: Any) -> SheetStop:
    return SheetStop(
        id=stop.id,
        case_number=place.number,
        address_id=stop.address_id,
        priority=place.priority,
        lat=place.lat,
        lon=place.lon,
        sequence=stop.sequence,
        arrives_at=stop.arrives_at,
        starts_at=stop.starts_at,
        finishes_at=stop.finishes_at,
        metres=stop.metres,
        reasons=stop.reasons,
        worth=stop.worth,
    )


def _route(
    number: int, route: Route, crews: dict[UUID, Any], stops: Sequence[SheetStop]
) -> SheetRoute:
    first = crews[route.shift_id]
    codes = [first.code]
    if route.partner_shift_id is not None:
        codes.append(crews[route.partner_shift_id].code)
    return SheetRoute(
        id=route.id,
        number=number,
        day=first.day,
        crew=tuple(codes),
        lat=first.lat,
        lon=first.lon,
        departs_at=route.departs_at,
        returns_at=route.returns_at,
        metres=route.metres,
        seconds=route.seconds,
        breaks=route.breaks,
        stops=tuple(stops),
    )


def _places(session: Session, stops: Sequence[Stop]) -> dict[UUID, Any]:
    found: dict[UUID, Any] = {}
    for part in in_parts(stop.address_id for stop in stops):
        query = (
            select(Address.id, Address.lat, Address.lon, Case.number, Case.priority)
            .join(Case, Address.case_id == Case.id)
            .where(Address.id.in_(part))
        )
        found.update((row.id, row) for row in session.execute(query))
    return found


def _crews(session: Session, routes: Sequence[Route]) -> dict[UUID, Any]:
    ids = [route.shift_id for route in routes]
    ids += [route.partner_shift_id for route in routes if route.partner_shift_id is not None]
    query = (
        select(Shift.id, Shift.day, Agent.code, Agent.lat, Agent.lon)
        .join(Agent, Shift.agent_id == Agent.id)
        .where(Shift.id.in_(ids))
    )
    return {row.id: row for row in session.execute(query)}
