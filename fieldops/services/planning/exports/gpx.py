"""A route as GPX 1.1: a way point a stop with its time, and the route through them."""

import gpxpy.gpx

from fieldops.services.planning.exports.sheet import Sheet, SheetRoute, SheetStop

MEDIA_TYPE = "application/gpx+xml"


def written(sheet: Sheet, route: SheetRoute) -> str:
    """The GPX file as text."""
    document = gpxpy.gpx.GPX()
    document.name = f"{sheet.day} {'+'.join(route.crew)}"
    document.creator = "fieldops"
    line = gpxpy.gpx.GPXRoute(name=document.name, number=route.number)
    line.points.append(_home(route, "start"))
    for stop in route.stops:
        line.points.append(_point(stop))
        document.waypoints.append(_waypoint(stop))
    line.points.append(_home(route, "end"))
    document.routes.append(line)
    return str(document.to_xml(version="1.1"))


def _home(route: SheetRoute, name: str) -> gpxpy.gpx.GPXRoutePoint:
    at = route.departs_at if name == "start" else route.returns_at
    return gpxpy.gpx.GPXRoutePoint(route.lat, route.lon, time=at, name=name)


def _point(stop: SheetStop) -> gpxpy.gpx.GPXRoutePoint:
    return gpxpy.gpx.GPXRoutePoint(stop.lat, stop.lon, time=stop.starts_at, name=_name(stop))


def _waypoint(stop: SheetStop) -> gpxpy.gpx.GPXWaypoint:
    return gpxpy.gpx.GPXWaypoint(stop.lat, stop.lon, time=stop.starts_at, name=_name(stop))


def _name(stop: SheetStop) -> str:
    return f"{stop.sequence}. {stop.case_number}"
