"""Writing a changed day over the stored one: routes, stops and visits, nothing more than needed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import routing
from fieldops.domain.called_off import DROPPED
from fieldops.domain.visiting import VisitState
from fieldops.models import Agent, Route, Stop, Visit
from fieldops.models.types import new_id
from fieldops.services.contact_facts import ContactFacts
from fieldops.services.planning.living.day import BEGUN, CALLED_OFF, Day, shift_ids
from fieldops.services.planning.living.judging import Touched
from fieldops.services.planning.requesting import routes_of
from fieldops.services.planning.storing import EMPTY, leg_values, reasons_of, route_values
from fieldops.services.visits.leaving import call_off


def write(
    session: Session,
    day: Day,
    after: routing.Plan,
    changes: Sequence[Touched],
    facts: ContactFacts,
    crews: Mapping[str, Agent],
    why: Mapping[str, list[dict[str, Any]]],
) -> None:
    """Write a lawful plan of the rest; what was done stays as it is.

    `why` are the reasons of stops that are served no longer.
    """
    _rewrite_routes(session, day, after, {one.shifts[0] for one in changes})
    _leave_out(day, after, why)
    for one in changes:
        if one.is_new:
            session.add(_new_visit(day, one, facts, crews))
        else:
            _rewrite_visit(day, one, crews)
    session.flush()
    _tidy(session, day)


def _rewrite_routes(
    session: Session, day: Day, after: routing.Plan, changed: Iterable[str]
) -> None:
    rows = {route.shift: _row(day, route) for route in after.routes if route.shift in set(changed)}
    # The routes must be there before stops point to them.
    for route in after.routes:
        if route.shift in rows:
            _set_route(day, rows[route.shift], route)
    session.add_all(rows.values())
    session.flush()
    # A stop that only came with this change is not stored yet.
    session.add_all(day.stops[leg.stop] for route in after.routes for leg in route.legs)
    for route in after.routes:
        row = rows.get(route.shift)
        if row is None:
            continue
        before = _done_on(day, row)
        for number, stop in enumerate(before, start=1):
            stop.sequence = number
        for number, leg in enumerate(route.legs, start=len(before) + 1):
            stop = day.stops[leg.stop]
            stop.route_id = row.id
            for column, value in leg_values(leg, number, day.horizon).items():
                setattr(stop, column, value)
    session.flush()


def _row(day: Day, route: routing.Route) -> Route:
    """The stored route of this crew; of a crew that broke up one of its own, if it did nothing."""
    wanted = set(route.shifts)
    own = [row for row in day.routes if set(shift_ids(row)) == wanted]
    own += [
        row for row in day.routes if row.shift_id == UUID(route.shift) and not _done_on(day, row)
    ]
    if own:
        return own[0]
    return Route(id=new_id(), organisation_id=day.plan.organisation_id, plan_id=day.plan.id)


def _set_route(day: Day, row: Route, route: routing.Route) -> None:
    done = _done_on(day, row)
    values = route_values(route, day.horizon)
    if done:
        values["departs_at"] = row.departs_at
        values["metres"] += sum(stop.metres or 0 for stop in done)
        values["seconds"] += sum(stop.seconds or 0 for stop in done)
        taken = [rest for rest in row.breaks if _is_before(rest, day.now)]
        values["breaks"] = [*taken, *(rest for rest in values["breaks"] if rest not in taken)]
    for column, value in values.items():
        setattr(row, column, value)


def _is_before(rest: Mapping[str, Any], moment: datetime) -> bool:
    return datetime.fromisoformat(str(rest["start"])) <= moment


def _done_on(day: Day, row: Route) -> list[Stop]:
    done = [
        stop
        for name, stop in day.stops.items()
        if row.id is not None and stop.route_id == row.id and _is_begun(day, name)
    ]
    return sorted(done, key=lambda stop: (stop.sequence or 0, stop.id))


def _is_begun(day: Day, name: str) -> bool:
    visit = day.visits.get(name)
    return visit is not None and visit.state in BEGUN


def _leave_out(day: Day, after: routing.Plan, why: Mapping[str, list[dict[str, Any]]]) -> None:
    """Takes off their routes what is served no longer and what was called off."""
    why = {one.stop: reasons_of(one) for one in after.unserved} | dict(why)
    served = {leg.stop for route in after.routes for leg in route.legs}
    for name, stop in day.stops.items():
        if stop.route_id is None or name in served or _is_begun(day, name):
            continue
        visit = day.visits.get(name)
        reasons = why.get(name, [])
        if name in day.cancelled and not reasons:
            reasons = [{"code": CALLED_OFF, "detail": "it was called off", "would_fit_if": None}]
        for column, value in EMPTY.items():
            setattr(stop, column, value)
        stop.reasons = reasons
        if visit is not None and visit.state == VisitState.PLANNED.value:
            call_off(visit, DROPPED, now=day.now)


def _rewrite_visit(day: Day, one: Touched, crews: Mapping[str, Agent]) -> None:
    visit = day.visits[one.leg.stop]
    values = _visit_values(day, one, crews)
    if any(getattr(visit, column) != value for column, value in values.items()):
        for column, value in values.items():
            setattr(visit, column, value)
        visit.updated_at = day.now


def _visit_values(day: Day, one: Touched, crews: Mapping[str, Agent]) -> dict[str, Any]:
    agents = [crews[shift] for shift in one.shifts]
    start = day.horizon.moment(one.leg.start)
    return {
        "agent_id": agents[0].id,
        "partner_id": agents[1].id if len(agents) > 1 else None,
        "day": day.shifts[one.shifts[0]].day,
        "sequence": day.stops[one.leg.stop].sequence,
        "planned_start": start,
        "planned_finish": start + timedelta(seconds=one.leg.finish - one.leg.start),
    }


def _new_visit(day: Day, one: Touched, facts: ContactFacts, crews: Mapping[str, Agent]) -> Visit:
    stop = day.stops[one.leg.stop]
    subject = facts.subjects[stop.address_id]
    return Visit(
        id=new_id(),
        organisation_id=day.plan.organisation_id,
        plan_id=day.plan.id,
        case_id=stop.case_id,
        party_id=subject.party_id,
        debtor_id=subject.debtor_id,
        address_id=stop.address_id,
        state=VisitState.PLANNED.value,
        remarks=[],
        created_at=day.now,
        updated_at=day.now,
        **_visit_values(day, one, crews),
    )


def _tidy(session: Session, day: Day) -> None:
    """Deletes routes on which nothing is left, and keeps the plan's figures true."""
    rows = {stop.route_id for stop in day.stops.values()}
    empty = [row for row in day.routes if row.id not in rows]
    for row in empty:
        session.delete(row)
    session.flush()
    routes = routes_of(session, day.plan)
    counted = select(func.count(Stop.route_id), func.count()).where(Stop.plan_id == day.plan.id)
    served, stops = session.execute(counted).one()
    metres, seconds = sum(row.metres for row in routes), sum(row.seconds for row in routes)
    hours = sum((row.returns_at - row.departs_at).total_seconds() for row in routes)
    day.plan.figures = {
        **day.plan.figures,
        "kilometres": round(metres / 1000, 1),
        "travel_hours": round(seconds / 3600, 2),
        "hours": round(hours / 3600, 2),
        "routes": len(routes),
        "served": served,
        "unserved": stops - served,
        "changes": day.plan.figures.get("changes", 0) + 1,
    }
    session.flush()
