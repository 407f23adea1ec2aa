"""Beliefs and flags from what was observed of a person, by the trace library, kept with grounds.

A flag points a person to something (提示，非结论); nothing here acts on it.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from evidence import trace
from evidence.trace.clocks import as_json as clock_json
from fieldops.domain.permissions import Role
from fieldops.models import Address, Alert, Belief, Flag, Observation, Organisation, Party, Person
from fieldops.services.trace_model import MODEL

KNOWN_AT = "known_at"


@dataclass(frozen=True, slots=True)
class Traced:
    """What a run wrote: the beliefs as they now are, and the flags that are raised."""

    beliefs: Sequence[Belief]
    flags: Sequence[Flag]


def believe_and_flag(session: Session, person_id: UUID, *, now: datetime) -> Traced:
    """Write the beliefs and flags that follow from all that is recorded of a person.

    The beliefs are as of the last change to what is known, so that a second run writes the same.
    """
    # Two jobs about one person wait for each other, or both would raise the same flag.
    session.scalar(select(Person.id).where(Person.id == person_id).with_for_update())
    rows = _rows(session, person_id)
    if not rows:
        return Traced((), ())
    changes = [at for row in rows for at in (row.recorded_at, row.withdrawn_at) if at is not None]
    as_of = max(changes)
    found = as_read(rows, as_of)
    believed = beliefs_at(session, person_id, found, as_of)
    kept = [_keep_belief(session, rows, belief) for belief in believed.values()]
    raised = _raised(found, believed, as_of)
    flags = _keep_flags(session, rows, raised, now=now)
    session.flush()
    return Traced(kept, flags)


def beliefs_at(
    session: Session,
    person_id: UUID,
    observations: Iterable[trace.Observation],
    as_of: datetime,
) -> dict[str, trace.Belief]:
    """The belief at each of a person's addresses, from what was recorded by then."""
    query = (
        select(Address.id)
        .join(Party, Address.party_id == Party.id)
        .where(Party.person_id == person_id)
    )
    told = list(observations)
    addresses = {str(one) for one in session.scalars(query)}
    addresses |= {one.address for one in told if one.address is not None}
    return trace.believe(told, str(person_id), sorted(addresses), as_of, MODEL)


def observations_at(session: Session, person_id: UUID, as_of: datetime) -> list[trace.Observation]:
    """What was known of a person at a date, as the trace library reads it."""
    return as_read(_rows(session, person_id), as_of)


def as_read(rows: Iterable[Observation], as_of: datetime) -> list[trace.Observation]:
    """The observations that stood at a date; one withdrawn later still stood then."""
    return [
        _as_read(row)
        for row in rows
        if row.recorded_at <= as_of and (row.withdrawn_at is None or row.withdrawn_at > as_of)
    ]


def lines_of(belief: trace.Belief) -> list[dict[str, Any]]:
    """Prior, drift and one line an observation, in decibans, that add up to the belief's odds."""
    head = [
        {"kind": "prior", "decibans": round(belief.prior, 3)},
        {"kind": "drift", "decibans": round(belief.drift, 3)},
    ]
    return head + [
        {
            "kind": line.observation.kind,
            "decibans": round(line.decibans, 3),
            "share": round(line.share, 4),
            "reason": line.reason,
            "claim": line.claim,
            "observation_id": line.observation.id,
            "source_class": line.observation.source_class,
            "observed_at": line.observation.observed_at.isoformat(),
        }
        for line in belief.lines
    ]


def _rows(session: Session, person_id: UUID) -> list[Observation]:
    query = select(Observation).where(Observation.person_id == person_id).order_by(Observation.id)
    return list(session.scalars(query))


def _as_read(row: Observation) -> trace.Observation:
    grade = row.grade
    return trace.Observation(
        id=str(row.id),
        person=str(row.person_id),
        kind=row.kind,
        observed_at=row.observed_at,
        recorded_at=row.recorded_at,
        source_class=row.source_class,
        source_id=row.source_id,
        address=str(row.address_id) if row.address_id else None,
        asset=row.asset,
        basis=row.basis,
        grade=trace.Grade(grade["reliability"], grade["credibility"]) if grade else None,
        evidence=tuple(row.evidence),
        data=row.data,
        denied=row.polarity == "denied",
        valid_from=row.valid_from,
        valid_until=row.valid_until,
    )


def _keep_belief(session: Session, rows: list[Observation], belief: trace.Belief) -> Belief:
    person_id, address_id = UUID(belief.person), UUID(belief.address)
    query = select(Belief).where(
        Belief.person_id == person_id,
        Belief.address_id == address_id,
        Belief.as_of == belief.as_of,
    )
    row = session.scalars(query).one_or_none()
    if row is None:
        row = Belief(
            organisation_id=rows[0].organisation_id,
            person_id=person_id,
            address_id=address_id,
            case_id=session.get_one(Address, address_id).case_id,
            as_of=belief.as_of,
        )
        session.add(row)
    row.p_home, row.p_away, row.p_moved = belief.p_home, belief.p_away, belief.p_moved
    row.model_version, row.lines = belief.version, lines_of(belief)
    return row


@dataclass(frozen=True, slots=True)
class _Raised:
    flag: trace.Flag
    probability: float | None


def _raised(
    observations: list[trace.Observation], believed: dict[str, trace.Belief], as_of: datetime
) -> list[_Raised]:
    found = [
        _Raised(flag, believed[address].p_moved)
        for address in believed
        for flag in trace.relocation_flags(believed[address], MODEL)
    ]
    moved = {one.flag.person for one in found if one.flag.code == "RL-MOVED"}
    cases = trace.asset_cases(observations, as_of)
    for flag in trace.asset_flags(observations, as_of, MODEL, moved=moved):
        case = cases[flag.subject]
        score = trace.score(MODEL.assets, case).p_evasive if case.disposal else None
        found.append(_Raised(flag, score))
    return found


def _keep_flags(
    session: Session, rows: list[Observation], raised: list[_Raised], *, now: datetime
) -> list[Flag]:
    by_id = {str(row.id): row for row in rows}
    query = select(Flag).where(Flag.person_id == rows[0].person_id).with_for_update()
    known = {(row.case_id, row.code, row.subject): row for row in session.scalars(query)}
    kept: list[Flag] = []
    for one in raised:
        grounds = [by_id[ground] for ground in one.flag.grounds]
        # The case of the first ground stays the same whatever is learned later.
        first = min(grounds, key=lambda row: (row.recorded_at, row.id)) if grounds else rows[0]
        key = (first.case_id, one.flag.code, one.flag.subject)
        row = known.pop(key, None)
        if row is None:
            row = _new_flag(first, one.flag, now=now)
        _set_flag(session, row, one, now=now)
        kept.append(row)
    for row in known.values():
        # A flag once raised stays for a person to judge; that it no longer stands is said on it.
        if row.contradicted != ["not_raised_any_more"]:
            row.contradicted, row.updated_at = ["not_raised_any_more"], now
    return kept


def _new_flag(first: Observation, flag: trace.Flag, *, now: datetime) -> Flag:
    return Flag(
        organisation_id=first.organisation_id,
        case_id=first.case_id,
        person_id=first.person_id,
        code=flag.code,
        subject=flag.subject,
        state="open",
        # The year of 民法典 541 runs from the first record by anybody in the house.
        known_at=first.recorded_at,
        raised_at=now,
        updated_at=now,
    )


def _set_flag(session: Session, row: Flag, one: _Raised, *, now: datetime) -> None:
    flag = one.flag
    clocks = [
        trace.clock(clock.name, row.known_at) if clock.event == KNOWN_AT else clock
        for clock in flag.clocks
    ]
    values: dict[str, Any] = {
        "severity": flag.severity,
        "shown": list(flag.shown),
        "missing": list(flag.missing),
        "contradicted": list(flag.contradicted),
        "basis": flag.basis,
        "grounds": list(flag.grounds),
        "clocks": [clock_json(clock) for clock in clocks],
        "probability": one.probability,
        "model_version": MODEL.version,
        "earliest_deadline": _earliest(session, row.organisation_id, clocks),
    }
    if any(getattr(row, name) != value for name, value in values.items()):
        for name, value in values.items():
            setattr(row, name, value)
        row.updated_at = now
    session.add(row)
    session.flush()
    _alert(session, row, now=now)


def _earliest(
    session: Session, organisation_id: UUID, clocks: Iterable[trace.Clock]
) -> datetime | None:
    zone = ZoneInfo(session.get_one(Organisation, organisation_id).timezone)
    return min((_moment(clock.ends, zone) for clock in clocks if clock.ends), default=None)


def _moment(text: str, zone: ZoneInfo) -> datetime:
    """A deadline that is a day is taken at its beginning: rather too early than too late."""
    if len(text) == len("2024-05-20"):
        return datetime.combine(date.fromisoformat(text), time(), zone)
    return datetime.fromisoformat(text)


def _alert(session: Session, flag: Flag, *, now: datetime) -> None:
    """Tell counsel of a new flag, and again when what it shows has changed."""
    text = json.dumps([flag.code, flag.subject, flag.severity, flag.shown])
    digest = hashlib.sha256(text.encode()).hexdigest()
    alert = session.scalars(select(Alert).where(Alert.flag_id == flag.id)).one_or_none()
    if alert is None:
        session.add(
            Alert(
                organisation_id=flag.organisation_id,
                flag_id=flag.id,
                role=Role.COUNSEL.value,
                digest=digest,
                raised_at=now,
            )
        )
    elif alert.digest != digest:
        alert.digest, alert.raised_at, alert.seen_by, alert.seen_at = digest, now, None, None
        # What was dismissed on less than is now shown must be judged again.
        flag.state = "open" if flag.state == "dismissed" else flag.state
