"""GPX files of trackers: their points are read, and what is no GPX is refused."""

import io

import pytest

from fieldops.domain.errors import InvalidInput
from fieldops.domain.positions import Position
from fieldops.gateways.gpx import read_gpx

POINT = '<trkpt lat="30.66" lon="104.06"><ele>500</ele><time>2026-11-24T02:00:00Z</time></trkpt>'
HEAD = '<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk>'


def _gpx(*points: str) -> io.BytesIO:
    return io.BytesIO(f"{HEAD}<trkseg>{''.join(points)}</trkseg></trk></gpx>".encode())


def test_points_with_place_and_time_are_read_and_the_others_counted() -> None:
    timeless = '<trkpt lat="1" lon="2"/>'
    nowhere = POINT.replace("30.66", "99")
    found, unreadable = read_gpx(_gpx(POINT, timeless, nowhere), most=10)
    assert [one.place for one in found] == [Position(30.66, 104.06)]
    assert unreadable == 2


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no xml",
        b"<kml></kml>",
        f"{HEAD}{POINT}".encode(),  # Cut off.
        b'<!DOCTYPE g [<!ENTITY a "aaaa">]><gpx>&a;</gpx>',  # What swells up is not expanded.
    ],
    ids=["empty", "text", "kml", "cut-off", "entities"],
)
def test_what_is_no_gpx_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidInput):
        read_gpx(io.BytesIO(content), most=10)


def test_a_file_of_too_many_points_is_refused() -> None:
    with pytest.raises(InvalidInput):
        read_gpx(_gpx(*[POINT] * 11), most=10)
