"""The clocks of law as data: periods, events and the steps of alerts, from model/clocks.toml."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from evidence.trace.errors import ModelError
from evidence.trace.model import BUILT_IN
from evidence.trace.reading import number, one_of, table, text, texts

OF = ("flag", "case", "subject")
PROVENANCES = ("text", "secondary", "unconfirmed", "policy")
WAYS = ("now", "today", "digest")
# Events that no person records: when the house came to know, and the day of the act itself.
STAMPED = ("known_at", "act")
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class AlertStep:
    """A word so long before the end, and how it goes out: now, today or with the daily list."""

    # As `7d` or `4h`.
    name: str
    before: timedelta
    way: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A period of law: how long, counted from what, what ends it, and where it is written."""

    name: str
    zh: str
    en: str
    of: str
    event: str
    years: int
    months: int
    days: int
    hours: int
    restarted_by: frozenset[str]
    ended_by: frozenset[str]
    ended_before: bool
    beside: tuple[str, ...]
    alerts: tuple[AlertStep, ...]
    jurisdiction: str
    basis: str
    source: str
    provenance: str

    @property
    def formula(self) -> str:
        """The sum as counsel would write it, for example `known_at + 1 y` or `… + 1 y - 7 d`."""
        parts = ((self.years, "y"), (self.months, "m"), (self.days, "d"), (self.hours, "h"))
        told = (f" {'+' if n > 0 else '-'} {abs(n)} {unit}" for n, unit in parts if n)
        return self.event + "".join(told)

    def applies_in(self, jurisdictions: Iterable[str]) -> bool:
        """Whether it is law in one of these, or in the country of which one is a part."""
        return any(self.jurisdiction == one.partition("-")[0] for one in jurisdictions)


@dataclass(frozen=True, slots=True)
class ClockBook:
    """All clocks by name, what each event is called, and how days are counted."""

    rules: Mapping[str, Rule]
    events: Mapping[str, tuple[str, str]]
    count: Mapping[str, str]

    def of(self, what: str) -> list[Rule]:
        """The rules of a case, of a subject or of a flag."""
        return [rule for rule in self.rules.values() if rule.of == what]

    def for_flag(self, names: Iterable[str], jurisdictions: Iterable[str]) -> list[Rule]:
        """The rules that a flag's entry names and those beside them, where they are law."""
        named, where = list(names), list(jurisdictions)
        beside = [r.name for r in self.rules.values() if set(r.beside) & set(named)]
        wanted = (self.rules[name] for name in dict.fromkeys([*named, *beside]))
        return [rule for rule in wanted if rule.applies_in(where)]


def read_clocks(raw: Mapping[str, Any]) -> ClockBook:
    """Build the clocks. Raises ModelError that names the row where the form is broken."""
    count, alerts = table(raw, "count"), table(raw, "alerts")
    steps = {name: _steps(table(alerts, name, "alerts"), f"alerts.{name}") for name in alerts}
    events = {name: _names(table(raw["events"], name, "events")) for name in table(raw, "events")}
    rows = table(raw, "clocks")
    rules = {name: _rule(name, table(rows, name, "clocks"), steps) for name in rows}
    for rule in rules.values():
        named = {rule.event} - set(STAMPED) | rule.restarted_by | rule.ended_by
        if unknown := named - set(events):
            raise ModelError(f"clocks.{rule.name}: no such event: {', '.join(sorted(unknown))}")
        if unknown := set(rule.beside) - set(rules):
            raise ModelError(f"clocks.{rule.name}: beside names no clock: {sorted(unknown)}")
    told = {key: text(count, key, "count") for key in ("zh", "en", "basis", "provenance")}
    return ClockBook(rules, events, told)


def _rule(name: str, row: Mapping[str, Any], steps: Mapping[str, tuple[AlertStep, ...]]) -> Rule:
    where = f"clocks.{name}"
    period = {unit: int(number(row, unit, -31, _LONGEST, where)) for unit in _UNITS if unit in row}
    if not period:
        raise ModelError(f"{where}: how long does it run? give years, months, days or hours")
    if period.get("days", 0) < 0 and not period.keys() & {"years", "months"}:
        raise ModelError(f"{where}: it would end before it begins")
    alerts = one_of(row, "alerts", tuple(steps), where)
    return Rule(
        name=name,
        zh=text(row, "zh", where),
        en=text(row, "en", where),
        of=one_of(row, "of", OF, where),
        event=text(row, "event", where),
        years=period.get("years", 0),
        months=period.get("months", 0),
        days=period.get("days", 0),
        hours=period.get("hours", 0),
        restarted_by=frozenset(texts(row, "restarted_by", where)),
        ended_by=frozenset(texts(row, "ended_by", where)),
        ended_before=row.get("ended_before") is True,
        beside=texts(row, "beside", where),
        alerts=steps[alerts],
        jurisdiction=text(row, "jurisdiction", where),
        basis=text(row, "basis", where),
        source=text(row, "source", where),
        provenance=one_of(row, "provenance", PROVENANCES, where),
    )


_UNITS = ("years", "months", "days", "hours")


def _names(row: Mapping[str, Any]) -> tuple[str, str]:
    return text(row, "zh", "events"), text(row, "en", "events")


def _steps(row: Mapping[str, Any], where: str) -> tuple[AlertStep, ...]:
    rows = row.get("steps")
    if not isinstance(rows, list) or not all(isinstance(one, dict) for one in rows):
        raise ModelError(f"{where}: steps is missing or not a list of tables")
    found = []
    for one in rows:
        unit = "hours" if "hours" in one else "days"
        count = number(one, unit, 0, 400, where)
        way = one_of(one, "way", WAYS, where)
        found.append(AlertStep(f"{count:g}{unit[0]}", timedelta(**{unit: count}), way))
    if found != sorted(found, key=lambda step: -step.before):
        raise ModelError(f"{where}: put the step that is furthest from the end first")
    return tuple(found)


BOOK = read_clocks(tomllib.loads((BUILT_IN / "clocks.toml").read_text("utf-8")))
