"""What people do on the pages, on a phone and at a desk, in both languages."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page

from tests.browser.handheld import OVERFLOW
from tests.builders.worlds import World

Opened = Callable[..., Page]
Live = tuple[str, World, Flask]
LOOKS = [("phone", "zh-CN"), ("desk", "en"), ("phone", "en"), ("desk", "zh-CN")]


def _fits(page: Page) -> None:
    assert page.evaluate(OVERFLOW) <= 0, page.url


@pytest.mark.parametrize(("size", "language"), LOOKS)
def test_the_dispatcher_sees_the_day_on_map_and_list(
    size: str, language: str, opened: Opened, live: Live
) -> None:
    page = opened("dispatcher", size, language)
    page.wait_for_url("**/board")
    page.wait_for_selector("[data-ready]")
    assert page.locator("ol.stops li").count() == 4
    assert page.locator("[data-block]").count() == 4
    assert page.locator("[data-waiting]").all_text_contents()[0].startswith("HT-100")
    for address in ("/board", "/board/week", "/imports", "/addresses", "/cases", "/holds"):
        page.goto(address)
        _fits(page)


@pytest.mark.parametrize(("size", "language"), LOOKS)
def test_counsel_reads_a_case_and_judges_its_flag(
    size: str, language: str, opened: Opened, live: Live
) -> None:
    _give_no_second_factor(live)
    page = opened("auditor", size, language)
    page.goto("/desk")
    _fits(page)
    page.click(".due h3 a")
    page.wait_for_url("**/cases/**")
    assert page.locator(".timeline li").count() >= 2
    assert page.locator("meter").count() == 3
    _fits(page)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_an_agent_works_a_visit_from_arriving_to_leaving(
    language: str, opened: Opened, live: Live
) -> None:
    page = opened("agent", "phone", language)
    page.wait_for_url("**/day")
    _fits(page)
    page.click(".dock a")
    page.check("[name=badge_shown]")
    page.check("[name=authorisation_shown]")
    page.check("[name=recorder_on]")
    _fits(page)
    page.click(".dock button")
    page.check("[name=outcome][value=no_answer]")
    _fits(page)
    page.click("details:has([name=capture][value=gallery]) summary")
    stored = page.locator("[data-upload]:has([name=capture][value=gallery])")
    stored.locator("[name=file]").set_input_files(
        {"name": "note.txt", "mimeType": "text/plain", "buffer": b"seen from the street"}
    )
    stored.locator("button").click()
    page.wait_for_selector(".items li")
    page.check("[name=outcome][value=no_answer]")
    page.click(".dock button")
    page.wait_for_selector("form.dock")
    _fits(page)
    page.click("form.dock button")
    page.wait_for_url("**/day")
    assert page.locator(".visits li.left").count() == 1


def test_big_targets_on_the_phone(opened: Opened, live: Live) -> None:
    page = opened("agent", "phone", "en")
    page.click(".dock a")
    for one in page.locator("button:visible, .button:visible, .choice:visible").all():
        box: Any = one.bounding_box()
        assert box["height"] >= 48


def _give_no_second_factor(live: Live) -> None:
    """Counsel needs a code; the auditor reads the same pages without one."""
    assert live[1].people["auditor"].otp_secret is None
