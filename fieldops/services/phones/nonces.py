"""Numbers that the camera of a phone is given: signed, for one phone, for captures alone.

A picture that comes with one was made after the number was given out. Nothing is stored: the
signature says that it was ours.
"""

import hmac
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from fieldops.domain.crosschecks import FRESH_SECONDS
from fieldops.models import sealing

LIFE = timedelta(seconds=FRESH_SECONDS)
LONGEST = 200
_PURPOSE = "capture"


@dataclass(frozen=True, slots=True)
class Nonce:
    """To which phone it was given, and when."""

    device_id: UUID
    issued_at: datetime

    @property
    def expires_at(self) -> datetime:
        """Until when a picture made with it counts as fresh."""
        return self.issued_at + LIFE


def issue(device_id: UUID, *, at: datetime) -> str:
    """A fresh one."""
    told = {
        "for": _PURPOSE,
        "device": device_id.hex,
        "at": int(at.timestamp()),
        "once": secrets.token_urlsafe(9),
    }
    body = _text(json.dumps(told, separators=(",", ":")).encode())
    return f"{body}.{_text(_signature(body))}"


def read(text: str) -> Nonce | None:
    """What it says, or None where it is none of ours."""
    body, _, signature = text[:LONGEST].partition(".")
    try:
        # As text: base64 has several texts for the same bytes, and only one of them is ours.
        if not hmac.compare_digest(signature.encode(), _text(_signature(body)).encode()):
            return None
        told = json.loads(_bytes(body))
    except ValueError:
        return None
    return Nonce(UUID(told["device"]), datetime.fromtimestamp(told["at"], UTC))


def _signature(body: str) -> bytes:
    key = sealing.current().derived("capture-nonce")
    return hmac.digest(key, f"{_PURPOSE}\x00{body}".encode(), "sha256")[:16]


def _text(plain: bytes) -> str:
    return urlsafe_b64encode(plain).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
