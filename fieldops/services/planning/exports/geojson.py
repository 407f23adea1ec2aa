"""A plan as GeoJSON (RFC 7946): a line a route, a point a stop, positions as lon, lat in WGS-84."""

import json
from typing import Any

from fieldops.services.planning.exports.sheet import Sheet, SheetRoute, SheetStop


def written(sheet: Sheet) -> str:
    """The FeatureCollection as text."""
    features = [feature for route in sheet.routes for feature in _of_route(sheet, route)]
    features += [_point(sheet, stop, None) for stop in sheet.unserved if stop.lat is not None]
    collection = {"type": "FeatureCollection", "features": features}
    return json.dumps(collection, ensure_ascii=False, allow_nan=False)


def _of_route(sheet: Sheet, route: SheetRoute) -> list[dict[str, Any]]:
    home = [route.lon, route.lat]
    way = [home, *([stop.lon, stop.lat] for stop in route.stops), home]
    properties = {
        "kind": "route",
        "route_id": str(route.id),
        "number": route.number,
        "crew": list(route.crew),
        "day": route.day.isoformat(),
        "departs_at": route.departs_at.astimezone(sheet.zone).isoformat(),
        "returns_at": route.returns_at.astimezone(sheet.zone).isoformat(),
        "metres": route.metres,
        "seconds": route.seconds,
        "stops": len(route.stops),
    }
    line = {"type": "LineString", "coordinates": way}
    feature = {"type": "Feature", "id": str(route.id), "geometry": line, "properties": properties}
    return [feature, *(_point(sheet, stop, route) for stop in route.stops)]


def _point(sheet: Sheet, stop: SheetStop, route: SheetRoute | None) -> dict[str, Any]:
    starts = stop.starts_at and stop.starts_at.astimezone(sheet.zone).isoformat()
    finishes = stop.finishes_at and stop.finishes_at.astimezone(sheet.zone).isoformat()
    properties = {
        "kind": "stop" if route else "unserved",
        "case": stop.case_number,
        "priority": stop.priority,
        "route_id": str(route.id) if route else None,
        "sequence": stop.sequence,
        "starts_at": starts,
        "finishes_at": finishes,
        "reasons": [reason["code"] for reason in stop.reasons],
    }
    point = {"type": "Point", "coordinates": [stop.lon, stop.lat]}
    return {"type": "Feature", "id": str(stop.id), "geometry": point, "properties": properties}
