"""The tables of holds and complaint clocks, read from data and checked; nothing is guessed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from fieldops.domain.errors import FieldFault, FieldopsError, InvalidInput
from fieldops.domain.rights.vocabulary import Complexity, Lifter
from fieldops.domain.rulebook.reading import Reader, as_utc, from_toml, refuse
from fieldops.domain.rulebook.vocabulary import HoldKind, HoldScope, Provenance

HOLDS_FORM, CLOCKS_FORM = "fieldops-holds-1", "fieldops-complaint-clocks-1"
EVERYWHERE = "*"
WAYS = ("now", "today", "digest")
_LONGEST = 3_660


class RightsInvalid(FieldopsError):
    """A table of rights cannot be taken; the message names the file and the field."""

    slug = "rights-tables-invalid"
    title_en = "The tables of rights are not valid"
    title_zh = "权利配置表有误"


@dataclass(frozen=True, slots=True)
class HoldRow:
    """One kind of hold: whom it covers, how long it lasts and whose word lifts it."""

    kind: HoldKind
    variant: str
    scopes: tuple[HoldScope, ...]
    lift: Lifter
    days: int | None
    days_after: int | None
    evidence: tuple[str, str] | None
    source: str
    provenance: Provenance

    def ends(self, begins: datetime, zone: tzinfo) -> datetime | None:
        """When it is over by itself, counted from its first day; None where nothing says so."""
        return None if self.days is None else _after(begins, self.days, zone)

    def ends_after(self, over: date, zone: tzinfo) -> datetime | None:
        """When it is over once what it waits for was over on this day."""
        if self.days_after is None:
            return None
        return _after(datetime.combine(over, time(12), zone), self.days_after, zone)


@dataclass(frozen=True, slots=True)
class ClockRow:
    """How many days a complaint of some complexity may wait for its answer."""

    jurisdiction: str
    complexity: Complexity
    days: int
    source: str
    provenance: Provenance

    def ends(self, received: datetime, zone: tzinfo) -> datetime:
        """The end of the last day; the day of receipt is not counted."""
        return _after(received, self.days, zone)


@dataclass(frozen=True, slots=True)
class AlertStep:
    """A word so many days before the end, and how it goes out: now, today or with the list."""

    name: str
    before: timedelta
    way: str


@dataclass(frozen=True, slots=True)
class Rights:
    """Both tables."""

    holds: tuple[HoldRow, ...]
    clocks: tuple[ClockRow, ...]
    alerts: tuple[AlertStep, ...]

    def hold(self, kind: HoldKind, variant: str = "") -> HoldRow:
        """The row of a kind, the first where no variant is named; raises InvalidInput."""
        rows = [row for row in self.holds if row.kind is kind]
        found = next((row for row in rows if row.variant == variant), None)
        if found is None and not variant:
            return rows[0]
        if found is None:
            told = ", ".join(row.variant for row in rows if row.variant) or "none"
            fault = FieldFault("variant", f"is none of {kind.value}", f"write one of: {told}")
            raise InvalidInput(faults=[fault])
        return found

    def clock(self, jurisdictions: Iterable[str], complexity: Complexity) -> ClockRow:
        """The shortest clock that binds there; raises InvalidInput where no law knows so much."""
        found = [row for one in jurisdictions for row in self._binding(one, complexity)]
        found = found or [row for row in self._of(EVERYWHERE) if row.complexity is complexity]
        if not found:
            fault = FieldFault("complexity", "has no clock in the jurisdictions of the house")
            raise InvalidInput(faults=[fault])
        return min(found, key=lambda row: row.days)

    def step_after(self, ends: datetime, at: datetime) -> tuple[datetime, AlertStep] | None:
        """The next word about a clock that ends then, and when it is due."""
        for step in self.alerts:
            if ends - step.before > at:
                return ends - step.before, step
        return None

    def _of(self, jurisdiction: str) -> list[ClockRow]:
        return [row for row in self.clocks if row.jurisdiction == jurisdiction]

    def _binding(self, jurisdiction: str, complexity: Complexity) -> list[ClockRow]:
        """The row of a place; its simplest where the law there does not tell complaints apart."""
        rows = self._of(jurisdiction) or self._of(jurisdiction.partition("-")[0])
        if len(rows) == 1:
            return rows
        return [row for row in rows if row.complexity is complexity]


def rights_from_toml(holds: str, complaints: str) -> Rights:
    """Read the texts of holds.toml and complaints.toml; raises RightsInvalid."""
    rows = from_toml(holds, "holds.toml", RightsInvalid, _holds)
    clocks, alerts = from_toml(complaints, "complaints.toml", RightsInvalid, _clocks)
    return Rights(rows, clocks, alerts)


def _form(reader: Reader, wanted: str) -> None:
    if reader.need("form") != wanted:
        refuse("form", "is another form", f"write {wanted}")


def _holds(reader: Reader) -> tuple[HoldRow, ...]:
    _form(reader, HOLDS_FORM)
    rows = tuple(_hold(child) for child in reader.children("hold"))
    _once("hold", [(row.kind, row.variant) for row in rows])
    if missing := [kind.value for kind in HoldKind if kind not in {row.kind for row in rows}]:
        refuse("hold", f"says nothing of {', '.join(missing)}", "add a row for each kind")
    return rows


def _hold(reader: Reader) -> HoldRow:
    scopes = tuple(_scope(value, field) for value, field in reader.items("scopes"))
    if not scopes:
        refuse(reader.at("scopes"), "is missing", "name whom it may cover")
    row = HoldRow(
        kind=reader.word("kind", HoldKind),
        variant=reader.text("variant"),
        scopes=scopes,
        lift=reader.word("lift", Lifter),
        days=reader.whole("days", 1, _LONGEST, default=0) or None,
        days_after=reader.whole("days_after", 1, _LONGEST, default=0) or None,
        evidence=_evidence(reader.child("evidence")),
        source=reader.text("source", required=True),
        provenance=reader.word("provenance", Provenance),
    )
    if row.days and row.days_after:
        refuse(reader.at("days"), "is given beside days_after", "keep one of them")
    reader.done()
    return row


def _scope(value: object, field: str) -> HoldScope:
    if value not in set(HoldScope):
        refuse(field, "is not known", "write one of " + ", ".join(HoldScope))
    return HoldScope(str(value))


def _evidence(reader: Reader) -> tuple[str, str] | None:
    found = (reader.text("zh"), reader.text("en"))
    reader.done()
    if any(found) and not all(found):
        refuse(reader.path, "lacks a language", "write it in zh and en")
    return found if all(found) else None


def _clocks(reader: Reader) -> tuple[tuple[ClockRow, ...], tuple[AlertStep, ...]]:
    _form(reader, CLOCKS_FORM)
    rows: dict[tuple[str, Complexity], ClockRow] = {}
    names = []
    for child in reader.children("clock"):
        row = _clock(child, rows)
        names.append((row.jurisdiction, row.complexity))
        rows[names[-1]] = row
    _once("clock", names)
    for place in {EVERYWHERE, *(place for place, _ in rows)}:
        if (place, Complexity.SIMPLE) not in rows:
            refuse("clock", f"has no simple complaint for {place!r}", "add its row")
    alerts = tuple(_alert(child) for child in reader.children("alert"))
    if [step.before for step in alerts] != sorted((s.before for s in alerts), reverse=True):
        refuse("alert", "is not in order", "write the earliest word first")
    return tuple(rows.values()), alerts


def _clock(reader: Reader, known: Mapping[tuple[str, Complexity], ClockRow]) -> ClockRow:
    place = reader.text("jurisdiction", required=True)
    on_top = reader.maybe_word("days_on_top", Complexity)
    if on_top is not None and (place, on_top) not in known:
        refuse(reader.at("days_on_top"), "names no row above", "write that row first")
    days = reader.whole("days", 1, _LONGEST)
    row = ClockRow(
        jurisdiction=place,
        complexity=reader.word("complexity", Complexity),
        days=days + (known[place, on_top].days if on_top is not None else 0),
        source=reader.text("source", required=True),
        provenance=reader.word("provenance", Provenance),
    )
    reader.done()
    return row


def _alert(reader: Reader) -> AlertStep:
    days = reader.whole("days", 0, 365)
    way = reader.text("way", required=True)
    if way not in WAYS:
        refuse(reader.at("way"), "is not known", "write one of " + ", ".join(WAYS))
    reader.done()
    return AlertStep(f"{days}d", timedelta(days=days), way)


def _once(name: str, keys: Sequence[object]) -> None:
    for key in keys:
        if keys.count(key) > 1:
            refuse(name, f"has {key} twice", "keep one row")


def _after(begins: datetime, days: int, zone: tzinfo) -> datetime:
    last = begins.astimezone(zone).date() + timedelta(days=days)
    return as_utc(datetime.combine(last + timedelta(days=1), time(), zone))
