"""The agent's day on a phone: mostly offline, twice killed, and nothing lost or doubled."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import func, select

from fieldops import clock
from fieldops.db import db
from fieldops.domain.permissions import Actor, Role
from fieldops.models import (
    Agent,
    Alarm,
    Arrival,
    Device,
    DeviceEntry,
    Hold,
    Item,
    Organisation,
    Payment,
    Promise,
    Visit,
)
from fieldops.services.phones import enrolling, revoking
from tests.browser.conftest import OVERFLOW, SIZES
from tests.builders.cases import a_case
from tests.builders.visits import START, a_visit
from tests.builders.worlds import World
from tests.conftest import NOW

Live = tuple[str, World, Flask]
MAIN = ".dock .main"
MINUTES = 13


class Handheld:
    """One phone in one hand: its browser, its clock and the service's, and what it is used for."""

    def __init__(self, context: BrowserContext, set_clock: Callable[[datetime], None]) -> None:
        self.context = context
        self.set_clock = set_clock
        self.complaints: list[str] = []
        self.page = self.opened("/phone/")

    def opened(self, address: str) -> Page:
        """A tab that is opened, as after the browser was killed."""
        page = self.context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda wrong: self.complaints.append(str(wrong)))
        page.goto(address)
        return page

    def at(self, moment: datetime) -> None:
        """Turn the clocks of the phone and of the service."""
        self.set_clock(moment)
        self.context.clock.set_fixed_time(moment)

    def kill(self, address: str) -> None:
        """Kill the tab without a word, and open the page again."""
        self.page.close(run_before_unload=False)
        self.page = self.opened(address)

    def tap(self, selector: str) -> None:
        self.page.click(selector)

    def arrive(self, visit: Visit) -> None:
        """Stand at the door, badge shown, authorisation shown, recorder on."""
        self.page.goto(f"/phone/#/visit/{visit.id}/arrive")
        self.page.wait_for_selector(".place-state .good")
        for box in self.page.locator("main .choice input").all():
            box.check()
        assert self.page.evaluate(OVERFLOW) <= 0
        self.tap(MAIN)
        self.page.wait_for_selector(".countdown")

    def hold_sos(self) -> None:
        """Hold the red button until it fires."""
        box: Any = self.page.locator(".sos").bounding_box()
        self.page.mouse.move(box["x"] + 20, box["y"] + 20)
        self.page.mouse.down()
        self.page.wait_for_url("**/#/help")
        self.page.mouse.up()

    def photo(self, visit: Visit) -> None:
        """Take one photo in the page's own camera."""
        self.page.goto(f"/phone/#/visit/{visit.id}/camera/photo")
        self.tap(".shutter")
        self.page.wait_for_selector("main p:has-text('SHA-256')")

    def answer(self, visit: Visit, outcome: str) -> None:
        """Say what happened and leave open whatever may be left open."""
        self.page.goto(f"/phone/#/visit/{visit.id}/door/outcome")
        self.tap(f".answer:has-text('{outcome}')")
        self.page.wait_for_selector("h2:has-text('What happened?')", state="detached")
        self.pass_over()

    def pass_over(self) -> None:
        """Leave questions open until one must be answered, or all were asked."""
        while True:
            asked = self.page.locator(".bar h1").text_content()
            if asked == "Check" or not self.page.locator(".dock button:not(.main)").count():
                return
            self.tap(".dock button:not(.main)")
            self.page.wait_for_selector(f".bar h1:not(:text-is('{asked}'))")

    def record_and_leave(self, visit: Visit) -> None:
        """Record what was answered, and leave the door."""
        self.page.wait_for_selector(".review-lines")
        self.tap(MAIN)
        self.page.wait_for_selector(".review-lines", state="detached")
        self.page.goto(f"/phone/#/visit/{visit.id}")
        self.tap(".dock button.main:has-text('Leave')")
        self.page.wait_for_selector(".visits")


@pytest.fixture
def day(live: Live) -> list[Visit]:
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
    browser: Browser, live: Live, day: list[Visit], monkeypatch: pytest.MonkeyPatch
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


def test_a_day_mostly_offline_and_twice_killed_arrives_once(
    handheld: Handheld, live: Live, day: list[Visit]
) -> None:
    phone = handheld
    phone.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    _work_two_visits_online(phone, day)
    phone.context.set_offline(True)
    _work_six_visits_offline(phone, day)
    phone.page.goto("/phone/#/kept")
    assert phone.page.locator(".waits").count() >= 6
    phone.at(START + timedelta(hours=2))
    phone.context.set_offline(False)
    phone.tap(MAIN)
    phone.page.wait_for_selector("main .good:has-text('Everything was received')", timeout=20_000)
    assert not phone.page.locator(".band.bad").count()
    _, _, app = live
    with app.app_context():
        _everything_is_there_once(day)


def _work_two_visits_online(phone: Handheld, day: list[Visit]) -> None:
    for n, visit in enumerate(day[:2]):
        phone.at(START + timedelta(minutes=MINUTES * n))
        phone.arrive(visit)
        phone.photo(visit)
        phone.answer(visit, "No answer")
        phone.record_and_leave(visit)


def _work_six_visits_offline(phone: Handheld, day: list[Visit]) -> None:
    for n, visit in enumerate(day[2:], 2):
        phone.at(START + timedelta(minutes=MINUTES * n))
        phone.arrive(visit)
        if n == 3:
            _promise(phone, visit)
        elif n == 5:
            _payment(phone, visit)
        else:
            phone.photo(visit)
            phone.answer(visit, "No answer")
            phone.record_and_leave(visit)


def _promise(phone: Handheld, visit: Visit) -> None:
    """Killed in the middle of the questions: it goes on where it was, and the debtor signs."""
    phone.answer(visit, "Promise to pay")
    assert "What was promised?" in str(phone.page.locator("main h2").text_content())
    phone.kill(f"/phone/#/visit/{visit.id}/door")
    phone.page.wait_for_selector("canvas.pad")
    phone.page.fill("input[inputmode=decimal]", "1200.50")
    phone.page.fill("input[type=date]", "2026-12-20")
    box: Any = phone.page.locator("canvas.pad").bounding_box()
    phone.page.mouse.move(box["x"] + 20, box["y"] + 40)
    phone.page.mouse.down()
    phone.page.mouse.move(box["x"] + 120, box["y"] + 70, steps=4)
    phone.page.mouse.up()
    phone.tap(MAIN)
    phone.page.wait_for_selector(".answer:has-text('Partly')")
    phone.pass_over()
    phone.record_and_leave(visit)


def _payment(phone: Handheld, visit: Visit) -> None:
    """Killed while sound is being recorded: what was recorded is there; then money is received."""
    phone.page.goto(f"/phone/#/visit/{visit.id}/camera/audio")
    phone.page.wait_for_selector(".listening")
    phone.tap(".shutter")
    phone.page.wait_for_selector("main p:has-text('Recording –')")
    phone.kill(f"/phone/#/visit/{visit.id}")
    phone.page.wait_for_selector(".items li:has-text('Sound')")
    phone.page.goto(f"/phone/#/visit/{visit.id}/said")
    phone.tap(".answer.urgent")
    phone.page.wait_for_selector(".plain li")
    phone.answer(visit, "Payment")
    phone.page.fill("input[inputmode=decimal]", "300")
    phone.page.check("input[value=wechat]")
    phone.tap(MAIN)
    phone.page.wait_for_selector(".answer:has-text('Partly')")
    phone.pass_over()
    phone.record_and_leave(visit)


def _everything_is_there_once(day: list[Visit]) -> None:
    session = db.session()
    entries = session.scalars(select(DeviceEntry).order_by(DeviceEntry.sequence)).all()
    assert [one.sequence for one in entries] == list(range(1, 3 * len(day) + 2))
    assert {one.state for one in entries} == {"applied"}
    assert session.scalars(select(Device)).one().decided_through == len(entries)
    for n, visit in enumerate(day):
        found = session.get_one(Visit, visit.id)
        assert found.state == "left"
        # At its own time, not when it came in.
        assert found.arrived_at == START + timedelta(minutes=MINUTES * n)
    assert session.scalar(select(func.count()).select_from(Arrival)) == len(day)
    # Six photos, each with a stamped copy, one signed offer, one sound: each came, and came once.
    items = session.scalars(select(Item)).all()
    assert len(items) == len({one.filename for one in items}) == 6 * 2 + 2
    assert sorted(one.capture for one in items).count("camera") == 6
    assert session.scalars(select(Promise)).one().visit_id == day[3].id
    assert session.scalars(select(Payment)).one().visit_id == day[5].id
    vulnerable = select(func.count()).select_from(Hold).where(Hold.kind == "vulnerable")
    assert session.scalar(vulnerable) == 1


def test_a_hold_that_came_meanwhile_stops_the_arrival_before_it_is_made(
    handheld: Handheld, live: Live, day: list[Visit]
) -> None:
    page = handheld.page
    page.goto(f"/phone/#/visit/{day[0].id}")
    page.wait_for_selector(".dock .main:has-text('I have arrived')")
    with live[2].app_context():
        session = db.session()
        session.add(
            Hold(
                organisation_id=day[0].organisation_id, kind="dispute", scope="debt",
                case_id=day[0].case_id, starts_at=NOW, reason="金额有争议", placed_at=NOW,
            )
        )  # fmt: skip
        session.commit()
        db.session.remove()
    page.goto("/phone/#/kept")
    handheld.tap(".dock .main:has-text('Send now')")
    page.goto(f"/phone/#/visit/{day[0].id}/arrive")
    page.wait_for_selector(".dock-words")
    assert page.locator(".notice.bad:has-text('Dispute')").count() == 1
    assert page.locator(".dock .main").count() == 0


def test_a_call_for_help_waits_for_the_network_and_a_revoked_phone_forgets_everything(
    handheld: Handheld, live: Live, day: list[Visit]
) -> None:
    page, context = handheld.page, handheld.context
    context.set_offline(True)
    handheld.hold_sos()
    page.wait_for_selector(".notice.bad:has-text('has not gone out')")
    context.set_offline(False)
    page.wait_for_selector(".notice.warn:has-text('The office has your call')")
    with live[2].app_context():
        session = db.session()
        assert session.scalar(select(func.count()).select_from(Alarm)) == 1
        device = session.scalars(select(Device)).one()
        office = Actor(device.organisation_id, Role.DISPATCHER)
        revoking.revoke(session, device.id, "lost", actor=office, at=NOW)
        session.commit()
        db.session.remove()
    page.goto("/phone/#/kept")
    handheld.tap(".dock .main:has-text('Send now')")
    page.wait_for_selector(".notice.bad:has-text('ended this phone')")
    kept = page.evaluate(
        "async () => { const { db } = await import('/static/phone/store.js');"
        " return Promise.all(db.tables.map((one) => one.count())); }"
    )
    assert kept == [0] * len(kept)
