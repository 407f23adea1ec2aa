"""Tracks of agents' own trackers: on duty alone, thinned, kept for days; what stays is the way.

A tracker speaks with a secret of its own, which the agent has made on his phone and ends there. A
position serves to know when and where he was last heard of, and how far he went, and nothing else.
"""

import secrets
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, delete, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from fieldops.domain import tracks
from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import Forbidden, Unauthenticated
from fieldops.domain.permissions import Actor, Permission
from fieldops.domain.phone_policy import TrackPolicy
from fieldops.domain.positions import Position
from fieldops.domain.retention import RecordKind, RetentionRule
from fieldops.domain.tracks import TrackFix
from fieldops.models import Agent, Device, Shift, TrackDay, TrackPoint, Visit
from fieldops.services import scoped, sign_in
from fieldops.services.organisations import zone_of
from fieldops.services.parts import in_parts
from fieldops.services.phones import devices
from fieldops.services.protection.overdue import legally_held
from fieldops.services.protection.retention import applying_to
from fieldops.services.visits.access import BEHIND

_NO_TRACKER = Bilingual("No tracker has this secret.", "定位应用标识无效。")
# What a clock may be ahead.
_AHEAD = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Took:
    """What became of the positions that came: kept, there before, left out, and why.

    `thinned` lay too close to another in time, `vague` were too vague, `off_duty` lay outside of
    the agent's shifts, `out_of_time` too long ago or ahead.
    """

    kept: int = 0
    known: int = 0
    thinned: int = 0
    vague: int = 0
    off_duty: int = 0
    out_of_time: int = 0


def connect(session: Session, device_id: UUID, *, actor: Actor, at: datetime) -> str:
    """A fresh secret for the tracker beside a phone, shown once; the one before ends.

    Raises NotFound, DeviceRevoked.
    """
    device = devices.own(session, device_id, actor, lock=True)
    secret = secrets.token_urlsafe(18)
    device.tracker_hash, device.tracker_since = sign_in.hashed(secret), at
    session.flush()
    return secret


def disconnect(session: Session, device_id: UUID, *, actor: Actor) -> None:
    """End the tracker's secret; what it sends from then on is refused."""
    device = devices.own(session, device_id, actor, lock=True)
    device.tracker_hash = device.tracker_since = None
    session.flush()


def device_of(session: Session, secret: str) -> Device:
    """The phone whose tracker this is, locked; raises Unauthenticated."""
    query = select(Device).where(
        Device.tracker_hash == sign_in.hashed(secret), Device.revoked_at.is_(None)
    )
    found = session.scalars(query.with_for_update()).one_or_none() if secret else None
    if found is None or found.account.disabled_at is not None:
        raise Unauthenticated(_NO_TRACKER)
    return found


def take_ping(
    session: Session, ping: tracks.Ping, *, policy: TrackPolicy, now: datetime, at: datetime
) -> Took:
    """Take what a tracker says of now: that it is there, its battery, its position.

    `now` is the working time and `at` the true one, which trackers go by. Raises Unauthenticated.
    """
    device = device_of(session, ping.token)
    device.last_seen_at = at
    if ping.battery_percent is not None:
        device.battery_percent = ping.battery_percent
    fixes = [] if ping.fix is None else [ping.fix]
    return _take(session, device, fixes, policy=policy, now=now, at=at)


def take_file(
    session: Session,
    device_id: UUID,
    fixes: Sequence[TrackFix],
    *,
    policy: TrackPolicy,
    actor: Actor,
    now: datetime,
    at: datetime,
) -> Took:
    """Take the track of a day after it; the same again changes nothing.

    Raises NotFound, DeviceRevoked.
    """
    device = devices.own(session, device_id, actor, lock=True)
    return _take(session, device, fixes, policy=policy, now=now, at=at)


def driven(session: Session, actor: Actor, *, first: date, last: date) -> Sequence[TrackDay]:
    """How far agents went on these days by their trackers: the caller's own, or everybody's."""
    query = scoped.own(TrackDay, actor).where(TrackDay.day >= first, TrackDay.day <= last)
    if not actor.may(Permission.COMPARE_AGENTS):
        if actor.agent_id is None:
            raise Forbidden(Permission.COMPARE_AGENTS.value)
        query = query.where(TrackDay.agent_id == actor.agent_id)
    query = query.options(joinedload(TrackDay.agent)).order_by(TrackDay.day, TrackDay.agent_id)
    return session.scalars(query).all()


def forget(
    session: Session, organisation_id: UUID, rules: Sequence[RetentionRule], *, at: datetime
) -> int:
    """Delete the positions whose period is over; how many there were.

    No switch keeps them: nothing but their period is a reason to have them, and a legal hold over
    the case at whose door the agent was then.
    """
    mine = applying_to(session, organisation_id, rules)
    spans = [rule.longest for rule in mine if rule.kind is RecordKind.TRACK and rule.longest]
    if not spans:
        return 0
    before = max(span.before(at) for span in spans)
    gone = delete(TrackPoint).where(
        TrackPoint.organisation_id == organisation_id,
        TrackPoint.received_at <= before,
        ~_was_at_held(at),
    )
    gone = gone.execution_options(synchronize_session=False)
    return int(session.execute(gone).rowcount)  # type: ignore[attr-defined]  # A deletion has one.


def _was_at_held(at: datetime) -> ColumnElement[bool]:
    """That the agent was at the door of a case under a legal hold."""
    crew = or_(Visit.agent_id == TrackPoint.agent_id, Visit.partner_id == TrackPoint.agent_id)
    until = func.coalesce(Visit.left_at, Visit.recorded_at, Visit.arrived_at)
    return exists().where(
        crew,
        Visit.case_id.in_(legally_held(at)),
        TrackPoint.at >= Visit.arrived_at,
        TrackPoint.at <= until,
    )


def _take(
    session: Session,
    device: Device,
    fixes: Iterable[TrackFix],
    *,
    policy: TrackPolicy,
    now: datetime,
    at: datetime,
) -> Took:
    """Keep what may be kept, and reckon the days anew that it is about."""
    # Two phones of one agent write the same day one after the other.
    session.scalar(
        select(Agent.id).where(Agent.id == device.agent_id).with_for_update(key_share=True)
    )
    counts = dict.fromkeys(Took.__slots__, 0)
    zone, drift = zone_of(session, device.organisation_id), now - at
    ours = sorted((TrackFix(f.at + drift, f.place, f.accuracy) for f in fixes), key=lambda f: f.at)
    in_time = [one for one in ours if now - BEHIND <= one.at <= now + _AHEAD]
    counts["out_of_time"] = len(ours) - len(in_time)
    clear = [one for one in in_time if (one.accuracy or 0) <= policy.worst_metres]
    counts["vague"] = len(in_time) - len(clear)
    days: dict[date, list[TrackFix]] = {}
    for one in clear:
        days.setdefault(one.at.astimezone(zone).date(), []).append(one)
    shifts = _shifts(session, device, days)
    for day, found in sorted(days.items()):
        on_duty = [one for one in found if _is_on_duty(shifts.get(day), one.at)]
        counts["off_duty"] += len(found) - len(on_duty)
        _keep_day(session, device, day, on_duty, counts, policy=policy, zone=zone, now=now, at=at)
    session.flush()
    return Took(**counts)


def _keep_day(
    session: Session, device: Device, day: date, found: Sequence[TrackFix],
    counts: dict[str, int], *, policy: TrackPolicy, zone: ZoneInfo, now: datetime, at: datetime,
) -> None:  # fmt: skip
    if not found:
        return
    row = _row(session, device, day, now)
    last = _last_point(session, device, day, zone)
    if len(found) == 1 and (last is None or found[0].at > last.at):
        # The common case: a tracker goes on, and nothing of the day need be read again.
        if last is not None and found[0].at - last.at < policy.least:
            counts["thinned"] += 1
            return
        fresh = list(found)
        row.metres += round(tracks.step(last, found[0], policy)) if last is not None else 0
    else:
        kept = list(_points(session, device, day, zone))
        fresh = _thinned(kept, found, counts, policy)
        whole = sorted([*kept, *fresh], key=lambda one: one.at)
        # Of a day whose first positions are gone the figure stands as it was reckoned with them.
        row.metres = max(row.metres, tracks.metres_of(whole, policy))
    row.points, row.updated_at = row.points + len(fresh), now
    counts["kept"] += len(fresh)
    session.add_all(
        TrackPoint(
            organisation_id=device.organisation_id, agent_id=device.agent_id,
            device_id=device.id, at=one.at, received_at=at, lat=one.place.lat,
            lon=one.place.lon, accuracy_metres=one.accuracy,
        )
        for one in fresh
    )  # fmt: skip


def _thinned(
    kept: Sequence[TrackFix],
    found: Sequence[TrackFix],
    counts: dict[str, int],
    policy: TrackPolicy,
) -> list[TrackFix]:
    """Those that are new and not too close in time to another."""
    times, fresh = [one.at for one in kept], []
    known = set(times)
    for one in found:
        if one.at in known:
            counts["known"] += 1
        elif any(abs(one.at - other) < policy.least for other in _near(times, one.at)):
            counts["thinned"] += 1
        else:
            times.insert(bisect_left(times, one.at), one.at)
            fresh.append(one)
    return fresh


def _near(times: Sequence[datetime], at: datetime) -> Sequence[datetime]:
    """The times just before and just after, of those in order."""
    place = bisect_left(times, at)
    return times[max(0, place - 1) : place + 1]


def _of_day(device: Device, day: date, zone: ZoneInfo) -> Select[TrackPoint]:
    start = datetime.combine(day, datetime.min.time(), zone)
    return select(TrackPoint).where(
        TrackPoint.agent_id == device.agent_id,
        TrackPoint.at >= start,
        TrackPoint.at < start + timedelta(days=1),
    )


def _points(session: Session, device: Device, day: date, zone: ZoneInfo) -> Iterable[TrackFix]:
    query = _of_day(device, day, zone).order_by(TrackPoint.at)
    return (_fix(row) for row in session.scalars(query))


def _last_point(session: Session, device: Device, day: date, zone: ZoneInfo) -> TrackFix | None:
    query = _of_day(device, day, zone).order_by(TrackPoint.at.desc()).limit(1)
    row = session.scalars(query).one_or_none()
    return None if row is None else _fix(row)


def _fix(row: TrackPoint) -> TrackFix:
    return TrackFix(row.at, Position(row.lat, row.lon), row.accuracy_metres)


def _row(session: Session, device: Device, day: date, now: datetime) -> TrackDay:
    query = select(TrackDay).where(TrackDay.agent_id == device.agent_id, TrackDay.day == day)
    row = session.scalars(query).one_or_none()
    if row is None:
        row = TrackDay(
            organisation_id=device.organisation_id, agent_id=device.agent_id, day=day,
            metres=0, points=0, updated_at=now,
        )  # fmt: skip
        session.add(row)
    return row


def _shifts(session: Session, device: Device, days: Iterable[date]) -> dict[date, Shift]:
    found: dict[date, Shift] = {}
    for part in in_parts(days):
        query = select(Shift).where(Shift.agent_id == device.agent_id, Shift.day.in_(part))
        found |= {row.day: row for row in session.scalars(query)}
    return found


def _is_on_duty(shift: Shift | None, at: datetime) -> bool:
    if shift is None or shift.absent_reason is not None:
        return False
    return shift.starts_at <= at <= shift.ends_at
