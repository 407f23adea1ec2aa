"""Where a page lies: each has its place, and says so in the navigation and in the trail."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from fieldops.web.places import PLACES
from tests.builders.worlds import World
from tests.web.conftest import Reader

TEMPLATES = Path(__file__).resolve().parents[2] / "fieldops" / "web" / "templates"
# Pages of no room: the sign-in, one's own account, faults, and what is told before one trusts us.
NOWHERE = {"sign_in.html", "my_account.html", "fault.html", "trust.html"}


def _trail(text: str) -> list[str]:
    found = re.search(r'<nav class="trail".*?</nav>', text, re.DOTALL)
    assert found
    return re.findall(r"<(?:a|span)[^>]*>([^<]+)<", found[0])


def test_every_page_has_its_place() -> None:
    framed = {
        path.name
        for path in TEMPLATES.glob("*.html")
        if '{% extends "frame.html"' in path.read_text("utf-8")
    }
    assert framed - NOWHERE - {"fault.html"} == set(PLACES)


def test_every_place_leads_to_a_page_that_is_there(configured_app: Flask) -> None:
    endpoints = {place.endpoint for place in PLACES.values() if place.endpoint}
    assert endpoints <= set(configured_app.view_functions)


@pytest.mark.parametrize(
    ("page", "steps"),
    [
        ("/cases/{case}", ["Casework", "Cases", "HT-001"]),
        ("/cases/{case}/timeline", ["Casework", "Cases", "HT-001", "Timeline"]),
        ("/overrides", ["Rights", "Holds", "Overrides"]),
    ],
)
def test_a_page_below_a_room_says_how_one_comes_to_it(
    page: str, steps: list[str], world: World, reads: Callable[[str], Reader]
) -> None:
    text = reads("counsel").get(page.format(case=world.case.id)).text
    assert _trail(text) == steps
    assert text.count('aria-current="page">') >= 1


def test_the_room_of_a_page_stands_out_in_the_navigation(
    world: World, reads: Callable[[str], Reader]
) -> None:
    text = reads("counsel").get(f"/cases/{world.case.id}/timeline").text
    assert 'href="/cases" aria-current="true"' in text
    assert re.search(r'class="here">Casework <span>Cases</span>', text)
    assert 'href="/cases" aria-current="page"' in reads("counsel").get("/cases").text


def test_a_form_that_comes_back_lies_where_its_page_lies(
    world: World, reads: Callable[[str], Reader]
) -> None:
    account = world.people["counsel"]
    answer = reads("admin").post(f"/admin/people/{account.id}/role", role="nothing")
    assert answer.status_code == 422
    assert _trail(answer.text)[-2:] == ["Administration", account.name]


def test_who_has_one_room_is_told_no_wing(world: World, reads: Callable[[str], Reader]) -> None:
    text = reads("agent").get(f"/visits/{world.visits[0].id}").text
    assert _trail(text) == ["My day", "HT-001"]
