"""Beliefs and flags from what was observed of a person, by the trace library, kept with grounds.

A flag points a person to something (提示，非结论); nothing here acts on it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session

from evidence import trace
from fieldops.models import Address, Belief, Flag, Organisation, Party, Person
from fieldops.services import beliefs, deadlines, households, observed, raised_flags
from fieldops.services.organisations import zone_of
from fieldops.services.raised_flags import Events, Known, Raised
from fieldops.services.trace_model import MODEL

# The events whose dates the library takes, since no observation tells them.
_DATES = frozenset({"debt_arose", "suit_served"})
# Put together once: a belief is brought up to date after every observation.
_PERSON: BindParameter[UUID] = bindparam("person_id")
_HOUSE = (
    select(Organisation)
    .join(Person, Person.organisation_id == Organisation.id)
    .where(Person.id == _PERSON)
    .with_for_update(of=Person)
)
_PLACES = (
    select(Address.id, Address.case_id)
    .join(Party, Address.party_id == Party.id)
    .where(Party.person_id == _PERSON)
)
_CASES = select(Party.case_id).where(Party.person_id == _PERSON)


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
    asked = {"person_id": person_id}
    house = session.scalar(_HOUSE, asked)
    rows = observed.of_person(session, person_id)
    if not rows or house is None:
        return Traced((), ())
    changes = [at for row in rows for at in (row.recorded_at, row.withdrawn_at) if at is not None]
    if any(row.values for row in rows) and (at := households.changed_at(session, person_id, now)):
        changes.append(at)
    as_of = beliefs.stand_at(session, person_id, max(changes), now=now)
    zone = ZoneInfo(house.timezone)
    told = observed.as_read(person_id, rows, as_of, zone)
    found = households.with_links(session, person_id, told, as_of)
    places = _places(session, person_id)
    believed = _believed(places, person_id, found, as_of)
    kept = beliefs.keep(session, house.id, places, believed)
    cases = {*session.scalars(_CASES, asked), *(row.case_id for row in rows)}
    events = deadlines.events_of(session, cases, zone)
    raised = _raised(found, believed, as_of, events)
    known = Known(house, person_id, rows, events)
    flags = raised_flags.keep(session, known, raised, now=now)
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
    """What was known of a person at a date, with what hints at links stand for."""
    zone = zone_of(session, session.get_one(Person, person_id).organisation_id)
    seen = observed.as_read(person_id, observed.of_person(session, person_id), as_of, zone)
    return households.with_links(session, person_id, seen, as_of)


def dates_at(session: Session, person_id: UUID, zone: ZoneInfo, as_of: datetime) -> dict[str, date]:
    """The events of a person's cases that bear on disposals, as recorded by a date."""
    cases = session.scalars(_CASES, {"person_id": person_id})
    return _dates(deadlines.events_of(session, cases, zone, as_of=as_of))


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


def _dates(events: Events) -> dict[str, date]:
    """The first day of each event that bears on what a disposal means, over all cases."""
    first: dict[str, date] = {}
    for one in (one for told in events.values() for one in told):
        if one.kind in _DATES:
            day = one.at.date() if isinstance(one.at, datetime) else one.at
            first[one.kind] = min(day, first.get(one.kind, day))
    return first


def _raised(
    observations: list[trace.Observation],
    believed: dict[str, trace.Belief],
    as_of: datetime,
    events: Events,
) -> list[Raised]:
    found = [
        Raised(flag, believed[address].p_moved)
        for address in believed
        for flag in trace.relocation_flags(believed[address], MODEL)
    ]
    moved = trace.moved_persons(one.flag for one in found)
    cases = trace.asset_cases(observations, as_of)
    for flag in trace.case_flags(cases, MODEL.assets, _dates(events), moved):
        case = cases[flag.subject]
        score = trace.score(MODEL.assets, case).p_evasive if case.disposal else None
        found.append(Raised(flag, score))
    return found
