"""Which closed cases are over by their periods: found in the database, and counted to a bound."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select, union
from sqlalchemy.orm import Session, aliased

from fieldops.domain.retention import Period, RecordKind, RetentionRule, Span, period
from fieldops.domain.rulebook.vocabulary import HoldKind
from fieldops.models import Case, Contact, Hold, Party, Payment, Visit
from fieldops.models import restriction as restricted
from fieldops.services.protection import scope

SHOWN = 100
COUNTED = 10_000
"""So many are counted, and beyond them it is only said that there are more."""
LEGAL_HOLD = "legal_hold"
# From what the period of a case runs, besides the case itself.
_ACTS: tuple[tuple[Any, Any], ...] = (
    (Visit.case_id, Visit.updated_at),
    (Contact.case_id, Contact.at),
    (Payment.case_id, Payment.paid_at),
)


@dataclass(frozen=True, slots=True)
class Overdue:
    """One case whose period is over, the rule that says so, and since when."""

    case_id: UUID
    number: str
    rule: RetentionRule
    since: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """One case whose period is over and that something keeps: the id of a rule, or a hold."""

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
            for case_id, number, says in self._read(self._due(), most)
            if says.is_due(self.at) and says.ends is not None and says.longest is not None
        ]

    def kept(self, most: int = SHOWN) -> list[Kept]:
        """The first of those that are kept though their longest is over."""
        return [
            Kept(case_id, number, says.keeps.id if says.keeps and kept else LEGAL_HOLD)
            for case_id, number, says in self._read(self._kept(), most)
            for kept in [says.is_kept(self.at)]
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
        return self._closed(min([max(over), *least])).where(Case.id.not_in(_held()))

    def _kept(self) -> Select[Any] | None:
        over, least = self._ends("longest"), self._ends("least")
        if not over:
            return None
        held: ColumnElement[bool] = Case.id.in_(_held())
        by_law = [~_at_rest(min(least))] if least and min(least) < max(over) else []
        return self._closed(max(over)).where(or_(held, *by_law))

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

    def _read(self, query: Select[Any] | None, most: int) -> list[tuple[UUID, str, Period]]:
        if query is None:
            return []
        acts = [
            select(func.max(at)).where(of == Case.id).scalar_subquery().label(f"act_{number}")
            for number, (of, at) in enumerate(_ACTS)
        ]
        query = query.add_columns(Case.number, Case.updated_at, *acts)
        with restricted.seeing(self.session):
            rows = self.session.execute(query.order_by(Case.updated_at, Case.id).limit(most)).all()
        return [
            (row[0], row[1], period(self.rules, RecordKind.CASE, max(filter(None, row[2:]))))
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
    for of, at in _ACTS:
        found &= ~select(of).where(of == Case.id, at > until).exists()
    return found


def _held() -> Any:
    """The cases under a legal hold, or with somebody under one who is in no other case."""
    legal = (Hold.kind == HoldKind.LEGAL.value, Hold.lifted_at.is_(None))
    other, elsewhere = aliased(Party), aliased(Case)
    is_elsewhere = (
        select(other.id)
        .join(elsewhere, elsewhere.id == other.case_id)
        .where(
            other.person_id == Party.person_id,
            elsewhere.id != Party.case_id,
            elsewhere.state != scope.ERASED,
        )
        .exists()
    )
    return union(
        select(Hold.case_id).where(*legal, Hold.case_id.is_not(None)),
        select(Party.case_id)
        .join(Hold, Hold.person_id == Party.person_id)
        .where(*legal, ~is_elsewhere),
    )
