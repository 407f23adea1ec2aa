"""Counsel orders the basket and covers a face, on a phone and at a desk."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import select

from fieldops.db import db
from fieldops.domain.permissions import Actor, Role
from fieldops.models import CaseBasket, Item, Redaction, Visit
from fieldops.services import sign_in
from tests.browser.handheld import OVERFLOW
from tests.builders.evidence import a_photo, a_scene, an_item
from tests.builders.worlds import World
from tests.conftest import NOW

Opened = Callable[..., Page]
Live = tuple[str, World, Flask]


def handed_in(live: Live) -> list[Item]:
    """Two photos at the world's first visit."""
    _, world, app = live
    agent = world.people["agent"]
    actor = Actor(agent.organisation_id, Role.AGENT, agent.id, agent.agent_id)
    with app.app_context():
        session = db.session()
        visit = session.get_one(Visit, world.visits[0].id)
        scenes = [a_photo(scene=a_scene(seed, (320, 240))) for seed in (1, 2)]
        items = [an_item(session, visit, actor=actor, data=data) for data in scenes]
        session.refresh(items[0])
        session.expunge_all()
        db.session.remove()
    return items


def as_counsel(page: Page, live: Live) -> None:
    """Counsel needs a code to sign in; the session is opened here instead."""
    address, world, app = live
    with app.app_context():
        loaded = app.extensions["fieldops"].settings
        token = sign_in.open_page_session(
            db.session(), world.people["counsel"], settings=loaded, now=NOW
        )
        db.session.commit()
        db.session.remove()
    page.context.add_cookies([{"name": "fieldops_page", "value": token, "url": address}])


@pytest.mark.parametrize(("size", "language"), [("phone", "zh-CN"), ("desk", "en")])
def test_the_order_and_what_is_left_out_are_kept(
    size: str, language: str, opened: Opened, live: Live
) -> None:
    items = handed_in(live)
    page = opened("dispatcher", size, language)
    as_counsel(page, live)
    page.goto(f"/cases/{live[1].visits[0].case_id}/basket")
    page.locator("[data-down]").first.click()
    page.locator("[data-decision]").nth(1).select_option("third-person")
    assert page.evaluate(OVERFLOW) <= 0
    assert page.locator("[data-draw] button").is_disabled()
    page.click("[data-basket] button.main")
    page.wait_for_url("**profile=court")
    with live[2].app_context():
        lines = db.session().scalars(select(CaseBasket)).one().contents["lines"]
        db.session.remove()
    assert [(line["item"], line["reason"]) for line in lines] == [
        (str(items[1].id), None), (str(items[0].id), "third-person"),
    ]  # fmt: skip


@pytest.mark.parametrize(("size", "language"), [("phone", "en"), ("desk", "zh-CN")])
def test_a_face_is_covered_seen_and_the_copy_used(
    size: str, language: str, opened: Opened, live: Live
) -> None:
    item = handed_in(live)[0]
    page = opened("dispatcher", size, language)
    as_counsel(page, live)
    page.goto(f"/items/{item.id}/redact")
    page.wait_for_load_state("networkidle")
    frame = page.locator("[data-sheet]").bounding_box()
    assert frame is not None
    page.mouse.move(frame["x"] + 10, frame["y"] + 10)
    page.mouse.down()
    page.mouse.move(frame["x"] + 100, frame["y"] + 80, steps=4)
    page.mouse.up()
    page.click("[data-make]")
    assert page.locator("[data-status]").inner_text()
    page.locator("[data-why]").fill("third person")
    page.click("[data-make]")
    page.locator("main details summary").first.scroll_into_view_if_needed()
    with page.expect_response("**/content") as shown:
        page.locator("main details summary").first.click()
        page.locator("img.seen").scroll_into_view_if_needed()
    assert shown.value.ok
    assert page.evaluate(OVERFLOW) <= 0
    page.click("button[name=use]")
    page.wait_for_selector(".badge.reviewed")
    with live[2].app_context():
        copy = db.session().scalars(select(Redaction)).one()
        assert copy.state == "reviewed"
        assert copy.told["masks"][0].startswith("face ")
        db.session.remove()
