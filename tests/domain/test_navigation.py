"""Links to navigators: each in its own datum, and none that says whose door it is."""

from urllib.parse import parse_qs, urlsplit

import pytest

from fieldops.domain import datums
from fieldops.domain.navigation import links
from fieldops.domain.positions import Position, metres_between

DOOR = Position(30.657420, 104.065800)
FIELDS = {"amap": "to", "baidu": "location", "apple": "daddr", "google": "destination"}


def _pair(name: str, place: Position) -> tuple[float, float]:
    first, second = parse_qs(urlsplit(links(place)[name]).query)[FIELDS[name]][0].split(",")
    return (float(second), float(first)) if name == "amap" else (float(first), float(second))


@pytest.mark.parametrize("name", ["amap", "apple", "google"])
def test_maps_of_china_are_given_the_shifted_datum(name: str) -> None:
    lat, lon = datums.gcj02_to_wgs84(*_pair(name, DOOR))
    assert metres_between(Position(float(lat), float(lon)), DOOR) < 1


def test_baidu_is_given_its_own_datum() -> None:
    lat, lon = datums.bd09_to_wgs84(*_pair("baidu", DOOR))
    assert metres_between(Position(float(lat), float(lon)), DOOR) < 1


def test_a_standard_link_is_not_shifted() -> None:
    assert links(DOOR)["geo"] == "geo:30.657420,104.065800"


def test_outside_of_china_nothing_is_shifted() -> None:
    assert _pair("google", Position(51.5007, -0.1246)) == (51.5007, -0.1246)


def test_nothing_but_the_position_goes_along() -> None:
    for name, field in FIELDS.items():
        told = parse_qs(urlsplit(links(DOOR)[name]).query)
        others = {value for key, values in told.items() if key != field for value in values}
        assert others <= {"car", "gaode", "1", "fieldops", "bd09ll", "html", "d", "driving"}
