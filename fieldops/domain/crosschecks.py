"""Cross-checks of one item against its visit: value beside threshold, never a verdict alone.

A finding is `{"check", "holds", "value", "threshold", "unit"}`; `holds` is true, false, or null
when there was nothing to compare. Numbers are whole, so that a finding can be sealed. A finding
weighs and informs; nothing that was handed in is dropped for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from fieldops.domain import fixes
from fieldops.domain.evidence import Claimed, Examined, position_of
from fieldops.domain.fixes import Fix
from fieldops.domain.positions import GivenPosition, Position, metres_between
from fieldops.domain.prints import DHASH_BITS, PHASH_BITS

CHECKS: dict[str, tuple[str, str]] = {
    "exif-to-address": ("The photo's own position is near the address", "照片自带位置在地址附近"),
    "fix-to-address": ("The phone's position is near the address", "手机定位在地址附近"),
    "exif-to-fix": ("Photo and phone name the same place", "照片位置与手机定位一致"),
    "exif-to-arrival": (
        "The photo's own position is where the agent checked in", "照片自带位置与签到位置一致",
    ),
    "fix-to-arrival": (
        "The phone's position is where the agent checked in", "手机定位与签到位置一致",
    ),
    "exif-to-device-clock": ("The photo's time is the phone's", "照片时间与手机时间一致"),
    "exif-within-visit": ("The photo's time lies within the visit", "照片时间在外访期间内"),
    "device-clock-not-ahead": ("The phone's clock is not ahead of ours", "手机时间未超前于服务器"),
    "arrival-clock": ("At the check-in the phone's clock was ours", "签到时手机时间与服务器一致"),
    "after-arrival": ("It was made after the arrival", "采集时间在到达之后"),
    "possible-speed": ("The agent can have come here so fast", "外访员的移动速度合理"),
    "position-trembles": ("The positions tremble as real ones do", "定位存在正常抖动"),
    "accuracy-not-zero": ("The positions may be wrong by some metres", "定位精度不为零"),
    "position-not-mocked": ("The phone's position was not made up", "手机定位未使用模拟位置"),
    "recording-not-longer": (
        "The recording is not longer than the visit", "录音录像不长于外访时长",
    ),
    "recordings-cover-visit": ("The recordings cover the visit", "录音录像覆盖外访全程"),
    "not-used-elsewhere": ("The same bytes serve no other visit", "同一文件未用于其他外访"),
    "not-seen-elsewhere": ("No other visit has the same picture", "其他外访无相同画面"),
    "taken-on-site": ("It was taken in the app, not chosen from a gallery", "现场采集，非相册选取"),
    "fresh-number": (
        "It was made with a number that we had just given to this phone",
        "拍摄时使用了服务器刚刚发给该手机的随机数",
    ),
    "type-confirmed": ("Two readings of its type agree", "两种方式识别的文件类型一致"),
    "virus-free": ("The virus scanner found nothing", "病毒扫描未发现问题"),
}  # fmt: skip
# Known only at receipt, or found by a search or scan of its own.
KEPT = frozenset(
    {
        "device-clock-not-ahead",
        "fresh-number",
        "not-used-elsewhere",
        "not-seen-elsewhere",
        "virus-free",
    }
)
CLOCK_SECONDS = 120
FRESH_SECONDS = 900
SPEED_KMH = 150
COVERED_PERCENT = 80
_ON_SITE = {"camera": True, "recorder": True, "gallery": False}


@dataclass(frozen=True, slots=True)
class Checkin:
    """What the phone said at the door; `clock_seconds` is its clock less ours, if it was live."""

    place: Position
    accuracy: str
    is_mock: bool | None
    clock_seconds: int | None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What an item is held against; `now` is the working time at which it came in.

    `elsewhere` are the ids of items with the same bytes at other visits. `way` are the agent's
    fixes at this visit after the last one elsewhere, `here` those at this visit alone.
    """

    address: Position | None
    arrived_at: datetime | None
    now: datetime | None
    zone: ZoneInfo
    radius_metres: int
    elsewhere: Sequence[str] = ()
    left_at: datetime | None = None
    checkin: Checkin | None = None
    way: Sequence[Fix] = ()
    here: Sequence[Fix] = ()
    recorded_seconds: int = 0


def findings(claimed: Claimed, examined: Examined, visit: Circumstances) -> list[dict[str, Any]]:
    """Every cross-check, in the order of CHECKS."""
    made_at = taken(examined, visit.zone) or claimed.device_at
    found = [
        *_of_place(claimed, examined, visit),
        *_of_time(claimed, examined, visit, made_at),
        _within("possible-speed", fixes.fastest(visit.way), SPEED_KMH, "km/h"),
        _at_least("position-trembles", fixes.places(visit.here), 2, "places"),
        _accuracy(claimed, visit),
        _mocked(claimed, visit),
        *_of_length(examined, visit),
        used_elsewhere(visit.elsewhere),
        seen_elsewhere(None),
        _on_site(claimed),
        fresh_number(None, None),
        _type(examined),
        scanned(None),
    ]
    order = list(CHECKS)
    return sorted(found, key=lambda one: order.index(one["check"]))


def renewed(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The findings of today, with those of before that only another moment could tell."""
    kept = {one["check"]: one for one in before if one["check"] in KEPT}
    return [dict(kept.get(one["check"], one)) for one in after]


def replaced(before: Sequence[Mapping[str, Any]], *new: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The findings with some of them exchanged."""
    by_name = {one["check"]: one for one in new}
    return [dict(by_name.get(one["check"], one)) for one in before]


def used_elsewhere(items: Sequence[str]) -> dict[str, Any]:
    """The finding that names the items at other visits with the same bytes."""
    return _finding("not-used-elsewhere", not items, list(items), 0, "items")


def seen_elsewhere(seen: Sequence[Mapping[str, Any]] | None) -> dict[str, Any]:
    """The finding that names photos at other visits which show the same; None: not yet sought.

    Each is `{"item", "turn", "phash_bits", "dhash_bits"}`.
    """
    value = None if seen is None else [dict(one) for one in seen]
    threshold = {"phash_bits": PHASH_BITS, "dhash_bits": DHASH_BITS}
    holds = None if value is None else not value
    return _finding("not-seen-elsewhere", holds, value, threshold, "bits")


def scanned(state: str | None, says: str | None = None) -> dict[str, Any]:
    """The finding of a virus scan: waiting, clean or infected, or None where there is none."""
    holds = {"clean": True, "infected": False}.get(state or "")
    return _finding(
        "virus-free", holds, ": ".join(filter(None, (state, says))) or None, "clean", ""
    )


def fresh_number(
    ours: bool | None, seconds: int | None, device: str | None = None
) -> dict[str, Any]:
    """The finding on the number for the camera that came with an item.

    `ours` says whether we gave it to a phone of whoever sent the item, None that there was
    none; `seconds` how long before the capture, by the phone's clock. An old one is no fault: the
    phone was offline, and the number still shows what the capture came after.
    """
    holds = ours
    value: object = None
    if ours is False:
        value = "not-ours"
    elif ours:
        value = {"device": device, "seconds": seconds}
        holds = _is_fresh(seconds)
    return _finding("fresh-number", holds, value, FRESH_SECONDS, "seconds")


def _is_fresh(seconds: int | None) -> bool | None:
    if seconds is None or seconds > FRESH_SECONDS:
        return None
    return seconds >= -CLOCK_SECONDS


def taken(examined: Examined, zone: ZoneInfo) -> datetime | None:
    """When the file says it was made; a time without an offset is taken in `zone`."""
    exif = examined.properties.get("exif") or {}
    if "taken_at" not in exif:
        return None
    moment = datetime.fromisoformat(exif["taken_at"] + (exif.get("offset") or ""))
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _of_place(claimed: Claimed, examined: Examined, visit: Circumstances) -> list[dict[str, Any]]:
    fix, exif = position_of(claimed.fix), position_of(examined.properties.get("exif"))
    door = visit.checkin.place if visit.checkin else None
    compared = (
        ("exif-to-address", exif, visit.address),
        ("fix-to-address", fix, visit.address),
        ("exif-to-fix", exif, fix.as_wgs84() if fix else None),
        ("exif-to-arrival", exif, door),
        ("fix-to-arrival", fix, door),
    )
    return [
        _within(check, _metres(one, other), visit.radius_metres, "metres")
        for check, one, other in compared
    ]


def _of_time(
    claimed: Claimed, examined: Examined, visit: Circumstances, made_at: datetime | None
) -> list[dict[str, Any]]:
    taken_at, device_at = taken(examined, visit.zone), claimed.device_at
    skew = visit.checkin.clock_seconds if visit.checkin else None
    compared = (
        ("exif-to-device-clock", _size(_after(taken_at, device_at))),
        ("exif-within-visit", _outside(taken_at, visit)),
        ("device-clock-not-ahead", _after(device_at, visit.now)),
        ("arrival-clock", _size(skew)),
        ("after-arrival", _after(visit.arrived_at, made_at)),
    )
    return [_within(check, value, CLOCK_SECONDS) for check, value in compared]


def _of_length(examined: Examined, visit: Circumstances) -> list[dict[str, Any]]:
    lasted = _after(visit.left_at, visit.arrived_at)
    length = examined.properties.get("duration_milliseconds")
    longer = covered = None
    if lasted is not None and length is not None:
        longer = round(length / 1000) - lasted
        if examined.kind == "audio":
            covered = min(100, visit.recorded_seconds * 100 // max(1, lasted))
    return [
        _within("recording-not-longer", longer, CLOCK_SECONDS),
        _at_least("recordings-cover-visit", covered, COVERED_PERCENT, "percent"),
    ]


def _accuracy(claimed: Claimed, visit: Circumstances) -> dict[str, Any]:
    told = [(claimed.fix or {}).get("accuracy_metres")]
    told += [visit.checkin.accuracy] if visit.checkin else []
    known = [one for one in told if one is not None]
    least = min(known, key=Decimal, default=None)
    holds = None if least is None else Decimal(least) > 0
    return _finding("accuracy-not-zero", holds, least, "0", "metres")


def _mocked(claimed: Claimed, visit: Circumstances) -> dict[str, Any]:
    told = [(claimed.fix or {}).get("is_mock"), visit.checkin.is_mock if visit.checkin else None]
    known = [one for one in told if one is not None]
    mocked = any(known) if known else None
    return _finding(
        "position-not-mocked", None if mocked is None else not mocked, mocked, False, ""
    )


def _on_site(claimed: Claimed) -> dict[str, Any]:
    return _finding(
        "taken-on-site", _ON_SITE.get(claimed.capture), claimed.capture, "camera, recorder", ""
    )


def _type(examined: Examined) -> dict[str, Any]:
    value = examined.quarantined or examined.media_type
    return _finding("type-confirmed", not examined.quarantined, value, examined.media_type, "")


def _outside(moment: datetime | None, visit: Circumstances) -> int | None:
    """Seconds before the arrival or after the end; 0 within."""
    if moment is None or visit.arrived_at is None:
        return None
    late = _after(moment, visit.left_at) or 0
    return max(0, _after(visit.arrived_at, moment) or 0, late)


def _metres(given: GivenPosition | None, other: Position | None) -> int | None:
    if given is None or other is None:
        return None
    return round(metres_between(given.as_wgs84(), other))


def _size(seconds: int | None) -> int | None:
    return None if seconds is None else abs(seconds)


def _after(one: datetime | None, other: datetime | None) -> int | None:
    """Seconds by which `one` is later than `other`; below zero when it is earlier."""
    return None if one is None or other is None else round((one - other).total_seconds())


def _within(check: str, value: int | None, most: int, unit: str = "seconds") -> dict[str, Any]:
    return _finding(check, None if value is None else value <= most, value, most, unit)


def _at_least(check: str, value: int | None, least: int, unit: str) -> dict[str, Any]:
    return _finding(check, None if value is None else value >= least, value, least, unit)


def _finding(
    check: str, holds: bool | None, value: object, threshold: object, unit: str
) -> dict[str, Any]:
    return {
        "check": check, "holds": holds, "value": value, "threshold": threshold, "unit": unit,
    }  # fmt: skip
