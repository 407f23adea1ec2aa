"""Beliefs and flags from what was observed of a person, by the trace library, kept with grounds.

A flag points a person to something (提示，非结论); nothing here acts on it.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, Row, bindparam, select
from sqlalchemy.orm import Session

from evidence import trace
from evidence.trace.clocks import as_json as clock_json
from fieldops.domain.permissions import Role
from fieldops.models import Address, Alert, Belief, Flag, Organisation, Party, Person
from fieldops.services import observed
from fieldops.services.trace_model import MODEL

KNOWN_AT = "known_at"
# Put together once: a belief is brought up to date after every observation.
_PERSON: BindParameter[UUID] = bindparam("person_id")
_OWNER = select(Person.organisation_id).where(Person.id == _PERSON).with_for_update()
_PLACES = (
    select(Address.id, Address.case_id)
    .join(Party, Address.party_id == Party.id)
    .where(Party.person_id == _PERSON)
)
_BELIEFS = select(Belief).where(Belief.person_id == _PERSON, Belief.as_of == bindparam("as_of"))
_FLAGS = select(Flag).where(Flag.person_id == _PERSON).with_for_update()


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
    owner = session.scalar(_OWNER, {"person_id": person_id})
    rows = observed.of_person(session, person_id)
    if not rows or owner is None:
        return Traced((), ())
    changes = [at for row in rows for at in (row.recorded_at, row.withdrawn_at) if at is not None]
    as_of = max(changes)
    found = observed.as_read(person_id, rows, as_of)
    places = _places(session, person_id)
    believed = _believed(places, person_id, found, as_of)
    kept = _keep_beliefs(session, owner, places, believed)
    raised = _raised(found, believed, as_of)
    flags = _keep_flags(session, (owner, person_id), rows, raised, now=now)
    session.flush()
    return Traced(kept, flags)


def beliefs_at(
    session: Session,
    person_id: UUID,
    observations: Iterable[trace.Observation],
    as_of: datetime,
) -> dict[str, trace.Belief]:
    """The belief at each of a person's addresses, from what was recorded by then."""
    return _believed(_places(session, person_id), person_id, observations, as_of)


def observations_at(session: Session, person_id: UUID, as_of: datetime) -> list[trace.Observation]:
    """What was known of a person at a date, as the trace library reads it."""
    return observed.as_read(person_id, observed.of_person(session, person_id), as_of)


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


def _places(session: Session, person_id: UUID) -> dict[str, UUID]:
    """The case of each of a person's addresses."""
    found = session.execute(_PLACES, {"person_id": person_id})
    return {str(address_id): case_id for address_id, case_id in found}


def _believed(
    places: Mapping[str, UUID],
    person_id: UUID,
    observations: Iterable[trace.Observation],
    as_of: datetime,
) -> dict[str, trace.Belief]:
    told = list(observations)
    addresses = {*places, *(one.address for one in told if one.address is not None)}
    return trace.believe(told, str(person_id), sorted(addresses), as_of, MODEL)


def _keep_beliefs(
    session: Session,
    organisation_id: UUID,
    places: Mapping[str, UUID],
    believed: Mapping[str, trace.Belief],
) -> list[Belief]:
    if not believed:
        return []
    one = next(iter(believed.values()))
    told = {"person_id": UUID(one.person), "as_of": one.as_of}
    known = {row.address_id: row for row in session.scalars(_BELIEFS, told)}
    kept = []
    for belief in believed.values():
        address_id = UUID(belief.address)
        row = known.get(address_id)
        if row is None:
            case_id = places.get(belief.address)
            row = Belief(
                organisation_id=organisation_id,
                person_id=UUID(belief.person),
                address_id=address_id,
                case_id=case_id or session.get_one(Address, address_id).case_id,
                as_of=belief.as_of,
            )
            session.add(row)
        row.p_home, row.p_away, row.p_moved = belief.p_home, belief.p_away, belief.p_moved
        row.model_version, row.lines = belief.version, lines_of(belief)
        kept.append(row)
    return kept


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
    session: Session,
    subject: tuple[UUID, UUID],
    rows: observed.Rows,
    raised: list[_Raised],
    *,
    now: datetime,
) -> list[Flag]:
    """Bring the flags of a person up to date; `subject` is his organisation and he himself."""
    by_id = {str(row.id): row for row in rows}
    standing = session.scalars(_FLAGS, {"person_id": subject[1]})
    known = {(row.case_id, row.code, row.subject): row for row in standing}
    kept: list[Flag] = []
    changed: list[Flag] = []
    for one in raised:
        grounds = [by_id[ground] for ground in one.flag.grounds]
        # The case of the first ground stays the same whatever is learned later.
        first = min(grounds, key=lambda row: (row.recorded_at, row.id)) if grounds else rows[0]
        row = known.pop((first.case_id, one.flag.code, one.flag.subject), None)
        is_new = row is None
        row = row or _new_flag(subject, first, one.flag, now=now)
        if _set_flag(session, row, one, now=now) or is_new:
            session.add(row)
            changed.append(row)
        kept.append(row)
    session.flush()
    _alert(session, changed, now=now)
    for row in known.values():
        # A flag once raised stays for a person to judge; that it no longer stands is said on it.
        if row.contradicted != ["not_raised_any_more"]:
            row.contradicted, row.updated_at = ["not_raised_any_more"], now
    return kept


def _new_flag(
    subject: tuple[UUID, UUID], first: Row[Any], flag: trace.Flag, *, now: datetime
) -> Flag:
    return Flag(
        organisation_id=subject[0],
        case_id=first.case_id,
        person_id=subject[1],
        code=flag.code,
        subject=flag.subject,
        state="open",
        # The year of 民法典 541 runs from the first record by anybody in the house.
        known_at=first.recorded_at,
        raised_at=now,
        updated_at=now,
    )


def _set_flag(session: Session, row: Flag, one: _Raised, *, now: datetime) -> bool:
    """Write what a flag shows now; False when that is what it showed before."""
    flag = one.flag
    clocks = [
        trace.clock(clock.name, row.known_at) if clock.event == KNOWN_AT else clock
        for clock in flag.clocks
    ]
    values: dict[str, Any] = {
        "severity": flag.severity,
        "shown": list(flag.shown),
        "missing": list(flag.missing),
        "contradicted": [],
        "basis": flag.basis,
        "grounds": list(flag.grounds),
        "clocks": [clock_json(clock) for clock in clocks],
        "probability": one.probability,
        "model_version": MODEL.version,
        "earliest_deadline": _earliest(session, row.organisation_id, clocks),
    }
    if all(getattr(row, name) == value for name, value in values.items()):
        return False
    for name, value in values.items():
        setattr(row, name, value)
    row.updated_at = now
    return True


def _earliest(
    session: Session, organisation_id: UUID, clocks: Iterable[trace.Clock]
) -> datetime | None:
    ends = [clock.ends for clock in clocks if clock.ends]
    if not ends:
        return None
    zone = ZoneInfo(session.get_one(Organisation, organisation_id).timezone)
    return min(_moment(end, zone) for end in ends)


def _moment(text: str, zone: ZoneInfo) -> datetime:
    """A deadline that is a day is taken at its beginning: rather too early than too late."""
    if len(text) == len("2024-05-20"):
        return datetime.combine(date.fromisoformat(text), time(), zone)
    return datetime.fromisoformat(text)


def _alert(session: Session, flags: Sequence[Flag], *, now: datetime) -> None:
    """Tell counsel of new flags, and again of those of which what they show has changed."""
    query = select(Alert).where(Alert.flag_id.in_([flag.id for flag in flags]))
    known = {row.flag_id: row for row in session.scalars(query)} if flags else {}
    for flag in flags:
        text = json.dumps([flag.code, flag.subject, flag.severity, flag.shown])
        digest = hashlib.sha256(text.encode()).hexdigest()
        alert = known.get(flag.id)
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
