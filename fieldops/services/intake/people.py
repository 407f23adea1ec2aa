"""Persons of a case file: found again by their identity number, so that caps count by person."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.casefile.cases import CaseRow
from fieldops.domain.permissions import Actor
from fieldops.models import Party, Person, sealing
from fieldops.models.types import new_id
from fieldops.services.intake.remarks import Remark

_MOST_PHONES = 10


class People:
    """The persons that one batch of rows names."""

    def __init__(self, session: Session, rows: Iterable[CaseRow], actor: Actor, now: datetime):
        self._session = session
        self._actor = actor
        self._now = now
        indexes = {index for row in rows if (index := self._id_index(row))}
        query = select(Person).where(
            Person.organisation_id == actor.organisation_id, Person.id_number_index.in_(indexes)
        )
        found = session.scalars(query) if indexes else ()
        self._by_index = {person.id_number_index: person for person in found}

    def person_for(
        self, row: CaseRow, parties: Sequence[Party]
    ) -> tuple[Person, tuple[Remark, ...]]:
        """The person that a row names, of whom `parties` of the same case may speak already."""
        index = self._id_index(row)
        person = self._by_index.get(index) if index else None
        if person is None:
            person = _without_number(row, parties, numbered=index is not None)
        if person is None:
            person = self._new(row)
        elif index and person.id_number_index is None and row.id_number:
            person.id_number, person.id_number_index = row.id_number.value, index
        if index:
            self._by_index[index] = person
        self._add_phones(person, row)
        _add_starred(person, row)
        return person, _doubts(person, row)

    def _new(self, row: CaseRow) -> Person:
        person = Person(
            id=new_id(),
            organisation_id=self._actor.organisation_id,
            name=row.name,
            id_number=row.id_number.value if row.id_number else None,
            id_number_index=self._id_index(row),
            wishes={},
            created_at=self._now,
        )
        self._session.add(person)
        return person

    def _add_phones(self, person: Person, row: CaseRow) -> None:
        """The file's telephones come first; those known before are kept behind them."""
        before = [person.phone, *(person.other_phones or "").split("/")]
        numbers = dict.fromkeys([*map(str, row.phones), *(each for each in before if each)])
        kept = list(numbers)[:_MOST_PHONES]
        first = kept[0] if kept else None
        if first != person.phone:
            person.phone = first
            person.phone_index = self._index("phone", first.split(";")[0]) if first else None
        joined = "/".join(kept[1:]) or None
        if joined != person.other_phones:
            person.other_phones = joined

    def _id_index(self, row: CaseRow) -> str | None:
        return self._index("id-number", row.id_number.value) if row.id_number else None

    def _index(self, kind: str, text: str) -> str:
        return sealing.current().blind_index(kind, str(self._actor.organisation_id), text)


def _add_starred(person: Person, row: CaseRow) -> None:
    """What the lender starred is kept to compare by, beside the whole numbers."""
    before = person.starred or {}
    number = row.starred_id or before.get("id_number", "")
    phones = list(dict.fromkeys([*row.starred_phones, *before.get("phones", ())]))[:_MOST_PHONES]
    after: dict[str, Any] = {"id_number": number} if number else {}
    after |= {"phones": phones} if phones else {}
    if after != before:
        person.starred = after


def _without_number(row: CaseRow, parties: Sequence[Party], *, numbered: bool) -> Person | None:
    """The person of this case with the same name and part; nobody is known by a name alone.

    A row with an identity number never falls on a person who has another one.
    """
    for party in parties:
        person = party.person
        if party.role == row.role and person.name == row.name:
            if numbered and person.id_number_index is not None:
                continue
            return person
    return None


def _doubts(person: Person, row: CaseRow) -> tuple[Remark, ...]:
    return (Remark("name", "id_name_differs"),) if person.name != row.name else ()
