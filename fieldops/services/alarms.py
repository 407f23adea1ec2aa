"""Alarms: raised by a phone or by the clock, climbing a ladder until a person answers.

raised -> told, and told again of more people -> acknowledged -> ended, each with a line kept
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from fieldops.domain import alerting
from fieldops.domain.errors import Conflict, FieldFault, Forbidden, InvalidInput
from fieldops.domain.permissions import Actor, Permission, system
from fieldops.domain.positions import GivenPosition, read_position
from fieldops.domain.safety import AlarmKind, Ending, SafetyPolicy
from fieldops.domain.visiting import AT_THE_DOOR, VisitState
from fieldops.models import Agent, Alarm, AlarmAct, CallContact, Visit
from fieldops.services import notices, scoped
from fieldops.services.visits import presence
from fieldops.services.visits.leaving import checked_reason

_NOT_GONE = tuple(one.value for one in (*AT_THE_DOOR, VisitState.RECORDED))
_AT_ONCE = 200
_FARTHEST = 1e7
_LOOKED_BACK = timedelta(days=2)
# What a person may end an alarm with; that the crew left is seen by the clock.
ENDINGS = (Ending.SAFE.value, Ending.HELPED.value, Ending.FALSE_ALARM.value)


@dataclass(frozen=True, slots=True)
class Call:
    """A phone's call for help; `key` makes it one alarm however often it is sent."""

    key: str
    device_at: datetime | None = None
    position: GivenPosition | None = None
    accuracy_metres: float | None = None
    fix_age_seconds: float | None = None
    visit_id: UUID | None = None


def read_call(raw: Mapping[str, Any]) -> Call:
    """Read what a phone sent; what is missing or wrong is left aside, for help comes first."""
    return Call(
        key=str(raw.get("key") or uuid4())[:64],
        device_at=_time(raw.get("device_at")),
        position=_position(raw.get("position")),
        accuracy_metres=_figure(raw.get("accuracy_metres")),
        fix_age_seconds=_figure(raw.get("fix_age_seconds")),
        visit_id=_id(raw.get("visit_id")),
    )


def call_for_help(
    session: Session, call: Call, *, policy: SafetyPolicy, actor: Actor, now: datetime
) -> Alarm:
    """Raise the alarm of an agent at once; the same call twice is one.

    A call that names no visit of the agent's is an alarm all the same: help comes before order.
    Raises Forbidden for somebody who is no field agent.
    """
    if not actor.may(Permission.CALL_FOR_HELP) or actor.agent_id is None:
        raise Forbidden(Permission.CALL_FOR_HELP.value)
    # One at a time: the same call sent twice at once would find neither.
    session.get_one(Agent, actor.agent_id, with_for_update={"key_share": True})
    known = _of_key(session, actor.organisation_id, f"sos:{actor.agent_id}:{call.key}")
    if known is not None:
        return known
    place = call.position.as_wgs84() if call.position else None
    alarm = Alarm(
        organisation_id=actor.organisation_id,
        kind=AlarmKind.SOS.value,
        key=f"sos:{actor.agent_id}:{call.key}",
        agent_id=actor.agent_id,
        visit_id=_visit_of(session, call.visit_id, actor),
        lat=place.lat if place else None,
        lon=place.lon if place else None,
        accuracy_metres=call.accuracy_metres,
        fix_age_seconds=call.fix_age_seconds,
        device_at=call.device_at,
        raised_at=now,
        step=0,
        next_at=now,
    )
    session.add(alarm)
    _noted(session, alarm, "raised", now, account_id=actor.account_id)
    _climb(session, alarm, policy, now)
    return alarm


def acknowledge(session: Session, alarm_id: UUID, *, actor: Actor, now: datetime) -> Alarm:
    """Take an alarm in hand: nobody else is told any more; the first to do so stays."""
    alarm = _answered_by(session, alarm_id, actor)
    if alarm.acknowledged_at is None:
        alarm.acknowledged_at, alarm.acknowledged_by = now, actor.account_id
        alarm.next_at = None
        _noted(session, alarm, "acknowledged", now, account_id=actor.account_id)
    return alarm


def note_call(
    session: Session,
    alarm_id: UUID,
    contact_id: UUID,
    answered: bool,
    *,
    actor: Actor,
    now: datetime,
) -> Alarm:
    """Note that somebody of the call list was called; an answer takes the alarm in hand."""
    alarm = _answered_by(session, alarm_id, actor)
    contact = scoped.get(session, CallContact, contact_id, actor)
    kind = "answered" if answered else "called"
    _noted(session, alarm, kind, now, account_id=actor.account_id, contact_id=contact.id)
    if answered and alarm.ended_at is None:
        return acknowledge(session, alarm_id, actor=actor, now=now)
    return alarm


def say_safe(session: Session, alarm_id: UUID, words: str, *, actor: Actor, now: datetime) -> Alarm:
    """Keep the agent's word that he is safe; whether the alarm ends the office decides.

    A word can be forced, so it neither ends the alarm nor stops the ladder.
    """
    alarm = scoped.get(session, Alarm, alarm_id, actor, lock=True)
    if actor.agent_id != alarm.agent_id:
        raise Forbidden("Only the agent himself says that he is safe.")
    _noted(session, alarm, "safe_word", now, account_id=actor.account_id, note=words.strip()[:500])
    return alarm


def end(
    session: Session, alarm_id: UUID, ending: str, reason: str, *, actor: Actor, now: datetime
) -> Alarm:
    """End an alarm with how it ended and why; the same twice changes nothing.

    Raises Forbidden, NotFound, InvalidInput, and Conflict when it ended otherwise.
    """
    reason = checked_reason(reason)
    if ending not in ENDINGS:
        raise InvalidInput(faults=[FieldFault("ending", "is not known", ", ".join(ENDINGS))])
    alarm = _answered_by(session, alarm_id, actor)
    if alarm.ended_at is not None:
        if (alarm.ending, alarm.ended_reason) == (ending, reason):
            return alarm
        raise Conflict(f"The alarm ended before: {alarm.ending}.")
    _ended(session, alarm, ending, reason, now, by=actor)
    return alarm


def go_round(
    session: Session, organisation_id: UUID, *, policy: SafetyPolicy, at: datetime
) -> None:
    """Look for crews that are overdue or parted, and climb a rung with every alarm that is due."""
    _raise_overdue(session, organisation_id, policy, at)
    _raise_alone(session, organisation_id, policy, at)
    _end_of_those_who_left(session, organisation_id, at)
    _end_of_those_who_came(session, organisation_id, at)
    query = select(Alarm).where(
        Alarm.organisation_id == organisation_id, Alarm.next_at.is_not(None), Alarm.next_at <= at
    )
    for alarm in session.scalars(query.order_by(Alarm.next_at).limit(_AT_ONCE)):
        _climb(session, alarm, policy, at)


def open_ones(session: Session, actor: Actor) -> Sequence[Alarm]:
    """The alarms that have not ended, those that nobody has in hand first."""
    query = scoped.own(Alarm, actor).where(Alarm.ended_at.is_(None))
    order = (Alarm.acknowledged_at.is_not(None), Alarm.raised_at, Alarm.id)
    return session.scalars(query.options(*_SHOWN).order_by(*order).limit(_AT_ONCE)).all()


def listed(
    session: Session, actor: Actor, *, after: UUID | None, limit: int, ended: bool | None = None
) -> tuple[Sequence[Alarm], UUID | None]:
    """One page of the alarms of the organisation in the order of ids; an agent sees his own."""
    query = scoped.own(Alarm, actor, {Alarm.ended_at.is_not(None): ended}).options(*_SHOWN)
    if not actor.may(Permission.ANSWER_ALARMS):
        query = query.where(Alarm.agent_id == actor.agent_id)
    return scoped.page(session, query, Alarm, after=after, limit=limit)


_SHOWN = (joinedload(Alarm.agent), selectinload(Alarm.acts))


def _raise_overdue(
    session: Session, organisation_id: UUID, policy: SafetyPolicy, at: datetime
) -> None:
    raised = select(Alarm.id).where(Alarm.visit_id == Visit.id, Alarm.kind == AlarmKind.OVERDUE)
    query = select(Visit).where(
        Visit.organisation_id == organisation_id,
        Visit.day >= (at - _LOOKED_BACK).date(),
        Visit.state.in_(_NOT_GONE),
        Visit.left_at.is_(None),
        Visit.planned_finish <= at - policy.grace,
        ~raised.exists(),
    )
    for visit in session.scalars(query.order_by(Visit.id).limit(_AT_ONCE)):
        if visit.arrived_at is None or at < _expected_end(visit) + policy.grace:
            continue
        _raise(session, visit, AlarmKind.OVERDUE, f"overdue:{visit.id}", visit.agent_id, at)
    session.flush()


def _raise_alone(
    session: Session, organisation_id: UUID, policy: SafetyPolicy, at: datetime
) -> None:
    """Look for agents whose partner has not come or has gone, once for each time."""
    query = select(Visit).where(
        Visit.organisation_id == organisation_id,
        Visit.day >= (at - _LOOKED_BACK).date(),
        Visit.state == VisitState.WAITING.value,
        Visit.arrived_at <= at - policy.alone,
    )
    for visit in session.scalars(query.order_by(Visit.id).limit(_AT_ONCE)).all():
        since = presence.waiting_since(visit)
        if since is None or at < since + policy.alone:
            continue
        key = f"alone:{visit.id}:{since:%Y%m%dT%H%M%S}"
        if _of_key(session, organisation_id, key) is None:
            arrivals = presence.arrivals_of(session, visit)
            here = presence.there(session, visit, arrivals)
            who = here[0].id if here else visit.agent_id
            _raise(session, visit, AlarmKind.ALONE, key, who, at)


def _raise(
    session: Session, visit: Visit, kind: AlarmKind, key: str, agent_id: UUID, at: datetime
) -> None:
    alarm = Alarm(
        organisation_id=visit.organisation_id, kind=kind.value, key=key, agent_id=agent_id,
        visit_id=visit.id, raised_at=at, step=0, next_at=at,
    )  # fmt: skip
    session.add(alarm)
    _noted(session, alarm, "raised", at)


def _expected_end(visit: Visit) -> datetime:
    length = visit.planned_finish - visit.planned_start
    return max(visit.planned_finish, (visit.arrived_at or visit.planned_start) + length)


def _end_of_those_who_left(session: Session, organisation_id: UUID, at: datetime) -> None:
    query = (
        select(Alarm)
        .join(Visit, Visit.id == Alarm.visit_id)
        .where(
            Alarm.organisation_id == organisation_id,
            Alarm.kind == AlarmKind.OVERDUE,
            Alarm.ended_at.is_(None),
            Visit.state.not_in(_NOT_GONE),
        )
    )
    for alarm in session.scalars(query.limit(_AT_ONCE)):
        _ended(session, alarm, Ending.LEFT.value, None, at, by=system(organisation_id))


def _end_of_those_who_came(session: Session, organisation_id: UUID, at: datetime) -> None:
    query = (
        select(Alarm, Visit.state)
        .join(Visit, Visit.id == Alarm.visit_id)
        .where(
            Alarm.organisation_id == organisation_id,
            Alarm.kind == AlarmKind.ALONE,
            Alarm.ended_at.is_(None),
            Visit.state != VisitState.WAITING.value,
        )
    )
    for alarm, state in session.execute(query.limit(_AT_ONCE)).all():
        # Whoever recorded alone is gone or going; the close has said what that was.
        ending = Ending.JOINED if state == VisitState.ARRIVED else Ending.LEFT
        _ended(session, alarm, ending, None, at, by=system(organisation_id))


def _climb(session: Session, alarm: Alarm, policy: SafetyPolicy, at: datetime) -> None:
    """Tell everybody of the rung that is due, and set when the next is."""
    rung = policy.rung(alarm.step)
    told = [
        notices.Word(
            about=f"alarms/{alarm.id}", code=alarm.kind, occasion=alerting.ALARM, role=role,
            version=("alarm", alarm.id, alarm.step, role),
        )
        for role in rung.roles
    ]  # fmt: skip
    notices.tell(session, alarm.organisation_id, told, at=at)
    _noted(session, alarm, "told", at, note=", ".join(rung.roles))
    if rung.call:
        _noted(session, alarm, "call_due", at)
    alarm.step += 1
    # After an outage the ladder goes on from now, one rung at a time, and skips none.
    alarm.next_at = max(alarm.raised_at + policy.offset(alarm.step), at + _gap(policy, alarm.step))
    session.flush()


def _gap(policy: SafetyPolicy, step: int) -> timedelta:
    return policy.offset(step) - policy.offset(step - 1)


def _ended(
    session: Session, alarm: Alarm, ending: str, reason: str | None, now: datetime, *, by: Actor
) -> None:
    alarm.ended_at, alarm.ended_by = now, by.account_id
    alarm.ending, alarm.ended_reason, alarm.next_at = ending, reason, None
    kind = ending if ending in (Ending.LEFT, Ending.JOINED) else "ended"
    _noted(session, alarm, kind, now, account_id=by.account_id, note=reason)


def _noted(
    session: Session,
    alarm: Alarm,
    kind: str,
    at: datetime,
    *,
    account_id: UUID | None = None,
    contact_id: UUID | None = None,
    note: str | None = None,
) -> None:
    act = AlarmAct(
        organisation_id=alarm.organisation_id, kind=kind, at=at, account_id=account_id,
        contact_id=contact_id, note=note or None,
    )  # fmt: skip
    alarm.acts.append(act)
    session.flush()


def _time(raw: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(raw))
    except ValueError:
        return None
    return found if found.tzinfo else None


def _position(raw: object) -> GivenPosition | None:
    if not isinstance(raw, Mapping):
        return None
    lat, lon, datum = (raw.get(name) for name in ("lat", "lon", "datum"))
    if not isinstance(datum, str) or isinstance(lat, bool) or isinstance(lon, bool):
        return None
    if not isinstance(lat, int | float | str) or not isinstance(lon, int | float | str):
        return None
    found = read_position(lat, lon, datum)
    return found if isinstance(found, GivenPosition) else None


def _figure(raw: object) -> float | None:
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        return None
    return float(raw) if 0 <= raw <= _FARTHEST else None


def _id(raw: object) -> UUID | None:
    try:
        return UUID(str(raw))
    except ValueError:
        return None


def _visit_of(session: Session, visit_id: UUID | None, actor: Actor) -> UUID | None:
    if visit_id is None:
        return None
    query = scoped.own(Visit, actor).where(Visit.id == visit_id)
    visit = session.scalars(query).one_or_none()
    return visit.id if visit and actor.agent_id in (visit.agent_id, visit.partner_id) else None


def _of_key(session: Session, organisation_id: UUID, key: str) -> Alarm | None:
    query = select(Alarm).where(Alarm.organisation_id == organisation_id, Alarm.key == key)
    return session.scalars(query).one_or_none()


def _answered_by(session: Session, alarm_id: UUID, actor: Actor) -> Alarm:
    if not actor.may(Permission.ANSWER_ALARMS):
        raise Forbidden(Permission.ANSWER_ALARMS.value)
    return scoped.get(session, Alarm, alarm_id, actor, lock=True)
