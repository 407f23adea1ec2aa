"""Coordinates are converted once, and what cannot be a position is refused with the reason."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldops.domain import datums
from fieldops.domain.positions import (
    Datum,
    Fault,
    GivenPosition,
    Position,
    PositionRefused,
    metres_between,
    parse_datum,
    read_position,
)

LATITUDES = st.floats(18, 53)
LONGITUDES = st.floats(74, 134)


@given(LATITUDES, LONGITUDES, st.sampled_from(["gcj02", "bd09"]))
@settings(max_examples=150)
def test_a_shift_and_its_way_back_meet_within_a_millimetre(
    lat: float, lon: float, datum: str
) -> None:
    there = getattr(datums, f"wgs84_to_{datum}")(lat, lon)
    back = getattr(datums, f"{datum}_to_wgs84")(*there)
    at = Position(float(back[0]), float(back[1]))
    assert metres_between(Position(lat, lon), at) < 0.001


@pytest.mark.parametrize(
    "name", ["wgs84_to_gcj02", "gcj02_to_wgs84", "wgs84_to_bd09", "bd09_to_wgs84"]
)
def test_nothing_is_shifted_abroad(name: str) -> None:
    lat, lon = getattr(datums, name)(39.29, -76.61)
    assert (float(lat), float(lon)) == (39.29, -76.61)


def test_whole_arrays_give_what_single_points_give() -> None:
    lats, lons = np.array([30.66, 39.29]), np.array([104.06, -76.61])
    whole = datums.wgs84_to_gcj02(lats, lons)
    single = [datums.wgs84_to_gcj02(lat, lon) for lat, lon in zip(lats, lons, strict=True)]
    assert whole[0].tolist() == [float(lat) for lat, _ in single]


def test_a_datum_mixed_up_moves_a_point_in_chengdu_by_hundreds_of_metres() -> None:
    plain = GivenPosition(30.66, 104.06, Datum.WGS84).as_wgs84()
    shifted = GivenPosition(30.66, 104.06, Datum.GCJ02).as_wgs84()
    assert 300 < metres_between(plain, shifted) < 700


def test_cgcs2000_counts_as_wgs84() -> None:
    assert GivenPosition(30.66, 104.06, Datum.CGCS2000).as_wgs84() == Position(30.66, 104.06)


@pytest.mark.parametrize(
    ("text", "datum"),
    [
        ("wgs-84", Datum.WGS84),
        ("ＷＧＳ８４", Datum.WGS84),
        ("高德", Datum.GCJ02),
        ("GCJ-02坐标系", Datum.GCJ02),
        ("百度坐标", Datum.BD09),
        ("BD 09", Datum.BD09),
        ("国家2000", Datum.CGCS2000),
    ],
)
def test_a_datum_is_known_by_its_spellings(text: str, datum: Datum) -> None:
    assert parse_datum(text) is datum


@pytest.mark.parametrize("text", ["", "北京54", "西安80", "wgs", "84", "x" * 5000])
def test_a_datum_that_is_not_known_is_refused(text: str) -> None:
    refused = parse_datum(text)
    assert isinstance(refused, PositionRefused)
    assert refused.fault is Fault.UNKNOWN_DATUM


@pytest.mark.parametrize(
    ("lat", "lon", "datum", "fault"),
    [
        ("", None, "WGS84", Fault.BLANK),
        ("30.6", " ", "WGS84", Fault.HALF_BLANK),
        ("三十", "104", "WGS84", Fault.NOT_A_NUMBER),
        ("nan", "104", "WGS84", Fault.NOT_A_NUMBER),
        (math.nan, 104.0, "WGS84", Fault.NOT_A_NUMBER),
        (math.inf, 104.0, "WGS84", Fault.NOT_A_NUMBER),
        (True, 104.0, "WGS84", Fault.NOT_A_NUMBER),
        ("3_0", "104", "WGS84", Fault.NOT_A_NUMBER),
        ("9" * 400, "104", "WGS84", Fault.NOT_A_NUMBER),
        (10**400, 104.0, "WGS84", Fault.NOT_A_NUMBER),
        ("104.06", "30.66", "WGS84", Fault.SWAPPED),
        ("87.61", "43.82", "WGS84", Fault.SWAPPED),
        ("30.66", "204.06", "WGS84", Fault.IMPOSSIBLE),
        ("200", "190", "WGS84", Fault.IMPOSSIBLE),
        ("0", "0.000", "WGS84", Fault.ZERO),
        ("30.66", "104.06", "", Fault.UNKNOWN_DATUM),
        ("30.66", "104.06", None, Fault.UNKNOWN_DATUM),
    ],
)
def test_what_is_no_position_is_refused_with_its_reason(
    lat: str | float | None, lon: str | float | None, datum: str | None, fault: Fault
) -> None:
    refused = read_position(lat, lon, datum)
    assert isinstance(refused, PositionRefused)
    assert refused.fault is fault
    assert refused.en
    assert refused.zh


def test_full_width_digits_are_read() -> None:
    assert read_position("３０.６６", "104.06", "高德") == GivenPosition(30.66, 104.06, Datum.GCJ02)


@pytest.mark.parametrize(("lat", "lon"), [(math.nan, 0.0), (91.0, 0.0), (0.0, 181.0)])
def test_a_position_is_always_on_earth(lat: float, lon: float) -> None:
    with pytest.raises(ValueError, match="degrees"):
        Position(lat, lon)
