"""Waiting addresses are asked for once, and what was found is kept with its grade."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.locating import Grade, Outcome
from fieldops.domain.permissions import Actor
from fieldops.jobs import publishing
from fieldops.models import Address, GeocoderAnswer, Import, JobRun
from fieldops.services import locating
from tests.builders.cases import NOW
from tests.services.intake.files import a_line, take_cases
from tests.services.locating.fakes import NOWHERE, FakeGeocoder, ambiguous, located

NO_POSITION = {"经度": "", "纬度": "", "坐标系": ""}


def _take(session: Session, admin: Actor, *texts: str) -> Import:
    lines = [
        a_line(案件编号=f"C-{number}", 地址=text, **NO_POSITION)
        for number, text in enumerate(texts)
    ]
    record = take_cases(session, admin, *lines)
    session.commit()
    return record


def _publish(app: Flask, monkeypatch: pytest.MonkeyPatch, geocoder: FakeGeocoder) -> None:
    parts = app.extensions["fieldops"]
    monkeypatch.setattr(parts, "geocoder", lambda answers: geocoder)
    publishing.publish(parts, inline=True)


def _addresses(session: Session) -> dict[str, Address]:
    session.expire_all()
    return {row.text: row for row in session.scalars(select(Address))}


def test_each_answer_is_kept_for_its_address(
    app: Flask, session: Session, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    _take(session, admin, "甲路1号", "乙路2号", "丙路3号")
    answers: dict[str, Outcome] = {
        "甲路1号": located(Grade.STREET),
        "乙路2号": ambiguous(),
        "丙路3号": NOWHERE,
    }
    _publish(app, monkeypatch, FakeGeocoder(answers))
    found = _addresses(session)
    street, twofold, lost = (found[text] for text in answers)
    assert (street.state, street.grade, street.lat) == ("located", "street", 30.66)
    assert (twofold.state, twofold.lat, len(twofold.candidates)) == ("ambiguous", None, 2)
    assert (lost.state, lost.lat) == ("unlocated", None)


def test_the_progress_of_locating_is_told(
    app: Flask, session: Session, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = _take(session, admin, "甲路1号")
    _publish(app, monkeypatch, FakeGeocoder({"甲路1号": located()}))
    run = _run(session)
    assert run.subject == f"import:{record.id}"
    assert (run.state, run.done, run.total) == ("done", 1, 1)


def test_what_could_not_be_asked_keeps_waiting_and_the_rest_is_kept(
    app: Flask, session: Session, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    _take(session, admin, "甲路1号", "乙路2号")
    with pytest.raises(Exception, match="could not be asked"):
        _publish(app, monkeypatch, FakeGeocoder({"乙路2号": located()}))
    found = _addresses(session)
    assert (found["甲路1号"].state, found["乙路2号"].state) == ("pending", "located")
    assert _run(session).state == "failed"


def test_a_place_settled_meanwhile_is_left_alone(session: Session, admin: Actor) -> None:
    _take(session, admin, "甲路1号")
    address = session.scalars(select(Address)).one()
    address.state = "settled"
    session.flush()
    written = locating.keep_answers(session, {address.id: NOWHERE}, actor=admin, now=NOW)
    assert (written, address.state) == (0, "settled")


def test_addresses_of_another_import_are_not_asked_for(session: Session, admin: Actor) -> None:
    _take(session, admin, "甲路1号")
    other = take_cases(session, admin, a_line(案件编号="D-1"))
    assert locating.count_pending(session, other.id, admin) == 0


def test_an_answer_is_found_again_until_it_expires(session: Session) -> None:
    locating.keep_answer(session, "amap:ab", located(), expires_at=NOW + timedelta(days=1))
    assert locating.find_answer(session, "amap:ab", now=NOW) == located()
    assert locating.find_answer(session, "amap:ab", now=NOW + timedelta(days=1)) is None
    assert locating.find_answer(session, "baidu:ab", now=NOW) is None


def test_an_answer_that_cannot_be_read_counts_as_none(session: Session) -> None:
    locating.keep_answer(session, "amap:ab", located(), expires_at=NOW + timedelta(days=1))
    session.scalars(select(GeocoderAnswer)).one().answer = {"kind": "of old"}
    session.flush()
    assert locating.find_answer(session, "amap:ab", now=NOW) is None


def test_a_later_answer_takes_the_place_of_an_earlier_one(session: Session) -> None:
    for outcome in (NOWHERE, located()):
        locating.keep_answer(session, "amap:ab", outcome, expires_at=NOW + timedelta(days=1))
    assert locating.find_answer(session, "amap:ab", now=NOW) == located()


def test_expired_answers_are_forgotten(session: Session) -> None:
    locating.keep_answer(session, "amap:ab", NOWHERE, expires_at=NOW)
    locating.forget_answers(session, now=NOW)
    assert session.scalars(select(GeocoderAnswer)).all() == []


def _run(session: Session) -> JobRun:
    return session.scalars(select(JobRun).where(JobRun.name == "locate-addresses")).one()
