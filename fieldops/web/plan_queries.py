"""A day's plan as the dispatcher's board shows it: crews with their stops, and what is unserved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from fieldops.domain.permissions import Actor
from fieldops.models import Address, Agent, Case, Plan, Route, Shift, Stop, Territory, Visit
from fieldops.services import scoped
from fieldops.web.drawing import MapDrawing, Mark, draw

COLOURS = 8
_LIVE = ("solving", "proposed", "committed", "failed")


@dataclass(frozen=True, slots=True)
class StopLine:
    """A stop with its case, its place, and what became of its visit."""

    stop: Stop
    case: Case
    address: Address
    visit: Visit | None


@dataclass(frozen=True, slots=True)
class Crew:
    """One crew's day: who drives, the route, and the stops in driving order."""

    colour: int
    territory: int | None
    agents: list[Agent]
    route: Route
    lines: list[StopLine]


@dataclass(frozen=True, slots=True)
class Board:
    """All that is known of one plan."""

    plan: Plan
    crews: list[Crew]
    unserved: list[StopLine]
    drawing: MapDrawing | None


def plans_of(session: Session, actor: Actor, day: date) -> Sequence[Plan]:
    """The plans that concern this day, the newest first; discarded ones are left out."""
    query = scoped.own(Plan, actor).where(
        Plan.day <= day, Plan.state.in_(_LIVE), Plan.day >= day.fromordinal(day.toordinal() - 31)
    )
    found = session.scalars(query.order_by(Plan.created_at.desc(), Plan.id.desc())).all()
    return [plan for plan in found if (day - plan.day).days < plan.days]


def shifts_of(session: Session, actor: Actor, day: date) -> Sequence[Shift]:
    """Who works on this day."""
    query = scoped.own(Shift, actor).where(Shift.day == day, Shift.absent_reason.is_(None))
    return session.scalars(query.options(joinedload(Shift.agent))).all()


def waiting(session: Session, actor: Actor) -> tuple[int, int]:
    """How many open cases there are, and how many addresses a person must settle."""
    cases = scoped.own(Case, actor).where(Case.state == "open")
    doubtful = scoped.own(Address, actor).where(Address.state.in_(("ambiguous", "unlocated")))
    return _count(session, cases), _count(session, doubtful)


def board(session: Session, actor: Actor, plan: Plan, day: date) -> Board:
    """The plan with its crews of this day, its unserved stops and its map."""
    routes = session.scalars(
        scoped.own(Route, actor)
        .where(Route.plan_id == plan.id)
        .options(selectinload(Route.stops))
        .order_by(Route.departs_at, Route.id)
    ).all()
    lines = _lines(session, plan, actor)
    shifts = _shifts(session, routes)
    numbers = {row.agent_id: row.number for row in session.scalars(scoped.own(Territory, actor))}
    crews = [
        Crew(
            colour=_colour(numbers.get(shifts[route.shift_id].agent_id), index),
            territory=numbers.get(shifts[route.shift_id].agent_id),
            agents=[shifts[one].agent for one in _shift_ids(route)],
            route=route,
            lines=[lines[stop.id] for stop in route.stops],
        )
        for index, route in enumerate(
            route for route in routes if shifts[route.shift_id].day == day
        )
    ]
    unserved = [line for line in lines.values() if line.stop.route_id is None]
    return Board(plan, crews, unserved, drawing(crews, unserved))


def _colour(territory: int | None, index: int) -> int:
    """The colour of a crew's territory, which it keeps from day to day; else the next one."""
    return (index if territory is None else territory - 1) % COLOURS


def drawing(crews: Sequence[Crew], unserved: Sequence[StopLine]) -> MapDrawing | None:
    """The map of crews and unserved stops."""
    marks, routes = [], []
    for crew in crews:
        start = crew.agents[0]
        points = [(start.lat, start.lon)]
        marks.append(Mark(start.lat, start.lon, "start", start.code, start.name, crew.colour))
        for number, line in enumerate(crew.lines, 1):
            if line.address.lat is not None and line.address.lon is not None:
                points.append((line.address.lat, line.address.lon))
                marks.append(_mark(line, "stop", str(number), crew.colour))
        routes.append((crew.colour, [*points, points[0]]))
    marks += [_mark(line, "unserved", "", 0) for line in unserved if line.address.lat is not None]
    return draw(marks, routes)


def _mark(line: StopLine, kind: str, label: str, colour: int) -> Mark:
    lat, lon = line.address.lat or 0.0, line.address.lon or 0.0
    return Mark(lat, lon, kind, label, f"{line.case.number} · {line.address.text}", colour)


def _lines(session: Session, plan: Plan, actor: Actor) -> dict[UUID, StopLine]:
    query = (
        select(Stop, Case, Address)
        .join(Case, Stop.case_id == Case.id)
        .join(Address, Stop.address_id == Address.id)
        .where(Stop.plan_id == plan.id)
        .order_by(Case.priority, Case.number)
    )
    visits = {
        visit.address_id: visit
        for visit in session.scalars(scoped.own(Visit, actor).where(Visit.plan_id == plan.id))
    }
    return {
        stop.id: StopLine(stop, case, address, visits.get(address.id))
        for stop, case, address in session.execute(query)
    }


def _shift_ids(route: Route) -> list[UUID]:
    return [one for one in (route.shift_id, route.partner_shift_id) if one is not None]


def _shifts(session: Session, routes: Sequence[Route]) -> dict[UUID, Shift]:
    wanted = [one for route in routes for one in _shift_ids(route)]
    query = select(Shift).where(Shift.id.in_(wanted)).options(joinedload(Shift.agent))
    return {shift.id: shift for shift in session.scalars(query)}


def _count(session: Session, query: Select[Any]) -> int:
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0
