"""A route as iCalendar (RFC 5545): an event a visit, with its place and the number of its case."""

from icalendar import Calendar, Event

from fieldops.services.planning.exports.sheet import Sheet, SheetRoute, SheetStop

MEDIA_TYPE = "text/calendar; charset=utf-8"


def written(sheet: Sheet, route: SheetRoute) -> bytes:
    """The calendar as bytes; the same plan always gives the same."""
    found = Calendar()
    found.add("prodid", "-//fieldops//plan//EN")
    found.add("version", "2.0")
    found.add("name", f"{sheet.day} {'+'.join(route.crew)}")
    for stop in route.stops:
        found.add_component(_event(sheet, route, stop))
    return bytes(found.to_ical())


def _event(sheet: Sheet, route: SheetRoute, stop: SheetStop) -> Event:
    event = Event()
    event.add("uid", f"{stop.id}@fieldops")
    event.add("dtstamp", sheet.made_at)
    event.add("dtstart", stop.starts_at)
    event.add("dtend", stop.finishes_at)
    event.add("summary", f"{stop.sequence}. {stop.case_number}")
    event.add("description", f"外访 / Visit, {'+'.join(route.crew)}")
    if stop.lat is not None and stop.lon is not None:
        event.add("geo", (stop.lat, stop.lon))
    return event
