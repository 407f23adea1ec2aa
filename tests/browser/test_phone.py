"""The agent's day on a phone: mostly offline, twice killed, and nothing lost or doubled."""

from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from fieldops.db import db
from fieldops.domain.permissions import Actor, Role
from fieldops.models import (
    Alarm,
    Arrival,
    Device,
    DeviceEntry,
    Hold,
    Item,
    Payment,
    Promise,
    Visit,
)
from fieldops.services.phones import revoking
from tests.browser.handheld import MAIN, Handheld
from tests.builders.visits import START
from tests.builders.worlds import World
from tests.conftest import NOW

Live = tuple[str, World, Flask]
MINUTES = 13


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
    phone.page.wait_for_selector("main .good:has-text('Everything was received')", timeout=60_000)
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


_FULL = """(name) => { IDBObjectStore.prototype[name] = function () {
    throw new DOMException("no room", "QuotaExceededError"); }; }"""


def test_what_a_full_phone_cannot_keep_is_said_and_may_be_tried_again(
    handheld: Handheld, day: list[Visit]
) -> None:
    page = handheld.page
    page.goto(f"/phone/#/visit/{day[0].id}/said")
    page.evaluate("() => { window.room = IDBObjectStore.prototype.put; }")
    page.evaluate(_FULL, "put")
    page.click(".answer.urgent")
    page.wait_for_selector(".band.bad:has-text('This phone is full')")
    page.evaluate("() => { IDBObjectStore.prototype.put = window.room; }")
    page.click(".answer.urgent")
    page.wait_for_selector(".plain li:has-text('Vulnerable')")
    page.wait_for_selector(".band.bad", state="detached")
    handheld.complaints.clear()


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
