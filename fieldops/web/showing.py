"""How pages write times, money, distances and rules, in the reader's language and zone."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from evidence.trace import citing
from fieldops import clock
from fieldops.domain.bilingual import in_language
from fieldops.domain.called_off import in_words
from fieldops.domain.crosschecks import CHECKS
from fieldops.domain.disclosure.gaps import GAPS
from fieldops.domain.planning.stored import percent_of
from fieldops.domain.retention import Span
from fieldops.domain.rulebook.explaining import PROVENANCES
from fieldops.domain.rulebook.vocabulary import Provenance
from fieldops.services.protection.scope import ERASED
from fieldops.web.access import zone
from fieldops.web.catalogue import language, t, word
from fieldops.wiring import wiring

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SHARES = ("price_ratio", "debtor_share")
VOCABULARIES = {
    "asset_kind": "asset_kind",
    "counterparty": "relation",
    "relation": "relation",
    "reason": "withheld",
    "result": "fixity",
    "what": "looked_at",
}
_SYMBOLS = {"CNY": "¥", "USD": "$", "EUR": "€"}


def moment(value: datetime | str | None) -> datetime | None:
    """A time in the reader's zone, also from its ISO text; None where there is none."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    return value.astimezone(zone()) if value is not None and value.tzinfo else None


def hour(value: datetime | str | None) -> str:
    """The time of day, as 09:30."""
    local = moment(value)
    return f"{local:%H:%M}" if local else "–"


def when(value: datetime | str | None) -> str:
    """Day and time, as 2026-11-24 09:30."""
    local = moment(value)
    return f"{local:%Y-%m-%d %H:%M}" if local else "–"


def day_short(value: date) -> str:
    """A day with its weekday, where the year is clear."""
    name = t(f"weekday.{_WEEKDAYS[value.weekday()]}")
    if language() == "zh-CN":
        return f"{value.month}月{value.day}日 {name}"
    return f"{name} {value.day} {value:%b}"


def day(value: date) -> str:
    """A day with its weekday."""
    name = t(f"weekday.{_WEEKDAYS[value.weekday()]}")
    if language() == "zh-CN":
        return f"{value.year}年{value.month}月{value.day}日 {name}"
    return f"{name} {value.day} {value:%b %Y}"


def money(amount: Decimal | str | None, currency: str = "CNY") -> str:
    """An amount with thousands apart: ¥12,000.00."""
    if amount is None:
        return "–"
    symbol = _SYMBOLS.get(currency, f"{currency} ")
    return f"{symbol}{Decimal(amount):,.2f}"


def kilometres(metres: float | None) -> str:
    """A distance in kilometres with one decimal."""
    return "–" if metres is None else f"{metres / 1000:,.1f} km"


def span(value: Span) -> str:
    """A period of a retention rule in words."""
    if value.unit == "y":
        return t("retention.years", count=value.count)
    if value.unit == "m":
        return t("retention.months", count=value.count)
    return t("retention.days", count=value.count)


def hours(seconds: float | None) -> str:
    """A length of time in hours and minutes."""
    if seconds is None:
        return "–"
    minutes = round(seconds / 60)
    return t("panes.hours", hours=minutes // 60, minutes=f"{minutes % 60:02d}")


def size(count: int) -> str:
    """A size in bytes as people read it."""
    if count < 1_000_000:
        return f"{max(count, 100) / 1000:,.1f} kB"
    if count < 1_000_000_000:
        return f"{count / 1_000_000:,.1f} MB"
    return f"{count / 1_000_000_000:,.1f} GB"


def percent(share: float | None) -> str:
    """A probability in percent, without false precision."""
    return "–" if share is None else f"{round(share * 100)} %"


def law(basis: str) -> str:
    """A basis in law in the reader's language; in English with the Chinese statutes beside."""
    chinese, english = citing.in_both(basis)
    if language() == "zh-CN":
        return chinese
    return f"{english} ({basis})" if basis == chinese != english else english


def rule(name: str) -> str:
    """What a rule is called, with its name; where no pack has it, the name, or the law it is."""
    versions = wiring().rulebook.versions(name)
    return f"{versions[-1].title.in_language(language())} ({name})" if versions else law(name)


def served(part: dict[str, int]) -> int:
    """How much of what is possible is served, in whole per cent rounded down; all of nothing."""
    return percent_of(part)


def today() -> date:
    """The day on which the reader's organisation is."""
    return clock.now().astimezone(zone()).date()


def check(name: str) -> str:
    """What a cross-check asks, in the reader's language."""
    english, chinese = CHECKS.get(name, (name, name))
    return chinese if language() == "zh-CN" else english


def field_name(path: str) -> str:
    """What a field is called; one inside a list is told with its number from 1."""
    found = re.fullmatch(r"lines\[(\d+)\]\.(\w+)", path)
    if found is None:
        return word("field", path)
    return f"{t('basket.line', number=int(found[1]) + 1)}, {word('field', found[2])}"


def file_name(name: str) -> str:
    """What a file was called that was handed over, or that its name was erased."""
    return t("imports.name_gone") if name == ERASED else name


def said(text: str) -> str:
    """A sentence of an error or fault, in the reader's language where it knows both."""
    return in_language(text, language())


def called_off(reason: str) -> str:
    """Why a visit was called off, in the reader's language where the service did so of itself."""
    return in_language(in_words(reason), language())


def provenance(mark: Provenance) -> str:
    """How a source was read, in the reader's language."""
    return PROVENANCES[mark].in_language(language())


def gap(code: str) -> str:
    """What a pack would lack, in the reader's language."""
    english, chinese = GAPS[code]
    return chinese if language() == "zh-CN" else english


def found(value: object, unit: str = "") -> str:
    """The value or threshold of a finding in one line; items are counted, links name them."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return t("case.yes") if value else t("case.no")
    if isinstance(value, list):
        return str(len(value))
    if isinstance(value, dict):
        return ", ".join(f"{word('unit', name)} {number}" for name, number in value.items())
    if isinstance(value, str):
        return ", ".join(_finding(one) for one in value.split(", "))
    return f"{value} {word('unit', unit)}" if unit else str(value)


def _finding(text: str) -> str:
    """A word of a finding: where a picture came from, or what the scanner said, with its reason."""
    state, colon, reason = text.partition(": ")
    return f"{word('capture', word('scan_state', state))}{colon}{reason}"


def datum(value: object, name: str) -> str:
    """What an observation or an entry of custody says under a name: codes in words."""
    if name in _SHARES and isinstance(value, float | int):
        return percent(value)
    if isinstance(value, dict):
        return ", ".join(f"{word('datum', key)} {part}" for key, part in value.items())
    table = VOCABULARIES.get(name)
    return word(table, value) if table else str(value)


FILTERS: dict[str, Any] = {
    "datum": datum,
    "hour": hour,
    "when": when,
    "day": day,
    "day_short": day_short,
    "money": money,
    "kilometres": kilometres,
    "hours": hours,
    "span": span,
    "size": size,
    "percent": percent,
    "served": served,
    "law": law,
    "rule": rule,
    "check": check,
    "field_name": field_name,
    "file_name": file_name,
    "said": said,
    "called_off": called_off,
    "provenance": provenance,
    "gap": gap,
    "found": found,
}
