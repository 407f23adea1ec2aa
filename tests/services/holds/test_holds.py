"""Holds stop contact at once."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from fieldops.domain.errors import Forbidden, InvalidInput, NotFound
from fieldops.domain.permissions import Actor, Role
from fieldops.domain.rulebook.vocabulary import HoldKind, HoldScope
from fieldops.models import Hold, Organisation
from fieldops.services import hold_ending, holds
from fieldops.services.rulings import ContactForbidden
from tests.builders.cases import a_case
from tests.builders.doors import Door
from tests.builders.rights import RIGHTS
from tests.builders.visits import START, a_visit


def _place(door: Door, actor: Actor, **changed: Any) -> holds.Placed:
    values: dict[str, Any] = {
        "kind": HoldKind.DISPUTE,
        "scope": HoldScope.DEBT,
        "case_id": door.case.id,
        "reason": "The debtor disputes the sum",
        **changed,
    }
    order = holds.HoldOrder(**values)
    return holds.place(door.session, order, rights=RIGHTS, actor=actor, now=START)


def _lift(door: Door, hold_id: UUID, actor: Actor, reason: str = "settled") -> Hold:
    return hold_ending.lift(door.session, hold_id, reason, rights=RIGHTS, actor=actor, now=START)


def test_a_hold_calls_off_the_planned_visits_it_covers(door: Door, admin: Actor) -> None:
    placed = _place(door, admin)
    assert [visit.id for visit in placed.cancelled] == [door.visit.id]
    assert door.visit.state == "cancelled"
    assert "disputes" in str(door.visit.cancelled_reason)
    assert door.case.state == "held"


def test_a_visit_under_a_hold_is_refused_at_the_door_and_the_refusal_is_kept(
    door: Door, admin: Actor
) -> None:
    _place(door, admin)
    refusal = door.arrive()
    assert isinstance(refusal, ContactForbidden)
    assert "GL-DISP-01" in refusal.ruling.rules


def test_the_same_hold_again_is_the_one_there_is(door: Door, admin: Actor) -> None:
    first, again = _place(door, admin), _place(door, admin)
    assert first.hold.id == again.hold.id
    assert list(again.cancelled) == []


def test_a_legal_hold_calls_nothing_off(door: Door, admin: Actor) -> None:
    assert list(_place(door, admin, kind=HoldKind.LEGAL).cancelled) == []
    assert door.case.state == "open"


def test_a_hold_that_ends_before_a_visit_leaves_it(door: Door, admin: Actor) -> None:
    door.visit.planned_start = START + timedelta(days=2)
    placed = _place(door, admin, ends_at=START + timedelta(days=1))
    assert list(placed.cancelled) == []


def test_a_hold_on_a_person_covers_all_his_debts(
    door: Door, admin: Actor, organisation: Organisation
) -> None:
    person = door.case.parties[0].person
    other = a_case(door.session, organisation, person=person)
    visit = a_visit(door.session, organisation, case=other, agent=door.agent)
    placed = _place(door, admin, kind=HoldKind.VULNERABLE, scope=HoldScope.PERSON)
    assert {one.id for one in placed.cancelled} == {door.visit.id, visit.id}


def test_a_hold_on_third_parties_leaves_the_debtor(door: Door, admin: Actor) -> None:
    placed = _place(door, admin, scope=HoldScope.THIRD_PARTY)
    assert list(placed.cancelled) == []
    assert door.case.state == "open"


def test_an_agent_places_a_hold_on_a_case_of_his_day_only(
    door: Door, session: Session, organisation: Organisation
) -> None:
    assert _place(door, door.first).hold.id
    elsewhere = a_case(session, organisation)
    with pytest.raises(NotFound):
        _place(door, door.first, case_id=elsewhere.id)


def test_lifting_opens_the_case_when_no_other_hold_stands(door: Door, admin: Actor) -> None:
    first = _place(door, admin).hold
    second = _place(door, admin, kind=HoldKind.COMPLAINT).hold
    _lift(door, first.id, admin)
    assert door.case.state == "held"
    _lift(door, second.id, admin)
    assert door.case.state == "open"
    assert door.visit.state == "cancelled"


def test_only_compliance_lifts(door: Door, admin: Actor) -> None:
    hold = _place(door, admin).hold
    counsel = Actor(hold.organisation_id, Role.COUNSEL)
    with pytest.raises(Forbidden):
        _lift(door, hold.id, counsel)


@pytest.mark.parametrize(
    "changed",
    [
        {"reason": "  "},
        {"ends_at": START},  # Over before it begins.
        {"scope": HoldScope.PERSON, "person_id": UUID(int=7)},
    ],
)
def test_a_faulty_order_is_refused(door: Door, admin: Actor, changed: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        _place(door, admin, **changed)
