"""Observations as they come in: a frozen record, strict parsing, streaming of whole files."""

import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Any, NoReturn, cast

from evidence.trace.errors import TraceError
from evidence.trace.pricing import check_price, day

MAX_LINE_BYTES = 1_000_000
MAX_NAME = 200
MAX_VALUE = 500
RELIABILITIES = "ABCDEF"
_EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)
_COUNTERPARTIES = ("related", "unrelated", "unknown")
_RELATIONS = ("spouse", "parent", "child", "sibling", "in_law", "affiliate", "nominee")


@dataclass(frozen=True, slots=True)
class Grade:
    """Source reliability A (proven) to F (unknown) and credibility 1 (confirmed) to 6 (unknown)."""

    reliability: str
    credibility: int


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing seen or said, by whom and when; `observed_at` and `recorded_at` are aware."""

    id: str
    person: str
    kind: str
    observed_at: datetime
    recorded_at: datetime
    source_class: str
    source_id: str
    address: str | None = None
    asset: str | None = None
    basis: str | None = None
    grade: Grade | None = None
    evidence: tuple[str, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    # Said not to be so: "this car is not his". It speaks against what the kind would show.
    denied: bool = False
    valid_from: date | None = None
    valid_until: date | None = None
    # What names other people and firms, by kind of value: phone, address, name, company, ...
    values: Mapping[str, str] = field(default_factory=dict)
    # Of an observation that was derived: the ids of those that were made, on which it rests.
    rests_on: tuple[str, ...] = ()

    @property
    def made(self) -> tuple[str, ...]:
        """The ids of what was really observed: its own, or those on which a derived one rests."""
        return self.rests_on or (self.id,)

    @property
    def group(self) -> str:
        """The witness: observations of one group do not speak independently of each other.

        Usually the source itself (a household, a neighbour, a telephone, a vendor); who knows that
        one source merely repeats another names the origin in `data.independence_group`.
        """
        named = self.data.get("independence_group")
        return named if isinstance(named, str) else f"{self.source_class}:{self.source_id}"


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line that was left out, with its number (from 1) and the reason."""

    line: int
    reason: str


def parse_line(text: str) -> Observation:
    """Read one JSON line. Raises TraceError naming the field that is wrong and what it must be."""
    try:
        raw = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise TraceError(f"not JSON: {error}") from None
    if not isinstance(raw, dict):
        raise TraceError("not a JSON object")
    return from_mapping(raw)


def from_mapping(raw: Mapping[str, Any]) -> Observation:
    """Build an observation from decoded JSON. Raises TraceError with the field and the cure."""
    source = _mapping(raw, "source")
    found = Observation(
        id=_name(raw, "id"),
        person=_name(raw, "person"),
        kind=_name(raw, "kind"),
        observed_at=_moment(raw, "observed_at"),
        recorded_at=_moment(raw, "recorded_at"),
        source_class=_name(source, "class", "source.class"),
        source_id=_name(source, "id", "source.id"),
        address=_optional_name(raw, "address"),
        asset=_optional_name(raw, "asset"),
        basis=_optional_name(raw, "basis"),
        grade=_grade(raw),
        evidence=_evidence(raw),
        data=_data(raw),
        denied=_denied(raw),
        valid_from=_optional_day(raw, "valid_from"),
        valid_until=_optional_day(raw, "valid_until"),
        values=_values(raw),
    )
    if found.valid_from and found.valid_until and found.valid_until < found.valid_from:
        raise TraceError("valid_until lies before valid_from")
    _check_act(found)
    return found


def read_observations(path: Path) -> Iterator[Observation | Rejected]:
    """Stream a .jsonl or .jsonl.gz file in constant memory, bad lines as Rejected.

    Raises TraceError if the file cannot be opened or its compression is broken.
    """
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            stream = cast("IO[bytes]", gzip.GzipFile(fileobj=file)) if packed else file
            yield from _lines(stream)
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or error
        raise TraceError(
            f"{path}: cannot be read ({reason}); give a .jsonl or .jsonl.gz file"
        ) from None


def _lines(stream: IO[bytes]) -> Iterator[Observation | Rejected]:
    number = 0
    while line := stream.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(line) > MAX_LINE_BYTES:
            _skip_rest(stream, line)
            yield Rejected(number, f"longer than {MAX_LINE_BYTES} bytes")
        elif line.strip():
            yield _observation_or_reason(number, line)


def _skip_rest(stream: IO[bytes], line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = stream.readline(MAX_LINE_BYTES)


def _observation_or_reason(number: int, line: bytes) -> Observation | Rejected:
    try:
        return parse_line(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return Rejected(number, "not UTF-8 text")
    except TraceError as error:
        return Rejected(number, str(error))


def _refuse_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a number")


def _name(raw: Mapping[str, Any], key: str, label: str | None = None) -> str:
    value = raw.get(key)
    if isinstance(value, str) and 0 < len(value) <= MAX_NAME and value.isprintable():
        return value
    what = "missing" if value is None else "not a printable text of 1 to 200 characters"
    raise TraceError(f"{label or key} is {what}")


def _optional_name(raw: Mapping[str, Any], key: str) -> str | None:
    return None if raw.get(key) is None else _name(raw, key)


def _mapping(raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = raw.get(key)
    if isinstance(value, dict):
        return value
    raise TraceError(f"{key} is {'missing' if value is None else 'not an object'}")


def _moment(raw: Mapping[str, Any], key: str) -> datetime:
    text = _name(raw, key)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise TraceError(f"{key} is not an ISO 8601 time such as 2024-05-20T09:30+08:00") from None
    if moment.tzinfo is None:
        raise TraceError(f"{key} has no offset from UTC; write 2024-05-20T09:30+08:00")
    if not _EARLIEST <= moment < _LATEST:
        raise TraceError(f"{key} lies outside the years 1970 to 2199")
    return moment


def _grade(raw: Mapping[str, Any]) -> Grade | None:
    if raw.get("grade") is None:
        return None
    value = _mapping(raw, "grade")
    reliability, credibility = value.get("reliability"), value.get("credibility")
    if not (
        isinstance(reliability, str) and len(reliability) == 1 and reliability in RELIABILITIES
    ):
        raise TraceError("grade.reliability is not one of A to F")
    if type(credibility) is not int or not 1 <= credibility <= 6:
        raise TraceError("grade.credibility is not a whole number from 1 to 6")
    return Grade(reliability, credibility)


def _evidence(raw: Mapping[str, Any]) -> tuple[str, ...]:
    value = raw.get("evidence")
    if value is None:
        return ()
    if not isinstance(value, list) or not all(_is_sha256(item) for item in value):
        raise TraceError("evidence is not a list of SHA-256 digests in lower-case hexadecimal")
    return tuple(value)


def _is_sha256(item: object) -> bool:
    return isinstance(item, str) and len(item) == 64 and not set(item) - set("0123456789abcdef")


def _data(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    if raw.get("data") is None:
        return {}
    data = _mapping(raw, "data")
    _optional_name(data, "independence_group")
    return data


def _values(raw: Mapping[str, Any]) -> Mapping[str, str]:
    if raw.get("values") is None:
        return {}
    values = _mapping(raw, "values")
    for kind, text in values.items():
        if not isinstance(text, str) or len(text) > MAX_VALUE:
            raise TraceError(f"values.{kind} is not a text of up to {MAX_VALUE} characters")
    return values


def _denied(raw: Mapping[str, Any]) -> bool:
    polarity = raw.get("polarity", "affirmed")
    if polarity not in ("affirmed", "denied"):
        raise TraceError("polarity is not affirmed or denied")
    return bool(polarity == "denied")


def _optional_day(raw: Mapping[str, Any], key: str) -> date | None:
    return None if raw.get(key) is None else day(raw[key], key)


def _check_act(found: Observation) -> None:
    """An act without a date or with an impossible price would poison every later flag."""
    data = found.data
    if found.kind == "asset.disposed":
        day(_name(data, "disposed_on", "data.disposed_on"), "data.disposed_on")
    elif found.kind == "asset.divorce_split":
        day(data.get("on"), "data.on")
        _check_share(data.get("debtor_share"))
    elif found.kind == "asset.purchased" or data.get("on") is not None:
        day(data.get("on"), "data.on")
    if data.get("counterparty", "unknown") not in _COUNTERPARTIES:
        raise TraceError("data.counterparty is not related, unrelated or unknown")
    if "relation" in data and data["relation"] not in _RELATIONS:
        raise TraceError(f"data.relation is not one of {', '.join(_RELATIONS)}")
    check_price(data)


def _check_share(value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise TraceError("data.debtor_share is not a number from 0 to 1")
