"""Alarms, the call list and incidents over HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from fieldops.models import Organisation
from tests.builders.doors import Door
from tests.builders.visits import START
from tests.conftest import Person

SignedIn = Callable[..., Person]


@pytest.fixture
def agent(door: Door, signed_in: SignedIn, organisation: Organisation) -> Person:
    """The first of the crew with his phone."""
    return signed_in("agent", organisation, agent_id=door.agent.id)


def test_help_is_called_with_nothing_but_a_key_and_answered(
    agent: Person, signed_in: SignedIn, organisation: Organisation
) -> None:
    called = agent.post("/api/v1/alarms", json={"key": "k1", "battery": 3})
    assert called.status_code == 201
    again = agent.post("/api/v1/alarms", json={"key": "k1", "position": "nowhere"})
    assert again.json["id"] == called.json["id"]
    alarm = f"/api/v1/alarms/{called.json['id']}"
    assert agent.post(f"{alarm}/acknowledge").status_code == 403
    dispatcher = signed_in("dispatcher", organisation)
    assert [one["kind"] for one in dispatcher.get("/api/v1/alarms").json["items"]] == ["sos"]
    assert dispatcher.post(f"{alarm}/acknowledge").json["acknowledged_at"]
    assert agent.post(f"{alarm}/safe", json={}).status_code == 200
    ended = dispatcher.post(f"{alarm}/end", json={"ending": "safe", "reason": "Spoke to him"})
    kinds = [act["kind"] for act in ended.json["acts"]]
    assert kinds == ["raised", "told", "acknowledged", "safe_word", "ended"]
    assert dispatcher.get("/api/v1/alarms?ended=false").json["items"] == []


def test_an_agent_lists_his_own_alarms_only(
    agent: Person, door: Door, signed_in: SignedIn, organisation: Organisation
) -> None:
    agent.post("/api/v1/alarms", json={"key": "k1"})
    partner = signed_in("agent", organisation, agent_id=door.partner.id)
    assert len(agent.get("/api/v1/alarms").json["items"]) == 1
    assert partner.get("/api/v1/alarms").json["items"] == []


def test_the_call_list_is_kept_by_the_administrator(
    agent: Person, signed_in: SignedIn, organisation: Organisation
) -> None:
    admin, dispatcher = signed_in("admin", organisation), signed_in("dispatcher", organisation)
    entry = {"place": 1, "name": "Duty officer", "phone": "+86 28 8000 0000"}
    assert dispatcher.post("/api/v1/call-list", json=entry).status_code == 403
    contact = admin.post("/api/v1/call-list", json=entry).json
    assert dispatcher.get("/api/v1/call-list").json == [contact]
    alarm = agent.post("/api/v1/alarms", json={"key": "k1"}).json["id"]
    called = {"contact_id": contact["id"], "answered": True}
    assert dispatcher.post(f"/api/v1/alarms/{alarm}/calls", json=called).json["acknowledged_at"]
    admin.post(f"/api/v1/call-list/{contact['id']}/remove")
    assert dispatcher.get("/api/v1/call-list").json == []


@pytest.mark.parametrize(
    ("changed", "field"), [({"kind": "weather"}, "kind"), ({"happened_at": "today"}, "happened_at")]
)
def test_a_faulty_incident_names_its_field(
    agent: Person, changed: dict[str, Any], field: str
) -> None:
    answer = agent.post("/api/v1/incidents", json=_incident(**changed))
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json["errors"]] == [field]


def test_an_incident_is_reported_and_reviewed(
    agent: Person, door: Door, signed_in: SignedIn, organisation: Organisation
) -> None:
    told = _incident(kind="self_harm_talk", visit_id=str(door.visit.id))
    incident = agent.post("/api/v1/incidents", json=told).json
    assert incident["hold_id"]
    compliance = signed_in("compliance", organisation)
    review = f"/api/v1/incidents/{incident['id']}/review"
    done = {"measures": "A trained colleague called", "warns": True}
    assert agent.post(review, json=done).status_code == 403
    assert compliance.post(review, json=done).json["reviewed_at"]
    assert compliance.get("/api/v1/incidents?reviewed=false").json["items"] == []


def _incident(**changed: Any) -> dict[str, Any]:
    values = {"key": "k1", "kind": "threat", "words": "He raised a stick"}
    return {**values, "happened_at": START.isoformat(), **changed}
