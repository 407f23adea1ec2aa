"""How pages write clocks: what they are called, how long is left, what started and ended them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from evidence import trace
from evidence.trace import clocks
from evidence.trace.clock_rules import BOOK, STAMPED
from fieldops import clock
from fieldops.models import AlertChannel, Notice
from fieldops.services import alert_settings, alert_texts, notices
from fieldops.web.access import zone
from fieldops.web.catalogue import begun, language, t, word
from fieldops.web.showing import today, when

_STATES = {clocks.RUNNING: 0, clocks.WAITING: 1, clocks.ENDED: 2}


def title(code: str) -> str:
    """What a clock or a flag is called."""
    return begun(alert_texts.title(code, language()))


def period(name: str) -> str:
    """How long a clock runs, as counsel would write it: 1 y - 7 d."""
    if (rule := BOOK.rules.get(name)) is None:
        return ""
    parts = {"years": rule.years, "months": rule.months, "days": rule.days, "hours": rule.hours}
    told = [
        f"{'-' if count < 0 else '+'} {word('period', unit).format(count=abs(count))}"
        for unit, count in parts.items()
        if count
    ]
    return " ".join(told).removeprefix("+ ")


def event(kind: str) -> str:
    """What an event is called."""
    if kind in STAMPED:
        return t("clock.known_at") if kind == "known_at" else t("clock.act")
    chinese, english = BOOK.events.get(kind, (kind, kind))
    return chinese if language() == "zh-CN" else english


def countdown(ends: datetime | str | None, name: str = "") -> str:
    """How long is left of a clock, in days, or in hours where its rule counts hours."""
    at = _moment(ends)
    if at is None:
        return ""
    if _in_hours(name):
        return _hours(at)
    days = (at.date() - today()).days
    if days < 0:
        return t("clock.days_over", count=-days)
    return t("clock.today") if days == 0 else t("clock.days_left", count=days)


def is_over(ends: datetime | str | None, name: str = "") -> bool:
    """Whether a clock has run out: its moment, or its last day, is past."""
    at = _moment(ends)
    if at is None:
        return False
    return at <= clock.now() if _in_hours(name) else at.date() < today()


def is_pressing(ends: datetime | str | None, name: str = "") -> bool:
    """Whether it ends within a week and has not run out."""
    at = _moment(ends)
    return at is not None and not is_over(ends, name) and (at - clock.now()).days < 7


def end(ends: datetime | str | None, name: str = "") -> str:
    """The last day of a clock, with the time where hours are counted."""
    at = _moment(ends)
    if at is None:
        return "–"
    return when(at) if _in_hours(name) else f"{at:%Y-%m-%d}"


def last_day(ends: datetime) -> datetime:
    """The last moment of a clock that ends with a whole day, so that it is told by that day."""
    return ends - timedelta(microseconds=1)


def _in_hours(name: str) -> bool:
    return name in BOOK.rules and bool(BOOK.rules[name].hours)


def in_order(given: Iterable[trace.Clock | Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Clocks of a flag as they are stored, or of a case as they were counted: the running first."""
    shown = [clocks.as_json(one) if isinstance(one, trace.Clock) else one for one in given]
    return sorted(shown, key=lambda one: (_STATES.get(one.get("state", ""), 0), one["ends"]))


def reference(notice: Notice) -> str:
    """The neutral name of an alert."""
    return notices.reference(notice)


def address(channel: AlertChannel) -> str:
    """Where a channel goes, without its secrets."""
    return alert_settings.shown_address(channel)


def _hours(at: datetime) -> str:
    minutes = int((at - clock.now()).total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    if minutes < 0:
        return t("clock.hours_over", hours=hours, minutes=rest)
    return t("clock.hours_left", hours=hours, minutes=rest)


def _moment(ends: datetime | str | None) -> datetime | None:
    if not ends:
        return None
    if isinstance(ends, datetime):
        return ends.astimezone(zone())
    if "T" in ends:
        return datetime.fromisoformat(ends).astimezone(zone())
    return datetime.combine(date.fromisoformat(ends), datetime.min.time(), zone())


FILTERS: dict[str, Any] = {
    "title_of": title,
    "period": period,
    "event_name": event,
    "countdown": countdown,
    "is_over": is_over,
    "is_pressing": is_pressing,
    "clock_end": end,
    "last_day": last_day,
    "clocks_in_order": in_order,
    "reference": reference,
    "channel_address": address,
}
