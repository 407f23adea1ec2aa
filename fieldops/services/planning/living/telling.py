"""What phones and boards ask of a running day: what changed since a time, and how it stands now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy.orm import Session, joinedload

import routing
from fieldops.domain.errors import Forbidden, NotFound
from fieldops.domain.permissions import Actor
from fieldops.models import DayChange, Plan, Shift, Visit
from fieldops.services import scoped
from fieldops.services.planning.living.day import Day, day_of, require_committed
from fieldops.services.planning.living.recording import APPLIED, lateness_json
from fieldops.services.visits.access import within_reach
from fieldops.services.visits.day import DayVisit, described
from fieldops.services.visits.held import HeldVisits, held_since

OVERLAP = timedelta(seconds=15)
"""How far an answer reaches back, so that what was being written meanwhile is told next time."""


@dataclass(frozen=True, slots=True)
class Told:
    """What changed of an agent's day: `as_of` is the `since` of his next question.

    `items` are his visits that are new or changed, `removed` those that are his no longer,
    `order` all that are his, in driving order, `changes` what was done, by which kind and why,
    `holds` those that were placed or ended since then and bear on a visit of this day.
    """

    day: date
    as_of: datetime
    items: Sequence[DayVisit]
    removed: Sequence[UUID]
    order: Sequence[UUID]
    changes: Sequence[dict[str, Any]]
    holds: Sequence[HeldVisits]


def changes_since(
    session: Session, actor: Actor, day: date, *, since: datetime, now: datetime
) -> Told:
    """The difference between the day that the agent's phone had at `since` and his day now.

    Asking twice is harmless: what was told is told again. Raises Forbidden for somebody who is no
    field agent, NotFound for a day out of his reach.
    """
    if actor.agent_id is None:
        raise Forbidden("Only a field agent has a day of visits.")
    if not within_reach(session, day, actor=actor, now=now):
        raise NotFound(f"No visits of {day} can be shown to you.")
    own = _own_visits(session, actor, day)
    shift = _shift_of(session, actor, day)
    changes = _changes(session, actor, day, shift, since)
    is_his = {visit.id for visit in own}
    lost = _lost(session, actor, day, shift, changes) - is_his
    fresh = [visit for visit in own if visit.updated_at >= since]
    return Told(
        day=day,
        as_of=max(since, now - OVERLAP),
        items=described(session, fresh),
        removed=sorted(lost),
        order=[visit.id for visit in own],
        changes=[_line(one) for one in changes],
        holds=held_since(session, actor, own, since=since),
    )


def _own_visits(session: Session, actor: Actor, day: date) -> Sequence[Visit]:
    mine = or_(Visit.agent_id == actor.agent_id, Visit.partner_id == actor.agent_id)
    query = (
        scoped.own(Visit, actor)
        .where(Visit.day == day, mine)
        .options(joinedload(Visit.case), joinedload(Visit.address), joinedload(Visit.party))
        .order_by(Visit.sequence, Visit.planned_start, Visit.id)
    )
    return session.scalars(query).unique().all()


def _shift_of(session: Session, actor: Actor, day: date) -> str:
    query = scoped.own(Shift, actor).where(Shift.agent_id == actor.agent_id, Shift.day == day)
    shift = session.scalars(query).one_or_none()
    return "" if shift is None else str(shift.id)


def _changes(
    session: Session,
    actor: Actor,
    day: date,
    shift: str,
    since: datetime | None,
    *,
    lock: bool = False,
) -> list[DayChange]:
    """The changes since then that told this shift something, the first one first."""
    query = (
        scoped.own(DayChange, actor)
        .join(Plan, DayChange.plan_id == Plan.id)
        .where(DayChange.state == APPLIED, Plan.day <= day, Plan.day >= day - timedelta(days=31))
        .order_by(DayChange.applied_at, DayChange.id)
    )
    if since is not None:
        query = query.where(DayChange.applied_at >= since)
    if lock:
        query = query.with_for_update(of=DayChange)
    return [one for one in session.scalars(query) if shift in one.told]


def _lost(
    session: Session, actor: Actor, day: date, shift: str, changes: Sequence[DayChange]
) -> set[UUID]:
    """The visits of this day that the changes took from this shift, whoever has them now."""
    addresses = set[UUID]()
    for change in changes:
        told = change.told[shift]
        names = [*told["removed"], *(one["stop"] for one in told["moved_out"])]
        addresses |= {UUID(name) for name in names}
    if not addresses:
        return set()
    plans = {change.plan_id for change in changes}
    query = scoped.own(Visit, actor).where(
        Visit.day == day, Visit.plan_id.in_(plans), Visit.address_id.in_(addresses)
    )
    return {visit.id for visit in session.scalars(query)}


def _line(change: DayChange) -> dict[str, Any]:
    return {
        "id": change.id,
        "kind": change.kind,
        "reason": change.reason,
        "applied_at": change.applied_at,
    }


def seen(session: Session, actor: Actor, day: date, *, until: datetime, now: datetime) -> int:
    """Note that the agent's phone has every change of his day up to a time; returns how many."""
    if actor.agent_id is None:
        raise Forbidden("Only a field agent has a day of visits.")
    if not within_reach(session, day, actor=actor, now=now):
        raise NotFound(f"No visits of {day} can be shown to you.")
    count = 0
    shift = _shift_of(session, actor, day)
    for change in _changes(session, actor, day, shift, None, lock=True):
        agent = str(actor.agent_id)
        if (
            change.applied_at is not None
            and change.applied_at <= until
            and agent not in change.seen
        ):
            change.seen = {**change.seen, agent: now.isoformat()}
            count += 1
    session.flush()
    return count


@dataclass(frozen=True, slots=True)
class Standing:
    """How a running day stands: each shift with what it has done and when it will be where."""

    plan: Plan
    now: datetime
    shifts: Sequence[Mapping[str, Any]]
    late: Sequence[Mapping[str, Any]]


def standing(session: Session, plan_id: UUID, *, actor: Actor, now: datetime) -> Standing:
    """The day as it runs: the order that the crews have, at the times that can now be kept."""
    plan = require_committed(scoped.get(session, Plan, plan_id, actor))
    day = day_of(session, plan, now=now, served_alone=True)
    rolled, late = day.rolled
    routes = {shift: route for route in rolled.routes for shift in route.shifts}
    return Standing(
        plan=plan,
        now=now,
        shifts=[_shift(day, one, routes.get(one.shift)) for one in day.positions],
        late=[lateness_json(one, day.horizon) for one in late],
    )


def _shift(day: Day, position: routing.Position, route: routing.Route | None) -> dict[str, Any]:
    legs = route.legs if route is not None else ()
    heading = position.heading
    return {
        "shift_id": UUID(position.shift),
        "is_absent": position.shift in day.gone,
        "done": len(position.done),
        "free_at": day.horizon.moment(position.free),
        "heading": UUID(heading) if heading is not None else None,
        "returns_at": day.horizon.moment(route.returns) if route is not None else None,
        "stops": [
            {
                "address_id": UUID(leg.stop),
                "stop_id": day.stops[leg.stop].id,
                "arrives_at": day.horizon.moment(leg.arrive),
                "starts_at": day.horizon.moment(leg.start),
                "finishes_at": day.horizon.moment(leg.finish),
            }
            for leg in legs
        ],
    }


def listed(
    session: Session, plan_id: UUID, actor: Actor, *, after: UUID | None, limit: int
) -> tuple[Sequence[DayChange], UUID | None]:
    """One page of the changes of a plan's day, oldest first, proposals among them."""
    plan = scoped.get(session, Plan, plan_id, actor)
    query = scoped.own(DayChange, actor).where(DayChange.plan_id == plan.id)
    return scoped.page(session, query, DayChange, after=after, limit=limit)
