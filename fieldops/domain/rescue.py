"""A rescue file: what a phone could not send, with the phone's seal over all of it.

entries.json   the entries in the form of a batch, and each file's claims with its SHA-256
seal.json      the SHA-256 of entries.json, and a MAC of it under the key that the phone has
files/…        the originals
"""

import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import InvalidInput
from fieldops.domain.evidence import Claimed, read_claims

FORM = "fieldops-rescue-2"
MOST_ENTRIES, MOST_FILES = 5_000, 2_000
_LONGEST_DRIFT = timedelta(days=3_660)


class RescueInvalid(InvalidInput):
    """The file is none that a phone wrote, or was changed since."""

    slug = "rescue-invalid"
    title_en = "This is no rescue file as a phone writes it"
    title_zh = "不是手机导出的应急文件，或文件已被改动"


_NO_INDEX = Bilingual(
    "entries.json or seal.json cannot be read.", "entries.json 或 seal.json 无法读取。"
)
_NO_FORM = Bilingual(f"The form is not {FORM}.", f"格式不是 {FORM}。")
_CHANGED = Bilingual(
    "The seal of the phone does not fit: the file was changed, or is another phone's.",
    "与手机封签不符：文件已被改动，或不属于该手机。",
)
_TOO_MANY = Bilingual("It holds too many entries or files.", "记录或文件过多。")


@dataclass(frozen=True, slots=True)
class RescuedFile:
    """One original: what the phone claims of it, and where it lies in the archive."""

    path: str
    size: int
    claimed: Claimed


@dataclass(frozen=True, slots=True)
class Rescue:
    """What a phone wrote into its rescue file; `drift` is what its clock was behind ours."""

    device_id: UUID
    drift: timedelta | None
    oldest: int | None
    entries: Sequence[Mapping[str, Any]]
    files: Sequence[RescuedFile]
    digest: str
    mac: str

    def check_seal(self, key_hash: str) -> None:
        """Raise RescueInvalid unless the phone with this key sealed exactly this."""
        if not hmac.compare_digest(self.mac, seal(key_hash, self.digest)):
            raise RescueInvalid(_CHANGED)


def seal(key_hash: str, digest: str) -> str:
    """The phone's MAC over the hash of its index, under the hash of its key."""
    return hmac.digest(key_hash.encode(), f"{FORM}\n{digest}".encode(), "sha256").hex()


def read_rescue(index: bytes, sealed: bytes, sizes: Mapping[str, int]) -> Rescue:
    """Read index and seal; `sizes` are the members of the archive. Raises RescueInvalid."""
    try:
        told, mark = json.loads(index), json.loads(sealed)
        form, digest = told["format"], sha256(index).hexdigest()
        rescue = Rescue(
            device_id=UUID(told["device_id"]),
            drift=_drift(told.get("drift_ms")),
            oldest=told.get("oldest"),
            entries=[dict(one) for one in told["entries"]],
            files=[_file(one, sizes) for one in told["files"]],
            digest=digest,
            mac=str(mark["mac"]),
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as wrong:
        raise RescueInvalid(_NO_INDEX) from wrong
    if form != FORM:
        raise RescueInvalid(_NO_FORM)
    if mark.get("sha256") != digest:
        raise RescueInvalid(_CHANGED)
    if len(rescue.entries) > MOST_ENTRIES or len(rescue.files) > MOST_FILES:
        raise RescueInvalid(_TOO_MANY)
    if rescue.oldest is not None and not isinstance(rescue.oldest, int):
        raise RescueInvalid(_NO_INDEX)
    return rescue


def sent_at(rescue: Rescue, now: datetime) -> datetime | None:
    """What the phone's clock would say now; None where it never knew what it was off."""
    return None if rescue.drift is None else now - rescue.drift


def _file(told: Mapping[str, Any], sizes: Mapping[str, int]) -> RescuedFile:
    path = str(told["file"])
    claims = {str(name): str(value) for name, value in told["metadata"].items()}
    return RescuedFile(path, sizes[path], read_claims(claims))


def _drift(milliseconds: Any) -> timedelta | None:
    if milliseconds is None:
        return None
    found = timedelta(milliseconds=float(milliseconds))
    if abs(found) > _LONGEST_DRIFT:
        raise ValueError("no clock is so far off")
    return found
