"""A file handed in as evidence: what its sender says of it, and what its bytes say."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.positions import GivenPosition, PositionRefused, read_position

CAPTURES = ("camera", "recorder", "gallery", "unknown")
MOCKED = {"true": True, "1": True, "false": False, "0": False}
_DIGEST = re.compile(r"[0-9a-f]{64}")
_STORED = ("filename", "media_type", "sha256", "capture", "fix")
_LATER = ("nonce",)
_WORST_ACCURACY = Decimal(100_000)
_NOT_AS_IT_STANDS = Bilingual(
    "Upload-Metadata cannot be taken as it stands.", "上传说明有误,无法接收。"
)


@dataclass(frozen=True, slots=True)
class Claimed:
    """What the sender says of a file; nothing of it is believed, all of it is kept.

    A file without a visit is only bytes: it waits, becomes no item, and is forgotten in the end.
    `fix` is `{"lat", "lon", "datum", "accuracy_metres", "is_mock"}`, numbers as decimal text.
    """

    visit_id: UUID | None
    filename: str
    media_type: str
    sha256: str | None = None
    key: str | None = None
    capture: str = "unknown"
    device_at: datetime | None = None
    fix: Mapping[str, Any] | None = None
    # The number that the phone's camera was given.
    nonce: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain data for storage; `from_json` reads it again."""
        at = self.device_at.astimezone(UTC).isoformat() if self.device_at else None
        return {
            "filename": self.filename,
            "media_type": self.media_type,
            "sha256": self.sha256,
            "capture": self.capture,
            "device_at": at,
            "fix": dict(self.fix) if self.fix else None,
            "nonce": self.nonce,
        }

    @classmethod
    def from_json(
        cls, visit_id: UUID | None, key: str | None, stored: Mapping[str, Any]
    ) -> "Claimed":
        """What `to_json` stored."""
        at = stored["device_at"]
        moment = datetime.fromisoformat(at) if at else None
        told = {name: stored[name] for name in _STORED}
        # What uploads that began before this was told of do not have.
        told |= {name: stored.get(name) for name in _LATER}
        return cls(visit_id, key=key, device_at=moment, **told)


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found in a file's bytes.

    `kind` is photo, video, audio, document or other. `quarantined` says why the file must not be
    opened by a page, or is empty. `properties` holds text, whole numbers and objects only: `exif`
    (`taken_at` local ISO, `offset`, `lat`, `lon`, `datum`, `make`, `model`), `width`, `height`,
    `duration_milliseconds`.
    """

    sha256: str
    size: int
    kind: str
    media_type: str
    quarantined: str = ""
    properties: Mapping[str, Any] = field(default_factory=dict)


def read_claims(told: Mapping[str, str]) -> Claimed:
    """Read what came with an upload; raises InvalidInput with every field that is wrong."""
    faults: list[FieldFault] = []

    def taken(name: str, read: Callable[[str], Any], missing: Any = None) -> Any:
        text = told.get(name, "")
        if text == "":
            return missing
        try:
            return read(text)
        except ValueError as wrong:
            faults.append(FieldFault(name, wrong.args[0]))
            return missing

    visit_id = taken("visit", _visit)
    found = {
        "filename": taken("filename", _line, "unnamed"),
        "media_type": taken("filetype", _line, "application/octet-stream"),
        "sha256": taken("sha256", _digest),
        "key": taken("key", _line),
        "capture": taken("capture", _capture, "unknown"),
        "device_at": taken("device_at", _moment),
        "fix": _fix(told, taken, faults),
        "nonce": taken("nonce", _line),
    }
    if faults:
        raise InvalidInput(_NOT_AS_IT_STANDS, faults=faults)
    return Claimed(visit_id, **found)


def position_of(fix: Mapping[str, Any] | None) -> GivenPosition | None:
    """The position in a fix or in EXIF properties, in the datum in which it came."""
    if not fix or "lat" not in fix:
        return None
    given = read_position(fix["lat"], fix["lon"], fix["datum"])
    return None if isinstance(given, PositionRefused) else given


def _fix(told: Mapping[str, str], taken: Any, faults: list[FieldFault]) -> dict[str, Any] | None:
    lat, lon, datum = (told.get(name, "") for name in ("lat", "lon", "datum"))
    if not lat and not lon:
        return None
    given = read_position(lat, lon, datum)
    if isinstance(given, PositionRefused):
        faults.append(FieldFault(given.field, Bilingual(given.en, given.zh)))
        return None
    return {
        "lat": lat.strip(),
        "lon": lon.strip(),
        "datum": given.datum.value,
        "accuracy_metres": taken("accuracy", _accuracy),
        "is_mock": taken("mock", _mock),
    }


def _visit(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise ValueError(Bilingual("is no id of a visit", "不是外访编号")) from error


def _line(text: str) -> str:
    if len(text) > 200 or not text.isprintable():
        raise ValueError(
            Bilingual(
                "has more than 200 characters, or one that cannot be printed",
                "超过 200 字或含有无法显示的字符",
            )
        )
    return text


def _digest(text: str) -> str:
    if not _DIGEST.fullmatch(text.lower()):
        raise ValueError(
            Bilingual("a SHA-256 has 64 hexadecimal digits", "SHA-256 应为 64 位十六进制数")
        )
    return text.lower()


def _capture(text: str) -> str:
    if text not in CAPTURES:
        known = ", ".join(CAPTURES)
        raise ValueError(Bilingual(f"is none of {known}", f"不在 {known} 之列"))
    return text


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        found = moment.astimezone(UTC) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        found = None
    if found is None:
        raise ValueError(
            Bilingual(
                "is no time with a zone, like 2026-03-02T09:05:00+08:00",
                "不是带时区的时间,应如 2026-03-02T09:05:00+08:00",
            )
        )
    return found


def _accuracy(text: str) -> str:
    try:
        metres = Decimal(text) if len(text) <= 20 else Decimal("NaN")
    except InvalidOperation:
        metres = Decimal("NaN")
    if not metres.is_finite() or not 0 <= metres <= _WORST_ACCURACY:
        raise ValueError(Bilingual("metres between 0 and 100000", "应为 0 至 100000 米"))
    return f"{metres:f}"


def _mock(text: str) -> bool:
    if text.lower() not in MOCKED:
        raise ValueError(Bilingual("say true or false", "请填 true 或 false"))
    return MOCKED[text.lower()]
