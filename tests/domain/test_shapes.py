"""Hulls of places, and positions in the datum of a map."""

from hypothesis import given
from hypothesis import strategies as st

from fieldops.domain.geojson import GCJ02, WGS84, in_wgs84, positions
from fieldops.domain.hulls import hull

POINTS = st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), max_size=30)


def test_the_hull_of_a_square_is_its_corners() -> None:
    square = [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0)]
    assert hull([*square, (1.0, 1.0), (1.0, 0.0)]) == square


def test_places_in_a_line_or_in_one_spot_have_no_area() -> None:
    assert len(hull([(0.0, 0.0), (1.0, 1.0), (2.0, 2.0)])) < 3
    assert hull([(1.0, 1.0), (1.0, 1.0)]) == [(1.0, 1.0)]


@given(POINTS)
def test_every_place_lies_inside_its_hull(points: list[tuple[int, int]]) -> None:
    corners = hull(points)
    for x, y in points if len(corners) > 2 else ():
        for at, (ax, ay) in enumerate(corners):
            bx, by = corners[(at + 1) % len(corners)]
            assert (bx - ax) * (y - ay) - (by - ay) * (x - ax) >= 0


def test_positions_have_longitude_first_and_come_back_from_the_maps_datum() -> None:
    places = {"a": (30.66, 104.06)}
    assert positions(places, WGS84) == {"a": [104.06, 30.66]}
    lon, lat = positions(places, GCJ02)["a"]
    ((back_lat, back_lon),) = in_wgs84([(lat, lon)], GCJ02)
    assert abs(back_lat - 30.66) < 2e-6
    assert abs(back_lon - 104.06) < 2e-6
    assert positions({}, GCJ02) == {}
