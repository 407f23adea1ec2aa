"""What was recorded of people, read in bulk as plain rows for the trace library.

A belief reads a person's whole history, so rows are read as tuples of the columns that count: as
objects of the session they cost twice the time.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Row, bindparam, select, type_coerce
from sqlalchemy.orm import Session

from evidence import trace
from fieldops.models import Observation
from fieldops.models.types import RepeatedId
from fieldops.services.observation_values import folded

Rows = Sequence[Row[Any]]
_COLUMNS: tuple[Any, ...] = (
    Observation.id,
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
    Observation.grade,
    Observation.data,
    Observation.values,
    Observation.withdrawn_at,
)
_OF_PEOPLE = (
    select(type_coerce(Observation.person_id, RepeatedId).label("person_id"), *_COLUMNS)
    .where(Observation.person_id.in_(bindparam("people", expanding=True)))
    .order_by(Observation.id)
)


def of_person(session: Session, person_id: UUID) -> Rows:
    """Everything that was ever recorded of one person, in order of id."""
    return session.execute(_OF_PEOPLE, {"people": [person_id]}).all()


def of_people(session: Session, people: Sequence[UUID]) -> Mapping[UUID, Rows]:
    """The same of many people at once; nothing of those of whom nothing was recorded."""
    found: defaultdict[UUID, list[Row[Any]]] = defaultdict(list)
    for row in session.execute(_OF_PEOPLE, {"people": people}):
        found[row.person_id].append(row)
    return found


def as_read(
    person_id: UUID, rows: Iterable[Row[Any] | Observation], as_of: datetime, zone: ZoneInfo
) -> list[trace.Observation]:
    """The observations of one person that stood at a date; one withdrawn later still stood then.

    Times are told in the zone of the house, for days are counted there. Lawful basis and evidence
    stay behind: no belief depends on them.
    """
    reader = _Reader(str(person_id), zone)
    return [
        reader.read(row)
        for row in rows
        if row.recorded_at <= as_of and (row.withdrawn_at is None or row.withdrawn_at > as_of)
    ]


def read(person_id: UUID, row: Row[Any] | Observation, zone: ZoneInfo) -> trace.Observation:
    """One observation of a person, whether it still stands or not."""
    return _Reader(str(person_id), zone).read(row)


def _as_compared(values: Mapping[str, str] | None) -> Mapping[str, str]:
    """The values that an observation names in the form in which links compare them."""
    if not values:
        return {}
    return {kind: folded(kind, text) or text for kind, text in values.items()}


class _Reader:
    """Turns rows of one person into observations; his few addresses are written out once."""

    def __init__(self, person: str, zone: ZoneInfo) -> None:
        self._person = person
        self._zone = zone
        self._addresses: dict[UUID | None, str | None] = {None: None}

    def read(self, row: Row[Any] | Observation) -> trace.Observation:
        grade, place = row.grade, row.address_id
        if place not in self._addresses:
            self._addresses[place] = str(place)
        return trace.Observation(
            id=str(row.id),
            person=self._person,
            kind=row.kind,
            observed_at=row.observed_at.astimezone(self._zone),
            recorded_at=row.recorded_at.astimezone(self._zone),
            source_class=row.source_class,
            source_id=row.source_id,
            address=self._addresses[place],
            asset=row.asset,
            grade=trace.Grade(grade["reliability"], grade["credibility"]) if grade else None,
            data=row.data,
            denied=row.polarity == "denied",
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            values=_as_compared(row.values),
        )
