"""What a house holds already, as a record that is taken in meets it: by id, never overwritten.

A house that works says itself when something was recorded, or it could be made to have known at a
past date what it did not: what comes from elsewhere counts from now on, and keeps in its data when
it was recorded there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.bilingual import Bilingual
from fieldops.domain.followthemoney import NotAnEntity
from fieldops.domain.permissions import Actor
from fieldops.models import STATED, Case, Contact, Observation, Person, restriction
from fieldops.services.exchange.rows import carried
from fieldops.services.exchange.stating import OWN_OF

ELSEWHERE = "recorded_elsewhere_at"
"""In the data of an observation: when the house that it comes from recorded it."""
# What may have changed since here or there: the house's own word stands.
_OWN_WORD = frozenset({"recorded_at", "withdrawn_at", "withdrawn_reason", "withdrawn_by", "data"})
# What every change of a row moves on: it differs wherever anything does.
_RUNNING = frozenset({"recorded_at", "updated_at", "version"})


@dataclass(frozen=True, slots=True)
class Met:
    """How a row meets the house: as it is to be written, or None, and which columns differ."""

    row: dict[str, Any] | None
    differing: tuple[str, ...] = ()


class Merging:
    """Takes rows one after another, each as this house is to hold it.

    `ours` says that the record is this organisation's own, from another machine: then its contacts
    are ours, and count.
    """

    def __init__(self, session: Session, actor: Actor, now: datetime, *, ours: bool) -> None:
        self._session, self._house, self._now = session, actor.organisation_id, now
        self._ours = ours
        with restriction.seeing(session):
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
        moved: dict[str, Any] = {name: self.name_of(values[name]) for name in refers}
        # A contact of a file that names no house, or of our own, is ours: it counts.
        if model is Contact and (self._ours or values["house_id"] == self._house):
            moved |= {"house_id": None, "house_name": None}
        return {**values, **moved}

    def met(self, model: Any, values: Mapping[str, Any], number_index: str | None) -> Met:
        """How the row meets what is held; nothing is ever written over.

        Raises NotAnEntity where the house holds something in its place that cannot stand beside it.
        """
        if model in STATED and self._is_own(model, values):
            return Met(None)
        if not self.works:
            return Met(self._noted(model, dict(values)))
        with restriction.seeing(self._session):
            held = self._held(model, values, number_index)
        if held is not None:
            return Met(None, _differing(model, held, values))
        if model is Case and self._has_number(values["number"]):
            raise NotAnEntity(
                Bilingual("number is that of another case here", "案件编号已被本机构另一案件使用"),
                Bilingual("give one of the two another number", "请修改其中一个案件的编号"),
            )
        return Met(self._noted(model, self._as_of_now(model, values)))

    def _is_own(self, model: Any, values: Mapping[str, Any]) -> bool:
        """Whether it is our own visit, item or flag that comes back; it must be here then."""
        with restriction.seeing(self._session):
            row = self._session.get(OWN_OF[model], values["id"])
        is_here = row is not None and row.organisation_id == self._house
        if is_here != (values["house_id"] == self._house):
            raise NotAnEntity(
                Bilingual(
                    "says of itself that it is ours, and it is not"
                    if not is_here
                    else "is ours, and says that another house states it",
                    "自称为本机构记录，但本机构没有该记录"
                    if not is_here
                    else "为本机构记录，却标为其他机构陈述",
                ),
                Bilingual("take the line out", "请删去该行"),
            )
        return is_here

    def _held(self, model: Any, values: Mapping[str, Any], number_index: str | None) -> Any:
        row = self._session.get(model, values["id"])
        if row is not None and row.organisation_id == self._house:
            return row
        return self._known(values["id"], number_index) if model is Person else None

    def _known(self, person_id: UUID, number_index: str | None) -> Person | None:
        """One identity number is one person here, whatever he is called elsewhere."""
        if number_index is None:
            return None
        query = select(Person).where(
            Person.organisation_id == self._house, Person.id_number_index == number_index
        )
        known = self._session.scalars(query).one_or_none()
        if known is not None:
            self._people[person_id] = known.id
        return known

    def _has_number(self, number: str) -> bool:
        query = select(Case.id).where(Case.organisation_id == self._house, Case.number == number)
        with restriction.seeing(self._session):
            return self._session.scalar(query) is not None

    def _as_of_now(self, model: Any, values: Mapping[str, Any]) -> dict[str, Any]:
        row = dict(values)
        if "recorded_at" not in row or model in STATED:
            return row
        if model is Observation:
            first = (row["data"] or {}).get(ELSEWHERE, row["recorded_at"].isoformat())
            row["data"] = {**(row["data"] or {}), ELSEWHERE: first}
        row["recorded_at"] = self._now
        if row.get("withdrawn_at") is not None:
            row["withdrawn_at"] = self._now
        return row

    def _noted(self, model: Any, row: dict[str, Any]) -> dict[str, Any]:
        """What another house states, with when we took it in."""
        return {**row, "taken_at": self._now} if model in STATED else row


def _differing(model: Any, held: Any, values: Mapping[str, Any]) -> tuple[str, ...]:
    """The properties in which what is held differs; an observation may in none of its own."""
    running = _OWN_WORD if model is Observation else _RUNNING
    found = [
        one.prop
        for one in carried(model)
        if one.column.name not in running
        and _plain(getattr(held, one.column.name)) != _plain(values[one.column.name])
    ]
    if model is not Observation:
        return tuple(found)
    told = {**(values["data"] or {}), ELSEWHERE: None}
    if found or {**(held.data or {}), ELSEWHERE: None} != told:
        raise NotAnEntity(
            Bilingual(
                "is held here with other content, and nothing is written over",
                "本机构已有同一编号但内容不同的观察，不会覆盖",
            ),
            Bilingual(
                "correct the observation here, or take the line out", "请在本机构更正，或删去该行"
            ),
        )
    return ()


def _plain(value: Any) -> Any:
    """Nothing and an empty value are one: a file has no property for either."""
    return value or None
