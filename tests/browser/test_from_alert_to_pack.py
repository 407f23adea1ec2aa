"""Counsel goes from an alert to a verified pack in few clicks."""

from collections.abc import Callable

from playwright.sync_api import Page
from sqlalchemy import select

from evidence.custody.verify.words import CLAIMS
from fieldops.db import db
from fieldops.domain import alerting
from fieldops.jobs import publishing
from fieldops.models import Flag, Pack
from fieldops.services import notices
from tests.browser.handheld import OVERFLOW
from tests.browser.test_disclosure_pages import Live, as_counsel, handed_in
from tests.conftest import NOW
from tests.services.evidence.test_packs import needs_font

Opened = Callable[..., Page]
MOST_CLICKS = 6
CLICKS = "addEventListener('click', (one) => { if (one.isTrusted) sessionStorage.clicks = 1 + +(sessionStorage.clicks || 0); }, true)"  # noqa: E501  # One line of script.


def _told(live: Live) -> None:
    """Counsel is told of the world's flag."""
    _, world, app = live
    with app.app_context():
        session = db.session()
        flag = session.get_one(Flag, world.flag.id)
        told = notices.Told(flag, "1", alerting.RAISED)
        notices.of_flags(session, flag.organisation_id, [told], now=NOW)
        session.commit()
        db.session.remove()


def _work(live: Live) -> None:
    """What a worker does meanwhile."""
    app = live[2]
    with app.app_context():
        publishing.publish(app.extensions["fieldops"], inline=True)
        db.session.remove()


@needs_font
def test_from_an_alert_to_a_verified_pack(opened: Opened, live: Live) -> None:
    handed_in(live)
    _told(live)
    page = opened("auditor", "desk", "en")
    as_counsel(page, live)
    page.add_init_script(CLICKS)
    page.goto("/desk")
    page.click(".due .acts a")
    page.wait_for_url("**/cases/**")
    flag = page.locator(f"#flag-{live[1].flag.id}")
    flag.locator(".choice").first.click()
    flag.locator("textarea").fill("The new occupant was met at the door.")
    flag.locator("form.review-form button").click()
    page.locator(".badge.confirmed").wait_for()
    page.click(".acts a[href$='/basket']")
    page.locator("[data-draw] input[name=purpose]").fill("Suit")
    page.click("[data-draw] button")
    page.wait_for_url("**/packs")
    _work(live)
    page.wait_for_selector(".claims .holds")
    assert page.locator(".claims .holds").count() == len(CLAIMS) - 1  # No receipt was given.
    assert page.locator(".claims .fails").count() == 0
    assert page.evaluate("+sessionStorage.clicks") <= MOST_CLICKS
    assert page.evaluate(OVERFLOW) <= 0
    with live[2].app_context():
        assert db.session().scalars(select(Pack)).one().summary["ok"]
        db.session.remove()
