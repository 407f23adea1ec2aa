"""Masked values are shown once with a reason; registers have clocks; readings come in pages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from fieldops.models import (
    AccessRecord,
    Case,
    Correction,
    IdempotencyRecord,
    Organisation,
    Person,
    Reveal,
)
from tests.builders.cases import NOW, a_case
from tests.conftest import Person as SignedIn

NUMBER = "510104199003074774"


@pytest.fixture
def case(session: Session, organisation: Organisation) -> Case:
    found = a_case(session, organisation, id_number=NUMBER, phone="+8613812345678")
    session.commit()
    return found


@pytest.fixture
def compliance(organisation: Organisation, signed_in: Callable[..., SignedIn]) -> SignedIn:
    return signed_in("compliance", organisation)


def _reveal(who: SignedIn, case: Case, **more: str) -> Any:
    body = {"field": "id_number", "reason": "identify", "words": "counter 3", **more}
    url = f"/api/v1/protection/persons/{case.parties[0].person_id}/reveal"
    return who.post(url, json=body, headers={"Idempotency-Key": "once"})


def test_a_masked_value_is_shown_to_who_says_why(
    session: Session, organisation: Organisation, case: Case, signed_in: Callable[..., SignedIn]
) -> None:
    who = signed_in("dispatcher", organisation)
    party = who.get(f"/api/v1/cases/{case.id}").json["parties"][0]
    assert "*" in party["id_number"]
    assert _reveal(who, case).json == {"values": [NUMBER]}
    kept = session.query(Reveal).one()
    assert (kept.account_id, kept.role, kept.words) == (who.account.id, "dispatcher", "counter 3")
    # The answer is kept nowhere: asked again under the same key, it is another reveal.
    assert session.query(IdempotencyRecord).count() == 0


@pytest.mark.parametrize("wrong", [{"words": ""}, {"reason": "curious"}, {"field": "salary"}])
def test_without_a_reason_nothing_is_shown(
    session: Session, case: Case, compliance: SignedIn, wrong: dict[str, str]
) -> None:
    assert _reveal(compliance, case, **wrong).status_code == 422
    assert session.query(Reveal).count() == 0


def test_an_auditor_sees_neither_numbers_nor_doors(
    organisation: Organisation, case: Case, signed_in: Callable[..., SignedIn]
) -> None:
    who = signed_in("auditor", organisation)
    found = who.get(f"/api/v1/cases/{case.id}").json
    assert found["addresses"][0]["text"] == "四川省成都市锦江区****"
    assert found["addresses"][0]["lat"] is None
    assert _reveal(who, case).status_code == 403


def test_readings_come_page_by_page_and_by_person(
    session: Session, organisation: Organisation, case: Case, compliance: SignedIn
) -> None:
    other = a_case(session, organisation)
    session.commit()
    for _ in range(3):
        compliance.get(f"/api/v1/cases/{case.id}", headers={"X-Purpose": "complaint 7"})
    compliance.get(f"/api/v1/cases/{other.id}")
    url = f"/api/v1/protection/readings?limit=2&person_id={case.parties[0].person_id}"
    first = compliance.get(url).json
    assert [one["purpose"] for one in first["items"]] == ["complaint 7"] * 2
    second = compliance.get(f"{url}&before={first['next']}").json
    assert ([one["subject"] for one in second["items"]], second["next"]) == (
        [f"case:{case.id}"],
        None,
    )


def test_who_read_what_is_never_changed(session: Session, case: Case, compliance: SignedIn) -> None:
    compliance.get(f"/api/v1/cases/{case.id}")
    assert session.query(AccessRecord).count()
    for statement in ("DELETE FROM access_record", "UPDATE access_record SET purpose = ''"):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(text(statement))


def test_a_breach_has_a_clock_and_is_told_once(compliance: SignedIn) -> None:
    entry = {
        "title": "Lost phone", "happened_at": (NOW - timedelta(hours=1)).isoformat(),
        "contents": {"what": "a", "cause": "b", "harm": "c", "measures": "d"},
    }  # fmt: skip
    made = compliance.post("/api/v1/protection/registers/breach", json=entry)
    assert made.status_code == 201, made.text
    assert made.json["due_at"].startswith("2026-11-25T01:00")
    told = compliance.post(f"/api/v1/protection/entries/{made.json['id']}/told").json
    assert told["told_at"]
    listed = compliance.get("/api/v1/protection/registers/breach").json["items"]
    assert [one["title"] for one in listed] == ["Lost phone"]
    entry["contents"] = {"what": "a"}
    assert compliance.post("/api/v1/protection/registers/breach", json=entry).status_code == 422


def test_a_value_is_set_right_and_the_old_one_kept(
    session: Session, case: Case, compliance: SignedIn
) -> None:
    body = {
        "person_id": str(case.parties[0].person_id), "kind": "correction", "channel": "counter",
        "received_at": NOW.isoformat(),
    }  # fmt: skip
    url = "/api/v1/data-requests/" + compliance.post("/api/v1/data-requests", json=body).json["id"]
    compliance.post(f"{url}/identity", json={"method": "in_person"})
    right = {"field": "name", "value": "张三丰", "reason": "misspelt"}
    answer = compliance.post(f"{url}/correction", json=right).json
    assert (answer["state"], answer["answer"]) == ("answered", {"done": ["corrected:name"]})
    session.expire_all()
    assert session.get_one(Person, case.parties[0].person_id).name == "张三丰"
    kept = session.query(Correction).one()
    assert (kept.before, kept.field, kept.reason) == ("张三", "name", "misspelt")
