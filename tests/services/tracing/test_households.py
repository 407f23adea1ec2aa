"""Hints at links reach the flags: from what observations and cases name, and only from then on."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from fieldops.domain.permissions import Actor
from fieldops.models import Flag, Party, Person
from fieldops.services import households, observations, tracing
from tests.builders.doors import Door
from tests.builders.observations import a_disposal
from tests.builders.visits import START

UNKNOWN = {
    "asset_kind": "vehicle",
    "disposed_on": "2026-10-01",
    "counterparty": "unknown",
    "price_ratio": 0.9,
}


def _codes(door: Door) -> set[str]:
    tracing.believe_and_flag(door.session, door.visit.debtor_id, now=START)
    rows = door.session.scalars(select(Flag).where(Flag.person_id == door.visit.debtor_id))
    return {row.code for row in rows if row.contradicted != ["not_raised_any_more"]}


@pytest.fixture
def phone(door: Door) -> str:
    """The debtor's own telephone."""
    person = door.session.get_one(Person, door.visit.debtor_id)
    person.phone = "+8613800138000"
    door.session.flush()
    return "138 0013 8000"


def test_the_debtors_telephone_at_the_counterparty_raises_the_flag_of_a_relative(
    door: Door, admin: Actor, phone: str
) -> None:
    sale = a_disposal(door, admin, data=UNKNOWN, values={"phone": phone})
    assert {"AT-RELATIVE", "AT-UNDERVALUE-REL"} <= _codes(door)
    flag = door.session.scalars(select(Flag).where(Flag.code == "AT-RELATIVE")).one()
    assert flag.grounds == [str(sale.id)]


def test_a_withdrawn_ground_takes_the_hint_with_it(door: Door, admin: Actor, phone: str) -> None:
    sale = a_disposal(door, admin, data=UNKNOWN, values={"phone": phone})
    assert "AT-RELATIVE" in _codes(door)
    observations.withdraw(door.session, sale.id, "another car", actor=admin, now=START)
    assert "AT-RELATIVE" not in _codes(door)


def test_a_telephone_of_nobody_in_the_case_raises_nothing(door: Door, admin: Actor) -> None:
    a_disposal(door, admin, data=UNKNOWN, values={"phone": "13900139000"})
    assert "AT-RELATIVE" not in _codes(door)


def test_kin_whom_the_case_names_later_were_not_known_before(
    door: Door, admin: Actor, phone: str
) -> None:
    person = Person(
        organisation_id=door.case.organisation_id, name="李四", wishes={}, created_at=START
    )
    door.session.add(person)
    door.session.flush()
    door.session.add(
        Party(
            organisation_id=door.case.organisation_id, case_id=door.case.id,
            person_id=person.id, role="spouse", created_at=START,
        )
    )  # fmt: skip
    door.session.flush()
    before = households.members(door.session, door.visit.debtor_id, START - timedelta(days=1))
    after = households.members(door.session, door.visit.debtor_id, START)
    assert "spouse" not in {one.relation for one in before}
    assert "spouse" in {one.relation for one in after}
