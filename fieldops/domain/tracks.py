"""Positions that a tracker sends, in the forms in which trackers send them, and the way they make.

The protocol is OsmAnd's: parameters of an address or a form. The newer Traccar client sends the
same as JSON. What it says beyond time, place and accuracy is not read further than the battery.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.phone_policy import TrackPolicy
from fieldops.domain.positions import Position, metres_between

_LAST_SECOND = 4_102_444_800
_MILLISECONDS = 100_000_000_000
_NO_NUMBER = Bilingual("is not a number in its range", "不是有效范围内的数字")
_DEGREES = Bilingual("send degrees in WGS-84", "请发送 WGS-84 经纬度")
_NO_TIME = Bilingual("is no time", "不是有效时间")
_WRITE_TIME = Bilingual(
    "send seconds or milliseconds since 1970, or ISO 8601 with an offset",
    "请发送 Unix 秒或毫秒，或带时区的 ISO 8601 时间",
)


@dataclass(frozen=True, slots=True)
class TrackFix:
    """Where a phone was, when, and within how many metres, if it says so."""

    at: datetime
    place: Position
    accuracy: float | None = None


@dataclass(frozen=True, slots=True)
class Ping:
    """One word of a tracker: by whose secret, its position if it has one, and the battery."""

    token: str
    fix: TrackFix | None
    battery_percent: int | None


def read_ping(told: Mapping[str, Any], now: datetime) -> Ping:
    """Read what OsmAnd's protocol sends; raises InvalidInput naming the parameter.

    A position without a time is of now, as the protocol has it.
    """
    token = str(told.get("id") or told.get("deviceid") or "")
    battery = _percent(told.get("batt"))
    if told.get("lat") in (None, "") and told.get("lon") in (None, ""):
        return Ping(token, None, battery)
    place = Position(_degrees(told, "lat", 90), _degrees(told, "lon", 180))
    at = _moment(told.get("timestamp"), now)
    return Ping(token, TrackFix(at, place, _metres(told.get("accuracy"))), battery)


def read_traccar(body: Any, now: datetime) -> Ping:
    """Read the JSON of the newer Traccar client; raises InvalidInput naming the field."""
    told = body if isinstance(body, Mapping) else {}
    location = _part(told, "location")
    coords, battery = _part(location, "coords"), _part(location, "battery")
    level = battery.get("level")
    share = level * 100 if isinstance(level, int | float) and not isinstance(level, bool) else None
    plain = {
        "id": told.get("device_id"), "lat": coords.get("latitude"),
        "lon": coords.get("longitude"), "accuracy": coords.get("accuracy"),
        "timestamp": location.get("timestamp"), "batt": share,
    }  # fmt: skip
    return read_ping(plain, now)


def metres_of(fixes: Sequence[TrackFix], policy: TrackPolicy) -> int:
    """The way through these positions, which are in the order of time, in whole metres."""
    return round(sum(step(one, other, policy) for one, other in pairwise(fixes)))


def step(one: TrackFix, other: TrackFix, policy: TrackPolicy) -> float:
    """The metres from one position to the next; 0 where nobody knows the way between them.

    A step that is shorter than both positions are vague is standing still.
    """
    seconds = (other.at - one.at).total_seconds()
    if not 0 < seconds <= policy.longest_gap.total_seconds():
        return 0.0
    metres = metres_between(one.place, other.place)
    vague = max(one.accuracy or 0.0, other.accuracy or 0.0)
    return 0.0 if metres <= vague or metres / seconds > policy.fastest_mps else metres


def _part(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = told.get(name)
    return found if isinstance(found, Mapping) else {}


def _degrees(told: Mapping[str, Any], name: str, most: int) -> float:
    value = _number(told.get(name))
    if value is None or abs(value) > most:
        raise InvalidInput(faults=[FieldFault(name, _NO_NUMBER, _DEGREES)])
    return value


def _metres(value: Any) -> float | None:
    found = _number(value)
    return found if found is not None and 0 <= found <= 1_000_000 else None


def _percent(value: Any) -> int | None:
    found = _number(value)
    return round(found) if found is not None and 0 <= found <= 100 else None


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def _moment(value: Any, now: datetime) -> datetime:
    if value in (None, ""):
        return now
    number = _number(value)
    if number is not None:
        seconds = number / 1000 if number > _MILLISECONDS else number
        if 0 < seconds < _LAST_SECOND:
            return datetime.fromtimestamp(seconds, UTC)
    return read_time(str(value))


def read_time(text: str) -> datetime:
    """Read a time with its offset from UTC; raises InvalidInput."""
    try:
        found = datetime.fromisoformat(text.strip()[:40])
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise InvalidInput(faults=[FieldFault("timestamp", _NO_TIME, _WRITE_TIME)])
    return found
