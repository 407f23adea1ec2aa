"""Complaints, disputes, requests and the report over HTTP."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fieldops.models import Organisation
from tests.builders.doors import Door, a_door
from tests.builders.doubts import an_inventing_agent, keep_the_count
from tests.conftest import Person

People = Callable[..., Person]
PERIOD = "since=2026-11-23T00:00:00Z&until=2026-11-26T00:00:00Z"


@pytest.fixture
def door(session: Session, organisation: Organisation) -> Door:
    """A visit planned for a crew of two."""
    return a_door(session, organisation)


def _complain(door: Door, person: Person, **changed: Any) -> Any:
    body = {"case_id": str(door.case.id), "words": "踢门", "came_by": "door", **changed}
    return person.post("/api/v1/complaints", json=body)


def _ask(door: Door, person: Person, **changed: Any) -> Any:
    body = {"party_id": str(door.visit.party_id), "words": "别来", "came_by": "door", **changed}
    return person.post("/api/v1/requests", json=body)


def test_a_complaint_runs_its_course(
    door: Door, signed_in: People, organisation: Organisation
) -> None:
    agent = signed_in("agent", organisation, agent_id=door.agent.id)
    opened = _complain(door, agent, about_agent_id=str(door.agent.id))
    assert opened.status_code == 201
    assert opened.json["cancelled"] == [str(door.visit.id)]
    assert "words" not in opened.json
    assert agent.get("/api/v1/complaints").status_code == 403
    compliance = signed_in("compliance", organisation)
    url = f"/api/v1/complaints/{opened.json['id']}"
    handler = {"handler_id": str(compliance.account.id)}
    assert compliance.post(f"{url}/assign", json=handler).json["state"] == "assigned"
    regraded = {"complexity": "special", "reason": "three firms are asked"}
    assert compliance.post(f"{url}/regrade", json=regraded).json["complexity"] == "special"
    assert compliance.post(f"{url}/answer", json={"text": "已处理"}).json["answer"] == "已处理"
    closed = compliance.post(f"{url}/close", json={"outcome": "not_upheld"})
    assert closed.json["outcome"] == "not_upheld"
    [found] = compliance.get("/api/v1/complaints?state=closed").json["items"]
    assert found["reference"] == opened.json["reference"]
    [hold] = compliance.get(f"/api/v1/holds?case_id={door.case.id}").json["items"]
    assert (hold["lifted_outcome"], hold["lift"]) == ("not_upheld", "complaint")


def test_a_recused_handler_is_a_problem_of_its_own(
    door: Door, signed_in: People, organisation: Organisation
) -> None:
    compliance = signed_in("compliance", organisation)
    account = str(compliance.account.id)
    opened = _complain(door, compliance, about_account_id=account)
    url = f"/api/v1/complaints/{opened.json['id']}/assign"
    refused = compliance.post(url, json={"handler_id": account})
    assert refused.status_code == 409
    assert refused.json["type"].endswith("handler-recused")
    assert refused.json["interests"] == ["complained_about"]


def test_a_request_is_heeded_at_once_and_read_by_the_office(
    door: Door, signed_in: People, organisation: Organisation
) -> None:
    agent = signed_in("agent", organisation, agent_id=door.agent.id)
    asked = _ask(door, agent, kind="hours", windows=[["09:30", "10:30"]])
    assert asked.status_code == 201, asked.json
    assert asked.json["cancelled"] == [str(door.visit.id)]
    assert asked.json["request"]["for_ever"] is False
    dispatcher = signed_in("dispatcher", organisation)
    listed = dispatcher.get(f"/api/v1/requests?case_id={door.case.id}&in_force=true").json
    assert [one["windows"] for one in listed["items"]] == [[["09:30", "10:30"]]]
    url = f"/api/v1/requests/{listed['items'][0]['id']}/withdraw"
    assert dispatcher.post(url, json={"words": "可以来"}).status_code == 403
    compliance = signed_in("compliance", organisation)
    assert compliance.post(url, json={"words": "可以来"}).json["withdrawn_at"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"kind": "mood"}, "kind"),
        ({"kind": "channel"}, "channel"),
        ({"kind": "hours", "windows": [["1", "2"]]}, "windows[0][0]"),
        ({"kind": "cease", "words": ""}, "words"),
        ({"kind": "cease", "party_id": "7"}, "party_id"),
    ],
)
def test_a_faulty_request_names_its_field(
    door: Door, signed_in: People, organisation: Organisation, changed: dict[str, Any], field: str
) -> None:
    answer = _ask(door, signed_in("dispatcher", organisation), **changed)
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json["errors"]] == [field]


def test_a_hold_has_its_paper_and_its_end_recorded_by_counsel(
    door: Door, signed_in: People, organisation: Organisation
) -> None:
    body = {
        "kind": "breathing_space", "variant": "crisis", "case_id": str(door.case.id),
        "reason": "in treatment",
    }  # fmt: skip
    dispatcher, counsel = signed_in("dispatcher", organisation), signed_in("counsel", organisation)
    hold = dispatcher.post("/api/v1/holds", json=body).json["hold"]
    assert (hold["lift"], hold["scope"], hold["ends_at"]) == ("counsel", "person", None)
    url = f"/api/v1/holds/{hold['id']}"
    assert dispatcher.post(f"{url}/evidence", json={"evidence": "MH-1"}).status_code == 200
    assert dispatcher.post(f"{url}/over", json={"on": "2026-11-25"}).status_code == 403
    over = counsel.post(f"{url}/over", json={"on": "2026-11-25"}).json
    assert over["ends_at"].startswith("2026-12-25T16:00:00")
    assert over["evidence"] == "MH-1"


def test_the_report_is_counted_for_those_who_audit(
    door: Door, signed_in: People, organisation: Organisation
) -> None:
    compliance = signed_in("compliance", organisation)
    _complain(door, compliance)
    report = compliance.get(f"/api/v1/compliance/report?{PERIOD}").json
    assert report["deadlines"]["received"] == 1
    assert report["holds_placed"] == [{"words": ["complaint", ""], "count": 1}]
    assert compliance.get("/api/v1/compliance/near-misses").json == {"items": [], "next": None}
    assert (
        signed_in("counsel", organisation).get(f"/api/v1/compliance/report?{PERIOD}").status_code
        == 403
    )


def test_what_does_not_fit_in_the_usual_days_is_told_with_its_time(
    session: Session, signed_in: People, organisation: Organisation
) -> None:
    agent_id = an_inventing_agent(session, organisation).id
    keep_the_count(session, organisation.id)
    compliance = signed_in("compliance", organisation)
    url = "/api/v1/compliance"
    kept = compliance.get(f"{url}/agents").json
    assert {one["as_of"] for one in kept} == {"2026-11-24T02:00:00+00:00"}
    assert compliance.get(f"{url}/report").json["fit"] == kept
    live = compliance.get(f"{url}/agents?since=2026-10-25T00:00:00Z").json
    assert live == [{**one, "as_of": None} for one in kept]
    noted = {"outcome": "talk", "reason": "shown the visits"}
    answer = compliance.post(f"{url}/agents/{agent_id}/reviews", json=noted)
    assert answer.json["grounds"]["nobody"][0] == 12
    assert compliance.get(f"{url}/agents").json[0]["review"]["reason"] == "shown the visits"
