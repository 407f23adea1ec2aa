"""Legal clocks: what started each, what it waits for, when it ends and what ended it.

Days are counted as `[count]` of model/clocks.toml says, in the zone that the times carry; hours are
true hours. Counsel checks every count.
"""

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from evidence.trace.clock_rules import BOOK, Rule

RULES = BOOK.rules
WAITING, RUNNING, ENDED = "waiting", "running", "ended"
_NOTE = (
    "提示，非结论；起算日与节假日由律师核对 / a pointer, not a conclusion: counsel checks the count"
)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class LegalEvent:
    """Something that starts, renews or ends clocks; `subject` names one thing, "" the whole case.

    `at` is a date, or an aware time in the zone in which its days are counted.
    """

    kind: str
    at: date | datetime
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """One period: deadline, formula and start event; `started_by` differs after a new beginning.

    `starts` and `ends` are ISO dates, or times for a clock of hours, and "" while it waits for
    `event`. `rest_day` says that the last day is a Saturday or Sunday; holidays are not known here.
    """

    name: str
    formula: str
    event: str
    starts: str
    ends: str
    basis: str
    note: str
    state: str = WAITING
    started_by: str = ""
    ended_by: str = ""
    ended_at: str = ""
    late: bool = False
    rest_day: bool = False
    subject: str = ""
    provenance: str = ""


def clock(name: str, starts: date | datetime | None) -> Clock:
    """The clock of a rule. Without a start it stands still, and says which event it waits for."""
    return run(name, [] if starts is None else [LegalEvent(RULES[name].event, starts)])


def run(name: str, events: Iterable[LegalEvent], subject: str = "") -> Clock:
    """The clock after all that happened, in whatever order it is told.

    Events that name another subject are left out.
    """
    rule = RULES[name]
    told = [one for one in events if one.subject in ("", subject)]
    told.sort(key=lambda one: (*_order(one.at), one.kind != rule.event))
    start: LegalEvent | None = None
    end: LegalEvent | None = None
    before: LegalEvent | None = None
    for one in told:
        over = start is not None and _is_after(one.at, ends_of(rule, start.at))
        if one.kind == rule.event and (start is None or end is not None or over):
            start, end = one, before if start is None else None
        elif start is None:
            before = one if rule.ended_before and one.kind in rule.ended_by else before
        elif end is None and one.kind in rule.ended_by:
            end = one
        elif end is None and one.kind in rule.restarted_by and not over:
            start = one
    return _clock(rule, start, end, subject)


def flag_clocks(
    names: Iterable[str],
    events: Sequence[LegalEvent],
    subject: str,
    jurisdictions: Iterable[str] = ("CN",),
) -> list[Clock]:
    """The clocks of a flag: those that its entry names and those beside them."""
    return [run(rule.name, events, subject) for rule in BOOK.for_flag(names, jurisdictions)]


def case_clocks(
    events: Sequence[LegalEvent], jurisdictions: Iterable[str] = ("CN",)
) -> list[Clock]:
    """The clocks of a case that anything has started: once a case, or once a thing seized."""
    where = list(jurisdictions)
    found = [run(rule.name, events) for rule in BOOK.of("case") if rule.applies_in(where)]
    for rule in BOOK.of("subject"):
        named = {one.subject for one in events if one.kind == rule.event}
        if rule.applies_in(where):
            found += [run(rule.name, events, subject) for subject in sorted(named)]
    return [one for one in found if one.state != WAITING]


def as_json(found: Clock) -> dict[str, Any]:
    """The clock as it stands in a flag's `clocks`."""
    return {name: getattr(found, name) for name in Clock.__slots__}


def _clock(rule: Rule, start: LegalEvent | None, end: LegalEvent | None, subject: str) -> Clock:
    same = (rule.basis, _NOTE)
    if start is None:
        return Clock(
            rule.name, rule.formula, rule.event, "", "", *same,
            subject=subject, provenance=rule.provenance,
        )  # fmt: skip
    ends = ends_of(rule, start.at)
    return Clock(
        rule.name, rule.formula, rule.event, _counted(rule, start.at).isoformat(), ends.isoformat(),
        *same,
        state=RUNNING if end is None else ENDED,
        started_by=start.kind,
        ended_by=end.kind if end else "",
        ended_at=end.at.isoformat() if end else "",
        late=end is not None and _is_after(end.at, ends),
        rest_day=not rule.hours and ends.weekday() >= _SATURDAY,
        subject=subject,
        provenance=rule.provenance,
    )  # fmt: skip


def ends_of(rule: Rule, starts: date | datetime) -> date | datetime:
    """The last day of the period, or its last moment where hours are counted."""
    start = _counted(rule, starts)
    last = _add_months(start, 12 * rule.years + rule.months)
    if rule.hours and isinstance(last, datetime):
        # In UTC, because a zone's wall clock may be put forward or back meanwhile.
        moved = last.astimezone(UTC) + timedelta(days=rule.days, hours=rule.hours)
        return moved.astimezone(last.tzinfo)
    return last + timedelta(days=rule.days, hours=rule.hours)


def _counted(rule: Rule, at: date | datetime) -> date | datetime:
    """The start as the rule counts it: a day of the time's own zone, unless hours are counted."""
    return at if rule.hours else _day(at)


def _day(at: date | datetime) -> date:
    return at.date() if isinstance(at, datetime) else at


def _order(at: date | datetime) -> tuple[date, float]:
    return _day(at), at.timestamp() if isinstance(at, datetime) else 0.0


def _is_after(at: date | datetime, ends: date | datetime) -> bool:
    """Whether something came after a period: after its last day, or its last moment."""
    if isinstance(at, datetime) and isinstance(ends, datetime):
        return at > ends
    return _day(at) > _day(ends)


def _add_months(start: date, months: int) -> date:
    """The day of the same number so many months later, or the last of that month."""
    year, month = divmod(12 * start.year + start.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return start.replace(year=year, month=month + 1, day=min(start.day, last))
