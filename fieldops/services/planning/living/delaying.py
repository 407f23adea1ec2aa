"""Someone is late, or a visit is called off: the order stays, the times roll forward."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

import routing
from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import Conflict, FieldFault, Forbidden, InvalidInput, NotFound
from fieldops.domain.permissions import Actor, Permission
from fieldops.domain.rulebook.records import RuleBook
from fieldops.models import DayChange, Plan, Route, Shift
from fieldops.services import scoped, visits
from fieldops.services.planning import material
from fieldops.services.planning.living import judging
from fieldops.services.planning.living.day import Day, day_of, plan_locked
from fieldops.services.planning.living.delays import DELAY, Delay
from fieldops.services.planning.living.recording import (
    Act,
    checked_reason,
    keep,
    new_change,
    written,
)
from fieldops.services.visits.access import local_day

LONGEST = timedelta(hours=12)
_NO_ROUTE = Bilingual("You have no committed route today.", "您今日没有已确认的路线。")
_EITHER = Bilingual("give either minutes or until", "分钟数与截止时间只能填写一项")
_ONE_OF_THEM = Bilingual("write one of them", "请填写其中一项")
_TOO_LONG = Bilingual(
    "must lie after now and at most twelve hours ahead", "须晚于现在且不超过十二小时"
)
_AT_MOST = Bilingual("write at most 720 minutes", "请填写不超过 720 分钟")


def delay(
    session: Session,
    plan_id: UUID,
    *,
    shift_id: UUID,
    minutes: int | None = None,
    until: datetime | None = None,
    reason: str,
    version: int | None = None,
    book: RuleBook,
    actor: Actor,
    now: datetime,
) -> DayChange:
    """A shift is late by so many minutes, or stuck until a time; its later visits are told anew.

    The order stays. What then misses its lawful time keeps its old one and is listed as late in
    the change's figures: planning the rest again mends it. Raises InvalidInput, NotFound,
    Conflict, Forbidden for an agent who speaks for another.
    """
    reason = checked_reason(reason)
    _check_length(minutes, until, now)
    plan = plan_locked(session, plan_id, version, actor)
    shift = _shift(session, plan, shift_id, actor)
    day = day_of(session, plan, now=now)
    told = Delay(str(shift.id), now, until or _free(day, str(shift.id), minutes or 0))
    late_day = day_of(session, plan, now=now, told=[told])
    return _rolled_on(session, late_day, Act(DELAY, reason, actor, now, book), recipe=told.recipe())


def _check_length(minutes: int | None, until: datetime | None, now: datetime) -> None:
    if (minutes is None) == (until is None):
        fault = FieldFault("minutes", _EITHER, _ONE_OF_THEM)
        raise InvalidInput(faults=[fault])
    end = until or now + timedelta(minutes=minutes or 0)
    if not now < end <= now + LONGEST:
        name = "minutes" if until is None else "until"
        fault = FieldFault(name, _TOO_LONG, _AT_MOST)
        raise InvalidInput(faults=[fault])


def _shift(session: Session, plan: Plan, shift_id: UUID, actor: Actor) -> Shift:
    shift = scoped.get(session, Shift, shift_id, actor)
    is_own = actor.agent_id is not None and shift.agent_id == actor.agent_id
    if not is_own and not actor.may(Permission.PLAN_VISITS):
        raise Forbidden("An agent speaks of his own day only.")
    if str(shift.id) not in {one["id"] for one in (plan.problem or {}).get("shifts", ())}:
        raise NotFound(f"There is no shift {shift_id} in this plan.")
    if shift.absent_reason is not None:
        raise Conflict("The agent is absent.")
    return shift


def _free(day: Day, shift: str, minutes: int) -> datetime:
    """Until when: from the end of the visit he stands at, or from now for one on his way."""
    position = next(one for one in day.positions if one.shift == shift)
    begins = day.horizon.moment(position.free) if position.heading is None else day.now
    return max(begins, day.now) + timedelta(minutes=minutes)


def my_delay(
    session: Session,
    *,
    minutes: int | None = None,
    until: datetime | None = None,
    reason: str,
    book: RuleBook,
    actor: Actor,
    now: datetime,
) -> DayChange:
    """The same, told by the agent himself of his shift of today."""
    if actor.agent_id is None:
        raise Forbidden("Only a field agent has a day of visits.")
    today = local_day(session, actor, now)
    query = (
        select(Plan.id, Shift.id)
        .join(Route, Route.plan_id == Plan.id)
        .join(Shift, (Shift.id == Route.shift_id) | (Shift.id == Route.partner_shift_id))
        .where(
            Plan.organisation_id == actor.organisation_id,
            Plan.state == material.COMMITTED,
            Shift.agent_id == actor.agent_id,
            Shift.day == today,
        )
    )
    row = session.execute(query).first()
    if row is None:
        raise NotFound(_NO_ROUTE)
    plan_id, shift_id = row
    return delay(
        session, plan_id, shift_id=shift_id, minutes=minutes, until=until, reason=reason,
        book=book, actor=actor, now=now,
    )  # fmt: skip


def cancel_visit(
    session: Session,
    visit_id: UUID,
    reason: str,
    *,
    version: int | None,
    book: RuleBook,
    actor: Actor,
    now: datetime,
) -> DayChange:
    """Call a visit off and let the rest of its route move up, as far as that is lawful."""
    visit = visits.cancel(session, visit_id, reason, version=version, actor=actor, now=now)
    plan = plan_locked(session, visit.plan_id, None, actor)
    day = day_of(session, plan, now=now)
    recipe = {"visit_id": str(visit.id), "address_id": str(visit.address_id)}
    return _rolled_on(session, day, Act("cancel", reason.strip(), actor, now, book), recipe=recipe)


def _rolled_on(session: Session, day: Day, act: Act, *, recipe: Mapping[str, Any]) -> DayChange:
    """Write the new times of the same order; what is late or unlawful so keeps its old time."""
    after, late = day.rolled
    changes = judging.touched(day, after)
    missed = {one.stop for one in late}
    found = judging.verdict(session, day, changes, book=act.book)
    forbidden = {str(one.stop.address_id) for one in found.forbidden}
    told = [one for one in changes if one.leg.stop not in missed | forbidden]
    change = new_change(day, after, act, recipe=recipe, late=late)
    kept = {one.leg.stop for one in told}
    judged = (one for one in found.judged if str(one.stop.address_id) in kept)
    lawful = judging.Verdict(found.facts, tuple(judged))
    written(session, day, after, told, lawful, {}, act)
    keep(session, day.plan, change, act)
    return change


def late_of(day: Day) -> Sequence[routing.Lateness]:
    """What is late on this day as it now runs."""
    return day.rolled[1]
