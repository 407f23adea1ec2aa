"""Retention: how long each kind of record is kept at least and at most, as rules read from data."""

import calendar
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from fieldops.domain.errors import FieldopsError
from fieldops.domain.rulebook.reading import Reader, from_toml, refuse

EVERYWHERE = "*"
_SPAN = re.compile(r"([1-9][0-9]{0,3})([dmy])", re.ASCII)


class RetentionInvalid(FieldopsError):
    """A file of retention rules cannot be taken; the message names the file and the field."""

    slug = "retention-rules-invalid"
    title_en = "The retention rules are not valid"
    title_zh = "保存期限规则文件有误"


class RecordKind(StrEnum):
    """What is kept: a case with all that is of it, and what is kept beside cases."""

    CASE = "case"
    TRACK = "track"
    PLAN_PROBLEM = "plan_problem"
    KEPT_ANSWER = "kept_answer"
    PHONE_ENTRY = "phone_entry"
    IMPORT = "import"
    DPIA = "dpia"


class Start(StrEnum):
    """From which event a period runs."""

    LAST_ACTIVITY = "last_activity"
    RECORDED = "recorded"
    RECEIVED = "received"
    DECIDED = "decided"


class Provenance(StrEnum):
    """How sure a number is: read in the text, in a report, unconfirmed, or our own choice."""

    TEXT = "text"
    SECONDARY = "secondary"
    UNCONFIRMED = "unconfirmed"
    POLICY = "policy"


@dataclass(frozen=True, slots=True)
class Span:
    """A period as a rule writes it: `90d`, `6m`, `2y`."""

    count: int
    unit: str

    def after(self, moment: datetime) -> datetime:
        """The end of the period; a day that the month has not becomes its last."""
        if self.unit == "d":
            return moment + timedelta(days=self.count)
        return self._moved(moment, self.count * (12 if self.unit == "y" else 1))

    def before(self, moment: datetime) -> datetime:
        """When a period began that ends at this moment."""
        if self.unit == "d":
            return moment - timedelta(days=self.count)
        return self._moved(moment, -self.count * (12 if self.unit == "y" else 1))

    def _moved(self, moment: datetime, by: int) -> datetime:
        months = moment.year * 12 + moment.month - 1 + by
        year, month = divmod(months, 12)
        day = min(moment.day, calendar.monthrange(year, month + 1)[1])
        return moment.replace(year=year, month=month + 1, day=day)

    def __str__(self) -> str:
        """As a rule writes it."""
        return f"{self.count}{self.unit}"


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """One rule; `least` binds us to keep, `longest` to erase, either may be absent."""

    id: str
    jurisdiction: str
    kind: RecordKind
    start: Start
    least: Span | None
    longest: Span | None
    source: str
    provenance: Provenance
    organisations: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Period:
    """What the rules say of one record: not to be erased before `least`, and erased at `longest`.

    `keeps` and `ends` are the rules that decide; None where no rule has a say.
    """

    least: datetime | None
    keeps: RetentionRule | None
    longest: datetime | None
    ends: RetentionRule | None

    def is_due(self, at: datetime) -> bool:
        """Whether the record is to be erased by now: its longest is over, and its least too."""
        over = self.longest is not None and self.longest <= at
        return over and not self.is_kept(at)

    def is_kept(self, at: datetime) -> bool:
        """Whether a law still wants the record kept."""
        return self.least is not None and at < self.least


def applying(
    rules: Iterable[RetentionRule], jurisdictions: Collection[str], organisation_kind: str
) -> list[RetentionRule]:
    """The rules for an organisation of that kind in these jurisdictions (CN, or US for US-MA)."""
    named = {EVERYWHERE, *jurisdictions, *(one.split("-")[0] for one in jurisdictions)}
    return [
        rule
        for rule in rules
        if rule.jurisdiction in named
        and (not rule.organisations or organisation_kind in rule.organisations)
    ]


def period(rules: Iterable[RetentionRule], kind: RecordKind, start: datetime) -> Period:
    """The period of a record whose clock began at `start`: the strictest rule on each side."""
    mine = [rule for rule in rules if rule.kind is kind]
    least = max(
        ((rule.least.after(start), rule.id, rule) for rule in mine if rule.least), default=None
    )
    longest = min(
        ((rule.longest.after(start), rule.id, rule) for rule in mine if rule.longest), default=None
    )
    return Period(
        least=least[0] if least else None,
        keeps=least[2] if least else None,
        longest=longest[0] if longest else None,
        ends=longest[2] if longest else None,
    )


def rules_from_toml(content: str, name: str) -> Sequence[RetentionRule]:
    """Read the text of a file of rules; raises RetentionInvalid naming the field."""
    return from_toml(content, name, RetentionInvalid, _rules)


def _rules(reader: Reader) -> Sequence[RetentionRule]:
    jurisdiction = reader.text("jurisdiction", required=True)
    return [_rule(child, jurisdiction) for child in reader.children("rule")]


def _rule(reader: Reader, jurisdiction: str) -> RetentionRule:
    rule = RetentionRule(
        id=reader.text("id", required=True),
        jurisdiction=jurisdiction,
        kind=reader.word("kind", RecordKind),
        start=reader.word("start", Start),
        least=reader.maybe("least", _span),
        longest=reader.maybe("longest", _span),
        source=reader.text("source", required=True),
        provenance=reader.word("provenance", Provenance),
        organisations=frozenset(reader.texts("organisations")),
    )
    reader.done()
    if rule.least is None and rule.longest is None:
        refuse(reader.at("least"), "neither least nor longest is stated", "state one of them")
    return rule


def _span(value: object, field: str) -> Span:
    found = _SPAN.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        refuse(field, f"{str(value)[:40]!r} is no period", "write it as 90d, 6m or 2y")
    return Span(int(found[1]), found[2])
