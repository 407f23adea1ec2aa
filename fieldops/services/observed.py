"""What was recorded of people, read in bulk as plain rows for the trace library.

A belief reads a person's whole history, so rows are read as tuples of the columns that count: as
objects of the session they cost twice the time.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select, type_coerce
from sqlalchemy.orm import Session

from evidence import trace
from fieldops.models import Observation
from fieldops.models.types import RepeatedId, RepeatedJson, WrittenId
from fieldops.services.by_ids import by_ids
from fieldops.services.observation_values import folded
from fieldops.services.trace_model import MODEL

Rows = Sequence[Row[Any]]
_COLUMNS: tuple[Any, ...] = (
    type_coerce(Observation.id, WrittenId).label("id"),
    type_coerce(Observation.case_id, RepeatedId).label("case_id"),
    type_coerce(Observation.address_id, RepeatedId).label("address_id"),
    Observation.asset,
    Observation.kind,
    Observation.polarity,
    Observation.valid_from,
    Observation.valid_until,
    Observation.observed_at,
    Observation.recorded_at,
    Observation.source_class,
    Observation.source_id,
    type_coerce(Observation.grade, RepeatedJson).label("grade"),
    type_coerce(Observation.data, RepeatedJson).label("data"),
    Observation.values,
    Observation.withdrawn_at,
)
# The same of an object, without the person.
_of_model = attrgetter(*(column.key for column in _COLUMNS))
_OF_PEOPLE = by_ids(
    lambda named: (
        select(type_coerce(Observation.person_id, RepeatedId).label("person_id"), *_COLUMNS)
        .where(named(Observation.person_id))
        .order_by(Observation.id)
    )
)


def of_person(session: Session, person_id: UUID) -> Rows:
    """Everything that was ever recorded of one person, in order of id."""
    return _OF_PEOPLE.rows(session, [person_id])


def of_people(session: Session, people: Sequence[UUID]) -> Mapping[UUID, Rows]:
    """The same of many people at once; nothing of those of whom nothing was recorded."""
    if len(people) == 1:
        rows = of_person(session, people[0])
        return {people[0]: rows} if rows else {}
    found: defaultdict[UUID, list[Row[Any]]] = defaultdict(list)
    for row in _OF_PEOPLE.rows(session, people):
        found[row.person_id].append(row)
    return found


def as_read(
    person_id: UUID, rows: Iterable[Row[Any] | Observation], as_of: datetime, zone: ZoneInfo
) -> list[trace.Observation]:
    """The observations of one person that stood at a date; one withdrawn later still stood then.

    Times are told in the zone of the house, for days are counted there. Lawful basis and evidence
    stay behind: no belief depends on them.
    """
    return _standing(_Reader(str(person_id), zone), rows, as_of)


def as_weighed(
    person_id: UUID, rows: Iterable[Row[Any]], as_of: datetime, zone: ZoneInfo
) -> list[trace.Observation]:
    """The same to be weighed at once: no day is counted of what speaks of residence alone.

    The times of that stay in UTC, in which they are compared and subtracted the fastest.
    """
    return _standing(_Reader(str(person_id), zone, _without_days()), rows, as_of)


def _standing(
    reader: "_Reader", rows: Iterable[Row[Any] | Observation], as_of: datetime
) -> list[trace.Observation]:
    return [
        reader.read(row)
        for row in rows
        if row.recorded_at <= as_of and (row.withdrawn_at is None or row.withdrawn_at > as_of)
    ]


@cache
def _without_days() -> frozenset[str]:
    """The kinds that speak of residence and of nothing else."""
    spoken = {kind for kind, _ in MODEL.residence.emissions} - trace.known_asset_kinds()
    return frozenset(kind for kind in spoken if not kind.startswith("premises."))


def read(person_id: UUID, row: Row[Any] | Observation, zone: ZoneInfo) -> trace.Observation:
    """One observation of a person, whether it still stands or not."""
    return _Reader(str(person_id), zone).read(row)


def _as_compared(values: Mapping[str, str] | None) -> Mapping[str, str]:
    """The values that an observation names in the form in which links compare them."""
    if not values:
        return {}
    return {kind: folded(kind, text) or text for kind, text in values.items()}


class _Reader:
    """Turns rows of one person into observations; his few addresses are written out once.

    Times are told in the zone, but in UTC where an observation of the kinds `in_utc` names nothing
    beside the place.
    """

    def __init__(self, person: str, zone: ZoneInfo, in_utc: frozenset[str] = frozenset()) -> None:
        self._person = person
        self._zone = zone
        self._in_utc = in_utc
        self._addresses: dict[UUID, str] = {}

    def read(self, row: Row[Any] | Observation) -> trace.Observation:
        told = row[1:] if isinstance(row, Row) else _of_model(row)
        (one, _, place, asset, kind, polarity, valid_from, valid_until, observed_at, recorded_at,
         source_class, source_id, grade, data, values, _) = told  # fmt: skip
        address = self._addresses.get(place)
        if address is None and place is not None:
            address = self._addresses[place] = str(place)
        if asset or values or kind not in self._in_utc:
            observed_at, recorded_at = (
                observed_at.astimezone(self._zone),
                recorded_at.astimezone(self._zone),
            )
        return trace.Observation(
            str(one),
            self._person,
            kind,
            observed_at,
            recorded_at,
            source_class,
            source_id,
            address=address,
            asset=asset,
            grade=trace.Grade(grade["reliability"], grade["credibility"]) if grade else None,
            data=data,
            denied=polarity == "denied",
            valid_from=valid_from,
            valid_until=valid_until,
            values=_as_compared(values),
        )
