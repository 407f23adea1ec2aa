"""A person decides where a doubtful address is, and whether it may be visited."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from fieldops.domain.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    PreconditionFailed,
)
from fieldops.domain.permissions import Actor, Role
from fieldops.models import Address, Organisation
from fieldops.services import locating
from tests.builders.cases import NOW, a_case

CANDIDATES = [
    {
        "label": "成都市锦江区",
        "reference": "510104000000",
        "grade": "county",
        "provider": "gazetteer",
    }
    | {"lat": 30.65, "lon": 104.08},
    {
        "label": "别处",
        "reference": "x",
        "grade": "city",
        "provider": "fake",
        "lat": None,
        "lon": None,
    },
]
DOUBTFUL = {"state": "ambiguous", "grade": "none", "candidates": CANDIDATES}


@pytest.fixture
def person(organisation: Organisation) -> Actor:
    """A dispatcher."""
    return Actor(organisation.id, Role.DISPATCHER, uuid4())


@pytest.fixture
def address(session: Session, organisation: Organisation) -> Address:
    """An address that may be in two places."""
    return a_case(session, organisation, lat=None, address=DOUBTFUL).addresses[0]


def _settle(session: Session, address: Address, actor: Actor, **how: Any) -> Address:
    options = {"reason": "asked the creditor", "expected_version": None, "now": NOW, **how}
    return locating.settle_address(session, address.id, actor=actor, **options)


def test_a_position_settles_to_the_door_in_wgs84(
    session: Session, address: Address, person: Actor
) -> None:
    given = locating.given_position("30.6598", "104.0827", "GCJ02")
    _settle(session, address, person, position=given)
    assert (address.state, address.grade, address.provider) == ("settled", "door", "person")
    assert address.lat == pytest.approx(30.6622, abs=2e-4)
    assert address.given_position == {"lat": "30.6598", "lon": "104.0827", "datum": "GCJ02"}
    assert (address.settled_by, address.settled_reason) == (person.account_id, "asked the creditor")


def test_a_candidate_settles_with_its_own_grade(
    session: Session, address: Address, person: Actor
) -> None:
    _settle(session, address, person, candidate=0)
    assert (address.state, address.grade, address.lat) == ("settled", "county", 30.65)
    assert address.area_code == "510104"


# What is given, and which field is wrong with it.
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"candidate": 1}, "candidate"),  # no centre known
    ({"candidate": 2}, "candidate"),  # no such candidate
    ({"candidate": -1}, "candidate"),  # Python would count from the end
    ({}, "position"),  # neither
    ({"candidate": 0, "reason": " "}, "reason"),  # no reason
]


@pytest.mark.parametrize(("how", "field"), WRONG)
def test_a_decision_that_cannot_be_is_refused(
    session: Session, address: Address, person: Actor, how: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        _settle(session, address, person, **how)
    assert [fault.field for fault in refused.value.faults] == [field]
    assert address.state == "ambiguous"


@pytest.mark.parametrize(
    ("lat", "lon", "datum"),
    [("91", "104", "WGS84"), ("nan", "104", "WGS84"), ("0", "0", "WGS84"), ("30", "104", "WGS85")],
)
def test_an_impossible_position_is_refused(lat: str, lon: str, datum: str) -> None:
    with pytest.raises(InvalidInput):
        locating.given_position(lat, lon, datum)


def test_two_people_cannot_overwrite_each_other(
    session: Session, address: Address, person: Actor
) -> None:
    _settle(session, address, person, candidate=0, expected_version=1)
    with pytest.raises(PreconditionFailed):
        _settle(session, address, person, candidate=0, expected_version=1)


def test_another_organisations_address_is_not_found(session: Session, address: Address) -> None:
    with pytest.raises(NotFound):
        _settle(session, address, Actor(uuid4(), Role.DISPATCHER, uuid4()), candidate=0)


def _allow(session: Session, address: Address, actor: Actor) -> Address:
    return locating.allow_visit(
        session, address.id, reason="only lead", expected_version=None, actor=actor, now=NOW
    )


def test_a_doubtful_place_is_allowed_by_somebody_with_a_reason(
    session: Session, address: Address, person: Actor
) -> None:
    _settle(session, address, person, candidate=0)
    _allow(session, address, person)
    assert (address.visit_allowed_by, address.visit_allowed_reason) == (
        person.account_id,
        "only lead",
    )


def test_an_address_without_position_cannot_be_allowed(
    session: Session, address: Address, person: Actor
) -> None:
    with pytest.raises(Conflict):
        _allow(session, address, person)


def test_the_system_cannot_allow_a_visit(session: Session, address: Address, admin: Actor) -> None:
    with pytest.raises(Forbidden):
        _allow(session, address, admin)


def test_moving_a_place_takes_the_leave_to_visit_back(
    session: Session, address: Address, person: Actor
) -> None:
    _settle(session, address, person, candidate=0)
    _allow(session, address, person)
    _settle(session, address, person, candidate=0)
    assert address.visit_allowed_by is None


def test_the_queue_holds_all_that_waits_for_a_person(
    session: Session, organisation: Organisation, address: Address, person: Actor
) -> None:
    a_case(session, organisation)
    coarse = a_case(session, organisation, address={"grade": "county"}).addresses[0]
    lost = a_case(session, organisation, lat=None, address={"state": "unlocated"}).addresses[0]
    allowed = {"grade": "county", "visit_allowed_by": uuid4()}
    a_case(session, organisation, address=allowed)
    found, _ = locating.address_page(session, person, queue="to_settle", after=None, limit=50)
    assert [row.id for row in found] == [address.id, coarse.id, lost.id]
    doubtful, _ = locating.address_page(session, person, queue="doubtful", after=None, limit=50)
    assert [row.id for row in doubtful] == [coarse.id]


def test_the_queue_is_continued_after_the_last_id(
    session: Session, organisation: Organisation, address: Address, person: Actor
) -> None:
    second = a_case(session, organisation, lat=None, address=DOUBTFUL).addresses[0]
    first, after = locating.address_page(session, person, queue="ambiguous", after=None, limit=1)
    assert ([row.id for row in first], after) == ([address.id], address.id)
    rest, end = locating.address_page(session, person, queue="ambiguous", after=after, limit=1)
    assert ([row.id for row in rest], end) == ([second.id], None)
