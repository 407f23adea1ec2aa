"""Calls for help and overdue crews: nobody is forgotten, and only a person's word ends one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fieldops.domain.errors import Conflict, Forbidden, InvalidInput, NotFound
from fieldops.domain.permissions import Actor
from fieldops.models import Alarm, Notice, NoticeSending, Organisation
from fieldops.services import alarms, call_list, organisations
from tests.builders.alerts import a_channel
from tests.builders.cases import a_case, an_agent
from tests.builders.doors import Door
from tests.builders.visits import START, a_visit
from tests.conftest import NOW
from tests.domain.test_safety import POLICY

Office = Callable[[str], Actor]
SECOND = timedelta(seconds=1)
PLACE = {"lat": 30.66, "lon": 104.06, "datum": "WGS84"}


def _call(door: Door, **changed: Any) -> Alarm:
    raw = {"key": "k1", "device_at": START.isoformat(), "position": PLACE, **changed}
    call = alarms.read_call(raw)
    return alarms.call_for_help(door.session, call, policy=POLICY, actor=door.first, now=START)


def _round(door: Door, after: timedelta) -> None:
    alarms.go_round(door.session, door.visit.organisation_id, policy=POLICY, at=START + after)


def _told(session: Session) -> list[str]:
    return list(session.scalars(select(Notice.role).where(Notice.about.is_not(None))))


def _acts(alarm: Alarm) -> list[str]:
    return [act.kind for act in alarm.acts]


def test_a_call_for_help_is_told_in_the_same_moment(door: Door, admin: Actor) -> None:
    a_channel(door.session, admin, role="dispatcher", target="desk@agency.example")
    alarm = _call(door)
    assert (alarm.lat, alarm.lon, alarm.device_at) == (30.66, 104.06, START)
    assert _told(door.session) == ["dispatcher"]
    assert door.session.scalar(select(NoticeSending.state)) == "handed"


def test_the_same_call_sent_again_is_one(door: Door) -> None:
    assert _call(door).id == _call(door).id
    assert _call(door, key="k2").id != _call(door).id


@pytest.mark.parametrize(
    "changed",
    [
        {"position": None},
        {"position": {"lat": "north", "lon": [], "datum": "WGS84"}},
        {"position": {"lat": 1.0, "lon": 2.0}},
        {"device_at": "yesterday"},
        {"device_at": "2026-11-24T10:00:00"},
        {"accuracy_metres": "far", "fix_age_seconds": -1},
        {"accuracy_metres": float("nan")},
        {"visit_id": "mine"},
        {"visit_id": "01a20b51-0000-7000-8000-000000000001"},
        {"key": None},
        {"key": "x" * 5000},
    ],
)
def test_nothing_wrong_in_a_call_keeps_help_away(door: Door, changed: dict[str, Any]) -> None:
    assert _call(door, **changed).next_at is not None


def test_a_call_names_the_agents_own_visit_only(
    door: Door, session: Session, organisation: Organisation
) -> None:
    other = a_visit(
        session, organisation, case=a_case(session, organisation, number="HT-2"),
        agent=an_agent(session, organisation, code="B1"),
        partner=an_agent(session, organisation, code="B2"),
    )  # fmt: skip
    assert _call(door, visit_id=str(door.visit.id)).visit_id == door.visit.id
    assert _call(door, key="k2", visit_id=str(other.id)).visit_id is None


def test_more_people_are_told_until_one_takes_it_in_hand(door: Door, office: Office) -> None:
    alarm = _call(door)
    _round(door, 29 * SECOND)
    assert len(_told(door.session)) == 1
    _round(door, 30 * SECOND)
    assert sorted(_told(door.session)) == ["compliance", "dispatcher", "dispatcher"]
    _round(door, 120 * SECOND)
    assert "call_due" in _acts(alarm)
    alarms.acknowledge(door.session, alarm.id, actor=office("dispatcher"), now=START + 130 * SECOND)
    before = len(_told(door.session))
    _round(door, timedelta(days=1))
    assert len(_told(door.session)) == before


def test_an_alarm_that_nobody_answers_is_told_of_without_an_end(door: Door) -> None:
    alarm = _call(door)
    for n in range(1, 40):
        _round(door, n * 120 * SECOND)
    assert _acts(alarm).count("call_due") > 30


def test_after_an_outage_no_rung_is_skipped(door: Door) -> None:
    alarm = _call(door)
    _round(door, timedelta(hours=3))
    assert alarm.step == 2
    assert alarm.next_at is not None
    assert alarm.next_at > START + timedelta(hours=3)


def test_somebody_who_answers_the_telephone_has_it_in_hand(
    door: Door, office: Office, admin: Actor
) -> None:
    alarm = _call(door)
    contact = call_list.add(
        door.session, 1, "Duty officer", "+86 28 8000 0000", actor=admin, now=START
    )
    dispatcher = office("dispatcher")
    alarms.note_call(door.session, alarm.id, contact.id, False, actor=dispatcher, now=START)
    assert alarm.acknowledged_at is None
    alarms.note_call(door.session, alarm.id, contact.id, True, actor=dispatcher, now=START)
    assert alarm.acknowledged_by == dispatcher.account_id
    assert _acts(alarm)[-3:] == ["called", "answered", "acknowledged"]


def test_the_agents_word_alone_neither_ends_an_alarm_nor_stops_the_ladder(door: Door) -> None:
    alarm = _call(door)
    alarms.say_safe(door.session, alarm.id, "I am fine", actor=door.first, now=START)
    assert (alarm.ended_at, alarm.acknowledged_at) == (None, None)
    assert alarm.next_at is not None
    with pytest.raises(Forbidden):
        alarms.say_safe(door.session, alarm.id, "", actor=door.second, now=START)


def test_the_office_ends_an_alarm_once_and_says_how(door: Door, office: Office) -> None:
    alarm, dispatcher = _call(door), office("dispatcher")
    for _ in range(2):
        alarms.end(door.session, alarm.id, "safe", "spoke to him", actor=dispatcher, now=START)
    assert (alarm.ending, alarm.next_at) == ("safe", None)
    assert _acts(alarm).count("ended") == 1
    with pytest.raises(Conflict):
        alarms.end(door.session, alarm.id, "helped", "no", actor=dispatcher, now=START)
    with pytest.raises(InvalidInput):
        alarms.end(door.session, alarm.id, "left", "no", actor=dispatcher, now=START)


@pytest.mark.parametrize("role", ["agent", "counsel", "auditor"])
def test_who_does_not_answer_alarms_cannot_take_or_end_one(
    door: Door, office: Office, role: str
) -> None:
    alarm = _call(door)
    with pytest.raises(Forbidden):
        alarms.acknowledge(door.session, alarm.id, actor=office(role), now=START)
    with pytest.raises(Forbidden):
        alarms.end(door.session, alarm.id, "safe", "x", actor=office(role), now=START)


def test_another_organisation_knows_nothing_of_an_alarm(door: Door, session: Session) -> None:
    alarm = _call(door)
    other = organisations.found(session, "Another agency", now=NOW)
    stranger = Actor(other.id, door.first.role.DISPATCHER)
    with pytest.raises(NotFound):
        alarms.acknowledge(session, alarm.id, actor=stranger, now=START)
    assert alarms.listed(session, stranger, after=None, limit=10) == ([], None)


def test_a_crew_that_has_not_left_in_time_is_looked_for_once(door: Door) -> None:
    door.both_arrive()
    length = door.visit.planned_finish - door.visit.planned_start
    late = length + POLICY.grace
    _round(door, late - SECOND)
    assert door.session.scalar(select(func.count()).select_from(Alarm)) == 0
    for _ in range(2):
        _round(door, late)
    alarm = door.session.scalars(select(Alarm)).one()
    assert (alarm.kind, alarm.visit_id) == ("overdue", door.visit.id)
    assert _told(door.session) == ["dispatcher"]


def test_an_overdue_crew_that_leaves_is_no_longer_looked_for(door: Door) -> None:
    door.both_arrive()
    _round(door, timedelta(hours=2))
    door.record()
    door.visit.state, door.visit.left_at = "left", START + timedelta(hours=2)
    door.session.flush()
    _round(door, timedelta(hours=2, minutes=1))
    alarm = door.session.scalars(select(Alarm)).one()
    assert (alarm.ending, alarm.ended_by, alarm.next_at) == ("left", None, None)


def test_a_crew_that_never_came_is_not_overdue(door: Door) -> None:
    _round(door, timedelta(hours=5))
    assert door.session.scalars(select(Alarm)).all() == []


@pytest.mark.parametrize(
    ("place", "name", "phone", "field"),
    [
        (0, "A", "12345", "place"),
        (1, " ", "12345", "name"),
        (1, "A", "call me", "phone"),
    ],
)
def test_a_faulty_entry_of_the_call_list_names_its_field(
    session: Session, admin: Actor, place: int, name: str, phone: str, field: str
) -> None:
    with pytest.raises(InvalidInput) as wrong:
        call_list.add(session, place, name, phone, actor=admin, now=START)
    assert [fault.field for fault in wrong.value.faults] == [field]


def test_one_who_stands_alone_is_looked_for_after_ten_minutes_and_once(door: Door) -> None:
    door.arrive()
    for after, expected in ((9, []), (10, ["alone"]), (11, ["alone"])):
        _round(door, timedelta(minutes=after))
        assert list(door.session.scalars(select(Alarm.kind))) == expected
    alarm = door.session.scalars(select(Alarm)).one()
    assert (alarm.agent_id, alarm.visit_id) == (door.agent.id, door.visit.id)
    assert "dispatcher" in _told(door.session)


def test_the_partner_who_comes_ends_that_alarm(door: Door) -> None:
    door.arrive()
    _round(door, timedelta(minutes=10))
    door.arrive(door.second, now=START + timedelta(minutes=12))
    _round(door, timedelta(minutes=13))
    alarm = door.session.scalars(select(Alarm)).one()
    assert alarm.ending == "joined"
    assert _acts(alarm)[-1] == "joined"


def test_whoever_records_alone_ends_that_alarm_too(door: Door) -> None:
    door.arrive()
    _round(door, timedelta(minutes=10))
    door.record("no_answer")
    _round(door, timedelta(minutes=11))
    assert door.session.scalars(select(Alarm.ending)).one() == "left"
