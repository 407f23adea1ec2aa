"""The report of a period counts what the database holds, and the desk agrees with it."""

import json
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from fieldops.domain.errors import Forbidden, InvalidInput
from fieldops.domain.permissions import Actor, Role
from fieldops.domain.rights.vocabulary import CameBy
from fieldops.domain.rulebook.vocabulary import Channel, Gate, HoldKind, Result
from fieldops.models import Organisation
from fieldops.services import (
    compliance_desk,
    compliance_report,
    contacts,
    holds,
    organisations,
)
from fieldops.services.compliance_desk import Sought
from fieldops.services.rights import complaints
from fieldops.services.rulings import ContactForbidden
from tests.builders.doors import BOOK, Door, a_door
from tests.builders.rights import RIGHTS
from tests.builders.visits import START
from tests.domain.test_team_records import POLICY

SINCE, UNTIL = START - timedelta(days=1), START + timedelta(days=1)


@pytest.fixture
def door(session: Session, organisation: Organisation) -> Door:
    """A visit planned for a crew of two."""
    return a_door(session, organisation)


def _call(door: Door, admin: Actor, minutes: int = 0) -> Any:
    order = contacts.ContactOrder(door.visit.party_id, Channel.CALL)
    now = START + timedelta(minutes=minutes)
    found = contacts.open_contact(door.session, order, book=BOOK, actor=admin, now=now)
    if not isinstance(found, ContactForbidden):
        contacts.set_result(door.session, found.id, Result.CONNECTED, actor=admin, now=now)
    return found


def _busy_day(door: Door, admin: Actor) -> None:
    """Three calls and a fourth that is one too many, a hold, a refusal at the door."""
    for number in range(4):
        _call(door, admin, number)
    order = holds.HoldOrder(HoldKind.CEASE, None, door.case.id, "as told")
    holds.place(door.session, order, rights=RIGHTS, actor=admin, now=START)
    assert isinstance(door.arrive(), ContactForbidden)


def _report(session: Session, actor: Actor, **more: Any) -> compliance_report.Report:
    values = {"since": SINCE, "until": UNTIL, **more}
    return compliance_report.of_period(
        session, actor=actor, now=START, doubts=POLICY.doubts, **values
    )


def _counted(session: Session) -> Counter[tuple[str, str]]:
    """The same counts from the rulings as they were kept, by a way of their own."""
    rows = session.execute(text("SELECT gate, violations FROM ruling_record WHERE NOT allowed"))
    found: Counter[tuple[str, str]] = Counter()
    for gate, kept in rows:
        violations = json.loads(kept) if isinstance(kept, str) else kept
        found.update({(one["rule"], gate) for one in violations})
    return found


def test_refusals_by_rule_and_gate_are_those_of_the_database(
    door: Door, session: Session, admin: Actor
) -> None:
    _busy_day(door, admin)
    counted = _counted(session)
    assert counted[("CN-FREQ-01", "commit")] == 1
    assert counted[("GL-CEASE-01", "door")] == 1
    assert {one.words: one.number for one in _report(session, admin).refused} == counted


def test_near_misses_are_counted_and_listed(door: Door, session: Session, admin: Actor) -> None:
    _busy_day(door, admin)
    near = {one.words: one.number for one in _report(session, admin).near}
    assert near == {("CN-FREQ-01", "near_cap"): 1}
    [one], _ = compliance_desk.near_misses(session, admin, Sought(), before=None, limit=5)
    assert (one.part.rule, one.ruling.gate) == ("CN-FREQ-01", "commit")


def test_complaints_and_holds_are_counted(door: Door, session: Session, admin: Actor) -> None:
    order = complaints.ComplaintOrder(
        door.case.id, "words", CameBy.CALL, received_at=START - timedelta(hours=1)
    )
    complaints.open_complaint(session, order, rights=RIGHTS, actor=admin, now=START)
    found = _report(session, admin)
    assert (found.deadlines.received, found.deadlines.waiting) == (1, 1)
    assert [(one.words, one.number) for one in found.holds_placed] == [(("complaint", ""), 1)]
    late = compliance_report.of_period(
        session, SINCE, UNTIL, doubts=POLICY.doubts, actor=admin, now=START + timedelta(days=30)
    )
    assert late.deadlines.overdue == 1


def test_what_lies_outside_the_period_is_not_counted(
    door: Door, session: Session, admin: Actor
) -> None:
    _busy_day(door, admin)
    later = _report(session, admin, since=UNTIL, until=UNTIL + timedelta(days=1))
    assert not later.refused
    assert not later.contacts


def test_refusals_are_sought_by_rule_gate_and_agent_page_by_page(
    door: Door, session: Session, admin: Actor
) -> None:
    _busy_day(door, admin)

    def sought(limit: int = 9, before: Any = None, **what: Any) -> Any:
        return compliance_desk.refusals(session, admin, Sought(**what), before=before, limit=limit)

    whole, _ = sought()
    first, following = sought(limit=1)
    second, end = sought(limit=1, before=following)
    assert [one.id for one in (*first, *second)] == [one.id for one in whole]
    assert end is None
    assert [one.gate for one in sought(rule="CN-FREQ-01")[0]] == ["commit"]
    assert [one.gate for one in sought(gate=Gate.DOOR.value)[0]] == ["door"]
    assert [one.gate for one in sought(agent_id=door.agent.id)[0]] == ["door"]
    assert not sought(until=SINCE)[0]


def test_another_house_sees_nothing_of_it(door: Door, session: Session, admin: Actor) -> None:
    _busy_day(door, admin)
    other = organisations.found(session, "Other agency", now=START)
    stranger = Actor(other.id, Role.COMPLIANCE)
    assert not _report(session, stranger).refused
    assert not compliance_desk.refusals(session, stranger, Sought(), before=None, limit=5)[0]


@pytest.mark.parametrize("days", [0, -1, 401])
def test_a_period_that_cannot_be_is_refused(session: Session, admin: Actor, days: int) -> None:
    with pytest.raises(InvalidInput):
        _report(session, admin, until=SINCE + timedelta(days=days))


def test_an_agent_reports_nothing(door: Door, session: Session) -> None:
    with pytest.raises(Forbidden):
        _report(session, door.first)
