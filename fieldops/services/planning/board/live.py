"""The running day on the board: how far each crew is, and when each agent was last heard of.

An agent's place is only ever where his phone or tracker last said that it was, with that time;
between two words of his nobody knows where he is, and the board does not pretend to.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from fieldops.domain.geojson import Place, collection, feature, positions
from fieldops.domain.permissions import Actor
from fieldops.models import Alarm, Arrival, Case, Device, Plan, Shift, TrackPoint, Visit
from fieldops.services.organisations import zone_of
from fieldops.services.planning.board.crews import shifts_by_id
from fieldops.services.planning.board.day import local
from fieldops.services.planning.horizon import Horizon
from fieldops.services.planning.living import telling

Fix = dict[str, Any]


def running(
    session: Session, plan_id: UUID, *, datum: str, actor: Actor, now: datetime, at: datetime
) -> dict[str, Any]:
    """One feature an agent: his last fix, when he was heard of, and how his shift stands.

    `now` is the working time, and `at` the true one, by which phones say that they are there.

    Raises NotFound, and Conflict for a plan that is not committed.
    """
    standing = telling.standing(session, plan_id, actor=actor, now=now)
    zone = zone_of(session, standing.plan.organisation_id)
    shifts = shifts_by_id(session, (one["shift_id"] for one in standing.shifts))
    heard = _heard(session, standing.plan)
    _hear_phones(session, standing.plan, heard, now - at)
    fixes = {one: each["fix"] for one, each in heard.items() if each.get("fix")}
    places: dict[UUID, Place] = {one: (fix["lat"], fix["lon"]) for one, fix in fixes.items()}
    drawn = positions(places, datum)
    late: dict[str, int] = {}
    for one in standing.late:
        late[one["shift_id"]] = max(late.get(one["shift_id"], 0), one["minutes"])
    features = [
        _feature(one, shifts[one["shift_id"]], heard, drawn, late, zone)
        for one in standing.shifts
        if one["shift_id"] in shifts
    ]
    return collection(
        features, datum, now=local(now, zone), version=standing.plan.version, late=standing.late
    )


def _feature(
    one: Mapping[str, Any],
    shift: Shift,
    heard: Mapping[UUID, Mapping[str, Any]],
    drawn: Mapping[UUID, list[float]],
    late: Mapping[str, int],
    zone: ZoneInfo,
) -> dict[str, Any]:
    agent = shift.agent
    word = heard.get(agent.id, {})
    fix = word.get("fix")
    stops = [_eta(each, zone) for each in one["stops"]]
    return feature(
        agent.id,
        "Point",
        drawn.get(agent.id),
        {
            "kind": "agent",
            "name": agent.name,
            "code": agent.code,
            "shift_id": str(shift.id),
            "is_absent": one["is_absent"],
            "absent_reason": shift.absent_reason,
            "done": one["done"],
            "heading": one["heading"] and str(one["heading"]),
            "standing_at": word.get("standing_at"),
            "free_at": local(one["free_at"], zone),
            "returns_at": local(one["returns_at"], zone),
            "late_minutes": late.get(str(shift.id), 0),
            "seen_at": local(word.get("seen_at"), zone),
            "fix_at": local(fix["at"], zone) if fix else None,
            "accuracy_metres": fix["accuracy"] if fix else None,
            "battery_percent": word.get("battery"),
            "pending": word.get("pending"),
            "stops": stops,
        },
    )


def _eta(each: Mapping[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    """A stop that is still open, with the times that can now be kept."""
    times = {key: local(each[key], zone) for key in ("arrives_at", "starts_at", "finishes_at")}
    return {"stop_id": str(each["stop_id"]), "address_id": str(each["address_id"]), **times}


def _heard(session: Session, plan: Plan) -> dict[UUID, dict[str, Any]]:
    """What each agent's phone last said on the days of the plan."""
    found: dict[UUID, dict[str, Any]] = {}
    for visit, number, arrival in _arrivals(session, plan):
        word = found.setdefault(arrival.agent_id, {})
        _later(word, "seen_at", arrival.received_at)
        if arrival.lat is not None and arrival.lon is not None:
            _fix(word, arrival.lat, arrival.lon, arrival.device_at, arrival.accuracy_metres)
        both = [visit.agent_id, visit.partner_id]
        for agent_id in (one for one in both if one is not None):
            each = found.setdefault(agent_id, {})
            for at in (visit.recorded_at, visit.left_at):
                _later(each, "seen_at", at)
            if visit.left_at is None:
                each["standing_at"] = {"number": number, "visit_id": str(visit.id)}
    for alarm in _alarms(session, plan):
        word = found.setdefault(alarm.agent_id, {})
        _later(word, "seen_at", alarm.raised_at)
        if alarm.lat is not None and alarm.lon is not None:
            at = alarm.device_at or alarm.raised_at
            _fix(word, alarm.lat, alarm.lon, at, alarm.accuracy_metres)
    return found


def _hear_phones(
    session: Session, plan: Plan, heard: dict[UUID, dict[str, Any]], drift: timedelta
) -> None:
    """What phones said without a visit, and where trackers last were, on the days of the plan."""
    horizon = Horizon(plan.day, plan.days, zone_of(session, plan.organisation_id))
    phones = select(Device).where(
        Device.organisation_id == plan.organisation_id,
        Device.revoked_at.is_(None),
        Device.last_seen_at >= horizon.start - drift,
        Device.last_seen_at < horizon.end - drift,
    )
    for phone in session.scalars(phones.order_by(Device.last_seen_at)):
        word = heard.setdefault(phone.agent_id, {})
        _later(word, "seen_at", phone.last_seen_at and phone.last_seen_at + drift)
        word["battery"], word["pending"] = phone.battery_percent, phone.pending
    last = (
        select(TrackPoint.agent_id, func.max(TrackPoint.at).label("at"))
        .where(
            TrackPoint.organisation_id == plan.organisation_id,
            TrackPoint.at >= horizon.start,
            TrackPoint.at < horizon.end,
        )
        .group_by(TrackPoint.agent_id)
        .subquery()
    )
    newest = (TrackPoint.agent_id == last.c.agent_id) & (TrackPoint.at == last.c.at)
    for point in session.scalars(select(TrackPoint).join(last, newest)):
        word = heard.setdefault(point.agent_id, {})
        _later(word, "seen_at", point.at)
        _fix(word, point.lat, point.lon, point.at, point.accuracy_metres)


def _later(word: dict[str, Any], key: str, at: datetime | None) -> None:
    if at is not None and (word.get(key) is None or at > word[key]):
        word[key] = at


def _fix(word: dict[str, Any], lat: float, lon: float, at: datetime, accuracy: Any) -> None:
    if "fix" not in word or at > word["fix"]["at"]:
        word["fix"] = {"lat": lat, "lon": lon, "at": at, "accuracy": accuracy}


def _arrivals(session: Session, plan: Plan) -> Iterable[tuple[Visit, str, Arrival]]:
    query = (
        select(Visit, Case.number, Arrival)
        .join(Arrival, Arrival.visit_id == Visit.id)
        .join(Case, Visit.case_id == Case.id)
        .where(Visit.plan_id == plan.id)
        .order_by(Arrival.received_at)
    )
    return ((visit, number, arrival) for visit, number, arrival in session.execute(query))


def _alarms(session: Session, plan: Plan) -> Iterable[Alarm]:
    horizon = Horizon(plan.day, plan.days, zone_of(session, plan.organisation_id))
    query = select(Alarm).where(
        Alarm.organisation_id == plan.organisation_id,
        Alarm.kind == "sos",
        or_(Alarm.raised_at >= horizon.start, Alarm.device_at >= horizon.start),
        Alarm.raised_at < horizon.end,
    )
    return session.scalars(query.order_by(Alarm.raised_at))
