"""Where a row says that somebody is: converted once, compared with what its address names."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from fieldops.domain import datums
from fieldops.domain.casefile.terms import Point
from fieldops.domain.gazetteer import Place
from fieldops.domain.positions import Datum, Position, metres_between
from fieldops.services.intake.remarks import Remark

# Counties in the west are large; this catches the wrong city, not the wrong street.
FARTHEST_METRES: Final = 150_000.0
_BACK: Final = {Datum.GCJ02: datums.gcj02_to_wgs84, Datum.BD09: datums.bd09_to_wgs84}


def converted(points: Sequence[Point | None]) -> list[Position | None]:
    """The points in WGS-84, all of one datum at once."""
    found: list[Position | None] = [
        None if point is None else Position(float(point.lat), float(point.lon)) for point in points
    ]
    for datum, back in _BACK.items():
        at = [i for i, point in enumerate(points) if point is not None and point.datum == datum]
        if at:
            shifted = [points[i] for i in at]
            lat = np.array([float(point.lat) for point in shifted if point])
            lon = np.array([float(point.lon) for point in shifted if point])
            for i, y, x in zip(at, *(axis.tolist() for axis in back(lat, lon)), strict=True):
                found[i] = Position(y, x)
    return found


def given_record(point: Point | None) -> dict[str, str] | None:
    """What came, as it is kept beside the converted position."""
    if point is None:
        return None
    return {"lat": f"{point.lat:f}", "lon": f"{point.lon:f}", "datum": point.datum}


def doubt_about(position: Position | None, county: Place | None) -> tuple[Remark, ...]:
    """A remark where the position cannot well lie in the county that the text names."""
    if position is None or county is None or county.position is None:
        return ()
    metres = metres_between(position, county.position)
    if metres <= FARTHEST_METRES:
        return ()
    given = (("place", county.name), ("kilometres", str(round(metres / 1000))))
    return (Remark("longitude", "position_elsewhere", given),)


def placed(position: Position | None) -> dict[str, Any]:
    """The columns of an address that say how well it is located, from the file alone."""
    if position is None:
        return {"lat": None, "lon": None, "state": "pending", "grade": "none", "provider": ""}
    known: dict[str, Any] = {"lat": position.lat, "lon": position.lon}
    return known | {"state": "located", "grade": "door", "provider": "given"}
