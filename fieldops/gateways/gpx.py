"""Reads GPX files of trackers: the points of all tracks with their times, and nothing else."""

from collections.abc import Iterator
from typing import IO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.positions import Position
from fieldops.domain.tracks import TrackFix, read_time

_NOT_GPX = Bilingual("cannot be read as GPX", "无法读取为 GPX")
_SEND_GPX = Bilingual("send the GPX file as the tracker wrote it", "请上传定位应用导出的 GPX 文件")
_TOO_MANY = Bilingual("holds too many positions", "定位点过多")
_PART_IT = Bilingual("send one day at a time", "请按天分别上传")


def read_gpx(file: IO[bytes], *, most: int) -> tuple[list[TrackFix], int]:
    """The points that have a place and a time, and how many have not; raises InvalidInput."""
    found, unreadable = [], 0
    for point in _points(file):
        fix = _fix(point)
        if fix is None:
            unreadable += 1
        else:
            found.append(fix)
        if len(found) + unreadable > most:
            raise InvalidInput(faults=[FieldFault("file", _TOO_MANY, _PART_IT)])
    return found, unreadable


def _points(file: IO[bytes]) -> Iterator[Element]:
    """Each track point as it is read; what was read is let go of, so that memory stays small."""
    is_gpx = False
    try:
        for event, element in iterparse(file, events=("start", "end"), forbid_dtd=True):
            name = element.tag.rpartition("}")[2]
            if event == "start":
                is_gpx = is_gpx or name == "gpx"
            elif name == "trkpt":
                yield element
                element.clear()
    except (ParseError, DefusedXmlException, ValueError, LookupError) as wrong:
        raise _refused() from wrong
    if not is_gpx:
        raise _refused()


def _refused() -> InvalidInput:
    return InvalidInput(faults=[FieldFault("file", _NOT_GPX, _SEND_GPX)])


def _fix(point: Element) -> TrackFix | None:
    told = {child.tag.rpartition("}")[2]: (child.text or "").strip() for child in point}
    try:
        place = Position(float(point.get("lat", "")), float(point.get("lon", "")))
        return TrackFix(read_time(told.get("time", "")), place)
    except (ValueError, InvalidInput):
        return None
