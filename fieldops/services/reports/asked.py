"""What a report is of: its days, and the cases of one creditor or of one import."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.permissions import Actor
from fieldops.models import Case, Import
from fieldops.services import scoped

_WEEK = timedelta(days=7)
# Times are kept with a margin around them: neither end may fall off the calendar.
_EARLIEST, _LATEST = date(2000, 1, 1), date(2200, 1, 1)

Column = InstrumentedAttribute[Any]


class Kind(StrEnum):
    """What is told of."""

    DAY = "day"
    WEEK = "week"
    PORTFOLIO = "portfolio"


@dataclass(frozen=True, slots=True)
class Asked:
    """The days from `first` to `last`, both counted, in the organisation's zone.

    With `creditor` or `import_id` only what belongs to those cases is counted. A case belongs to
    the last import that changed it.
    """

    kind: Kind
    organisation_id: UUID
    zone: ZoneInfo
    first: date
    last: date
    creditor: str | None = None
    import_id: UUID | None = None

    @property
    def since(self) -> datetime:
        """When the first day begins."""
        return datetime.combine(self.first, time(), self.zone)

    @property
    def until(self) -> datetime:
        """When the last day is over."""
        return datetime.combine(self.last + timedelta(days=1), time(), self.zone)

    @property
    def is_narrowed(self) -> bool:
        """Whether only some of the cases are asked for."""
        return self.creditor is not None or self.import_id is not None

    def within(self, at: Column) -> list[ColumnElement[bool]]:
        """The rows of the organisation that happened on these days."""
        return [self.own(at), at >= self.since, at < self.until]

    def on_days(self, day: Column) -> list[ColumnElement[bool]]:
        """The rows of the organisation that stand on these days."""
        return [self.own(day), day >= self.first, day <= self.last]

    def of_cases(self, case_id: Column) -> list[ColumnElement[bool]]:
        """Nothing more, or only the rows of the cases asked for."""
        if not self.is_narrowed:
            return []
        query = select(Case.id).where(Case.organisation_id == self.organisation_id)
        return [case_id.in_(self.narrowed(query))]

    def narrowed(self, query: Any) -> Any:
        """A query over cases with what is asked of them."""
        if self.creditor is not None:
            query = query.where(Case.creditor == self.creditor)
        if self.import_id is not None:
            query = query.where(Case.import_id == self.import_id)
        return query

    def own(self, column: Column) -> ColumnElement[bool]:
        """Whether the row of this column is the organisation's."""
        own: ColumnElement[bool] = column.class_.organisation_id == self.organisation_id
        return own


def asked_day(day: date, actor: Actor, zone: ZoneInfo) -> Asked:
    """One day; raises InvalidInput for one outside the calendar."""
    return _checked(Asked(Kind.DAY, actor.organisation_id, zone, day, day))


def asked_week(day: date, actor: Actor, zone: ZoneInfo) -> Asked:
    """The week of a day, Monday to Sunday; raises InvalidInput for one outside the calendar."""
    _check_day("day", day)
    first = day - timedelta(days=day.weekday())
    last = first + _WEEK - timedelta(days=1)
    return _checked(Asked(Kind.WEEK, actor.organisation_id, zone, first, last))


def asked_portfolio(
    session: Session,
    actor: Actor,
    zone: ZoneInfo,
    *,
    creditor: str | None = None,
    import_id: UUID | None = None,
    first: date | None = None,
    last: date | None = None,
    today: date,
) -> Asked:
    """The cases of a creditor or an import, by default from the day on which they came in.

    Raises InvalidInput where neither is named or the days make no period, NotFound for an import
    that is not there.
    """
    if not creditor and import_id is None:
        said = Bilingual("name a creditor or an import", "请指定委托方或导入批次")
        raise InvalidInput(faults=[FieldFault("creditor", said)])
    if import_id is not None:
        scoped.get(session, Import, import_id, actor)
    asked = Asked(
        Kind.PORTFOLIO, actor.organisation_id, zone, first or today, last or today,
        creditor or None, import_id,
    )  # fmt: skip
    if first is None:
        query = asked.narrowed(scoped.own(Case, actor)).with_only_columns(func.min(Case.created_at))
        since = session.scalar(query)
        begun = since.astimezone(zone).date() if since is not None else asked.last
        asked = replace(asked, first=min(begun, asked.last))
    return _checked(asked)


def _checked(asked: Asked) -> Asked:
    _check_day("since", asked.first)
    _check_day("until", asked.last)
    if asked.last < asked.first:
        said = Bilingual("lies before the first day", "早于开始日期")
        raise InvalidInput(faults=[FieldFault("until", said)])
    return asked


def _check_day(field: str, day: date) -> None:
    if not _EARLIEST <= day <= _LATEST:
        said = Bilingual(
            f"must lie between {_EARLIEST} and {_LATEST}", f"须在 {_EARLIEST} 与 {_LATEST} 之间"
        )
        raise InvalidInput(faults=[FieldFault(field, said)])
