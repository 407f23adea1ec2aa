"""Phones: a code makes one an agent's, once; its key opens it; the office ends it at once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.models import Device, DeviceCode, DeviceEntry, Organisation
from fieldops.services import organisations
from tests.builders.cases import an_agent
from tests.builders.doors import Door
from tests.builders.journals import JournalPhone
from tests.conftest import NOW, Person

CODES, ENROL = "/api/v1/devices/codes", "/api/v1/devices/enrol"


@pytest.fixture
def code(office: Person, agent: Person) -> str:
    """A fresh code for the agent."""
    answer = office.post(CODES, json={"agent_id": str(agent.actor.agent_id)})
    assert answer.status_code == 201, answer.json
    return str(answer.json["code"])


def _enrol(client: FlaskClient, code: str, name: str = "Redmi") -> Any:
    return client.post(ENROL, json={"code": code, "name": name})


def test_a_code_makes_a_phone_that_signs_itself_in(
    client: FlaskClient, code: str, agent: Person
) -> None:
    enrolled = _enrol(client, f"{code[:4].lower()} {code[4:]}")
    assert (enrolled.status_code, enrolled.json["name"]) == (201, "Redmi")
    key = {name: enrolled.json[name] for name in ("device_id", "device_key")}
    token = client.post("/api/v1/devices/token", json=key).json["access_token"]
    me = client.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {token}"}).json
    assert me["agent_id"] == str(agent.actor.agent_id)


def test_a_code_serves_once(client: FlaskClient, code: str) -> None:
    assert [_enrol(client, code).status_code for _ in range(2)] == [201, 422]


def test_a_code_is_over_after_a_quarter_of_an_hour(
    client: FlaskClient, code: str, frozen_clock: Callable[..., None]
) -> None:
    frozen_clock(NOW + timedelta(minutes=15))
    answer = _enrol(client, code)
    assert (answer.status_code, answer.json["type"]) == (422, "urn:fieldops:problem:code-refused")


def test_a_new_code_ends_the_one_before(
    client: FlaskClient, code: str, office: Person, agent: Person
) -> None:
    newer = office.post(CODES, json={"agent_id": str(agent.actor.agent_id)}).json["code"]
    assert _enrol(client, code).status_code == 422
    assert _enrol(client, newer).status_code == 201


def test_whoever_guesses_must_wait(client: FlaskClient, code: str) -> None:
    assert {_enrol(client, "AAAA AAAA").status_code for _ in range(10)} == {422}
    answer = _enrol(client, code)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "900")


def test_neither_code_nor_key_is_kept(client: FlaskClient, code: str, session: Session) -> None:
    key = _enrol(client, code).json["device_key"]
    row = session.scalars(select(DeviceCode)).one()
    device = session.scalars(select(Device)).one()
    assert code not in row.code_hash
    assert key not in device.key_hash


def test_an_agent_without_an_account_gets_no_code(
    office: Person, session: Session, organisation: Organisation
) -> None:
    other = an_agent(session, organisation, code="D7")
    session.commit()
    answer = office.post(CODES, json={"agent_id": str(other.id)})
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "agent_id")


def test_a_revoked_phone_is_out_with_its_next_call(
    enrolled: JournalPhone, office: Person, door: Door, session: Session
) -> None:
    enrolled.write("leave")
    assert enrolled.answers(enrolled.arrive(door.visit)) == [(2, "held")]
    url = f"/api/v1/devices/{enrolled.device.id}/revoke"
    assert office.post(url, json={"reason": "Lost on the bus"}).json["revoked_at"]
    assert enrolled.person.get("/api/v1/sync").status_code == 401
    key = {"device_id": str(enrolled.device.id), "device_key": enrolled.key}
    answer = enrolled.person.client.post("/api/v1/devices/token", json=key)
    assert (answer.status_code, answer.json["type"]) == (401, "urn:fieldops:problem:device-revoked")
    # What it had handed in and was waiting goes to a person.
    waiting = session.scalars(select(DeviceEntry).where(DeviceEntry.sequence == 2)).one()
    assert waiting.question == "conflict"


def test_a_wrong_key_opens_nothing(enrolled: JournalPhone) -> None:
    key = {"device_id": str(enrolled.device.id), "device_key": "x"}
    answer = enrolled.person.client.post("/api/v1/devices/token", json=key)
    assert (answer.status_code, answer.json["type"]) == (
        401,
        "urn:fieldops:problem:unauthenticated",
    )


def test_the_office_sees_what_a_phone_says_of_itself(
    enrolled: JournalPhone, office: Person
) -> None:
    enrolled.hand_in(app_version="1.4", pending=3, storage_persisted=True)
    (row,) = office.get("/api/v1/devices").json["items"]
    assert (row["app_version"], row["pending"], row["storage_persisted"]) == ("1.4", 3, True)
    assert row["last_seen_at"] == NOW.isoformat()


def test_a_phone_with_nothing_to_send_says_that_it_is_there(
    enrolled: JournalPhone, office: Person, frozen_clock: Callable[[datetime], None]
) -> None:
    said = {"app_version": "1.4", "pending": 0, "battery_percent": 80}
    seen = []
    for seconds in (0, 10, 60):
        frozen_clock(NOW + timedelta(seconds=seconds))
        assert enrolled.hand_in(**said).status_code == 200
        seen.append(office.get("/api/v1/devices").json["items"][0]["last_seen_at"])
    # One that says the same again within some seconds is not written down anew.
    assert seen[0] == seen[1] == NOW.isoformat()
    assert seen[2] == (NOW + timedelta(seconds=60)).isoformat()
    enrolled.hand_in(**{**said, "battery_percent": 20})
    assert office.get("/api/v1/devices").json["items"][0]["battery_percent"] == 20


@pytest.mark.parametrize("said", [{"battery_percent": 101}, {"battery_percent": "80"}])
def test_a_battery_that_cannot_be_is_refused(enrolled: JournalPhone, said: dict[str, Any]) -> None:
    assert enrolled.hand_in(**said).status_code == 422


def test_another_organisation_and_another_agent_meet_no_phone(
    enrolled: JournalPhone, agent: Person, session: Session, signed_in: Callable[..., Person]
) -> None:
    stranger = signed_in("dispatcher", organisations.found(session, "Another agency", now=NOW))
    url = f"/api/v1/devices/{enrolled.device.id}/revoke"
    assert stranger.post(url, json={"reason": "x"}).status_code == 404
    assert stranger.get("/api/v1/devices").json["items"] == []
    body = {"device_id": str(enrolled.device.id)}
    assert agent.post("/api/v1/sync", json=body).status_code == 404
