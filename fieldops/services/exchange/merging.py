"""What a house holds already, as a record that is taken in meets it: by id, never overwritten.

A house that works says itself when something was recorded, or it could be made to have known at a
past date what it did not: what comes from elsewhere counts from now on, and keeps in its data when
it was recorded there.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.followthemoney import NotAnEntity
from fieldops.domain.permissions import Actor
from fieldops.models import Case, Observation, Person
from fieldops.services.exchange.rows import carried

ELSEWHERE = "recorded_elsewhere_at"
"""In the data of an observation: when the house that it comes from recorded it."""
# What may have changed since here or there: the house's own word stands.
_OWN_WORD = frozenset({"recorded_at", "withdrawn_at", "withdrawn_reason", "withdrawn_by", "data"})


class House:
    """Takes rows one after another, each as this house is to hold it."""

    def __init__(self, session: Session, actor: Actor, now: datetime) -> None:
        self._session, self._house, self._now = session, actor.organisation_id, now
        own = select(Case.id).where(Case.organisation_id == self._house)
        self.works = session.scalar(own.limit(1)) is not None
        # Persons of the file who are here already under another id, by their identity numbers.
        self._people: dict[UUID, UUID] = {}

    def name_of(self, row_id: UUID) -> UUID:
        """The id under which a row that is held already is held."""
        return self._people.get(row_id, row_id)

    def placed(self, model: Any, values: Mapping[str, Any]) -> dict[str, Any]:
        """The row with the persons that it refers to as they are called here."""
        refers = [one.column.name for one in carried(model) if one.refers_to == "person"]
        moved = {name: self.name_of(values[name]) for name in refers}
        return {**values, **moved}

    def taken(
        self, model: Any, values: Mapping[str, Any], number_index: str | None
    ) -> dict[str, Any] | None:
        """The row as it is written, or None where it is held already.

        Raises NotAnEntity where the house holds something else in its place.
        """
        if not self.works:
            return dict(values)
        if self._is_held(model, values):
            return None
        if model is Person and self._is_known(values["id"], number_index):
            return None
        if model is Case and self._has_number(values["number"]):
            raise NotAnEntity("number is that of another case here")
        return self._as_of_now(model, values)

    def _is_held(self, model: Any, values: Mapping[str, Any]) -> bool:
        row = self._session.get(model, values["id"])
        if row is None or row.organisation_id != self._house:
            return False
        if model is Observation:
            fixed = {one.column.name for one in carried(model)} - _OWN_WORD
            told = {**(values["data"] or {}), ELSEWHERE: None}
            same = all(_plain(getattr(row, name)) == _plain(values[name]) for name in fixed)
            if not same or {**(row.data or {}), ELSEWHERE: None} != told:
                raise NotAnEntity("is held here with other content, and nothing is written over")
        return True

    def _is_known(self, person_id: UUID, number_index: str | None) -> bool:
        """One identity number is one person here, whatever he is called elsewhere."""
        if number_index is None:
            return False
        query = select(Person.id).where(
            Person.organisation_id == self._house, Person.id_number_index == number_index
        )
        known = self._session.scalar(query)
        if known is not None:
            self._people[person_id] = known
        return known is not None

    def _has_number(self, number: str) -> bool:
        query = select(Case.id).where(Case.organisation_id == self._house, Case.number == number)
        return self._session.scalar(query) is not None

    def _as_of_now(self, model: Any, values: Mapping[str, Any]) -> dict[str, Any]:
        row = dict(values)
        if "recorded_at" not in row:
            return row
        if model is Observation:
            first = (row["data"] or {}).get(ELSEWHERE, row["recorded_at"].isoformat())
            row["data"] = {**(row["data"] or {}), ELSEWHERE: first}
        row["recorded_at"] = self._now
        if row["withdrawn_at"] is not None:
            row["withdrawn_at"] = self._now
        return row


def _plain(value: Any) -> Any:
    """Nothing and an empty value are one: a file has no property for either."""
    return value or None
