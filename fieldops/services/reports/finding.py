"""Flags of a report with what became of them, and items of evidence with their findings."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Text, case, cast, func, select
from sqlalchemy.orm import Session

from fieldops.domain.crosschecks import CHECKS
from fieldops.models import Flag, FlagReview, Item, flaws
from fieldops.models.elapsed import seconds_between
from fieldops.services.reports.asked import Asked

_DAY = 86_400
WAITS = (("within_1", _DAY), ("within_3", 3 * _DAY), ("within_7", 7 * _DAY))
"""Steps of the time until a flag was first reviewed; what took longer is `later`."""


@dataclass(frozen=True, slots=True)
class Flagged:
    """The flags of one kind that were raised, by how they stand now."""

    code: str
    confirmed: int
    dismissed: int
    open: int

    @property
    def raised(self) -> int:
        """All of them."""
        return self.confirmed + self.dismissed + self.open


@dataclass(frozen=True, slots=True)
class Reviewed:
    """How long flags waited for their first review: how many for each step, and on average."""

    steps: Sequence[tuple[str, int]]
    waiting: int
    mean_seconds: float | None

    @property
    def number(self) -> int:
        """How many were reviewed."""
        return sum(number for _, number in self.steps)


@dataclass(frozen=True, slots=True)
class Items:
    """Items received: how many, how many with a finding that does not hold, which, and infected."""

    number: int
    doubtful: int
    infected: int
    checks: Sequence[tuple[str, int]]


def flags(session: Session, asked: Asked) -> Sequence[Flagged]:
    """The flags raised on these days by kind, the most frequent first."""
    confirmed, dismissed = (_sum(Flag.state == word) for word in ("confirmed", "dismissed"))
    rest = _sum(Flag.state.not_in(("confirmed", "dismissed")))
    query = select(Flag.code, confirmed, dismissed, rest)
    query = query.where(*asked.within(Flag.raised_at), *asked.of_cases(Flag.case_id))
    query = query.group_by(Flag.code).order_by(func.count().desc(), Flag.code)
    return [Flagged(*row) for row in session.execute(query)]


def reviewed(session: Session, asked: Asked) -> Reviewed:
    """How long these flags waited for the first judgement of a person."""
    first = (
        select(FlagReview.flag_id, func.min(FlagReview.at).label("at"))
        .join(Flag, FlagReview.flag_id == Flag.id)
        .where(*asked.within(Flag.raised_at), *asked.of_cases(Flag.case_id))
        .group_by(FlagReview.flag_id)
        .subquery()
    )
    waited = seconds_between(Flag.raised_at, first.c.at)
    steps, below = [], -1
    for _, most in WAITS:
        steps.append(_sum((waited > below) & (waited <= most)))
        below = most
    query = (
        select(*steps, _sum(waited > below), _sum(first.c.at.is_(None)), func.avg(waited))
        .select_from(Flag)
        .outerjoin(first, first.c.flag_id == Flag.id)
        .where(*asked.within(Flag.raised_at), *asked.of_cases(Flag.case_id))
    )
    *counts, waiting, mean = session.execute(query).one()
    names = (*(name for name, _ in WAITS), "later")
    told = [(name, int(count or 0)) for name, count in zip(names, counts, strict=True)]
    return Reviewed(told, int(waiting or 0), None if mean is None else float(mean))


def items(session: Session, asked: Asked) -> Items:
    """The items received on these days."""
    text = cast(Item.findings, Text)
    doubtful = flaws.is_doubtful()
    where = [*asked.within(Item.received_at), *asked.of_cases(Item.case_id)]
    counts = select(func.count(), _sum(doubtful), _sum(Item.scan_state == "infected")).where(*where)
    number, doubts, infected = session.execute(counts).one()
    found: list[tuple[str, int]] = []
    if doubts:
        # Both databases write a finding's check and what it came to one after the other.
        each = [_sum(text.like(f'%"check": "{name}", "holds": false%')) for name in CHECKS]
        sums = session.execute(select(*each).where(*where, doubtful)).one()
        found = [(name, int(count)) for name, count in zip(CHECKS, sums, strict=True) if count]
    found.sort(key=lambda one: -one[1])
    return Items(number, int(doubts or 0), int(infected or 0), found)


def _sum(condition: ColumnElement[bool]) -> Any:
    return func.sum(case((condition, 1), else_=0))
