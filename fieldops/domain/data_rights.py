"""What a person may ask of his data, within what time he is answered, and what is left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from fieldops.domain.alerting import DIGEST, NOW, TODAY
from fieldops.domain.errors import FieldopsError
from fieldops.domain.retention import EVERYWHERE, Provenance, Span
from fieldops.domain.rulebook.reading import Reader, from_toml, refuse


class DataRightsInvalid(FieldopsError):
    """The file of clocks cannot be taken; the message names the field."""

    slug = "data-rights-invalid"
    title_en = "The clocks of data rights are not valid"
    title_zh = "个人信息权利期限文件有误"


class RequestKind(StrEnum):
    """What is asked."""

    ACCESS = "access"
    CORRECTION = "correction"
    DELETION = "deletion"
    RESTRICTION = "restriction"


class RequestChannel(StrEnum):
    """How the request came."""

    LETTER = "letter"
    MAIL = "mail"
    TELEPHONE = "telephone"
    COUNTER = "counter"
    AUTHORITY = "authority"


class IdentityMethod(StrEnum):
    """How it was made sure that the person himself asks, or somebody who may ask for him."""

    ID_DOCUMENT = "id_document"
    KNOWN_NUMBER = "known_number"
    IN_PERSON = "in_person"
    AUTHORITY = "authority"


class RevealField(StrEnum):
    """What is masked and can be shown once with a reason."""

    NAME = "name"
    ID_NUMBER = "id_number"
    PHONES = "phones"
    ADDRESSES = "addresses"


class RevealReason(StrEnum):
    """Why a masked value is needed."""

    IDENTIFY = "identify"
    CALL_BACK = "call_back"
    COURT_FILING = "court_filing"
    COMPLAINT = "complaint"
    DATA_REQUEST = "data_request"
    SAFETY = "safety"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Withholding:
    """What a copy may leave out, and on what ground: others, agents or inquiry."""

    what: str
    ground: str


@dataclass(frozen=True, slots=True)
class RequestClock:
    """The time to answer in one jurisdiction, and the once that it may be longer."""

    jurisdiction: str
    within: Span
    extension: Span | None
    source: str
    provenance: Provenance
    withhold: tuple[Withholding, ...]


@dataclass(frozen=True, slots=True)
class BreachClock:
    """By when a breach is told."""

    jurisdiction: str
    hours: int
    source: str
    provenance: Provenance

    def due(self, known_at: datetime) -> datetime:
        """The latest time to tell the authority and the persons."""
        return known_at + timedelta(hours=self.hours)


class ClockOf(StrEnum):
    """Whose clock a word is about."""

    REQUEST = "request"
    BREACH = "breach"


@dataclass(frozen=True, slots=True)
class Word:
    """What is said so long before a clock ends, and how: now, today or with the daily list."""

    clock: ClockOf
    before: timedelta
    way: str


@dataclass(frozen=True, slots=True)
class DataRights:
    """All clocks, and when somebody is told that one of them ends."""

    clocks: tuple[RequestClock, ...]
    breaches: tuple[BreachClock, ...]
    warnings: tuple[Word, ...] = ()

    def warning(self, clock: ClockOf, due_at: datetime, at: datetime) -> Word | None:
        """The latest word that is due by a time; the one before it need not be said any more."""
        passed = [one for one in self.warnings if one.clock is clock and due_at - one.before <= at]
        return min(passed, key=lambda one: one.before, default=None)

    def clock(self, jurisdictions: Sequence[str]) -> RequestClock:
        """The clock of the first jurisdiction that has one, else the one for everywhere."""
        known = {one.jurisdiction: one for one in self.clocks}
        return next(known[one] for one in _wanted(jurisdictions) if one in known)

    def breach(self, jurisdictions: Sequence[str]) -> BreachClock:
        """The shortest clock of these jurisdictions, else the one for everywhere."""
        wanted = set(_wanted(jurisdictions)) - {EVERYWHERE}
        mine = [one for one in self.breaches if one.jurisdiction in wanted]
        mine = mine or [one for one in self.breaches if one.jurisdiction == EVERYWHERE]
        return min(mine, key=lambda one: one.hours)


def rights_from_toml(content: str) -> DataRights:
    """Read the text of the file of clocks; raises DataRightsInvalid naming the field."""
    return from_toml(content, "data-rights/clocks.toml", DataRightsInvalid, _rights)


def _rights(reader: Reader) -> DataRights:
    clocks = tuple(_clock(one) for one in reader.children("clock"))
    breaches = tuple(_breach(one) for one in reader.children("breach"))
    warnings = tuple(_warning(one) for one in reader.children("alert"))
    for name, found in (("clock", clocks), ("breach", breaches)):
        if EVERYWHERE not in {one.jurisdiction for one in found}:
            refuse(name, f'none is for "{EVERYWHERE}"', "add its row")
    return DataRights(clocks, breaches, warnings)


def _clock(reader: Reader) -> RequestClock:
    days, months = reader.whole("days", 0, 366, 0), reader.whole("months", 0, 24, 0)
    more_days = reader.whole("extend_days", 0, 366, 0)
    more_months = reader.whole("extend_months", 0, 24, 0)
    clock = RequestClock(
        jurisdiction=reader.text("jurisdiction", required=True),
        within=Span(months, "m") if months else Span(days, "d"),
        extension=_extension(more_days, more_months),
        source=reader.text("source", required=True),
        provenance=reader.word("provenance", Provenance),
        withhold=tuple(_withholding(one) for one in reader.children("withhold")),
    )
    reader.done()
    return clock


def _extension(days: int, months: int) -> Span | None:
    if months:
        return Span(months, "m")
    return Span(days, "d") if days else None


def _withholding(reader: Reader) -> Withholding:
    found = Withholding(reader.text("what", required=True), reader.text("ground", required=True))
    reader.done()
    return found


def _breach(reader: Reader) -> BreachClock:
    found = BreachClock(
        jurisdiction=reader.text("jurisdiction", required=True),
        hours=reader.whole("hours", 1, 24 * 366),
        source=reader.text("source", required=True),
        provenance=reader.word("provenance", Provenance),
    )
    reader.done()
    return found


def _warning(reader: Reader) -> Word:
    clock, way = reader.word("clock", ClockOf), reader.text("way", required=True)
    if way not in _WAYS:
        refuse(reader.at("way"), "is no way", "write one of " + ", ".join(_WAYS))
    found = Word(clock, timedelta(hours=reader.whole("hours", 0, 24 * 366)), way)
    reader.done()
    return found


_WAYS = (NOW, TODAY, DIGEST)


def _wanted(jurisdictions: Sequence[str]) -> list[str]:
    found = []
    for one in jurisdictions:
        found += [one, one.split("-")[0]]
    return [*found, EVERYWHERE]
