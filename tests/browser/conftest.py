"""A live server with a small world, and a browser that looks at it in several sizes and tongues."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import Engine, select
from werkzeug.serving import make_server

from bench.serving import serving
from fieldops import clock, settings
from fieldops.app import create_app
from fieldops.db import db
from fieldops.domain.permissions import Actor, Role
from fieldops.models import Agent, Base, Organisation, Visit
from fieldops.services import organisations, sign_in
from fieldops.services.phones import enrolling
from fieldops.web.access import COOKIE
from tests.browser.handheld import MAIN, Handheld
from tests.builders.cases import a_case
from tests.builders.visits import START, a_visit
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


@pytest.fixture(scope="package")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    """A data directory in which a world stands; it is made once, and copied for each test."""
    home = tmp_path_factory.mktemp("furnished")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "wall_time", lambda: NOW)
        app = create_app(settings.load({}, data_dir=home, language="en"))
        with app.app_context():
            Base.metadata.create_all(db.engine)
            session = db.session()
            world = a_world(session, organisations.found(session, "Test agency", now=NOW))
            # What the tests read of the world must outlive its session.
            session.expunge_all()
            db.session.remove()
            db.engine.dispose()
    return home, world


@pytest.fixture
def live(
    furnished: tuple[Path, World], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[str, World, Flask]]:
    """A server on a free port, with a world of its own."""
    monkeypatch.setattr(clock, "wall_time", lambda: NOW)
    home, world = furnished
    data = shutil.copytree(home, tmp_path / "data")
    app = create_app(settings.load({}, data_dir=data, language="en"))
    app.extensions["fieldops"].publish = lambda: None
    with app.app_context():
        engine: Engine = db.engine
    server = make_server("127.0.0.1", 0, app, threaded=True)
    with serving(server):
        yield f"http://127.0.0.1:{server.server_port}", world, app
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


@pytest.fixture
def day(live: tuple[str, World, Flask]) -> list[Visit]:
    """Eight visits of one agent; the world has four of them."""
    _, world, app = live
    with app.app_context():
        session = db.session()
        house = session.get_one(Organisation, world.organisation.id)
        agents = session.scalars(select(Agent).order_by(Agent.code)).all()
        more = [
            a_visit(
                session, house, agent=agents[0], partner=agents[1], sequence=5 + n,
                case=a_case(session, house, number=f"HT-2{n}", lat=30.65, lon=104.05 + n / 100),
                start=START + timedelta(minutes=60 + 10 * n),
            )
            for n in range(4)
        ]  # fmt: skip
        session.commit()
        session.expunge_all()
        db.session.remove()
    return [*world.visits, *more]


@pytest.fixture
def handheld(
    browser: Browser,
    live: tuple[str, World, Flask],
    day: list[Visit],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Handheld]:
    """The agent's phone, enrolled by a code; what went wrong inside the page fails the test."""
    address, world, app = live
    context = browser.new_context(
        base_url=address, viewport=SIZES["phone"], locale="en", has_touch=True,
        timezone_id="Asia/Shanghai", geolocation={"latitude": 30.66, "longitude": 104.06},
        permissions=["geolocation", "camera", "microphone"],
    )  # fmt: skip
    context.clock.set_fixed_time(NOW)
    found = Handheld(
        context, lambda moment: monkeypatch.setattr(clock, "wall_time", lambda: moment)
    )
    with app.app_context():
        session = db.session()
        office = Actor(world.organisation.id, Role.DISPATCHER)
        code = enrolling.make_code(session, day[0].agent_id, actor=office, at=NOW).code
        session.commit()
        db.session.remove()
    found.page.fill("input.code", code.lower())
    found.tap(MAIN)
    found.page.wait_for_selector(".visits li:nth-child(8)")
    yield found
    context.close()
    assert not found.complaints
