"""Arriving: each of the crew says that he stands at the door, and the rulebook answers.

Two arrivals prove that two came. A refusal is returned and not raised, because the ruling must be
kept: that the system refrained is itself evidence.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.answers import read_facts
from fieldops.domain.bilingual import Bilingual, in_language
from fieldops.domain.called_off import in_words
from fieldops.domain.errors import Conflict
from fieldops.domain.facts import VisitChanged
from fieldops.domain.permissions import Actor
from fieldops.domain.positions import (
    GivenPosition,
    Position,
    PositionRefused,
    metres_between,
    read_position,
)
from fieldops.domain.rulebook.proposal import DoorFacts, Proposal
from fieldops.domain.rulebook.reading import Reader, instant, refuse
from fieldops.domain.rulebook.records import RuleBook, Ruling
from fieldops.domain.rulebook.vocabulary import Gate
from fieldops.domain.visiting import VisitState
from fieldops.models import Arrival, Shift, Visit
from fieldops.services import outbox
from fieldops.services.contact_facts import proposal_for_visit
from fieldops.services.organisations import zone_of
from fieldops.services.override_records import mark_used
from fieldops.services.rulings import ContactForbidden, judge_and_keep
from fieldops.services.visits.access import workable
from fieldops.services.visits.presence import (
    OLD_FIX_SECONDS,
    USUALLY,
    VAGUE_FIX_METRES,
    Sighting,
    Together,
    arrivals_of,
    crew,
    part_from_others,
    settle,
)
from fieldops.services.visits.recording import judge_again
from fieldops.services.visits.remarks import remark

CLOCK_TOLERANCE = timedelta(minutes=5)
_SHORTEST = timedelta(minutes=1)
# A crew may be early, and the last visit of a day may come late.
_OVERTIME = timedelta(hours=3)
_ARRIVED_OTHERWISE = Bilingual(
    "You have arrived already, with another report; the first one stands.",
    "您已签到，内容与本次不同，以首次为准。",
)
_CREW_LEFT = Bilingual(
    "The crew has left; nobody arrives any more.", "外访人员已离开，不能再签到。"
)
_MOST_METRES, _MOST_SECONDS = 100_000.0, 86_400.0 * 31


class OffDuty(Conflict):
    """A position was sent outside of working hours, when none is taken."""

    slug = "off-duty"
    title_en = "No position is taken outside of working hours"
    title_zh = "非工作时间不采集位置"


@dataclass(frozen=True, slots=True)
class ArrivalReport:
    """What a phone says at the door: its fix as received, its clock, and what was shown."""

    position: GivenPosition
    accuracy_metres: float
    fix_age_seconds: float
    is_mock: bool | None
    device_at: datetime
    facts: DoorFacts


@dataclass(frozen=True, slots=True)
class Arrived:
    """An arrival that was taken; `ruling` is None when the same word had come before.

    `waits_for` are the rules for which the visit waits until the partner is there too.
    """

    visit: Visit
    arrival: Arrival
    present: int
    ruling: Ruling | None = None
    waits_for: tuple[str, ...] = ()


def read_arrival(raw: Mapping[str, Any]) -> ArrivalReport:
    """Read a phone's word strictly; raises InvalidInput with the field and its cure."""
    reader = Reader(raw)
    found = ArrivalReport(
        position=_position(Reader(reader.need("position"), "position")),
        accuracy_metres=_size(reader.need("accuracy_metres"), "accuracy_metres", _MOST_METRES),
        fix_age_seconds=_size(reader.need("fix_age_seconds"), "fix_age_seconds", _MOST_SECONDS),
        is_mock=reader.fact("is_mock"),
        device_at=instant(reader.need("device_at"), "device_at"),
        facts=read_facts(reader.take("facts")),
    )
    reader.done()
    return found


def read_sighting(raw: Mapping[str, Any]) -> Sighting:
    """Read where a phone says it is, as strictly as an arrival; raises InvalidInput."""
    reader = Reader(raw)
    found = Sighting(
        position=_position(Reader(reader.need("position"), "position")),
        accuracy_metres=_size(reader.need("accuracy_metres"), "accuracy_metres", _MOST_METRES),
        fix_age_seconds=_size(reader.need("fix_age_seconds"), "fix_age_seconds", _MOST_SECONDS),
    )
    reader.done()
    return found


def arrive(
    session: Session,
    visit_id: UUID,
    report: ArrivalReport,
    *,
    book: RuleBook,
    radius_metres: float,
    actor: Actor,
    now: datetime,
    at: datetime | None = None,
    together: Together = USUALLY,
) -> Arrived | ContactForbidden:
    """Take one agent's arrival, judged at the door; a refusal by the rulebook comes as a value.

    `at` is when it happened, if it is handed in later. The same word twice is one arrival. Raises
    NotFound, Forbidden, and Conflict for another word, another day, or a visit that is over.
    """
    visit = workable(session, visit_id, actor=actor, now=now)
    happened = at or now
    known = arrivals_of(session, visit)
    mine = next((one for one in known if one.agent_id == actor.agent_id), None)
    if mine is not None:
        return Arrived(visit, _same(mine, report), len(known))
    _require_day(session, visit, happened)
    proposal = _proposal(session, visit, report, happened)
    ruling = judge_and_keep(
        session, Gate.DOOR, f"visit:{visit.id}", proposal, book,
        case_id=visit.case_id, actor=actor, now=now,
    )  # fmt: skip
    if not ruling.allowed:
        return ContactForbidden(ruling, visit_id=str(visit.id))
    _require_open(visit, happened)
    _require_duty(session, visit, happened, actor)
    arrival = _written(session, visit, report, actor=actor, now=now)
    if known and (apart := together.apart(known[0], arrival, _since(visit, happened))):
        remark(visit, "crew-apart", now=now, agent_id=str(arrival.agent_id), **apart)
    _set_arrived(visit, arrival, happened, radius_metres, now=now)
    waits_for = settle(session, visit, [*known, arrival], proposal, book, now=now)
    judge_again(session, visit, book, actor=actor, now=now)
    part_from_others(session, arrival, book=book, happened=happened, now=now)
    mark_used(session, ruling.overridden, visit_id=visit.id, now=now)
    outbox.record(session, VisitChanged(visit.id), organisation_id=visit.organisation_id, now=now)
    session.flush()
    return Arrived(visit, arrival, len(known) + 1, ruling, waits_for)


def _proposal(
    session: Session, visit: Visit, report: ArrivalReport, happened: datetime
) -> Proposal:
    # The second of a crew joins a visit that has begun; his coming does not make it longer.
    planned = visit.planned_finish - visit.planned_start
    end = max((visit.arrived_at or happened) + planned, happened + _SHORTEST)
    return proposal_for_visit(
        session, visit, happened, end, crew(session, visit), gate=Gate.DOOR, facts=report.facts
    )


def _since(visit: Visit, happened: datetime) -> timedelta:
    """How long after the first of the crew, or before him."""
    return abs(happened - (visit.arrived_at or happened))


def _same(known: Arrival, report: ArrivalReport) -> Arrival:
    if {name: getattr(known, name) for name in _values(report)} != _values(report):
        raise Conflict(_ARRIVED_OTHERWISE)
    return known


def _values(report: ArrivalReport) -> dict[str, Any]:
    return {
        "device_at": report.device_at,
        "given_position": {
            "lat": report.position.lat,
            "lon": report.position.lon,
            "datum": report.position.datum.value,
        },
        "accuracy_metres": report.accuracy_metres,
        "fix_age_seconds": report.fix_age_seconds,
        "is_mock": report.is_mock,
        "badge_shown": report.facts.badge_shown,
        "authorisation_shown": report.facts.authorisation_shown,
        "recorder_on": report.facts.recorder_on,
    }


def _written(
    session: Session, visit: Visit, report: ArrivalReport, *, actor: Actor, now: datetime
) -> Arrival:
    place = report.position.as_wgs84()
    arrival = Arrival(
        organisation_id=visit.organisation_id,
        visit_id=visit.id,
        agent_id=actor.agent_id,
        received_at=now,
        lat=place.lat,
        lon=place.lon,
        distance_metres=_distance(visit, place),
        **_values(report),
    )
    session.add(arrival)
    return arrival


def _distance(visit: Visit, place: Position) -> float | None:
    if visit.address.lat is None or visit.address.lon is None:
        return None
    return metres_between(place, Position(visit.address.lat, visit.address.lon))


def _set_arrived(
    visit: Visit, arrival: Arrival, happened: datetime, radius_metres: float, *, now: datetime
) -> None:
    # The second of a crew leaves the version as it is, or the first could not record his outcome.
    if visit.state == VisitState.PLANNED:
        visit.state, visit.arrived_at = VisitState.ARRIVED.value, happened
        visit.updated_at = now
    agent = str(arrival.agent_id)
    distance = arrival.distance_metres
    if distance is None:
        remark(visit, "no-address-position", now=now)
    elif distance > radius_metres:
        remark(visit, "far-from-address", now=now, metres=round(distance), agent_id=agent)
    if arrival.is_mock:
        remark(visit, "mock-position", now=now, agent_id=agent)
    if arrival.fix_age_seconds > OLD_FIX_SECONDS:
        age = round(arrival.fix_age_seconds)
        remark(visit, "old-position", now=now, seconds=age, agent_id=agent)
    if arrival.accuracy_metres > VAGUE_FIX_METRES:
        metres = round(arrival.accuracy_metres)
        remark(visit, "vague-position", now=now, metres=metres, agent_id=agent)
    if now - happened > CLOCK_TOLERANCE:
        # Until then the phone alone knew of it: its word for the time is all that there is.
        late = round((now - happened).total_seconds())
        remark(visit, "handed-in-later", now=now, seconds=late, agent_id=agent)
    if abs(arrival.device_at - happened) > CLOCK_TOLERANCE:
        differs = round((arrival.device_at - happened).total_seconds())
        remark(visit, "clock-differs", now=now, seconds=differs, agent_id=agent)


def _require_day(session: Session, visit: Visit, happened: datetime) -> None:
    today = happened.astimezone(zone_of(session, visit.organisation_id)).date()
    if visit.day != today:
        raise Conflict(
            Bilingual(
                f"The visit is planned for {visit.day}, not for {today}.",
                f"外访计划日期为 {visit.day}，不是 {today}。",
            )
        )


def _require_open(visit: Visit, happened: datetime) -> None:
    if visit.state == VisitState.CANCELLED:
        why = in_words(visit.cancelled_reason or "")
        told = Bilingual(
            f"The visit was called off: {why}", f"外访已取消：{in_language(why, 'zh')}"
        )
        raise Conflict(told, state=visit.state)
    if visit.left_at is not None and happened > visit.left_at:
        raise Conflict(_CREW_LEFT, state=visit.state)


def _require_duty(session: Session, visit: Visit, happened: datetime, actor: Actor) -> None:
    """Refuse a position outside of working hours: where an agent is then is his own affair."""
    query = select(Shift).where(Shift.agent_id == actor.agent_id, Shift.day == visit.day)
    shift = session.scalars(query).one_or_none()
    if shift is None:
        return  # A visit that was committed is duty, also where nobody kept a shift for it.
    if not shift.starts_at - _OVERTIME <= happened <= shift.ends_at + _OVERTIME:
        raise OffDuty(
            Bilingual(
                f"The shift is from {shift.starts_at} to {shift.ends_at}.",
                f"班次时间为 {shift.starts_at} 至 {shift.ends_at}。",
            )
        )


def _position(reader: Reader) -> GivenPosition:
    lat, lon, datum = reader.need("lat"), reader.need("lon"), reader.take("datum")
    reader.done()
    if not isinstance(datum, str):
        refuse("position.datum", "is not stated", "write WGS84, GCJ02, BD09 or CGCS2000")
    found = read_position(lat, lon, datum)
    if isinstance(found, PositionRefused):
        refuse(f"position.{found.field}", found.en, found.zh)
    return found


def _size(value: object, field: str, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        refuse(field, "is not a number", "write a number")
    if not (0 <= value <= most and math.isfinite(value)):
        refuse(field, f"does not lie between 0 and {most:g}", "write what the device said")
    return float(value)
