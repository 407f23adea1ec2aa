"""Holds over HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from fieldops.models import Organisation
from tests.builders.doors import Door, arrival
from tests.conftest import Person


def _order(door: Door, **changed: Any) -> dict[str, Any]:
    return {
        "kind": "dispute",
        "scope": "debt",
        "case_id": str(door.case.id),
        "reason": "The debtor disputes the sum",
        **changed,
    }


def test_an_agent_stops_contact_and_compliance_lets_it_go_on(
    door: Door, signed_in: Callable[..., Person], organisation: Organisation
) -> None:
    agent = signed_in("agent", organisation, agent_id=door.agent.id)
    placed = agent.post("/api/v1/holds", json=_order(door))
    assert placed.status_code == 201
    assert placed.json["cancelled"] == [str(door.visit.id)]
    refused = agent.post(f"/api/v1/visits/{door.visit.id}/arrive", json=arrival())
    assert refused.json["type"].endswith("contact-forbidden")
    lift = f"/api/v1/holds/{placed.json['hold']['id']}/lift"
    assert agent.post(lift, json={"reason": "settled"}).status_code == 403
    compliance = signed_in("compliance", organisation)
    assert len(compliance.get("/api/v1/holds?in_force=true").json["items"]) == 1
    assert compliance.post(lift, json={"reason": "settled"}).status_code == 409
    [dispute] = compliance.get("/api/v1/disputes?open=true").json["items"]
    assert dispute["words"] == "The debtor disputes the sum"
    found = {"outcome": "unfounded", "evidence": "statement of account", "reason": "sum is right"}
    assert compliance.post(f"/api/v1/disputes/{dispute['id']}/resolve", json=found).json["outcome"]
    assert compliance.get("/api/v1/holds?in_force=true").json["items"] == []
    assert len(compliance.get(f"/api/v1/holds?case_id={door.case.id}").json["items"]) == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"kind": "mood"}, "kind"),
        ({"reason": ""}, "reason"),
        ({"case_id": "7"}, "case_id"),
        ({"ends_at": "2020-01-01T00:00:00Z"}, "ends_at"),
    ],
)
def test_a_faulty_order_names_its_field(
    door: Door,
    signed_in: Callable[..., Person],
    organisation: Organisation,
    changed: dict[str, Any],
    field: str,
) -> None:
    answer = signed_in("compliance", organisation).post(
        "/api/v1/holds", json=_order(door, **changed)
    )
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json["errors"]] == [field]


def test_an_auditor_places_no_hold(
    door: Door, signed_in: Callable[..., Person], organisation: Organisation
) -> None:
    auditor = signed_in("auditor", organisation)
    assert auditor.post("/api/v1/holds", json=_order(door)).status_code == 403


def test_a_call_is_asked_for_and_then_has_a_result(
    door: Door, signed_in: Callable[..., Person], organisation: Organisation
) -> None:
    dispatcher = signed_in("dispatcher", organisation)
    body = {"party_id": str(door.visit.party_id), "channel": "call"}
    opened = dispatcher.post("/api/v1/contacts", json=body)
    assert (opened.status_code, opened.json["result"]) == (201, "pending")
    url = f"/api/v1/contacts/{opened.json['id']}/result"
    ended = dispatcher.post(url, json={"result": "no_answer", "learned": "no_answer"})
    assert (ended.status_code, ended.json["result"]) == (200, "no_answer")
    page = dispatcher.get(f"/api/v1/contacts?case_id={door.case.id}").json
    assert [one["channel"] for one in page["items"]] == ["call"]


def test_a_call_under_a_hold_is_forbidden(
    door: Door, signed_in: Callable[..., Person], organisation: Organisation
) -> None:
    dispatcher = signed_in("dispatcher", organisation)
    dispatcher.post("/api/v1/holds", json=_order(door, kind="cease"))
    body = {"party_id": str(door.visit.party_id), "channel": "call"}
    refused = dispatcher.post("/api/v1/contacts", json=body)
    assert refused.status_code == 422
    assert [broken["rule"] for broken in refused.json["violations"]] == ["GL-CEASE-01"]
