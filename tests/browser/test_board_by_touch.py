"""Fingers on the board: a stop is taken by resting on it; who waits is put onto a running day."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from fieldops.db import db
from fieldops.domain.permissions import Actor, Role
from fieldops.models import Case, Organisation, Visit
from tests.builders.cases import a_case
from tests.builders.living import a_running_day
from tests.builders.worlds import World

Entered = Callable[..., Page]
Live = tuple[str, World, Flask]
Point = tuple[float, float]
FOCUS = (0x1D, 0x4E, 0xD8)


@pytest.fixture
def running(live: Live) -> str:
    """Two crews on their way, and one who waits near them."""
    _, world, app = live
    with app.app_context():
        session = db.session()
        organisation = session.get_one(Organisation, world.organisation.id)
        admin = Actor(organisation.id, Role.SYSTEM)
        plan = a_running_day(session, organisation, admin, crews=2, cases=14, prefix="B")
        a_case(session, organisation, number="URGENT-1", priority=1, lat=30.68, lon=104.07)
        session.commit()
        found = str(plan.id)
        db.session.remove()
    return found


class Finger:
    """One finger on the screen of a page."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._said = page.context.new_cdp_session(page)

    def _say(self, kind: str, at: Point | None) -> None:
        points = [] if at is None else [{"x": at[0], "y": at[1]}]
        self._said.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    @contextmanager
    def on(self, start: Point, *, rests: bool) -> Iterator[Callable[[Point], None]]:
        """Comes down, rests until something is taken, goes where it is told, and is lifted."""
        self._say("touchStart", start)
        if rests:
            expect(self._page.locator("body.moving")).to_have_count(1)
        here = start

        def go(end: Point) -> None:
            nonlocal here
            for step in range(1, 6):
                x, y = (a + (b - a) * step / 5 for a, b in zip(here, end, strict=True))
                self._say("touchMove", (x, y))
            here = end

        yield go
        self._say("touchEnd", None)


def _middle(one: Locator, dx: float = 0, dy: float = 0) -> Point:
    box = one.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2 + dx, box["y"] + box["height"] / 2 + dy


def _board(enters: Entered, running: str, size: str, **more: Any) -> Page:
    page = enters("dispatcher", size, "en", **more)
    page.set_default_timeout(10_000)
    page.goto(f"/board?day=2026-11-24&plan={running}")
    page.wait_for_selector("[data-ready]")
    return page


def _fits(page: Page) -> Locator:
    price = page.locator("[data-bubble][data-state=fits]")
    expect(price).to_contain_text("km")
    return price


def test_a_finger_that_rests_on_a_stop_moves_it_in_the_list_and_on_the_timeline(
    running: str, enters: Entered
) -> None:
    page = _board(enters, running, "phone", has_touch=True)
    finger = Finger(page)
    page.tap("[data-tab=plan]")
    other = page.locator("[data-crew]").nth(1)
    stop = page.locator("[data-route] [data-stop]").nth(1)

    with finger.on(_middle(stop), rests=False) as go:
        go(_middle(stop, dy=-160))
    assert page.locator("body.moving").count() == 0, "a finger that moves at once scrolls"
    page.locator(".routes .scrolls").evaluate("one => { one.scrollTop = 0; }")

    page.locator("[data-crew] summary").first.evaluate("one => one.scrollIntoView()")
    with finger.on(_middle(stop), rests=True) as go:
        beside = other.locator("[data-stop]").nth(1)
        beside.evaluate("one => one.scrollIntoView({ block: 'center' })")
        go(_middle(beside))
        _fits(page)
    expect(page.locator("[data-status]")).to_contain_text(" moved: ")

    page.tap("[data-tab=timeline]")
    rows = page.locator("[data-row]")
    block = rows.nth(1).locator("[data-block]").last
    block.scroll_into_view_if_needed()
    with finger.on(_middle(block), rests=True) as go:
        go(_middle(rows.first.locator("[data-block]").last, dx=10))
        _fits(page)
    expect(page.locator("[data-status]")).to_contain_text("moved")


def test_an_urgent_visit_is_carried_onto_a_running_route_with_its_price_before(
    running: str, enters: Entered, live: Live
) -> None:
    page = _board(enters, running, "phone", has_touch=True)
    finger = Finger(page)
    page.tap("[data-tab=pool]")
    card = page.locator("[data-waiting]", has_text="URGENT-1")
    with finger.on(_middle(card), rests=True) as go:
        tab = page.locator("[data-tab=plan]")
        go(_middle(tab))
        expect(tab).to_have_attribute("aria-selected", "true")
        best = page.locator("[data-routes] .best").first
        expect(best).to_contain_text("km")
        best.evaluate("one => one.scrollIntoView({ block: 'center' })")
        go(_middle(best))
        _fits(page)
        assert _visits(live, "URGENT-1") == 0, "nothing changes before it is dropped"
    expect(page.locator("[data-route]").get_by_text("URGENT-1")).to_be_visible()
    expect(page.locator("[data-bubble]")).to_be_hidden()
    assert _visits(live, "URGENT-1") == 1


def test_a_stop_is_taken_on_the_map_by_a_finger_that_rests_and_the_map_stays(
    running: str, enters: Entered
) -> None:
    page = _board(enters, running, "desk", has_touch=True)
    finger, lies = Finger(page), "document.querySelector('.leaflet-map-pane').style.transform"
    page.locator("[data-route] [data-stop]").nth(3).locator(".number-line").click()
    mark = _of_colour(page, FOCUS)
    before = page.evaluate(lies)
    with finger.on(mark, rests=True) as go:
        expect(page.locator("body.moving")).to_have_count(1)
        go((mark[0] + 60, mark[1] + 40))
        assert page.evaluate(lies) == before
    expect(page.locator("body.moving")).to_have_count(0)
    with finger.on(mark, rests=False) as go:
        go((mark[0] + 60, mark[1] + 40))
        assert page.evaluate(lies) != before


def _of_colour(page: Page, colour: tuple[int, int, int]) -> Point:
    """The middle of what has this colour on the map."""
    box = page.locator("[data-leaf]").bounding_box()
    assert box is not None
    shot = Image.open(BytesIO(page.screenshot(clip=box))).convert("RGB")
    pixels = shot.load()
    assert pixels is not None
    found = [
        (x, y) for x in range(shot.width) for y in range(shot.height) if pixels[x, y] == colour
    ]
    return tuple(  # type: ignore[return-value]  # Two of them.
        edge + (min(one) + max(one)) / 2
        for edge, one in zip((box["x"], box["y"]), zip(*found, strict=True), strict=True)
    )


def _visits(live: Live, number: str) -> int:
    with live[2].app_context():
        query = select(Visit).join(Visit.case).where(Case.number == number)
        found = len(db.session().scalars(query).all())
        db.session.remove()
    return found
