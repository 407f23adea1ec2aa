"""Plans carried away: what the files say, and that they hold on their own."""

import json
from xml.etree import ElementTree

import gpxpy
import pytest
from icalendar import Calendar
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.models import Organisation
from fieldops.services.planning.exports import calendar, drawing, geojson, gpx, page, sheet
from tests.builders.cases import a_case
from tests.builders.planning import a_proposed_plan, a_team, some_cases


@pytest.fixture
def found(session: Session, organisation: Organisation, admin: Actor) -> sheet.Sheet:
    """Three served stops, and one whose place is doubtful, with a number that looks like markup."""
    a_team(session, organisation)
    some_cases(session, organisation, 3)
    a_case(session, organisation, number="<b>7</b>", address={"grade": "city"})
    return sheet.of_plan(session, a_proposed_plan(session, admin))


def test_geojson_says_longitude_first(found: sheet.Sheet) -> None:
    line, *points = json.loads(geojson.written(found))["features"]
    assert line["geometry"]["coordinates"][0] == [104.07, 30.67]
    assert [one["properties"]["kind"] for one in points] == ["stop"] * 3 + ["unserved"]


def test_gpx_leads_from_home_over_all_stops_and_back(found: sheet.Sheet) -> None:
    (route,) = gpxpy.parse(gpx.written(found, found.routes[0])).routes
    assert len(route.points) == 5
    assert (route.points[0].latitude, route.points[-1].longitude) == (30.67, 104.07)


def test_the_calendar_is_the_same_each_time_and_holds_each_visit(found: sheet.Sheet) -> None:
    content = calendar.written(found, found.routes[0])
    assert content == calendar.written(found, found.routes[0])
    events = Calendar.from_ical(content).walk("VEVENT")
    assert [event.decoded("dtstart") for event in events] == [
        stop.starts_at for stop in found.routes[0].stops
    ]


def test_the_page_asks_no_network_and_speaks_both_languages(found: sheet.Sheet) -> None:
    text = page.written(found)
    assert "http" not in text
    assert "<script" not in text
    assert "外访计划" in text
    assert "Visit plan" in text


def test_the_page_lets_no_markup_through(found: sheet.Sheet) -> None:
    text = page.written(found)
    assert "<b>7</b>" not in text
    assert "&lt;b&gt;7&lt;/b&gt;" in text


def test_the_page_says_why_a_stop_is_unserved(found: sheet.Sheet) -> None:
    text = page.written(found)
    assert "位置不确定" in text
    assert "place uncertain" in text


def test_the_map_is_well_formed_and_draws_every_stop(found: sheet.Sheet) -> None:
    root = ElementTree.fromstring(drawing.svg(found, "map"))  # Our own text.
    assert len(root.findall("polyline")) == 1
    assert len(root.findall("circle")) == 4
    numbers = {text.text for text in root.findall("text")}
    assert {"1", "2", "3"} <= numbers


def test_a_plan_without_anything_still_gives_a_page(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    empty = sheet.of_plan(session, a_proposed_plan(session, admin))
    assert "<svg" in page.written(empty)
    assert json.loads(geojson.written(empty))["features"] == []
