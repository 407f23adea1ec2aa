"""The week on the board: how much work each agent has on each day, from what is planned so far."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.models import Agent, Plan, Route, Shift, Stop
from fieldops.services import scoped
from fieldops.services.organisations import zone_of
from fieldops.services.planning.board.day import local

DAYS = 7
_RANK = {"committed": 1, "proposed": 0}


def week(
    session: Session, first: date, *, after: UUID | None, limit: int, actor: Actor
) -> tuple[dict[str, Any], UUID | None]:
    """One page of agents with seven days each; the committed plan of a day counts, else the newest
    proposal. Four queries, however many agents there are."""
    query = scoped.own(Agent, actor).where(Agent.retired_at.is_(None))
    agents, following = scoped.page(session, query, Agent, after=after, limit=limit)
    days = [first + timedelta(days=number) for number in range(DAYS)]
    shifts = session.scalars(
        scoped.own(Shift, actor).where(
            Shift.agent_id.in_([agent.id for agent in agents]), Shift.day.between(days[0], days[-1])
        )
    ).all()
    loads = _loads(session, actor, shifts)
    zone = zone_of(session, actor.organisation_id)
    by_agent: dict[UUID, dict[date, Shift]] = {}
    for shift in shifts:
        by_agent.setdefault(shift.agent_id, {})[shift.day] = shift
    rows = [
        {
            "id": agent.id,
            "code": agent.code,
            "name": agent.name,
            "partner_code": agent.partner_code,
            "days": [_cell(by_agent.get(agent.id, {}).get(day), day, loads, zone) for day in days],
        }
        for agent in agents
    ]
    return {"days": days, "items": rows, "next": following}, following


def _cell(
    shift: Shift | None, day: date, loads: Mapping[UUID, Mapping[str, Any]], zone: ZoneInfo
) -> dict[str, Any]:
    told: dict[str, Any] = {"day": day, "shift_id": None, "shift_minutes": 0}
    if shift is not None:
        told["shift_id"] = shift.id
        told["absent_reason"] = shift.absent_reason
        told["opens_at"], told["closes_at"] = (
            local(shift.starts_at, zone),
            local(shift.ends_at, zone),
        )
        told["shift_minutes"] = _minutes(shift.starts_at, shift.ends_at)
    return told | dict(loads.get(shift.id, {}) if shift else {})


def _loads(
    session: Session, actor: Actor, shifts: Sequence[Shift]
) -> Mapping[UUID, Mapping[str, Any]]:
    """The route that counts for each shift."""
    wanted = [shift.id for shift in shifts]
    # Of each route that counts, and not of all that there ever were.
    counted = select(func.count()).where(Stop.route_id == Route.id).scalar_subquery()
    rows = session.execute(
        select(Route, Plan.id, Plan.state, counted)
        .join(Plan, Route.plan_id == Plan.id)
        .where(
            Plan.organisation_id == actor.organisation_id,
            Plan.state.in_(tuple(_RANK)),
            Route.shift_id.in_(wanted) | Route.partner_shift_id.in_(wanted),
        )
    ).all()
    found: dict[UUID, dict[str, Any]] = {}
    for route, plan_id, state, visits in sorted(rows, key=lambda row: (_RANK[row[2]], row[1])):
        told = {
            "plan_id": plan_id,
            "route_id": route.id,
            "plan_state": state,
            "visits": visits,
            "work_minutes": _minutes(route.departs_at, route.returns_at) if visits else 0,
            "metres": route.metres,
        }
        for one in (route.shift_id, route.partner_shift_id):
            if one is not None:
                found[one] = told
    return found


def _minutes(start: datetime, finish: datetime) -> int:
    return round((finish - start).total_seconds() / 60)
