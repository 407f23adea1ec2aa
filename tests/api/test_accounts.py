"""Accounts by the interface: added, changed and shut, with secrets that are told once."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.models import Account, Device, IdempotencyRecord, Organisation
from fieldops.services import organisations
from tests.builders.cases import an_agent
from tests.builders.journals import a_device
from tests.conftest import NOW, Person

URL = "/api/v1/accounts"


@pytest.fixture
def boss(signed_in: Callable[..., Person], organisation: Organisation) -> Person:
    """An administrator."""
    return signed_in("admin", organisation)


def _added(boss: Person, **more: Any) -> Any:
    return boss.post(URL, json={"username": "wang", "role": "counsel", **more})


def test_somebody_is_added_with_secrets_that_no_later_answer_shows(boss: Person) -> None:
    answer = _added(boss, name="王律师")
    assert answer.status_code == 201
    told = answer.json
    assert told["otpauth"].startswith("otpauth://totp/")
    shown = boss.get(f"{URL}/{told['account']['id']}").json
    assert shown["has_second_factor"] is True
    assert not {"password", "otpauth"} & set(shown)


def test_a_repeated_call_adds_one_and_its_kept_answer_is_sealed(
    session: Session, boss: Person
) -> None:
    keyed = {"Idempotency-Key": "once"}
    body = {"username": "wang", "role": "dispatcher"}
    first, again = (boss.post(URL, json=body, headers=keyed) for _ in range(2))
    assert again.json == first.json
    assert again.headers["Idempotent-Replay"] == "true"
    kept = session.scalars(select(IdempotencyRecord)).one()
    assert first.json["password"].encode() not in bytes(kept.sealed_body)
    assert first.json["password"].encode() in kept.body


def test_an_answer_that_was_kept_before_answers_were_sealed_is_still_read(
    session: Session, boss: Person
) -> None:
    boss.post(URL, json={"username": "x", "role": "auditor"}, headers={"Idempotency-Key": "k"})
    kept = session.scalars(select(IdempotencyRecord)).one()
    kept.sealed_body = b'{"old": true}'
    assert kept.body == b'{"old": true}'


@pytest.mark.parametrize(
    ("body", "field"),
    [
        # No such role; a field agent without a number; a name of spaces.
        ({"username": "x", "role": "system"}, "role"),
        ({"username": "x", "role": "agent"}, "agent_id"),
        ({"username": " ", "role": "auditor"}, "username"),
    ],
)
def test_what_makes_no_account_is_told_with_its_cure(
    boss: Person, body: dict[str, str], field: str
) -> None:
    answer = boss.post(URL, json=body, headers={"Accept-Language": "zh-CN"})
    assert answer.status_code == 422
    (fault,) = answer.json["errors"]
    assert fault["field"] == field
    assert not fault["cure"].isascii()


def test_an_agent_has_one_account(
    session: Session, boss: Person, organisation: Organisation
) -> None:
    agent = an_agent(session, organisation, code="B7")
    session.commit()
    body = {"role": "agent", "agent_id": str(agent.id)}
    assert _added(boss, **body).status_code == 201
    answer = _added(boss, username="other", **body)
    assert [fault["field"] for fault in answer.json["errors"]] == ["agent_id"]


def test_lists_are_continued_and_narrowed(boss: Person) -> None:
    for name in ("a", "b", "c"):
        _added(boss, username=name, role="auditor")
    page = boss.get(f"{URL}?limit=2&role=auditor").json
    assert len(page["items"]) == 2
    rest = boss.get(f"{URL}?limit=2&role=auditor&after={page['next']}").json
    assert [one["username"] for one in rest["items"]] == ["c"]
    assert rest["next"] is None
    assert boss.get(f"{URL}?disabled=true").json["items"] == []


def test_an_account_is_shut_and_opened_again(
    boss: Person, signed_in: Callable[..., Person], organisation: Organisation
) -> None:
    other = signed_in("dispatcher", organisation)
    url = f"{URL}/{other.account.id}"
    assert boss.post(f"{url}/disable").json["disabled_at"] is not None
    assert other.get("/api/v1/auth/me").status_code == 401
    assert boss.post(f"{url}/enable").json["disabled_at"] is None


def test_a_new_role_password_and_factor_end_the_sign_ins(
    boss: Person, signed_in: Callable[..., Person], organisation: Organisation
) -> None:
    other = signed_in("dispatcher", organisation)
    url = f"{URL}/{other.account.id}"
    assert boss.post(f"{url}/role", json={"role": "counsel"}).json["role"] == "counsel"
    assert other.get("/api/v1/auth/me").status_code == 401
    assert boss.post(f"{url}/password").json["password"]
    assert boss.post(f"{url}/second-factor").json["otpauth"].startswith("otpauth://")


def test_ending_the_sign_ins_ends_the_phones_as_well(
    session: Session,
    boss: Person,
    signed_in: Callable[..., Person],
    organisation: Organisation,
) -> None:
    agent = an_agent(session, organisation, code="B7")
    other = signed_in("agent", organisation, agent_id=agent.id)
    a_device(session, other.actor)
    session.commit()
    url = f"{URL}/{other.account.id}/sign-ins/end"
    assert boss.post(url, json={"phones": False}).json["phones_ended"] == 0
    assert boss.post(url, json={}).json["phones_ended"] == 1
    assert session.scalars(select(Device)).one().revoked_at is not None
    assert other.get("/api/v1/auth/me").status_code == 401


def test_nobody_shuts_himself(boss: Person) -> None:
    assert boss.post(f"{URL}/{boss.account.id}/disable").status_code == 409


def test_another_house_is_not_there(
    session: Session, boss: Person, signed_in: Callable[..., Person]
) -> None:
    elsewhere = organisations.found(session, "Another agency", now=NOW)
    other: Account = signed_in("counsel", elsewhere).account
    assert boss.get(f"{URL}/{other.id}").status_code == 404
    assert boss.post(f"{URL}/{other.id}/password").status_code == 404


def test_only_administrators_come_in(
    signed_in: Callable[..., Person], organisation: Organisation
) -> None:
    assert signed_in("dispatcher", organisation).get(URL).status_code == 403
