"""A committed plan on its running day, and crews that have come some way."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import routing
from fieldops.domain.permissions import Actor
from fieldops.domain.visiting import VisitState
from fieldops.models import Address, Organisation, Plan, Route, Shift, Stop, Visit
from fieldops.services.planning import committing
from fieldops.services.planning.requesting import horizon_of
from routing.problem import Place
from tests.builders.cases import NOW
from tests.builders.planning import BOOK, a_proposed_plan, a_team, some_cases

TODAY = date(2026, 11, 24)
MORNING = NOW - timedelta(hours=3)


def a_running_day(
    session: Session,
    organisation: Organisation,
    admin: Actor,
    *,
    crews: int = 2,
    cases: int = 6,
    **team: Any,
) -> Plan:
    """A plan of today, committed in the morning before anybody set out."""
    a_team(session, organisation, crews=crews, **team)
    some_cases(session, organisation, cases)
    plan = a_proposed_plan(session, admin, day=TODAY, now=MORNING)
    committing.commit_plan(session, plan.id, version=None, book=BOOK, actor=admin, now=MORNING)
    session.commit()
    return plan


def put_in_progress(session: Session, plan: Plan) -> None:
    """Let a plan whose route was written by hand have what it would have been solved from."""
    horizon, base = horizon_of(session, plan), Place(lat=30.66, lon=104.06)
    route = session.scalars(select(Route).where(Route.plan_id == plan.id)).one()
    crew = [session.get_one(Shift, one) for one in (route.shift_id, route.partner_shift_id)]
    shifts = [
        routing.Shift(
            str(one.id), str(one.agent_id), base, end=base, crew_with=str(other.id),
            window=(horizon.seconds(one.starts_at), horizon.seconds(one.ends_at)),
        )
        for one, other in zip(crew, reversed(crew), strict=True)
    ]  # fmt: skip
    query = select(Address).join(Stop, Stop.address_id == Address.id)
    served = session.scalars(query.where(Stop.route_id == route.id))
    stops = [
        routing.Stop(str(one.id), Place(lat=one.lat, lon=one.lon), 900, crew=2) for one in served
    ]
    plan.problem = routing.problem_to_json(routing.Problem(tuple(stops), tuple(shifts)))
    session.flush()


def visits_of(session: Session, plan: Plan) -> list[Visit]:
    """The plan's visits that are not called off, crew by crew in driving order."""
    query = select(Visit).where(Visit.plan_id == plan.id, Visit.state != VisitState.CANCELLED.value)
    return list(session.scalars(query.order_by(Visit.agent_id, Visit.sequence)))


def shift_of(session: Session, visit: Visit) -> Shift:
    """The shift of the first of a visit's crew."""
    query = select(Shift).where(Shift.agent_id == visit.agent_id, Shift.day == visit.day)
    return session.scalars(query).one()


def reached(visit: Visit, *, at: datetime | None = None, left: bool = True) -> Visit:
    """The crew came as planned, or at another time, and has left again unless it is still there."""
    visit.arrived_at = at or visit.planned_start
    visit.state = VisitState.ARRIVED.value
    if left:
        visit.left_at = visit.arrived_at + (visit.planned_finish - visit.planned_start)
        visit.state = VisitState.LEFT.value
    return visit
