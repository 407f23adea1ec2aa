"""Which addresses a plan may visit: lawful ones, one for each person, with reasons for the rest."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from fieldops.domain.rulebook.records import Ruling
from fieldops.services.planning.lawful import Gate1
from fieldops.services.planning.material import Candidate
from fieldops.services.planning.refusals import forbidden_reason
from fieldops.services.rulings import Judged


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A candidate that the solver never sees, with the reasons."""

    candidate: Candidate
    reasons: list[dict[str, Any]]


@dataclass
class Chosen:
    """A candidate that may be visited: on whose account, when, by how many.

    `debtor` and `person` are the names under which all records of the same person count; `apart`
    are addresses of the same case that may not be visited on the same day.
    """

    one: Candidate
    debtor_id: UUID
    debtor: UUID
    person: UUID
    spans: tuple[tuple[datetime, datetime], ...]
    crew: int
    apart: set[UUID] = field(default_factory=set)


@dataclass
class Choice:
    """Chooses at most one address for each person among the lawful ones.

    In a plan of one day a debtor and the other parties of his cases are visited once altogether.
    In a longer one several parties may be, each on a day of its own, where a visit to the one
    takes no lawful time from the other on other days.
    """

    gate: Gate1
    subject: str
    awaited: set[UUID]
    left_out: list[LeftOut] = field(default_factory=list)
    refused: list[Judged] = field(default_factory=list)
    _by_person: dict[UUID, Chosen] = field(default_factory=dict)
    _by_debtor: dict[UUID, list[Chosen]] = field(default_factory=dict)

    @cached_property
    def _awaited(self) -> set[UUID]:
        return {self.gate.facts.history.same.of(debtor) for debtor in self.awaited}

    def of(self, placed: Sequence[Candidate]) -> list[Chosen]:
        """What may be visited, the most pressing first; the rest is left out with its reasons."""
        found = []
        for one in placed:
            windows = self.gate.windows(one.address_id)
            if isinstance(windows, Ruling):
                self._forbidden(one, windows)
                continue
            whose = self.gate.facts.subjects[one.address_id]
            crew = self.gate.crew(one.address_id)
            wanted = Chosen(one, whose.debtor_id, whose.debtor, whose.person, windows, crew)
            if reason := self._spared(wanted):
                self.left_out.append(LeftOut(one, [reason]))
                continue
            self._take(wanted)
            found.append(wanted)
        return found

    def _forbidden(self, one: Candidate, ruling: Ruling) -> None:
        reason = forbidden_reason(ruling, "no-lawful-window")
        self.left_out.append(LeftOut(one, [reason]))
        subject = f"{self.subject} address:{one.address_id}"
        template = self.gate.template(one.address_id)
        self.refused.append(Judged(subject, one.case_id, template, ruling))

    def _spared(self, wanted: Chosen) -> dict[str, Any] | None:
        """Why this one is not visited although it could be; None when it is to be visited."""
        if wanted.debtor in self._awaited:
            return reason(
                "visit-planned", "a visit to this debtor is planned already", "that were called off"
            )
        person = wanted.person
        same = [self._by_person[who] for who in (person, wanted.debtor) if who in self._by_person]
        family = [*self._by_debtor.get(wanted.debtor, ()), *self._by_debtor.get(person, ())]
        for other in (*same, *family):
            if not self._on_another_day(wanted, other):
                return reason(
                    "one-visit-a-debtor",
                    f"the same person is visited at {other.one.address_id}",
                    "that visit were left out",
                    address_id=str(other.one.address_id),
                )
        wanted.apart |= {other.one.address_id for other in (*same, *family)}
        return None

    def _on_another_day(self, wanted: Chosen, other: Chosen) -> bool:
        days = self.gate.horizon.days
        parties = len(self._by_debtor.get(wanted.debtor, ()))
        if wanted.person == other.person or parties >= days:
            return False
        here, there = wanted.one.address_id, other.one.address_id
        return self.gate.leaves_free(here, there) and self.gate.leaves_free(there, here)

    def _take(self, wanted: Chosen) -> None:
        for address in wanted.apart:
            for other in self._by_debtor.get(wanted.debtor, ()):
                if other.one.address_id == address:
                    other.apart.add(wanted.one.address_id)
        self._by_person[wanted.person] = wanted
        self._by_debtor.setdefault(wanted.debtor, []).append(wanted)


def unplaced(one: Candidate) -> dict[str, Any]:
    """Why somebody whose place is unknown or vague is not visited."""
    if not one.is_placed:
        return reason("not-located", "nobody knows where this is yet", "its place were settled")
    cure = "somebody took it upon himself to allow the visit"
    return reason("doubtful-place", f"its place is known only by {one.grade}", cure)


def too_soon(day: date) -> dict[str, Any]:
    """Why a debtor who was tried just now is not tried again yet."""
    return reason(
        "too-soon", "the last attempt was too short a time ago", f"it were {day} or later"
    )


def reason(code: str, detail: str, would_fit_if: str | None, **more: Any) -> dict[str, Any]:
    """A reason as it is stored with an unserved stop."""
    return {"code": code, "detail": detail, "would_fit_if": would_fit_if, **more}
