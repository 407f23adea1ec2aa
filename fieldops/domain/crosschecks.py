"""Cross-checks of one item against its visit: value beside threshold, never a verdict alone.

A finding is `{"check", "holds", "value", "threshold", "unit"}`; `holds` is true, false, or null
when there was nothing to compare. Values are whole numbers, so that a finding can be sealed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from fieldops.domain.evidence import Claimed, Examined, position_of
from fieldops.domain.positions import GivenPosition, Position, metres_between

CHECKS: dict[str, tuple[str, str]] = {
    "exif-to-address": ("The photo's own position is near the address", "照片自带位置在地址附近"),
    "fix-to-address": ("The phone's position is near the address", "手机定位在地址附近"),
    "exif-to-fix": ("Photo and phone name the same place", "照片位置与手机定位一致"),
    "exif-to-device-clock": ("The photo's time is the phone's", "照片时间与手机时间一致"),
    "device-clock-not-ahead": ("The phone's clock is not ahead of ours", "手机时间未超前于服务器"),
    "after-arrival": ("It was made after the arrival", "采集时间在到达之后"),
    "position-not-mocked": ("The phone's position was not made up", "手机定位未使用模拟位置"),
    "not-used-elsewhere": ("The same bytes serve no other visit", "同一文件未用于其他外访"),
}
CLOCK_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What an item is held against; `now` is the working time at which it came in.

    `elsewhere` are the ids of items with the same bytes at other visits.
    """

    address: Position | None
    arrived_at: datetime | None
    now: datetime
    zone: ZoneInfo
    radius_metres: int
    elsewhere: Sequence[str] = ()


def findings(claimed: Claimed, examined: Examined, visit: Circumstances) -> list[dict[str, Any]]:
    """Every cross-check, in the order of CHECKS."""
    fix, exif = position_of(claimed.fix), position_of(examined.properties.get("exif"))
    there = visit.address
    taken_at = taken(examined, visit.zone)
    made_at = taken_at or claimed.device_at
    mocked = (claimed.fix or {}).get("is_mock")
    radius = visit.radius_metres
    return [
        _within("exif-to-address", _metres(exif, there), radius, "metres"),
        _within("fix-to-address", _metres(fix, there), radius, "metres"),
        _within("exif-to-fix", _metres(exif, fix.as_wgs84() if fix else None), radius, "metres"),
        _within("exif-to-device-clock", _apart(taken_at, claimed.device_at), CLOCK_SECONDS),
        _within("device-clock-not-ahead", _after(claimed.device_at, visit.now), CLOCK_SECONDS),
        _within("after-arrival", _after(visit.arrived_at, made_at), CLOCK_SECONDS),
        _finding("position-not-mocked", None if mocked is None else not mocked, mocked, False, ""),
        _finding("not-used-elsewhere", not visit.elsewhere, list(visit.elsewhere), 0, "items"),
    ]


def taken(examined: Examined, zone: ZoneInfo) -> datetime | None:
    """When the file says it was made; a time without an offset is taken in `zone`."""
    exif = examined.properties.get("exif") or {}
    if "taken_at" not in exif:
        return None
    moment = datetime.fromisoformat(exif["taken_at"] + (exif.get("offset") or ""))
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _metres(given: GivenPosition | None, other: Position | None) -> int | None:
    if given is None or other is None:
        return None
    return round(metres_between(given.as_wgs84(), other))


def _apart(one: datetime | None, other: datetime | None) -> int | None:
    return None if one is None or other is None else abs(round((one - other).total_seconds()))


def _after(one: datetime | None, other: datetime | None) -> int | None:
    """Seconds by which `one` is later than `other`; below zero when it is earlier."""
    return None if one is None or other is None else round((one - other).total_seconds())


def _within(check: str, value: int | None, most: int, unit: str = "seconds") -> dict[str, Any]:
    return _finding(check, None if value is None else value <= most, value, most, unit)


def _finding(
    check: str, holds: bool | None, value: object, threshold: object, unit: str
) -> dict[str, Any]:
    return {
        "check": check, "holds": holds, "value": value, "threshold": threshold, "unit": unit,
    }  # fmt: skip
