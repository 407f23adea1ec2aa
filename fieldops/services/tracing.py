"""Beliefs and flags from what was observed of a person, by the trace library, kept with grounds.

A flag points a person to something (提示，非结论); nothing here acts on it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session

from evidence import trace
from fieldops.models import Address, Belief, Flag, Organisation, Party, Person, restriction
from fieldops.services import beliefs, deadlines, households, observed, raised_flags
from fieldops.services.organisations import zone_of
from fieldops.services.raised_flags import Events, Raised
from fieldops.services.trace_model import MODEL

# The events whose dates the library takes, since no observation tells them.
_DATES = frozenset({"debt_arose", "suit_served"})
# All are put together once: a belief is brought up to date after every observation.
_PEOPLE: BindParameter[Sequence[UUID]] = bindparam("people", expanding=True)
_HOUSE = (
    select(Organisation)
    .join(Person, Person.organisation_id == Organisation.id)
    .where(Person.id.in_(_PEOPLE))
    .order_by(Person.id)
    .with_for_update(of=Person, key_share=True)
)
_WHERE = (
    select(Party.person_id, Party.case_id, Address.id, Address.case_id.label("place_case_id"))
    .join(Address, Address.party_id == Party.id, isouter=True)
    .where(Party.person_id.in_(_PEOPLE))
)


@dataclass(frozen=True, slots=True)
class Traced:
    """What a run wrote: the beliefs as they now are, and the flags that are raised."""

    beliefs: Sequence[Belief]
    flags: Sequence[Flag]


_NOTHING = Traced((), ())


@dataclass(frozen=True, slots=True)
class _Where:
    """The cases of a person, and the case of each of his addresses."""

    cases: set[UUID] = field(default_factory=set)
    places: dict[str, UUID] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Believed:
    """The beliefs of each person, with what his flags are kept by."""

    house: Organisation
    kept: Mapping[UUID, Sequence[Belief]]
    known: Sequence[raised_flags.Known]
    events: Events


def believe_and_flag(session: Session, person_id: UUID, *, now: datetime) -> Traced:
    """Write the beliefs and flags that follow from all that is recorded of a person.

    The beliefs are as of the last change to what is known, so that a second run writes the same.
    """
    return evaluate(session, [person_id], now=now).get(person_id, _NOTHING)


def evaluate(
    session: Session,
    people: Sequence[UUID],
    *,
    now: datetime,
    since: datetime | None = None,
    heard: bool = True,
) -> dict[UUID, Traced]:
    """The same for several persons of one organisation, by as many queries as for one.

    With `since` the beliefs are as of that time where nothing changed later. `heard` is False where
    time alone passed: then counsel is told only of flags that are new or of another grade.
    """
    # Nothing here is asked of what is written here: all is written at the end.
    session.flush()
    with session.no_autoflush:
        found = _believe(session, people, now=now, since=since)
    if found is None:
        return {}
    flags = raised_flags.keep(session, found.house, found.known, found.events, now=now, heard=heard)
    session.flush()
    return {one: Traced(rows, flags[one]) for one, rows in found.kept.items()}


def _believe(
    session: Session, people: Sequence[UUID], *, now: datetime, since: datetime | None
) -> _Believed | None:
    """What is believed of each person; None where nothing was ever recorded of any."""
    # Two jobs about one person wait for each other, or both would raise the same flag.
    house = session.scalars(_HOUSE, {"people": people}).first()
    seen = observed.of_people(session, people)
    if not seen or house is None:
        return None
    where, courses = _where(session, list(seen)), beliefs.courses(session, list(seen))
    for person_id, rows in seen.items():
        where[person_id].cases.update(row.case_id for row in rows)
    zone, cases = ZoneInfo(house.timezone), {one for known in where.values() for one in known.cases}
    events = deadlines.events_of(session, cases, zone)
    with_values = [one for one, rows in seen.items() if any(row.values for row in rows)]
    homes = households.of_people(session, with_values) if with_values else {}
    kept, known = {}, []
    for person_id, rows in seen.items():
        course = courses.get(person_id, beliefs.NOTHING_WRITTEN)
        home, place = homes.get(person_id), where[person_id]
        changed_at = _changed_at(rows, home, since, now)
        as_of = course.stand_at(changed_at, now=now).astimezone(UTC)
        found = observed.as_weighed(person_id, rows, as_of, zone)
        if home is not None and any(one.values for one in found):
            found += trace.derived(found, home.members(as_of))
        believed = _believed(place.places, person_id, found, as_of)
        kept[person_id] = beliefs.keep(session, house.id, place.places, believed, course)
        own = {case_id: events[case_id] for case_id in place.cases}
        known.append(raised_flags.Known(person_id, rows, _raised(found, believed, as_of, own)))
    return _Believed(house, kept, known, events)


def _changed_at(
    rows: observed.Rows, home: households.Household | None, since: datetime | None, now: datetime
) -> datetime:
    """When last anything changed of what is known of a person."""
    told = [since, home.changed_at(now) if home is not None else None]
    told += [at for row in rows for at in (row.recorded_at, row.withdrawn_at)]
    return max(at for at in told if at is not None)


def beliefs_at(
    session: Session,
    person_id: UUID,
    observations: Iterable[trace.Observation],
    as_of: datetime,
) -> dict[str, trace.Belief]:
    """The belief at each of a person's addresses, from what was recorded by then."""
    places = _where(session, [person_id])[person_id].places
    return _believed(places, person_id, observations, as_of)


def observations_at(session: Session, person_id: UUID, as_of: datetime) -> list[trace.Observation]:
    """What was known of a person at a date, with what hints at links stand for."""
    zone = zone_of(session, session.get_one(Person, person_id).organisation_id)
    seen = observed.as_read(person_id, observed.of_person(session, person_id), as_of, zone)
    return households.with_links(session, person_id, seen, as_of)


def dates_at(session: Session, person_id: UUID, zone: ZoneInfo, as_of: datetime) -> dict[str, date]:
    """The events of a person's cases that bear on disposals, as recorded by a date."""
    cases = _where(session, [person_id])[person_id].cases
    return _dates(deadlines.events_of(session, cases, zone, as_of=as_of))


def _where(session: Session, people: Sequence[UUID]) -> defaultdict[UUID, _Where]:
    """The cases and the addresses of each of these persons."""
    found: defaultdict[UUID, _Where] = defaultdict(_Where)
    rows = restriction.rows(session, _WHERE, {"people": people})
    for person_id, case_id, address_id, place_case_id in rows:
        known = found[person_id]
        known.cases.add(case_id)
        if address_id is not None:
            known.places[str(address_id)] = place_case_id
    return found


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
