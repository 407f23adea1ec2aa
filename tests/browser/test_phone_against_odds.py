"""The phone when things go against it: the office changed its mind, an update, no way to send."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from fieldops.db import db
from fieldops.domain.permissions import Actor, Role
from fieldops.models import (
    Arrangement,
    DayChange,
    Device,
    DeviceEntry,
    Item,
    Plan,
    Promise,
    Visit,
)
from fieldops.services import visits
from fieldops.web import phone_shell
from tests.browser.handheld import MAIN, Handheld
from tests.builders.living import put_in_progress
from tests.builders.visits import START
from tests.builders.worlds import World
from tests.processes.service import eventually

Live = tuple[str, World, Flask]
API = "**/api/v1/**"


def _call_off(live: Live, visit: Visit) -> None:
    """The office withdraws the visit."""
    with live[2].app_context():
        session = db.session()
        office = Actor(visit.organisation_id, Role.DISPATCHER)
        visits.cancel(session, visit.id, "客户已还款", version=None, actor=office, now=START)
        session.commit()
        db.session.remove()


def _work_one_visit(phone: Handheld, visit: Visit) -> None:
    phone.at(START)
    phone.arrive(visit)
    phone.photo(visit)
    phone.answer(visit, "No answer")
    phone.record_and_leave(visit)


def _items(live: Live) -> int:
    """How many items the office has by now."""
    with live[2].app_context():
        found = db.session().scalar(select(func.count()).select_from(Item))
        db.session.remove()
    return found or 0


def _go_online(phone: Handheld) -> None:
    phone.at(START + timedelta(hours=1))
    phone.context.set_offline(False)
    phone.page.goto("/phone/#/kept")
    phone.tap(".dock .main:has-text('Send now')")


def test_a_visit_that_was_called_off_meanwhile_is_told_and_the_agent_says_which_is_right(
    handheld: Handheld, live: Live, day: list[Visit]
) -> None:
    phone, page = handheld, handheld.page
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    phone.context.set_offline(True)
    _work_one_visit(phone, day[0])
    _call_off(live, day[0])
    _go_online(phone)
    page.wait_for_selector(".band.bad:has-text('to look at')")
    page.goto(f"/phone/#/visit/{day[0].id}")
    told = page.locator('.notice.bad:has-text("Your account and the office\'s differ")')
    assert "客户已还款" in str(told.text_content())
    assert "Outcome" in str(told.text_content())
    page.click(".answer:has-text('It was as I wrote')")
    page.wait_for_selector(".notice.bad:has-text('Both are kept, and the office decides')")
    page.goto("/phone/#/kept")
    # What was taken there has gone out, whatever becomes of the visit.
    eventually(lambda: _items(live) == 2, "both files arrive")
    page.wait_for_selector(".waits", state="detached")
    with live[2].app_context():
        session = db.session()
        entries = session.scalars(select(DeviceEntry).order_by(DeviceEntry.sequence)).all()
        clashing = [one for one in entries if one.kind in ("arrive", "outcome", "leave")]
        assert {one.state for one in clashing} == {"conflict"}
        assert [one.body is not None for one in clashing] == [True] * 3
        assert session.get_one(Visit, day[0].id).state == "cancelled"


def test_an_update_is_told_and_taken_and_what_waits_is_sent_by_the_new_page(
    handheld: Handheld, live: Live, day: list[Visit], monkeypatch: pytest.MonkeyPatch
) -> None:
    phone, page = handheld, handheld.page
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.wait_for_selector(".visits")
    # The network is there, and the service takes nothing.
    phone.context.route(API, lambda route: route.abort())
    phone.at(START)
    phone.arrive(day[0])
    page.goto(f"/phone/#/visit/{day[0].id}/door/outcome")
    page.wait_for_selector(".answer:has-text('No answer')")
    monkeypatch.setattr(phone_shell, "version", lambda *_: "next-version")
    page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.update())")
    with page.expect_navigation():
        page.click(".band:has-text('A new version is ready')")
    page.wait_for_selector(".said:has-text('Nothing was lost; 1 wait to be sent')")
    page.wait_for_selector(".answer:has-text('No answer')")
    phone.context.unroute(API)
    _go_online(phone)
    page.wait_for_selector("main .good:has-text('Everything was received')")
    with live[2].app_context():
        session = db.session()
        # It was taken in: his partner is not there yet.
        assert session.get_one(Visit, day[0].id).state == "waiting"
        assert session.scalars(select(Device)).one().app_version == "next-version"


def test_what_will_not_go_out_is_carried_to_the_office_in_a_file(
    handheld: Handheld, live: Live, day: list[Visit], tmp_path: Path, enters: Any
) -> None:
    phone, page = handheld, handheld.page
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    phone.context.set_offline(True)
    _work_one_visit(phone, day[0])
    page.goto("/phone/#/kept")
    with page.expect_download() as saving:
        page.click("button:has-text('Save the rescue file')")
    file = tmp_path / "rescue.zip"
    saving.value.save_as(file)
    office = enters("dispatcher", "desk", "en")
    office.goto("/phones")
    for expected in ("done 3 · received 2", "known already 5"):
        office.set_input_files("[data-rescue] input", file)
        office.wait_for_selector(f"[data-told]:has-text('{expected}')")
    # The phone has a network after all: everything is known, and nothing is there twice.
    _go_online(phone)
    page.wait_for_selector("main .good:has-text('Everything was received')")
    with live[2].app_context():
        session = db.session()
        assert session.get_one(Visit, day[0].id).state == "left"
        assert session.get_one(Visit, day[0].id).arrived_at == START
        assert session.scalar(select(func.count()).select_from(DeviceEntry)) == 3
        assert session.scalar(select(func.count()).select_from(Item)) == 2


def test_instalments_are_shown_as_a_table_signed_and_received_as_one_entry(
    handheld: Handheld, live: Live, day: list[Visit]
) -> None:
    phone, page = handheld, handheld.page
    phone.at(START)
    phone.arrive(day[0])
    phone.answer(day[0], "Promise to pay")
    page.wait_for_selector("canvas.pad")
    page.fill("input[inputmode=decimal] >> nth=0", "1000")
    page.fill("input[type=date] >> nth=0", "2026-12-20")
    page.fill("input[inputmode=numeric]", "3")
    page.press("input[inputmode=numeric]", "Tab")
    page.wait_for_selector(".paper tr:nth-child(3)")
    assert "333.34" in str(page.locator(".paper tr:nth-child(3)").text_content())
    page.wait_for_selector(".paper .soft:has-text('Within what you may agree to')")
    box: Any = page.locator("canvas.pad").bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 70, steps=4)
    page.mouse.up()
    page.click(MAIN)
    page.wait_for_selector(".answer:has-text('Partly')")
    phone.pass_over()
    phone.record_and_leave(day[0])
    _go_online(phone)
    page.wait_for_selector("main .good:has-text('Everything was received')")
    with live[2].app_context():
        session = db.session()
        row = session.scalars(select(Arrangement)).one()
        assert (row.state, row.count) == ("agreed", 3)
        days = session.scalars(select(Promise.due_on).order_by(Promise.number))
        assert [one.isoformat() for one in days] == ["2026-12-20", "2027-01-20", "2027-02-20"]
        assert session.scalar(select(func.count()).select_from(Item)) == 1


def test_who_is_late_says_so_at_once_or_is_told_to_telephone(
    handheld: Handheld, live: Live, day: list[Visit]
) -> None:
    phone, page = handheld, handheld.page
    with live[2].app_context():
        session = db.session()
        put_in_progress(session, session.get_one(Plan, day[0].plan_id))
        session.commit()
        db.session.remove()
    page.click(".dock .square")
    phone.context.set_offline(True)
    page.click(".answer:has-text('45 min')")
    page.check("input[value=way]")
    page.click(MAIN)
    page.wait_for_selector(".notice.bad:has-text('phone the office')")
    phone.context.set_offline(False)
    page.click(MAIN)
    page.wait_for_selector(".said:has-text('Visits that now miss their time: 0')")
    with live[2].app_context():
        session = db.session()
        told = session.scalars(select(DayChange)).one()
        assert (told.kind, told.reason) == ("delay", "the way could not be found")
        # The day has rolled forward.
        assert session.get_one(Visit, day[0].id).planned_start > day[0].planned_start
