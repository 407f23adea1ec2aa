"""Pairs, judgements, entities and the switch over HTTP."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.models import Organisation
from fieldops.models import Party as Part
from fieldops.models import Person as Party
from fieldops.services import organisations
from tests.conftest import NOW, Person
from tests.services.identity.people import PHONE, a_debtor, link

URL = "/api/v1/identity"


@pytest.fixture
def compliance(signed_in: Callable[..., Person], organisation: Organisation) -> Person:
    """Somebody who judges and switches."""
    return signed_in("compliance", organisation)


@pytest.fixture
def people(session: Session, organisation: Organisation) -> list[Party]:
    """One person in two scripts, and his brother on the same telephone."""
    found = [a_debtor(session, organisation, name) for name in ("张三丰", "張三豐", "张三华")]
    link(session, organisation)
    session.commit()
    return found


def _pairs(reader: Person, queue: str) -> list[dict[str, Any]]:
    answer = reader.get(f"{URL}/pairs?queue={queue}")
    assert answer.status_code == 200
    return list(answer.json["items"])


def test_a_pair_is_shown_side_by_side_with_lines_that_add_up(
    people: list[Party], compliance: Person
) -> None:
    (pair,) = _pairs(compliance, "joined")
    shown = compliance.get(f"{URL}/pairs/{pair['id']}").json
    assert {side["person_id"] for side in shown["sides"]} == {str(people[0].id), str(people[1].id)}
    lines = shown["pair"]["lines"]
    assert sum(line["decibans"] for line in lines) == pytest.approx(pair["decibans"], abs=0.01)
    assert {"the names are the same", "姓名相同"} <= {
        text for line in lines for text in (line["en"], line["zh"])
    }


@pytest.mark.parametrize("listed", ["identity/pairs", "flags"])
def test_a_list_does_not_go_on_from_a_row_that_there_is_not(
    compliance: Person, listed: str
) -> None:
    answer = compliance.get(f"/api/v1/{listed}?after={uuid4()}")
    assert answer.status_code == 422
    [fault] = answer.json["errors"]
    assert fault["field"] == "after"
    assert "begin with the first page" in fault["cure"]


def test_a_judgement_changes_the_entity_and_is_kept(
    people: list[Party], compliance: Person
) -> None:
    first, _, brother = people
    pair = next(one for one in _pairs(compliance, "possible") if str(brother.id) == one["high_id"])
    said = compliance.post(
        f"{URL}/pairs/{pair['id']}/judgements", json={"verdict": "same", "reason": "one card"}
    )
    assert (said.status_code, said.json["pair"]["standing"]) == (201, "same")
    entity = compliance.get(f"{URL}/entities/{brother.id}").json
    assert entity["id"] == str(first.id)
    assert len(entity["members"]) == 3
    again = compliance.post(
        f"{URL}/pairs/{pair['id']}/judgements", json={"verdict": "not_same", "reason": "no"}
    )
    assert again.status_code == 409


def test_what_a_judgement_cuts_is_told(people: list[Party], compliance: Person) -> None:
    (pair,) = _pairs(compliance, "joined")
    for one in _pairs(compliance, "possible"):
        compliance.post(
            f"{URL}/pairs/{one['id']}/judgements", json={"verdict": "same", "reason": "seen"}
        )
    said = compliance.post(
        f"{URL}/pairs/{pair['id']}/judgements", json={"verdict": "not_same", "reason": "twins"}
    )
    (cut,) = said.json["cuts"]
    assert set(cut["apart"]) == {pair["low_id"], pair["high_id"]}


def test_the_auditor_reads_masked_and_judges_nothing(
    people: list[Party], signed_in: Callable[..., Person], organisation: Organisation
) -> None:
    auditor = signed_in("auditor", organisation)
    (pair,) = _pairs(auditor, "joined")
    shown = auditor.get(f"{URL}/pairs/{pair['id']}").json
    assert all(side["is_masked"] and "*" in side["name"] for side in shown["sides"])
    assert PHONE not in str(shown)
    said = auditor.post(
        f"{URL}/pairs/{pair['id']}/judgements", json={"verdict": "same", "reason": "seen"}
    )
    assert said.status_code == 403


def test_another_organisation_sees_and_judges_none_of_it(
    session: Session, people: list[Party], compliance: Person, signed_in: Callable[..., Person]
) -> None:

    other = signed_in("compliance", organisations.found(session, "Another agency", now=NOW))
    (pair,) = _pairs(compliance, "joined")
    assert _pairs(other, "joined") == []
    assert other.get(f"{URL}/pairs/{pair['id']}").status_code == 404
    assert other.get(f"{URL}/entities/{people[0].id}").status_code == 404
    body = {"person_id": str(people[0].id), "other_id": str(people[1].id)}
    assert other.post(f"{URL}/pairs", json=body).status_code == 404


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("pairs/{pair}/judgements", {"verdict": "maybe", "reason": "x"}, "verdict"),
        ("pairs/{pair}/judgements", {"verdict": "same"}, "reason"),
        ("pairs/{pair}/judgements", {"verdict": "same", "reason": ""}, "reason"),
        ("pairs", {"person_id": "x", "other_id": "y"}, "person_id"),
        ("scope", {"across_creditors": True}, "purpose"),
    ],
)
def test_faulty_bodies_are_refused_with_the_field(
    people: list[Party], compliance: Person, path: str, body: dict[str, Any], field: str
) -> None:
    (pair,) = _pairs(compliance, "joined")
    answer = compliance.post(f"{URL}/{path.format(pair=pair['id'])}", json=body)
    assert answer.status_code == 422
    assert field in answer.text


def test_an_unknown_queue_is_refused(compliance: Person) -> None:
    assert compliance.get(f"{URL}/pairs?queue=all").status_code == 422


def test_the_switch_is_off_until_it_is_set_with_a_purpose(compliance: Person) -> None:
    assert compliance.get(f"{URL}/scope").json == []
    body = {"across_creditors": True, "purpose": "caps count over all debts"}
    assert compliance.post(f"{URL}/scope", json=body).status_code == 201
    assert [one["purpose"] for one in compliance.get(f"{URL}/scope").json] == [body["purpose"]]


def test_a_pair_can_be_brought_up_by_hand(
    session: Session, organisation: Organisation, people: list[Party], compliance: Person
) -> None:
    stranger = a_debtor(session, organisation, "李四", phone=None)
    session.commit()
    body = {"person_id": str(stranger.id), "other_id": str(people[0].id)}
    made = compliance.post(f"{URL}/pairs", json=body)
    assert (made.status_code, made.json["verdict"]) == (201, "different")
    body["other_id"] = str(uuid4())
    assert compliance.post(f"{URL}/pairs", json=body).status_code == 404


def test_the_trace_record_tells_who_else_has_the_telephone(
    people: list[Party], session: Session, compliance: Person
) -> None:

    case_id = session.scalars(select(Part.case_id).where(Part.person_id == people[0].id)).one()
    record = compliance.get(f"/api/v1/trace/{case_id}").json
    (phone,) = [one for one in record["shared"] if one["kind"] == "phone"]
    told = {one["person_id"]: one["same"] for one in phone["others"]}
    assert told == {str(people[1].id): True, str(people[2].id): False}
    before = compliance.get(f"/api/v1/trace/{case_id}?as_of=2026-11-01T00:00:00Z").json
    assert before["shared"] == []
