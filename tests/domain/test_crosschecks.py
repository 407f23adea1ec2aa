"""Each cross-check by itself: it holds, it does not, or there is nothing to compare."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from evidence.custody.canonical import canonical
from fieldops.domain import crosschecks
from fieldops.domain.crosschecks import CHECKS, Checkin, Circumstances, findings
from fieldops.domain.datums import wgs84_to_gcj02
from fieldops.domain.evidence import Claimed, Examined
from fieldops.domain.fixes import Fix
from fieldops.domain.positions import Position
from tests.conftest import NOW

DOOR, SHANGHAI = Position(30.66, 104.06), Position(31.2, 121.5)
FIX = {"lat": "30.66", "lon": "104.06", "datum": "WGS84", "accuracy_metres": "8", "is_mock": False}
CHECKIN = Checkin(DOOR, "12", is_mock=False, clock_seconds=2)
TOLD = Claimed(
    UUID(int=1), "door.jpg", "image/jpeg", capture="camera",
    device_at=NOW + timedelta(seconds=31), fix=FIX,
)  # fmt: skip
EXIF = {"taken_at": "2026-11-24T10:00:30", "offset": None, "lat": "30.66", "lon": "104.06",
        "datum": "WGS84"}  # fmt: skip
PHOTO = Examined("0" * 64, 9, "photo", "image/jpeg", properties={"exif": EXIF})
VISIT = Circumstances(
    address=DOOR, arrived_at=NOW, now=NOW, zone=ZoneInfo("Asia/Shanghai"), radius_metres=300,
    left_at=NOW + timedelta(minutes=15), checkin=CHECKIN,
    way=[Fix(NOW + timedelta(seconds=n), DOOR, 10.0) for n in (0, 60)],
    here=[Fix(NOW + timedelta(minutes=n), Position(30.66 + n / 1e5, 104.06)) for n in range(3)],
)  # fmt: skip


def _photo(**changed: Any) -> Examined:
    return replace(PHOTO, properties={"exif": {**EXIF, **changed}})


def _checked_in(**changed: Any) -> Circumstances:
    return replace(VISIT, checkin=replace(CHECKIN, **changed))


def _sound(seconds: int) -> Examined:
    return Examined(
        "0" * 64, 9, "audio", "audio/x-wav",
        properties={"duration_milliseconds": seconds * 1000},
    )  # fmt: skip


def _found(
    check: str, claimed: Claimed = TOLD, examined: Examined = PHOTO, visit: Circumstances = VISIT
) -> dict[str, Any]:
    return next(one for one in findings(claimed, examined, visit) if one["check"] == check)


def test_a_photo_taken_at_the_door_passes_every_check_that_can_be_made() -> None:
    found = {one["check"]: one["holds"] for one in findings(TOLD, PHOTO, VISIT)}
    open_ones = {name for name, holds in found.items() if holds is None}
    assert False not in found.values()
    assert open_ones == {
        "recording-not-longer", "recordings-cover-visit", "not-seen-elsewhere", "fresh-number",
        "virus-free",
    }  # fmt: skip


def test_every_check_is_there_once_in_its_order_and_has_words() -> None:
    assert [one["check"] for one in findings(TOLD, PHOTO, VISIT)] == list(CHECKS)
    assert all(english.isascii() and not chinese.isascii() for english, chinese in CHECKS.values())


def test_findings_can_be_sealed_as_they_are() -> None:
    assert canonical(findings(TOLD, PHOTO, VISIT))


@pytest.mark.parametrize("claimed", [Claimed(UUID(int=1), "x", "y")])
def test_with_nothing_told_nothing_is_held_against_anybody(claimed: Claimed) -> None:
    bare = Examined("0" * 64, 9, "photo", "image/png")
    nowhere = Circumstances(None, None, NOW, VISIT.zone, 300)
    assert False not in {one["holds"] for one in findings(claimed, bare, nowhere)}


@pytest.mark.parametrize(
    ("check", "claimed", "examined", "visit"),
    [
        ("exif-to-arrival", TOLD, _photo(lat="30.67"), VISIT),
        ("fix-to-arrival", replace(TOLD, fix={**FIX, "lat": "30.67"}), PHOTO, VISIT),
        ("exif-within-visit", TOLD, _photo(taken_at="2026-11-24T10:40:00"), VISIT),
        ("exif-within-visit", TOLD, _photo(taken_at="2026-11-24T09:40:00"), VISIT),
        ("after-arrival", TOLD, _photo(taken_at="2026-11-24T09:40:00"), VISIT),
        ("arrival-clock", TOLD, PHOTO, _checked_in(clock_seconds=-600)),
        ("possible-speed", TOLD, PHOTO,
         replace(VISIT, way=[Fix(NOW, SHANGHAI), Fix(NOW + timedelta(hours=1), DOOR)])),
        ("position-trembles", TOLD, PHOTO,
         replace(VISIT, here=[Fix(NOW + timedelta(minutes=n), DOOR) for n in range(3)])),
        ("accuracy-not-zero", replace(TOLD, fix={**FIX, "accuracy_metres": "0.0"}), PHOTO, VISIT),
        ("accuracy-not-zero", TOLD, PHOTO, _checked_in(accuracy="0")),
        ("position-not-mocked", replace(TOLD, fix={**FIX, "is_mock": True}), PHOTO, VISIT),
        ("position-not-mocked", TOLD, PHOTO, _checked_in(is_mock=True)),
        ("recording-not-longer", TOLD, _sound(1200), VISIT),
        ("recordings-cover-visit", TOLD, _sound(60), replace(VISIT, recorded_seconds=60)),
        ("taken-on-site", replace(TOLD, capture="gallery"), PHOTO, VISIT),
        ("type-confirmed", TOLD, replace(PHOTO, quarantined="two types"), VISIT),
        ("not-used-elsewhere", TOLD, PHOTO, replace(VISIT, elsewhere=["item"])),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_found_with_value_and_threshold(
    check: str, claimed: Claimed, examined: Examined, visit: Circumstances
) -> None:
    found = _found(check, claimed, examined, visit)
    assert found["holds"] is False
    assert found["value"] not in (None, [])
    assert found["threshold"] is not None


def test_a_place_in_another_datum_is_compared_after_conversion() -> None:
    lat, lon = wgs84_to_gcj02(30.66, 104.06)
    shifted = {"lat": f"{float(lat):.7f}", "lon": f"{float(lon):.7f}", "datum": "GCJ02"}
    assert _found("exif-to-address", examined=_photo(**shifted))["value"] < 5
    assert (
        _found("exif-to-address", examined=_photo(**{**shifted, "datum": "WGS84"}))["value"] > 350
    )


def test_recordings_of_the_whole_visit_cover_it() -> None:
    found = _found(
        "recordings-cover-visit",
        examined=_sound(450),
        visit=replace(VISIT, recorded_seconds=890),
    )
    assert (found["holds"], found["value"], found["unit"]) == (True, 98, "percent")


def test_a_visit_that_is_not_over_has_no_length_to_compare() -> None:
    assert (
        _found("recording-not-longer", examined=_sound(9), visit=replace(VISIT, left_at=None))[
            "holds"
        ]
        is None
    )


def test_a_photo_of_another_visit_is_named_with_both_distances() -> None:
    seen = [{"item": "other", "turn": "mirrored", "phash_bits": 2, "dhash_bits": 0}]
    found = crosschecks.seen_elsewhere(seen)
    assert (found["holds"], found["value"]) == (False, seen)
    assert found["threshold"] == {"phash_bits": 8, "dhash_bits": 6}


def test_what_only_the_receipt_could_tell_stays_as_it_was() -> None:
    before = findings(TOLD, PHOTO, replace(VISIT, elsewhere=["item"]))
    after = findings(TOLD, PHOTO, replace(VISIT, now=None, left_at=NOW + timedelta(seconds=1)))
    found = {one["check"]: one for one in crosschecks.renewed(before, after)}
    assert found["device-clock-not-ahead"]["holds"] is True
    assert found["not-used-elsewhere"]["value"] == ["item"]
    assert found["exif-within-visit"]["value"] == 29


@pytest.mark.parametrize(
    ("state", "holds"), [("clean", True), ("infected", False), ("waiting", None), (None, None)]
)
def test_a_virus_scan_is_a_finding(state: str | None, *, holds: bool | None) -> None:
    assert crosschecks.scanned(state)["holds"] is holds
