"""What changed since a cursor: the cursor names what a phone has, so that the rest can be sent.

A cursor carries a short hash of every visit and list as they were sent. It depends on no clock, a
lost answer costs nothing, and a cursor that cannot be read brings the whole day.
"""

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import blake2b
from typing import Any
from uuid import UUID

from fieldops import clock
from fieldops.api.access import current_actor
from fieldops.api.living_schemas import ChangeLineOut, HeldVisitsOut
from fieldops.api.sync_schemas import PhoneShiftOut
from fieldops.api.visit_schemas import DayVisitOut
from fieldops.db import db
from fieldops.services.phones import devices, nonces, told
from fieldops.services.visits.access import local_day
from fieldops.wiring import wiring

_SHORT = 5
_ROW = 16 + _SHORT
# A cursor of more would not fit into the line of a request: such a day is always sent whole.
MOST_VISITS = 120
LISTS = ("order", "holds", "changes", "shift", "house")
# Made once: phones ask often, and a schema costs more to make than to use.
_VISIT, _SHIFT = DayVisitOut(), PhoneShiftOut()
_HOLDS, _CHANGES = HeldVisitsOut(many=True), ChangeLineOut(many=True)


@dataclass(frozen=True, slots=True)
class Cursor:
    """What a phone has: of a day, the hash of each visit and list, and when they were sent."""

    day: date
    at: datetime
    visits: Mapping[UUID, bytes] = field(default_factory=dict)
    lists: Mapping[str, str] = field(default_factory=dict)

    def to_text(self) -> str:
        """As the phone keeps it."""
        rows = b"".join(name.bytes + digest for name, digest in self.visits.items())
        told = [self.day.isoformat(), self.at.isoformat(), _text(rows), dict(self.lists)]
        return _text(json.dumps(told, separators=(",", ":")).encode())


def read_cursor(text: str | None) -> Cursor | None:
    """What the phone says it has; None where that cannot be read."""
    try:
        day, at, rows, lists = json.loads(_bytes(text or ""))
        plain = _bytes(rows)
        parts = [plain[n : n + _ROW] for n in range(0, len(plain), _ROW)]
        visits = {UUID(bytes=part[:16]): part[16:] for part in parts}
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None or not isinstance(lists, dict):
            return None
        return Cursor(date.fromisoformat(day), moment, visits, lists)
    except (ValueError, TypeError, binascii.Error):
        return None


def changes(since: str | None, day: date | None, device_id: UUID | None) -> dict[str, Any]:
    """What the phone of the caller lacks of a day, today unless it names another."""
    session, actor, now = db.session(), current_actor(), clock.now()
    wanted = day or local_day(session, actor, now)
    had = read_cursor(since)
    if had is not None and had.day != wanted:
        had = None
    found = told.phone_day(session, actor, wanted, now=now)
    shown = {one.visit.id: _VISIT.dump(one) for one in found.told.items}
    digests = {name: _digest(one) for name, one in shown.items()}
    lists = _lists(found)
    hashes = {name: _digest(one).hex() for name, one in lists.items()}
    fresh = [name for name in digests if had is None or had.visits.get(name) != digests[name]]
    visits = [one.visit for one in found.told.items if one.visit.id in set(fresh)]
    fits = len(digests) <= MOST_VISITS
    lists_had = had.lists if had is not None else {}
    return {
        "cursor": Cursor(wanted, now, digests if fits else {}, hashes).to_text(),
        "full": had is None or not fits,
        "day": wanted,
        "server_time": now,
        "visits": [one for one in found.told.items if one.visit.id in set(fresh)],
        "removed": sorted(set(had.visits) - set(digests)) if had is not None else [],
        "hints": told.hints(session, visits, wiring().rulebook, actor=actor, now=now),
        **{
            name: _raw(found, name) if lists_had.get(name) != hashes[name] else None
            for name in LISTS
        },
        "nonce": _nonce(device_id),
    }


def _raw(found: told.PhoneDay, name: str) -> Any:
    return {
        "order": found.told.order,
        "holds": found.holds,
        "changes": found.told.changes,
        "shift": found.shift,
        "house": _house(),
    }[name]


def _lists(found: told.PhoneDay) -> dict[str, Any]:
    return {
        "order": [str(one) for one in found.told.order],
        "holds": _HOLDS.dump(found.holds),
        "changes": _CHANGES.dump(found.told.changes),
        "shift": _SHIFT.dump(found.shift) if found.shift else None,
        "house": _house(),
    }


def _house() -> dict[str, Any]:
    """What the house has set for the caller's phone."""
    parts = wiring()
    return {
        "heartbeat_seconds": int(parts.phones.heartbeat.total_seconds()),
        "instalments": parts.terms.to_json(current_actor().role),
    }


def _nonce(device_id: UUID | None) -> dict[str, Any] | None:
    if device_id is None:
        return None
    at = clock.wall_time().replace(microsecond=0)
    device = devices.own(db.session(), device_id, current_actor())
    value = nonces.issue(device.id, at=at)
    return {"value": value, "issued_at": at, "expires_at": at + nonces.LIFE}


def _digest(one: Any) -> bytes:
    text = json.dumps(one, sort_keys=True, ensure_ascii=False, default=str)
    return blake2b(text.encode(), digest_size=_SHORT).digest()


def _text(plain: bytes) -> str:
    return urlsafe_b64encode(plain).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
