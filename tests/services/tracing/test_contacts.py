"""Calls, messages and letters."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from fieldops.domain.errors import Conflict, InvalidInput
from fieldops.domain.permissions import Actor
from fieldops.domain.rulebook.vocabulary import Account, Channel, Result
from fieldops.models import Contact, Observation, RulingRecord
from fieldops.services import contacts
from fieldops.services.rulings import ContactForbidden
from tests.builders.doors import BOOK, Door
from tests.builders.visits import START


def _call(door: Door, admin: Actor, *, now: Any = START, **changed: Any) -> Any:
    values = {"party_id": door.visit.party_id, "channel": Channel.CALL, **changed}
    order = contacts.ContactOrder(**values)
    return contacts.open_contact(door.session, order, book=BOOK, actor=admin, now=now)


def test_a_lawful_call_is_noted_and_then_has_its_result(door: Door, admin: Actor) -> None:
    contact = _call(door, admin)
    assert contact.result == "pending"
    for _ in range(2):
        contacts.set_result(door.session, contact.id, Result.CONNECTED, actor=admin, now=START)
    assert contact.result == "connected"
    with pytest.raises(Conflict):
        contacts.set_result(door.session, contact.id, Result.NO_ANSWER, actor=admin, now=START)


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"now": START + timedelta(hours=13)}, "CN-TIME-01"),  # Eleven at night in Chengdu.
        ({"account": Account.PRIVATE}, "CN-CHAN-01"),
    ],
)
def test_an_unlawful_call_is_refused_and_kept(
    door: Door, admin: Actor, changed: dict[str, Any], rule: str
) -> None:
    refusal = _call(door, admin, **changed)
    assert isinstance(refusal, ContactForbidden)
    assert rule in refusal.ruling.rules
    assert door.session.scalars(select(Contact)).all() == []
    assert door.session.scalars(select(RulingRecord.allowed)).one() is False


def test_the_fourth_connected_call_of_a_day_is_refused(door: Door, admin: Actor) -> None:
    for _ in range(3):
        contact = _call(door, admin)
        contacts.set_result(door.session, contact.id, Result.CONNECTED, actor=admin, now=START)
    refusal = _call(door, admin)
    assert isinstance(refusal, ContactForbidden)
    assert "CN-FREQ-01" in refusal.ruling.rules


def test_calls_without_a_result_count_until_it_is_told(door: Door, admin: Actor) -> None:
    pending = [_call(door, admin) for _ in range(3)]
    assert "CN-FREQ-01" in _call(door, admin).ruling.rules
    contacts.set_result(door.session, pending[0].id, Result.NO_ANSWER, actor=admin, now=START)
    assert isinstance(_call(door, admin), Contact)


def test_a_call_falls_under_the_laws_of_every_address_of_the_party(
    door: Door, admin: Actor
) -> None:
    door.visit.address.area_code = "510104"
    _call(door, admin)
    inputs = door.session.scalars(select(RulingRecord)).all()[-1].inputs
    assert inputs["contact"]["place"]["jurisdictions"] == ["CN", "CN-SC"]


def test_what_a_call_tells_of_residence_becomes_an_observation(door: Door, admin: Actor) -> None:
    contact = _call(door, admin)
    contacts.set_result(
        door.session,
        contact.id,
        Result.CONNECTED,
        learned="says_moved_away",
        actor=admin,
        now=START,
    )
    row = door.session.scalars(select(Observation)).one()
    assert (row.kind, row.basis) == ("call.says_moved_away", "DEBTOR_STATEMENT")
    assert row.address_id == door.visit.address_id
    assert row.contact_id == contact.id


@pytest.mark.parametrize(
    ("result", "learned"),
    [(Result.MET, None), (Result.DELIVERED, None), (Result.CONNECTED, "returned")],
)
def test_a_result_that_fits_no_call_is_refused(
    door: Door, admin: Actor, result: Result, learned: str | None
) -> None:
    contact = _call(door, admin)
    with pytest.raises(InvalidInput):
        contacts.set_result(
            door.session, contact.id, result, learned=learned, actor=admin, now=START
        )


@pytest.mark.parametrize("changed", [{"channel": Channel.VISIT}, {"number": "12"}])
def test_a_faulty_order_is_refused(door: Door, admin: Actor, changed: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        _call(door, admin, **changed)
