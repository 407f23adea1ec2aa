"""Hints at links reach the flags: from what observations and cases name, and only from then on."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from fieldops.domain.permissions import Actor
from fieldops.models import Flag, IdentityMove, Organisation, Party, Person
from fieldops.services import households, observations, tracing
from tests.builders.cases import a_case
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


def _another_record(door: Door, at: datetime) -> Person:
    """A second record of the debtor, with a telephone of its own, known to be his since a time."""
    case = a_case(
        door.session, door.session.get_one(Organisation, door.case.organisation_id),
        number="C-other", phone="+8613700137000",
    )  # fmt: skip
    other, me = case.parties[0].person, door.visit.debtor_id
    for one in (other.id, me):
        door.session.add(
            IdentityMove(
                organisation_id=case.organisation_id, person_id=one,
                entity_id=min(other.id, me), at=at,
            )
        )  # fmt: skip
    door.session.flush()
    return other


def _relations(door: Door, at: datetime) -> list[str]:
    phone = ("phone", "+8613700137000")
    found = households.members(door.session, door.visit.debtor_id, at)
    return [one.relation for one in found if phone in one.marks]


def test_a_record_known_later_to_be_his_is_not_his_before(door: Door) -> None:
    linked = START + timedelta(days=5)
    other = _another_record(door, linked)
    parted = linked + timedelta(days=5)
    door.session.add(
        IdentityMove(
            organisation_id=door.case.organisation_id, person_id=other.id,
            entity_id=None, at=parted,
        )
    )  # fmt: skip
    door.session.flush()
    for at, found in ((START, []), (linked, ["self"]), (parted, [])):
        assert _relations(door, at) == found


def test_a_record_known_later_to_be_his_raises_the_flag_without_a_new_observation(
    door: Door, admin: Actor
) -> None:
    a_disposal(door, admin, data=UNKNOWN, values={"phone": "13700137000"})
    assert "AT-RELATIVE" not in _codes(door)
    linked = START + timedelta(days=5)
    _another_record(door, linked)
    tracing.believe_and_flag(door.session, door.visit.debtor_id, now=linked)
    codes = door.session.scalars(select(Flag.code).where(Flag.person_id == door.visit.debtor_id))
    assert "AT-RELATIVE" in set(codes)
