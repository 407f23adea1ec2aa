"""Agents and their shifts: the usual day becomes a working day, once, and may be called off."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.permissions import Actor
from fieldops.models import Agent, Organisation, Shift
from fieldops.services import scoped

# A break may begin half an hour before its usual time and up to an hour after it.
EARLIER: Final = timedelta(minutes=30)
LATER: Final = timedelta(minutes=60)
_FARTHEST: Final = timedelta(days=366)


def ensure_shifts(session: Session, day: date, *, actor: Actor, now: datetime) -> Sequence[Shift]:
    """The shifts of a day, made from the agents' usual day where they are missing.

    A shift that is there is left as it is. An agent whose training has lapsed has one too: whether
    he may visit is the rulebook's to say. Raises InvalidInput for a day over a year away.
    """
    if abs(day - now.date()) > _FARTHEST:
        raise InvalidInput(
            faults=[FieldFault("day", "is more than a year away", "Check the year.")]
        )
    # One at a time: two callers would both find the same shift missing.
    organisation = session.scalars(
        select(Organisation)
        .where(Organisation.id == actor.organisation_id)
        .with_for_update(key_share=True)
    ).one()
    taken = set(session.scalars(select(Shift.agent_id).where(_of_day(day, actor))))
    zone = ZoneInfo(organisation.timezone)
    for agent in session.scalars(scoped.own(Agent, actor).where(Agent.retired_at.is_(None))):
        if agent.id not in taken:
            session.add(Shift(**usual_day(agent, day, zone)))
    session.flush()
    return shifts_of(session, day, actor)


def usual_day(agent: Agent, day: date, zone: ZoneInfo) -> dict[str, Any]:
    """The columns of the shift that an agent usually works, in his organisation's zone."""

    def at(clock: str) -> datetime:
        return datetime.combine(day, time.fromisoformat(clock), zone)

    starts, ends = at(agent.day_start), at(agent.day_end)
    usual = at(agent.break_start) if agent.break_start else None
    return {
        "organisation_id": agent.organisation_id,
        "agent_id": agent.id,
        "day": day,
        "starts_at": starts,
        "ends_at": ends,
        "breaks": _breaks(usual, agent.break_minutes, starts, ends),
    }


def _breaks(
    usual: datetime | None, minutes: int, starts: datetime, ends: datetime
) -> list[dict[str, Any]]:
    """The window in which a break may begin, within the shift; none where it lies outside."""
    if usual is None or not minutes or not starts <= usual < ends:
        return []
    earliest = max(starts, usual - EARLIER)
    latest = min(ends - timedelta(minutes=minutes), usual + LATER)
    if latest < earliest:
        return []
    return [{"from": earliest.isoformat(), "until": latest.isoformat(), "minutes": minutes}]


def shifts_of(session: Session, day: date, actor: Actor) -> Sequence[Shift]:
    """The shifts of a day with their agents, in the order of the agents' codes."""
    query = (
        scoped.own(Shift, actor)
        .where(Shift.day == day)
        .join(Shift.agent)
        .options(joinedload(Shift.agent))
        .order_by(Agent.code)
    )
    return session.scalars(query).all()


def set_absence(
    session: Session,
    shift_id: UUID,
    reason: str | None,
    *,
    expected_version: int | None,
    actor: Actor,
) -> Shift:
    """Call a shift off with a reason, or on again with None.

    Raises NotFound, PreconditionFailed, and InvalidInput for a blank or endless reason.
    """
    if reason is not None and not 1 <= len(reason.strip()) <= 200:
        fault = FieldFault("absent_reason", "has no or more than 200 characters", "Say why.")
        raise InvalidInput(faults=[fault])
    shift = scoped.get(session, Shift, shift_id, actor, lock=True)
    scoped.require_version(shift.version, expected_version)
    shift.absent_reason = reason.strip() if reason is not None else None
    shift.version += 1
    session.flush()
    return shift


def agent_page(
    session: Session, actor: Actor, *, after: UUID | None, limit: int
) -> tuple[Sequence[Agent], UUID | None]:
    """A page of the agents who have not retired."""
    query = scoped.own(Agent, actor).where(Agent.retired_at.is_(None))
    return scoped.page(session, query, Agent, after=after, limit=limit)


def _of_day(day: date, actor: Actor) -> Any:
    return (Shift.day == day) & (Shift.organisation_id == actor.organisation_id)
