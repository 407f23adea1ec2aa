"""What trackers send, in each of their forms, and the way that positions make."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldops.domain.errors import InvalidInput
from fieldops.domain.phone_policy import PhonePolicyInvalid, policy_from_toml
from fieldops.domain.positions import Position
from fieldops.domain.tracks import TrackFix, metres_of, read_ping, read_traccar, step
from fieldops.settings import config_dir

TEXT = (config_dir() / "phones" / "policy.toml").read_text("utf-8")
POLICY = policy_from_toml(TEXT).tracks
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
SECONDS = str(int(NOW.timestamp()))
PING = {"id": "s", "lat": "30.66", "lon": "104.06", "timestamp": SECONDS, "batt": "81.4"}


@pytest.mark.parametrize(
    "stamp", [SECONDS, f"{SECONDS}000", "2026-11-24T02:00:00Z", "2026-11-24T10:00:00+08:00", ""]
)
def test_each_way_of_writing_a_time_is_read(stamp: str) -> None:
    ping = read_ping({**PING, "timestamp": stamp, "accuracy": "12.5"}, NOW)
    assert ping.fix == TrackFix(NOW, Position(30.66, 104.06), 12.5)
    assert (ping.token, ping.battery_percent) == ("s", 81)


def test_the_json_of_the_newer_client_says_the_same() -> None:
    coords = {"latitude": 30.66, "longitude": 104.06, "accuracy": 12.5}
    body = {
        "device_id": "s",
        "location": {"timestamp": "2026-11-24T02:00:00.000Z", "coords": coords,
                     "battery": {"level": 0.814}},
    }  # fmt: skip
    assert read_traccar(body, NOW) == read_ping({**PING, "accuracy": "12.5"}, NOW)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"lat": "91"}, "lat"),  # Beyond the pole.
        ({"lat": "nan"}, "lat"),
        ({"lat": "1e400"}, "lat"),
        ({"lon": ""}, "lon"),  # Half a position.
        ({"lon": "ten"}, "lon"),
        ({"timestamp": "yesterday"}, "timestamp"),
        ({"timestamp": "2026-11-24T02:00:00"}, "timestamp"),  # No zone.
        ({"timestamp": "99999999999999999"}, "timestamp"),  # No such day.
    ],
)
def test_what_cannot_be_read_is_refused_by_field(change: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_ping({**PING, **change}, NOW)
    assert [one.field for one in refused.value.faults] == [field]


@pytest.mark.parametrize("body", [None, [], "x", {}, {"location": []}, {"location": {"coords": 1}}])
def test_json_of_another_shape_has_no_position(body: Any) -> None:
    assert read_traccar(body, NOW).fix is None


def _fix(seconds: int, lat: float, accuracy: float | None = None) -> TrackFix:
    return TrackFix(NOW + timedelta(seconds=seconds), Position(lat, 104.06), accuracy)


def test_a_way_is_the_sum_of_its_steps_without_gaps_jumps_and_standing_still() -> None:
    fixes = [_fix(0, 30.0), _fix(60, 30.01), _fix(120, 30.0101, 30), _fix(130, 30.5)]
    gap = POLICY.longest_gap.total_seconds() + 1
    later = _fix(130 + int(gap), 30.6)
    assert metres_of([*fixes, later], POLICY) == pytest.approx(1_109, abs=3)


@given(st.integers(-1_000, 5_000), st.floats(-80, 80), st.floats(-80, 80))
def test_no_step_is_faster_than_anybody_drives(seconds: int, lat: float, other: float) -> None:
    metres = step(_fix(0, lat), _fix(seconds, other), POLICY)
    assert 0 <= metres <= max(0, seconds) * POLICY.fastest_mps


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("fieldops-phones-1", "x", "form"),
        ("every_seconds = 240", "every_seconds = 1", "every_seconds"),
        ("worst_metres = 200", 'worst_metres = "x"', "worst_metres"),
        ("[tracks]", "[tracks", "TOML"),
    ],
)
def test_a_policy_that_says_something_else_is_refused(old: str, new: str, field: str) -> None:
    with pytest.raises(PhonePolicyInvalid, match=field):
        policy_from_toml(TEXT.replace(old, new, 1))
