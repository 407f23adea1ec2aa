"""Beliefs and flags from what was observed of a person, by the trace library, kept with grounds.

A flag points a person to something (提示，非结论); nothing here acts on it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from evidence import trace
from fieldops.models import Address, Flag, Organisation, Party, Person
from fieldops.services import beliefs, deadlines, households, observed, raised_flags
from fieldops.services.by_ids import by_ids
from fieldops.services.organisations import House, zone_of
from fieldops.services.raised_flags import Events, Raised
from fieldops.services.trace_model import MODEL

# The events whose dates the library takes, since no observation tells them.
_DATES = frozenset({"debt_arose", "suit_served"})
# All are put together once: a belief is brought up to date after every observation.
_HOUSE = by_ids(
    lambda named: (
        select(Organisation.id, Organisation.timezone, Organisation.jurisdictions)
        .join(Person, Person.organisation_id == Organisation.id)
        .where(named(Person.id))
        .order_by(Person.id)
        .with_for_update(of=Person, key_share=True)
    )
)
_WHERE = by_ids(
    lambda named: (
        select(
            Party.person_id,
            Party.case_id,
            Address.id,
            Address.case_id.label("place_case_id"),
            exists().where(Flag.person_id == Party.person_id).label("was_flagged"),
        )
        .join(Address, Address.party_id == Party.id, isouter=True)
        .where(named(Party.person_id))
    )
)


@dataclass(frozen=True, slots=True)
class Traced:
    """What a run wrote: the ids of the beliefs, and the flags that are raised."""

    beliefs: Sequence[UUID]
    flags: Sequence[Flag]


_NOTHING = Traced((), ())


@dataclass(slots=True)
class _Where:
    """The cases of a person, the case of each of his addresses, and whether a flag was raised.

    Of whom no case names any more that is not known, and flags are looked for.
    """

    cases: set[UUID] = field(default_factory=set)
    places: dict[str, UUID] = field(default_factory=dict)
    was_flagged: bool = True


@dataclass(frozen=True, slots=True)
class _Weighed:
    """What stood of one person as of a time, weighed: beliefs, who has gone, and his assets."""

    draft: beliefs.Draft
    rows: observed.Rows
    gone: Sequence[Raised]
    assets: Mapping[str, trace.AssetCase]
    where: _Where

    @property
    def needs_events(self) -> bool:
        """Whether what counsel recorded bears on anything: on a flag or on a disposal."""
        return bool(self.gone or self.assets or self.where.was_flagged)


@dataclass(frozen=True, slots=True)
class _Believed:
    """The beliefs of each person, with what his flags are kept by."""

    house: House
    drafts: Sequence[beliefs.Draft]
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
    kept = beliefs.keep(session, found.house.id, found.drafts)
    flags = raised_flags.keep(session, found.house, found.known, found.events, now=now, heard=heard)
    session.flush()
    return {one: Traced(rows, flags[one]) for one, rows in kept.items()}


def _believe(
    session: Session, people: Sequence[UUID], *, now: datetime, since: datetime | None
) -> _Believed | None:
    """What is believed of each person; None where nothing was ever recorded of any."""
    # Two jobs about one person wait for each other, or both would raise the same flag.
    owners = _HOUSE.rows(session, people)
    seen = observed.of_people(session, people)
    if not seen or not owners:
        return None
    house = House(*owners[0])
    where, courses = _where(session, list(seen)), beliefs.courses(session, list(seen))
    with_values = [one for one, rows in seen.items() if any(row.values for row in rows)]
    homes = households.of_people(session, with_values) if with_values else {}
    zone, weighed = ZoneInfo(house.timezone), []
    for person_id, rows in seen.items():
        where[person_id].cases.update(row.case_id for row in rows)
        course, home = courses.get(person_id, beliefs.NOTHING_WRITTEN), homes.get(person_id)
        as_of = course.stand_at(_changed_at(rows, home, since, now), now=now).astimezone(UTC)
        found = observed.as_weighed(person_id, rows, as_of, zone)
        if home is not None and any(one.values for one in found):
            found += trace.derived(found, home.members(as_of))
        believed = _believed(where[person_id].places, person_id, found, as_of)
        draft = beliefs.Draft(person_id, where[person_id].places, believed, course)
        assets = trace.asset_cases(found, as_of)
        weighed.append(_Weighed(draft, rows, _gone(believed), assets, where[person_id]))
    cases = {case_id for one in weighed if one.needs_events for case_id in one.where.cases}
    events = deadlines.events_of(session, cases, zone) if cases else {}
    known = [
        raised_flags.Known(
            one.draft.person_id, one.rows, _raised(one, events), one.where.was_flagged
        )
        for one in weighed
    ]
    return _Believed(house, [one.draft for one in weighed], known, events)


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
    rows = _WHERE.rows(session, people)
    for person_id, case_id, address_id, place_case_id, was_flagged in rows:
        known = found[person_id]
        known.cases.add(case_id)
        known.was_flagged = was_flagged
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


def _gone(believed: Mapping[str, trace.Belief]) -> list[Raised]:
    return [
        Raised(flag, belief.p_moved)
        for belief in believed.values()
        for flag in trace.relocation_flags(belief, MODEL)
    ]


def _raised(weighed: _Weighed, events: Events) -> list[Raised]:
    """All flags that are raised of one person now."""
    found = list(weighed.gone)
    if weighed.assets:
        own = {case_id: events[case_id] for case_id in weighed.where.cases}
        moved = trace.moved_persons(one.flag for one in found)
        for flag in trace.case_flags(weighed.assets, MODEL.assets, _dates(own), moved):
            case = weighed.assets[flag.subject]
            score = trace.score(MODEL.assets, case).p_evasive if case.disposal else None
            found.append(Raised(flag, score))
    return found
