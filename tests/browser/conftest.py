"""A live server with a small world, and a browser that looks at it in several sizes and tongues."""

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import Engine
from werkzeug.serving import make_server

from fieldops import clock, settings
from fieldops.app import create_app
from fieldops.db import db
from fieldops.models import Base
from fieldops.services import organisations, sign_in
from fieldops.web.access import COOKIE
from tests.builders.worlds import PASSWORD, World, a_world
from tests.conftest import NOW

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # A camera that shows a pacman and a microphone that beeps.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
SIZES = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1440, "height": 900}}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium; without one the tests are skipped, and fail on CI."""
    if not CHROMIUM.exists():
        reason = f"there is no {CHROMIUM}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as tool:
        found = tool.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture
def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, World, Flask]]:
    """A server on a free port, with a world of its own."""
    monkeypatch.setattr(clock, "wall_time", lambda: NOW)
    app = create_app(settings.load({}, data_dir=tmp_path, language="en"))
    app.extensions["fieldops"].publish = lambda: None
    with app.app_context():
        Base.metadata.create_all(db.engine)
        session = db.session()
        world = a_world(session, organisations.found(session, "Test agency", now=NOW))
        # What the tests read of the world must outlive its session.
        session.expunge_all()
        engine: Engine = db.engine
        db.session.remove()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", world, app
    server.shutdown()
    thread.join()
    server.server_close()
    engine.dispose()


@pytest.fixture
def enters(browser: Browser, live: tuple[str, World, Flask]) -> Iterator[Callable[..., Page]]:
    """A window of somebody whose sign-in lies behind him: `enters("counsel", "desk", "en")`.

    What else a window may be, such as one that is touched, follows as Playwright names it.
    """
    address, world, app = live
    contexts: list[Any] = []

    def make(role: str, size: str, language: str, scheme: str = "light", **more: Any) -> Page:
        settings = app.extensions["fieldops"].settings
        with app.app_context():
            token = sign_in.open_page_session(
                db.session(), world.people[role], settings=settings, now=NOW
            )
            db.session.commit()
            db.session.remove()
        context = browser.new_context(
            base_url=address,
            viewport=SIZES[size],  # type: ignore[arg-type]  # A plain dict of its two keys.
            locale=language,
            color_scheme="dark" if scheme == "dark" else "light",
            **more,
        )
        contexts.append(context)
        cookies = {"fieldops_language": language, COOKIE: token}
        context.add_cookies(
            [{"name": name, "value": value, "url": address} for name, value in cookies.items()]
        )
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def opened(browser: Browser, live: tuple[str, World, Flask]) -> Iterator[Callable[..., Page]]:
    """A browser window signed in: `opened("counsel", "phone", "zh-CN")`; complaints fail."""
    complaints: list[str] = []
    contexts: list[Any] = []

    def make(role: str, size: str, language: str) -> Page:
        address, world, _ = live
        context = browser.new_context(
            base_url=address,
            viewport=SIZES[size],  # type: ignore[arg-type]  # A plain dict of its two keys.
            locale=language,
            timezone_id="Asia/Shanghai",
            geolocation={"latitude": 30.66, "longitude": 104.06, "accuracy": 12},
            permissions=["geolocation"],
        )
        contexts.append(context)
        context.add_cookies([{"name": "fieldops_language", "value": language, "url": address}])
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)  # fmt: skip  # noqa: E501  # One line reads best.
        page.on("pageerror", lambda wrong: complaints.append(str(wrong)))
        page.goto("/sign-in")
        page.fill("[name=username]", world.people[role].username)
        page.fill("[name=password]", PASSWORD)
        page.click("button.main")
        return page

    yield make
    for context in contexts:
        context.close()
    assert not complaints
