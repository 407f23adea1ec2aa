"""Every page for keyboard and screen reader: the public checks of axe find nothing to mend."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page

from tests.browser.handheld import OVERFLOW
from tests.builders.rooms import address_of, pages_of
from tests.builders.worlds import World

AXE = Path(__file__).parents[1] / "processes/clients/node_modules/axe-core/axe.min.js"
LOOKS = [("phone", "zh-CN", "light"), ("desk", "en", "dark")]
ROLES = ["agent", "counsel", "compliance", "dispatcher", "admin"]
_ASK = """async () => (await axe.run({resultTypes: ["violations"]})).violations
    .map(one => `${one.id}: ${one.nodes.map(node => node.target.join(" ")).join(", ")}`)"""


@pytest.fixture(scope="module")
def axe() -> str:
    """The checks, as npm installed them; without them the tests are skipped, and fail on CI."""
    if not AXE.exists():
        reason = "axe-core is not installed; make test installs it where npm is"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return AXE.read_text()


@pytest.mark.parametrize(("size", "language", "scheme"), LOOKS)
@pytest.mark.parametrize("role", ROLES)
def test_nothing_on_any_page_hinders_a_reader(
    role: str,
    size: str,
    language: str,
    scheme: str,
    enters: Callable[..., Page],
    live: tuple[str, World, Flask],
    axe: str,
) -> None:
    page = enters(role, size, language, scheme)
    found: dict[str, Any] = {}
    for one in _read_by(role):
        page.goto(address_of(one, live[1]))
        page.evaluate(axe)
        wrong = page.evaluate(_ASK)
        if page.evaluate(OVERFLOW) > 0:
            wrong.append("runs over the side")
        if wrong:
            found[one] = wrong
    assert not found


def _read_by(role: str) -> list[str]:
    """What this role reads and none before it: each page is looked at once."""
    before = {page for other in ROLES[: ROLES.index(role)] for page in pages_of(other)}
    return [page for page in pages_of(role) if page not in before]
