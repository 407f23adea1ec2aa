"""Which closed cases are over by their periods: found in the database, and counted to a bound."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, func, or_, select, union
from sqlalchemy.orm import Session, aliased

from fieldops.domain.retention import Period, RecordKind, RetentionRule, Span, period
from fieldops.domain.rights.vocabulary import ComplaintState
from fieldops.models import (
    Case,
    Complaint,
    DataRequest,
    Dispute,
    Hold,
    IdentityMember,
    Party,
)
from fieldops.models import restriction as restricted
from fieldops.services.protection import scope

SHOWN = 100
COUNTED = 10_000
"""So many are counted, and beyond them it is only said that there are more."""
LEGAL_HOLD, COMPLAINT, DISPUTE, REQUEST = "legal_hold", "complaint", "dispute", "request"


@dataclass(frozen=True, slots=True)
class Overdue:
    """One case whose period is over, the rule that says so, and since when."""

    case_id: UUID
    number: str
    rule: RetentionRule
    since: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """One case whose period is over and that something keeps.

    That is the id of a rule, a legal hold, or what somebody asked that nobody has answered yet.
    """

    case_id: UUID
    number: str
    by: str


@dataclass(frozen=True, slots=True)
class Cases:
    """The closed cases of a house whose longest is over by its rules, the oldest first."""

    session: Session
    organisation_id: UUID
    rules: Sequence[RetentionRule]
    at: datetime

    def due(self, most: int = SHOWN) -> list[Overdue]:
        """The first of those to be erased now."""
        return [
            Overdue(case_id, number, says.ends, says.longest)
            for case_id, number, _, says in self._read(self._due(), most)
            if says.is_due(self.at) and says.ends is not None and says.longest is not None
        ]

    def kept(self, most: int = SHOWN) -> list[Kept]:
        """The first of those that are kept though their longest is over."""
        return [
            Kept(case_id, number, says.keeps.id if says.keeps and says.is_kept(self.at) else by)
            for case_id, number, by, says in self._read(self._kept(), most)
            if says.longest is not None and says.longest <= self.at
        ]

    def counts(self) -> tuple[int, int]:
        """How many are due and how many are kept; more than `COUNTED` for all beyond.

        On the last day of a month some may be among them whose hour comes later that day.
        """
        return self._count(self._due()), self._count(self._kept())

    def _count(self, query: Select[Any] | None) -> int:
        if query is None:
            return 0
        with restricted.seeing(self.session):
            return bounded(self.session, query)

    def _due(self) -> Select[Any] | None:
        over, least = self._ends("longest"), self._ends("least")
        if not over:
            return None
        keepers = [Case.id.not_in(those) for those in keepers_at(self.at).values()]
        return self._closed(min([max(over), *least])).where(*keepers)

    def _kept(self) -> Select[Any] | None:
        over, least = self._ends("longest"), self._ends("least")
        if not over:
            return None
        keepers = [Case.id.in_(those) for those in keepers_at(self.at).values()]
        by_law = [~_at_rest(min(least))] if least and min(least) < max(over) else []
        return self._closed(max(over)).where(or_(*keepers, *by_law))

    def _ends(self, bound: str) -> list[datetime]:
        """For each rule with this bound the last moment from which it is over by now."""
        spans = [getattr(rule, bound) for rule in self.rules if rule.kind is RecordKind.CASE]
        return [_reach(span, self.at) for span in spans if span is not None]

    def _closed(self, until: datetime) -> Select[Any]:
        return select(Case.id).where(
            Case.organisation_id == self.organisation_id,
            Case.state == scope.CLOSED,
            _at_rest(until),
        )

    def _read(self, query: Select[Any] | None, most: int) -> list[tuple[UUID, str, str, Period]]:
        """Each case with its number, what else than a rule keeps it, and its period."""
        if query is None:
            return []
        acts = [
            select(func.max(at)).where(of == Case.id).scalar_subquery().label(f"act_{number}")
            for number, (of, at) in enumerate(scope.ACTS)
        ]
        by = case(*((Case.id.in_(those), name) for name, those in keepers_at(self.at).items()))
        query = query.add_columns(Case.number, by, Case.updated_at, *acts)
        with restricted.seeing(self.session):
            rows = self.session.execute(query.order_by(Case.updated_at, Case.id).limit(most)).all()
        return [
            (*row[:3], period(self.rules, RecordKind.CASE, max(filter(None, row[3:]))))
            for row in rows
        ]


def bounded(session: Session, query: Select[Any]) -> int:
    """How many rows there are, counted no further than one beyond `COUNTED`."""
    some = query.limit(COUNTED + 1).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def _reach(span: Span, at: datetime) -> datetime:
    """The last moment whose period may be over by now: the end of a month stands for its days."""
    is_last = (at + timedelta(days=1)).month != at.month
    return span.before(at) + timedelta(days=3 if is_last else 0)


def _at_rest(until: datetime) -> ColumnElement[bool]:
    """That nothing was done in a case since."""
    found: ColumnElement[bool] = Case.updated_at <= until
    for of, at in scope.ACTS:
        found &= ~select(of).where(of == Case.id, at > until).exists()
    return found


def keepers_at(at: datetime) -> dict[str, Any]:
    """What keeps a case whatever its period: by name the ids of those cases, weighty ones first."""
    asked = DataRequest.answered_at.is_(None)
    return {
        LEGAL_HOLD: legally_held(at),
        COMPLAINT: select(Complaint.case_id).where(Complaint.state != ComplaintState.CLOSED.value),
        DISPUTE: select(Dispute.case_id).where(Dispute.resolved_at.is_(None)),
        REQUEST: select(Party.case_id)
        .join(DataRequest, DataRequest.person_id == Party.person_id)
        .where(asked),
    }


def legally_held(at: datetime) -> Any:
    """The cases under a legal hold, and those of whoever is under one, by whatever record."""
    known, held = aliased(IdentityMember), aliased(IdentityMember)
    legal = scope.is_legal_at(at)
    return union(
        select(Hold.case_id).where(legal, Hold.case_id.is_not(None)),
        select(Party.case_id).join(Hold, Hold.person_id == Party.person_id).where(legal),
        select(Party.case_id)
        .join(known, known.person_id == Party.person_id)
        .join(held, held.entity_id == known.entity_id)
        .join(Hold, Hold.person_id == held.person_id)
        .where(legal),
    )
