"""The team, agencies, agents in doubt and closing, through their forms: good input and bad."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.models import (
    Agency,
    AgencyEvaluation,
    Agent,
    AgentReview,
    CaseClosing,
    TeamRecord,
)
from fieldops.services import organisations
from tests.builders.cases import a_case, an_agent
from tests.builders.worlds import World
from tests.conftest import NOW
from tests.web.conftest import Reader

Reads = Callable[[str], Reader]
RECORD = {
    "kind": "training", "passed": "yes", "issuer": "Training centre", "reference": "T-17",
    "begins_on": "2026-11-01", "ends_on": "", "note": "",
}  # fmt: skip
EVALUATION = {
    "agency": "North agency", "held_on": "2026-11-20", "score_compliance": "80",
    "score_complaints": "70", "score_information_security": "90", "score_service": "60",
}  # fmt: skip
OFFICE = ("agent", "dispatcher", "counsel", "auditor")


def _record(world: World, **changed: Any) -> dict[str, Any]:
    return {**RECORD, "agent_id": str(world.visits[0].agent_id), **changed}


def test_compliance_keeps_a_record_and_withdraws_it(
    reads: Reads, session: Session, world: World
) -> None:
    reader = reads("compliance")
    assert reader.post("/team/records", **_record(world)).status_code == 302
    row = session.scalars(select(TeamRecord)).one()
    url = f"/team/records/{row.id}/withdraw"
    assert reader.post(url, reason=" ").status_code == 422
    assert reader.post(url, reason="of somebody else").status_code == 302
    assert "of somebody else" in reader.get("/team").text


@pytest.mark.parametrize(
    "changed",
    [
        {"agent_id": ""},
        {"agent_id": "nobody"},
        {"kind": "horoscope"},
        {"kind": "agency_contract"},  # no agent holds one
        {"issuer": " "},
        {"issuer": "x" * 201},
        {"reference": ""},
        {"begins_on": ""},
        {"begins_on": "yesterday"},
        {"begins_on": "2027-11-01"},
        {"ends_on": "soon"},
        {"ends_on": "2026-10-31"},  # before it begins
        {"ends_on": "2028-11-01"},  # longer than its kind allows
        {"kind": "confidentiality", "passed": "no"},
    ],
)
def test_a_record_that_cannot_be_comes_back_with_what_was_typed(
    reads: Reads, session: Session, world: World, changed: dict[str, str]
) -> None:
    answer = reads("compliance").post(
        "/team/records", **_record(world, note="mind this", **changed)
    )
    assert answer.status_code == 422
    assert 'value="mind this"' in answer.text
    assert session.scalars(select(TeamRecord)).all() == []


@pytest.mark.parametrize(
    "changed",
    [
        {"agency": " "},
        {"agency": "x" * 201},
        {"held_on": ""},
        {"held_on": "2027-01-01"},
        {"score_service": ""},
        {"score_service": "101"},
        {"score_service": "-1"},
        {"score_service": "good"},
    ],
)
def test_an_evaluation_that_cannot_be_is_refused(
    reads: Reads, session: Session, world: World, changed: dict[str, str]
) -> None:
    answer = reads("compliance").post("/team/evaluations", **{**EVALUATION, **changed})
    assert answer.status_code == 422
    assert session.scalars(select(AgencyEvaluation)).all() == []
    assert session.scalars(select(Agency)).all() == []


def test_an_agency_is_evaluated_given_a_contract_and_named_for_an_agent(
    reads: Reads, session: Session, world: World
) -> None:
    reader, agent_id = reads("compliance"), world.visits[0].agent_id
    assert reader.post("/team/evaluations", **EVALUATION).status_code == 302
    agency = session.scalars(select(Agency)).one()
    contract = {**RECORD, "agency_id": str(agency.id), "kind": "agency_contract"}
    assert reader.post("/team/records", **contract).status_code == 422  # without its last day
    whole = {**contract, "ends_on": "2027-06-30"}
    assert reader.post("/team/records", **whole).status_code == 302
    url = f"/team/agents/{agent_id}/agency"
    assert reader.post(url, agency="x" * 201).status_code == 422
    assert reader.post(url, agency="North agency").status_code == 302
    page = reader.get("/team").text
    assert page.count("North agency") > 2
    assert "2027-06-30" in page


@pytest.mark.parametrize("role", OFFICE)
def test_others_keep_judge_and_send_nobody(reads: Reads, world: World, role: str) -> None:
    reader, agent_id = reads(role), world.visits[0].agent_id
    assert reader.post("/team/records", **_record(world)).status_code == 403
    assert reader.post("/team/evaluations", **EVALUATION).status_code == 403
    assert reader.post(f"/team/agents/{agent_id}/agency", agency="x").status_code == 403
    assert reader.post(f"/compliance/agents/{agent_id}", outcome="talk").status_code == 403


def test_another_houses_agent_cannot_be_reached(
    reads: Reads, session: Session, world: World
) -> None:
    other = organisations.found(session, "Another agency", now=NOW)
    stranger = an_agent(session, other, code="Z9")
    session.commit()
    reader = reads("compliance")
    assert reader.post("/team/records", **_record(world, agent_id=stranger.id)).status_code == 404
    assert reader.post(f"/team/agents/{stranger.id}/agency", agency="x").status_code == 404
    form = {"outcome": "talk", "reason": "looked at his visits"}
    assert reader.get(f"/compliance/agents/{stranger.id}").status_code == 404
    assert reader.post(f"/compliance/agents/{stranger.id}", **form).status_code == 404


def test_compliance_suspends_an_agent_from_his_page(
    reads: Reads, session: Session, world: World
) -> None:
    reader, agent_id = reads("compliance"), world.visits[0].agent_id
    url = f"/compliance/agents/{agent_id}"
    form = {"outcome": "suspended", "reason": "photos of other doors"}
    assert reader.post(url, **form).status_code == 302
    session.expire_all()
    assert session.get_one(Agent, agent_id).suspended_at is not None
    assert "photos of other doors" in reader.get(url).text
    assert "suspended" in reader.get("/team").text


@pytest.mark.parametrize(
    "form",
    [
        {"outcome": "", "reason": "looked at his visits"},
        {"outcome": "shot", "reason": "looked at his visits"},
        {"outcome": "talk", "reason": "short"},
        {"outcome": "talk", "reason": "x" * 501},
    ],
)
def test_an_outcome_that_cannot_be_comes_back_with_what_was_typed(
    reads: Reads, session: Session, world: World, form: dict[str, str]
) -> None:
    answer = reads("compliance").post(f"/compliance/agents/{world.visits[0].agent_id}", **form)
    assert answer.status_code == 422
    assert form["reason"] in answer.text
    assert session.scalars(select(AgentReview)).all() == []


@pytest.mark.parametrize(
    "form",
    [
        {"outcome": "", "reason": "paid in full"},
        {"outcome": "burnt", "reason": "paid in full"},
        {"outcome": "settled", "reason": " "},
        {"outcome": "settled", "reason": "x" * 501},
    ],
)
def test_a_closing_that_cannot_be_comes_back_with_what_was_typed(
    reads: Reads, session: Session, world: World, form: dict[str, str]
) -> None:
    answer = reads("compliance").post(f"/cases/{world.case.id}/close", **form)
    assert answer.status_code == 422
    assert form["reason"].strip() in answer.text
    assert session.scalars(select(CaseClosing)).all() == []


@pytest.mark.parametrize("role", ["agent", "auditor"])
def test_others_close_and_open_no_case(reads: Reads, world: World, role: str) -> None:
    url = f"/cases/{world.case.id}"
    assert reads(role).post(f"{url}/close", outcome="settled", reason="x").status_code == 403
    assert reads(role).post(f"{url}/reopen", reason="x").status_code == 403


def test_another_houses_case_cannot_be_closed(reads: Reads, session: Session, world: World) -> None:
    other = organisations.found(session, "Another agency", now=NOW)
    case = a_case(session, other, number="Z-1")
    session.commit()
    answer = reads("counsel").post(f"/cases/{case.id}/close", outcome="settled", reason="paid")
    assert answer.status_code == 404
