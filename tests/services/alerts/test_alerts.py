"""Alerts: who is told of what, when, through which channel, and what happens when nobody looks."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from fieldops import clock
from fieldops.domain.errors import Forbidden
from fieldops.domain.permissions import Actor, Role
from fieldops.gateways.alerts import signature
from fieldops.jobs import publishing, register
from fieldops.models import Notice, NoticeSending
from fieldops.services import alert_sending, alert_settings, flags, notices
from fieldops.wiring import wiring
from tests.builders import alerts as built
from tests.builders import rounds
from tests.builders.doors import Door
from tests.builders.observations import CAR, a_disposal
from tests.builders.visits import START
from tests.sinks import Sink, mail_server, web_address

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _jobs() -> None:
    register()


@contextmanager
def _sinks(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Sink, Sink]]:
    with mail_server() as mails, web_address() as posts:
        changed: dict[str, Any] = {
            "smtp_host": "127.0.0.1", "smtp_port": mails.port, "smtp_security": "none",
            "smtp_sender": "alerts@agency.example", "alert_hosts": ("127.0.0.1",),
        }  # fmt: skip
        monkeypatch.setattr(wiring(), "settings", replace(wiring().settings, **changed))
        yield mails, posts


def _at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(clock, "wall_time", lambda: moment)


def _round(door: Door) -> None:
    door.session.commit()
    rounds.go("notices")
    publishing.publish(wiring(), inline=True)
    door.session.expire_all()


def _made(door: Door, **wanted: Any) -> list[Notice]:
    query = select(Notice).filter_by(**wanted).order_by(Notice.id)
    return list(door.session.scalars(query))


def test_a_grave_flag_is_told_on_its_day_and_each_version_once(
    door: Door, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    built.a_channel(door.session, admin)
    with _sinks(monkeypatch) as (mails, _):
        a_disposal(door, admin)
        built.flags(door)
        for _ in range(3):
            built.flags(door)
            _round(door)
    told = [str(mail["Subject"]) for mail in mails.mails]
    codes = {"AT-RELATIVE", "AT-UNDERVALUE-REL"}
    assert {word.rpartition(" ")[2] for word in told} == codes
    assert len(told) == len(codes)


def test_what_a_flag_shows_anew_is_told_anew(door: Door, admin: Actor) -> None:
    a_disposal(door, admin)
    built.flags(door)
    a_disposal(door, admin, kind="asset.still_used_by_debtor", data={}, observed_at=START)
    built.flags(door)
    occasions = [one.occasion for one in _made(door, code="AT-RELATIVE")]
    assert occasions == ["raised", "changed"]


def test_nothing_personal_leaves_the_house(
    door: Door, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    built.a_channel(door.session, admin)
    built.a_channel(door.session, admin, kind="webhook", secret=built.SECRET,
                    url="http://127.0.0.1:1/", target="")  # fmt: skip
    person, address = door.visit.party.person, door.case.addresses[0]
    with _sinks(monkeypatch) as (mails, posts):
        channel = alert_settings.channels(door.session, admin)[-1]
        channel.url = f"http://127.0.0.1:{posts.port}/"
        a_disposal(door, admin)
        built.flags(door)
        _round(door)
    told = "".join(str(mail) + mail.get_content() for mail in mails.mails)
    told += b"".join(posts.posts).decode()
    assert told
    secret = (person.name, person.phone, address.text, door.case.number, CAR)
    assert not [one for one in secret if one and one in told]
    notice = _made(door)[0]
    assert f"/alerts/{notice.id}" in told
    assert notices.reference(notice) in told


def test_a_web_call_is_signed_and_says_which_alert_it_is(
    door: Door, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _sinks(monkeypatch) as (_, posts):
        url = f"http://127.0.0.1:{posts.port}/"
        built.a_channel(door.session, admin, kind="webhook", url=url, secret=built.SECRET)
        a_disposal(door, admin)
        built.flags(door)
        _round(door)
    body, headers = posts.posts[0].decode(), posts.headers[0]
    stamp = headers["X-Fieldops-Time"]
    assert headers["X-Fieldops-Signature"] == signature(built.SECRET, stamp, body)
    assert json.loads(body)["id"] == headers["X-Fieldops-Id"]


@pytest.mark.parametrize(
    ("answer", "state"),
    [(b'{"errcode": 0}', "sent"), (b'{"errcode": 93000}', "owed"), (b"", "owed")],
)
def test_a_robot_is_believed_only_when_it_says_that_it_took_the_text(
    door: Door, admin: Actor, monkeypatch: pytest.MonkeyPatch, answer: bytes, state: str
) -> None:
    with _sinks(monkeypatch) as (_, posts):
        posts.answer = answer
        url = f"http://127.0.0.1:{posts.port}/send?key=hidden"
        channel = built.a_channel(door.session, admin, kind="wecom", url=url)
        a_disposal(door, admin)
        built.flags(door)
        _round(door)
    sending = door.session.scalars(select(NoticeSending)).first()
    assert sending is not None
    assert sending.state == state
    text = json.loads(posts.posts[0])
    assert text["msgtype"] == "text"
    assert "新线索" in text["text"]["content"]
    assert "hidden" not in alert_settings.shown_address(channel)


def test_an_sms_gateway_gets_number_and_text(
    door: Door, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _sinks(monkeypatch) as (_, posts):
        url = f"http://127.0.0.1:{posts.port}/"
        built.a_channel(
            door.session, admin, kind="sms", url=url, secret=built.SECRET, target="+8613800000000"
        )
        a_disposal(door, admin)
        built.flags(door)
        _round(door)
    body = json.loads(posts.posts[0])
    assert body["to"] == "+8613800000000"
    assert len(body["text"]) <= 300


def test_a_channel_that_fails_is_told_of_and_tried_again_until_it_works(
    door: Door, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = built.a_channel(door.session, admin)
    a_disposal(door, admin)
    built.flags(door)
    with _sinks(monkeypatch) as (mails, _):
        mails.refuses = True
        _round(door)
        assert alert_settings.any_failing(door.session)
        assert channel.reason
        mails.refuses = False
        _round(door)  # Too early.
        assert alert_settings.any_failing(door.session)
        _at(monkeypatch, clock.wall_time() + 2 * HOUR)
        _round(door)
    assert not alert_settings.any_failing(door.session)
    assert {one.state for one in door.session.scalars(select(NoticeSending))} == {"sent"}


def test_a_worker_that_dies_while_sending_loses_nothing_and_repeats_under_one_id(
    door: Door, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = built.a_channel(door.session, admin)
    a_disposal(door, admin)
    built.flags(door)
    door.session.commit()
    alert_sending.hand_out(door.session, door.case.organisation_id, at=START)
    taken = alert_sending.take(door.session, channel.id, at=START)
    before = {batch.id for batch in alert_sending.batches(door.session, taken)}
    assert alert_sending.take(door.session, channel.id, at=START) == []
    with _sinks(monkeypatch) as (mails, _):
        _round(door)  # Its lease still runs.
        assert mails.mails == []
        _at(monkeypatch, START + HOUR)
        _round(door)
    ids = {str(mail["Message-ID"]).strip("<").partition("@")[0] for mail in mails.mails}
    assert ids == before


def test_a_deadline_is_told_of_at_each_step_and_not_again(
    door: Door, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    built.a_listing(door, admin)
    for hours in range(0, 60, 4):
        _at(monkeypatch, START + hours * HOUR)
        _round(door)
    near = _made(door, occasion="near", code="urgent-step-48h")
    assert [(one.step, one.way) for one in near] == [("12h", "now"), ("4h", "now"), ("0h", "now")]


def test_a_year_is_told_of_thirty_seven_and_two_days_before(
    door: Door, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_disposal(door, admin)
    built.flags(door)
    for day in (334, 335, 336, 357, 358, 359, 362, 363, 364, 365, 366):
        _at(monkeypatch, START + timedelta(days=day))
        _round(door)
    flag_id = built.flags(door)["AT-RELATIVE"].id
    near = _made(door, occasion="near", code="revocation-1y", flag_id=flag_id)
    assert [one.step for one in near] == ["30d", "7d", "2d", "0d"]


def test_of_a_dismissed_flag_nobody_is_reminded(
    door: Door, admin: Actor, monkeypatch: pytest.MonkeyPatch, signed_in: Any, organisation: Any
) -> None:
    counsel = signed_in("counsel", organisation).actor
    flag = built.a_listing(door, admin)
    flags.review_flag(door.session, flag.id, "dismissed", "sold long ago", actor=counsel, now=START)
    for hours in range(0, 60, 4):
        _at(monkeypatch, START + hours * HOUR)
        _round(door)
    assert _made(door, occasion="near") == []


def test_an_urgent_alert_that_nobody_sees_goes_to_others_once(
    door: Door, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    built.a_listing(door, admin)
    for hours in (36, 37, 41, 42):
        _at(monkeypatch, START + hours * HOUR)
        _round(door)
    found = [(one.role, one.code) for one in _made(door, occasion="escalated")]
    assert found == [("compliance", "urgent-step-48h")]


def test_what_was_seen_is_not_escalated(
    door: Door, admin: Actor, monkeypatch: pytest.MonkeyPatch, signed_in: Any, organisation: Any
) -> None:
    counsel = signed_in("counsel", organisation).actor
    built.a_listing(door, admin)
    _at(monkeypatch, START + 36 * HOUR)
    _round(door)
    for one in _made(door):
        notices.see(door.session, one.id, actor=counsel, now=START)
    _at(monkeypatch, START + 41 * HOUR)
    _round(door)
    assert _made(door, occasion="escalated") == []


def test_who_only_looks_on_sees_nothing_for_counsel(door: Door, admin: Actor) -> None:
    built.a_listing(door, admin)
    auditor = Actor(admin.organisation_id, Role.AUDITOR)
    with pytest.raises(Forbidden):
        notices.see(door.session, _made(door)[0].id, actor=auditor, now=START)
    assert notices.saw(door.session, _made(door)[0].id, actor=auditor, now=START).seen_at is None


def test_small_things_come_as_one_list_at_its_hour(
    door: Door, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    built.a_channel(door.session, admin)
    built.a_listing(door, admin)
    a_disposal(door, admin, asset="川A99999", kind="asset.listed_for_sale", data={})
    built.flags(door)
    with _sinks(monkeypatch) as (mails, _):
        _round(door)
        assert mails.mails == []
        _at(monkeypatch, START.replace(hour=9))  # Five in the afternoon in Chengdu.
        _round(door)
    assert ["2" in str(mail["Subject"]) for mail in mails.mails] == [True]


def test_a_closed_channel_sends_no_more(
    door: Door, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = built.a_channel(door.session, admin)
    a_disposal(door, admin)
    built.flags(door)
    alert_settings.close_channel(door.session, channel.id, actor=admin, now=START)
    with _sinks(monkeypatch) as (mails, _):
        _round(door)
    assert mails.mails == []


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/",  # the house itself
        "https://127.0.0.1:9/",  # the same, dressed up
        "https://[::1]:9/",  # the same in the other family
        "http://203.0.113.7/",  # outside, but open to every reader on the way
        "https://169.254.169.254/latest",  # where clouds keep their keys
    ],
)
def test_a_web_address_inside_the_house_is_not_called(
    door: Door, admin: Actor, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    channel = built.a_channel(door.session, admin, kind="webhook", url=url, secret=built.SECRET)
    a_disposal(door, admin)
    built.flags(door)
    _round(door)
    assert channel.failing_since is not None
    assert url not in str(channel.reason)
