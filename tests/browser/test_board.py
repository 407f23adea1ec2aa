"""A dispatcher's morning on the board: a drag with its price, then two agents call in sick."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from fieldops.db import db
from fieldops.domain.permissions import Actor, Role
from fieldops.models import DayChange, Organisation, Shift, Visit
from tests.builders.living import a_running_day
from tests.builders.worlds import World

Opened = Callable[..., Page]
Live = tuple[str, World, Flask]


@pytest.fixture
def running(live: Live) -> str:
    """Two crews on their way with fourteen visits, beside what the world has."""
    _, world, app = live
    with app.app_context():
        session = db.session()
        organisation = session.get_one(Organisation, world.organisation.id)
        admin = Actor(organisation.id, Role.SYSTEM)
        plan = a_running_day(session, organisation, admin, crews=2, cases=14, prefix="B")
        found = str(plan.id)
        db.session.remove()
    return found


def _in_database(app: Flask, ask: Callable[[Any], Any]) -> Any:
    with app.app_context():
        found = ask(db.session())
        db.session.remove()
    return found


def test_a_stop_is_dragged_with_its_price_and_the_day_goes_on_without_two_agents(
    running: str, opened: Opened, live: Live
) -> None:
    page, app = opened("dispatcher", "desk", "en"), live[2]
    page.goto(f"/board?day=2026-11-24&plan={running}")
    page.wait_for_selector("[data-ready]")
    assert page.evaluate("document.documentElement.scrollHeight") <= 900
    assert page.locator("[data-crew]").count() == 2

    # The first one is where the crew is going now; it stays.
    stop = page.locator("[data-route] [data-stop]").nth(1)
    number = stop.locator(".number-line").inner_text()
    onto = page.locator("[data-crew]").nth(1)
    _drag(page, stop, page.locator("[data-row]").nth(1).locator("[data-block]").last)
    price = page.locator("[data-bubble][data-state=fits]")
    expect(price).to_contain_text("km")
    expect(price).to_contain_text("min of travel")
    assert onto.get_by_text(number).count() == 0, "nothing changes before it is dropped"
    page.mouse.up()
    expect(onto.get_by_text(number)).to_be_visible()
    expect(page.locator("[data-status]")).to_contain_text(f"{number} moved")

    page.locator("[data-tools] summary").click()
    for code in ("(B1)", "(B2)"):
        page.locator("[data-replan] .choice", has_text=code).click()
    page.fill("[data-replan] [name=reason]", "both called in sick")
    page.click("[data-replan] button")
    proposed = page.locator("#proposed")
    expect(proposed).to_be_visible()
    assert page.locator("section.rest .stops li").count() > 0
    page.locator("section.rest button.main").click()
    expect(proposed).to_be_hidden()
    page.wait_for_selector("[data-ready]")

    def asked(session: Any) -> tuple[int, str, int]:
        absent = session.scalar(select(func.count()).where(Shift.absent_reason.is_not(None)))
        last = session.scalars(select(DayChange).order_by(DayChange.id.desc())).first()
        gone = select(Shift.agent_id).where(Shift.absent_reason.is_not(None))
        left = session.scalar(
            select(func.count()).where(
                Visit.state == "planned",
                Visit.agent_id.in_(gone),
                Visit.day == last.applied_at.date(),
            )
        )
        return absent, last.state, left

    assert _in_database(app, asked) == (2, "applied", 0)


def _drag(page: Page, stop: Any, onto: Any) -> None:
    """Press on a stop in the list and move behind a block of the timeline, without letting go."""
    start, end = stop.bounding_box(), onto.bounding_box()
    page.mouse.move(start["x"] + 150, start["y"] + 12)
    page.mouse.down()
    page.mouse.move(start["x"] + 150, start["y"] + 20)
    page.mouse.move(end["x"] + end["width"] - 2, end["y"] + 4)


def test_a_stop_is_moved_with_the_keys_alone_and_put_back(
    running: str, opened: Opened, live: Live
) -> None:
    page = opened("dispatcher", "desk", "zh-CN")
    page.goto(f"/board?day=2026-11-24&plan={running}")
    page.wait_for_selector("[data-ready]")
    handle = page.locator("[data-handle]").nth(1)
    number = page.locator("[data-stop] .number-line").nth(1).inner_text()
    handle.press("Enter")
    handle.press("ArrowRight")
    expect(page.locator("[data-bubble][data-state=fits]")).to_contain_text("公里")
    handle.press("Enter")
    expect(page.locator("[data-crew]").nth(1).get_by_text(number)).to_be_visible()
    page.locator("[data-status] button").click()
    expect(page.locator("[data-crew]").first.get_by_text(number)).to_be_visible()
