"""Features of RFC 7946, and the positions of a map that is drawn in another datum.

Positions are kept in WGS-84. A provider's map may be drawn in GCJ-02; then all positions of one
answer are shifted at once, here and nowhere else, and the answer says in which datum it is.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from fieldops.domain import datums

WGS84, GCJ02 = "WGS84", "GCJ02"
DATUMS = (WGS84, GCJ02)

Key = TypeVar("Key")
Place = tuple[float, float]
_DIGITS = 6
"""A tenth of a metre: nothing on a map is known better."""


def positions(places: Mapping[Key, Place], datum: str) -> dict[Key, list[float]]:
    """The places, latitude first in WGS-84, as positions, longitude first, in a map's datum."""
    lats, lons = [lat for lat, _ in places.values()], [lon for _, lon in places.values()]
    return dict(zip(places, drawn(lats, lons, datum), strict=True))


def drawn(lats: Sequence[float], lons: Sequence[float], datum: str) -> list[list[float]]:
    """The same of columns, all at once: a map has tens of thousands."""
    if datum == GCJ02 and lats:
        shifted = datums.wgs84_to_gcj02(lats, lons)
    else:
        shifted = np.asarray(lats, np.float64), np.asarray(lons, np.float64)
    found: list[list[float]] = np.round(np.column_stack(shifted[::-1]), _DIGITS).tolist()
    return found


def in_wgs84(places: Sequence[Place], datum: str) -> list[Place]:
    """Places of a map, latitude first, in WGS-84."""
    if datum != GCJ02 or not places:
        return list(places)
    lats, lons = datums.gcj02_to_wgs84([lat for lat, _ in places], [lon for _, lon in places])
    return list(zip(map(float, lats), map(float, lons), strict=True))


def feature(
    name: object, kind: str, coordinates: Sequence[Any] | None, properties: Mapping[str, Any]
) -> dict[str, Any]:
    """One feature; its geometry is null when there are no coordinates."""
    geometry = None if coordinates is None else {"type": kind, "coordinates": coordinates}
    return {
        "type": "Feature",
        "id": str(name),
        "geometry": geometry,
        "properties": dict(properties),
    }


def collection(features: Sequence[Mapping[str, Any]], datum: str, **more: Any) -> dict[str, Any]:
    """The features, the datum of their positions, and whatever else is said of all of them."""
    return {"type": "FeatureCollection", "datum": datum, **more, "features": list(features)}
