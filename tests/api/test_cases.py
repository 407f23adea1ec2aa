"""Cases, addresses, agents and shifts over HTTP."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.models import AccessRecord, Organisation
from fieldops.services import organisations
from tests.builders.cases import NOW, a_case, an_agent
from tests.conftest import Person
from tests.services.intake.files import FIRST_ID


@pytest.fixture
def dispatcher(signed_in: Callable[..., Person], organisation: Organisation) -> Person:
    """Somebody who settles addresses and manages the team."""
    return signed_in("dispatcher", organisation)


def _numbers(answer: Any) -> list[str]:
    return [item["number"] for item in answer.json["items"]]


def test_cases_come_page_by_page(
    session: Session, organisation: Organisation, dispatcher: Person
) -> None:
    for number in ("A-1", "A-2", "B-1"):
        a_case(session, organisation, number=number)
    session.commit()
    first = dispatcher.get("/api/v1/cases?limit=2")
    assert _numbers(first) == ["A-1", "A-2"]
    rest = dispatcher.get(f"/api/v1/cases?limit=2&after={first.json['next']}")
    assert (_numbers(rest), rest.json["next"]) == (["B-1"], None)
    assert _numbers(dispatcher.get("/api/v1/cases?number=A-")) == ["A-1", "A-2"]
    assert _numbers(dispatcher.get("/api/v1/cases?number=%25")) == []


def test_what_changed_since_a_time_is_listed(
    session: Session, organisation: Organisation, dispatcher: Person
) -> None:
    a_case(session, organisation, number="old", updated_at=NOW - timedelta(days=2))
    a_case(session, organisation, number="new")
    session.commit()
    since = (NOW - timedelta(days=1)).isoformat().replace("+00:00", "Z")
    assert _numbers(dispatcher.get(f"/api/v1/cases?updated_since={since}")) == ["new"]


# The role, whether it reads the name, and whether it reads the identity number.
SEEN = [
    ("counsel", True, True),
    ("compliance", True, True),
    ("dispatcher", True, False),
    ("auditor", False, False),
    ("admin", False, False),
]


@pytest.mark.parametrize(("role", "name", "number"), SEEN)
def test_each_role_reads_as_much_of_a_person_as_it_needs(
    session: Session,
    organisation: Organisation,
    signed_in: Callable[..., Person],
    role: str,
    name: bool,
    number: bool,
) -> None:
    case = a_case(session, organisation, id_number=FIRST_ID, phone="+8613800138000")
    session.commit()
    answer = signed_in(role, organisation).get(f"/api/v1/cases/{case.id}")
    (party,) = answer.json["parties"]
    assert (party["name"] == "张三") is name
    assert (party["phones"] == "+8613800138000") is name
    assert (party["id_number"] == FIRST_ID) is number
    assert answer.json["addresses"][0]["grade"] == "door"


def test_reading_a_case_is_logged(
    session: Session, organisation: Organisation, dispatcher: Person
) -> None:
    case = a_case(session, organisation)
    session.commit()
    dispatcher.get(f"/api/v1/cases/{case.id}", headers={"X-Purpose": "planning"})
    record = session.scalars(select(AccessRecord)).one()
    assert (record.subject, record.purpose) == (f"case:{case.id}", "planning")


def test_another_organisations_case_does_not_exist(session: Session, dispatcher: Person) -> None:
    case = a_case(session, organisations.found(session, "Another agency", now=NOW))
    session.commit()
    assert dispatcher.get(f"/api/v1/cases/{case.id}").status_code == 404
    address = case.addresses[0]
    body = {"lat": 30.66, "lon": 104.06, "reason": "known"}
    url = f"/api/v1/addresses/{address.id}/position"
    assert dispatcher.put(url, json=body, headers={"If-Match": '"1"'}).status_code == 404


def test_an_ambiguous_address_is_settled_by_a_position(
    session: Session, organisation: Organisation, dispatcher: Person
) -> None:
    a_case(session, organisation, lat=None, address={"state": "ambiguous"})
    session.commit()
    (waiting,) = dispatcher.get("/api/v1/addresses?state=to_settle").json["items"]
    url = f"/api/v1/addresses/{waiting['id']}"
    tag = dispatcher.get(url).headers["ETag"]
    body = {"lat": 30.6598, "lon": 104.0827, "datum": "GCJ02", "reason": "asked the creditor"}
    assert dispatcher.put(f"{url}/position", json=body).status_code == 428
    answer = dispatcher.put(f"{url}/position", json=body, headers={"If-Match": tag})
    assert (answer.status_code, answer.json["state"]) == (200, "settled")
    assert (
        dispatcher.put(f"{url}/position", json=body, headers={"If-Match": tag}).status_code == 412
    )
    assert dispatcher.get("/api/v1/addresses?state=to_settle").json["items"] == []


@pytest.mark.parametrize(
    "wrong", [{"lat": 104.08, "lon": 30.66}, {"lat": 30.66}, {"candidate": 0}, {"lat": "NaN"}]
)
def test_a_place_that_cannot_be_is_refused(
    session: Session, organisation: Organisation, dispatcher: Person, wrong: dict[str, Any]
) -> None:
    address = a_case(session, organisation, lat=None).addresses[0]
    session.commit()
    url = f"/api/v1/addresses/{address.id}/position"
    answer = dispatcher.put(url, json={"reason": "x", **wrong}, headers={"If-Match": '"1"'})
    assert answer.status_code == 422
    assert answer.json["errors"]


def test_a_visit_to_a_doubtful_place_is_allowed_by_name(
    session: Session, organisation: Organisation, dispatcher: Person
) -> None:
    address = a_case(session, organisation, address={"grade": "county"}).addresses[0]
    session.commit()
    answer = dispatcher.post(
        f"/api/v1/addresses/{address.id}/allow-visit",
        json={"reason": "only lead"},
        headers={"If-Match": '"1"'},
    )
    assert answer.json["visit_allowed_by"] == str(dispatcher.account.id)


def test_shifts_are_made_once_and_called_off(
    session: Session, organisation: Organisation, dispatcher: Person
) -> None:
    an_agent(session, organisation, code="A1")
    session.commit()
    assert [row["code"] for row in dispatcher.get("/api/v1/agents").json["items"]] == ["A1"]
    url = "/api/v1/shifts?day=2026-11-25"
    assert dispatcher.get(url).json == []
    (made,) = dispatcher.post(url).json
    assert (made["agent_code"], made["breaks"][0]["from"]) == ("A1", "2026-11-25T11:30:00+08:00")
    assert [row["id"] for row in dispatcher.post(url).json] == [made["id"]]
    off = dispatcher.patch(
        f"/api/v1/shifts/{made['id']}",
        json={"absent_reason": "病假"},
        headers={"If-Match": '"1"'},
    )
    assert (off.json["absent_reason"], off.headers["ETag"]) == ("病假", '"2"')


def test_counsel_may_not_settle_an_address(
    session: Session, organisation: Organisation, signed_in: Callable[..., Person]
) -> None:
    address = a_case(session, organisation, lat=None).addresses[0]
    session.commit()
    counsel = signed_in("counsel", organisation)
    body = {"lat": 30.6, "lon": 104.0, "reason": "x"}
    url = f"/api/v1/addresses/{address.id}/position"
    assert counsel.put(url, json=body, headers={"If-Match": '"1"'}).status_code == 403
