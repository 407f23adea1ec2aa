"""What persons ask, dispute and complain of, through the forms of the pages."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.models import Agent, Complaint, ContactRequest, Dispute, Hold, Visit
from tests.builders.doubts import keep_the_count
from tests.builders.visits import START, a_past_visit
from tests.builders.worlds import World
from tests.web.conftest import Reader

Reads = Callable[[str], Reader]


@pytest.mark.parametrize(
    ("what", "model"),
    [
        ("complaint", Complaint),
        ("dispute", Dispute),
        ("request:workplace", ContactRequest),
        ("request:cease", ContactRequest),
        ("hold:vulnerable:", Hold),
        ("hold:hardship:offer", Hold),
    ],
)
def test_one_tap_at_the_door_takes_it_down(
    reads: Reads, session: Session, world: World, what: str, model: type[Hold]
) -> None:
    before = len(session.scalars(select(model.id)).all())
    answer = reads("agent").post(f"/visits/{world.visits[2].id}/said", what=what)
    assert answer.status_code == 302, answer.text
    assert len(session.scalars(select(model.id)).all()) > before
    assert "Taken down and in force" in reads("agent").get(answer.location).text


@pytest.mark.parametrize(
    "what", ["", "mood", "request:", "request:mood", "hold:mood:", "hold:hardship:mood"]
)
def test_a_tap_that_is_not_offered_is_refused(reads: Reads, world: World, what: str) -> None:
    answer = reads("agent").post(f"/visits/{world.visits[2].id}/said", what=what)
    assert answer.status_code == 422


def test_an_agent_reads_no_case_by_a_faulty_form(reads: Reads, world: World) -> None:
    agent = reads("agent")
    assert agent.post(f"/cases/{world.case.id}/said", what="mood").status_code == 403
    assert agent.post("/holds", number="nothing").status_code == 403


def test_the_office_takes_down_a_request_and_compliance_its_withdrawal(
    reads: Reads, session: Session, world: World
) -> None:
    party = world.case.parties[0].id
    form = {"what": "request:channel", "channel": "sms", "party_id": str(party)}
    url = f"/cases/{world.case.id}/said"
    dispatcher = reads("dispatcher")
    assert dispatcher.post(url, **form, came_by="call", words="").status_code == 422
    assert dispatcher.post(url, **form, came_by="call", words="别发短信").status_code == 302
    asked = session.scalars(
        select(ContactRequest).where(ContactRequest.case_id == world.case.id)
    ).one()
    withdraw = f"/requests/{asked.id}/withdraw"
    assert dispatcher.post(withdraw, words="可以了").status_code == 403
    assert reads("compliance").post(withdraw, words="可以了").status_code == 302
    session.expire_all()
    assert session.get_one(ContactRequest, asked.id).withdrawn_words == "可以了"
    page = reads("counsel").get(f"/cases/{world.case.id}").text
    assert "别发短信" in page
    assert "可以了" in page


def test_a_complaint_goes_from_its_words_to_its_outcome(
    reads: Reads, session: Session, world: World
) -> None:
    compliance, url = reads("compliance"), f"/complaints/{world.complaint.id}"
    handler = str(world.people["compliance"].id)
    assert compliance.post(f"{url}/assign", handler_id="nobody").status_code == 422
    assert compliance.post(f"{url}/assign", handler_id=handler).status_code == 302
    form = {"complexity": "complex", "reason": "three firms are asked"}
    assert compliance.post(f"{url}/regrade", **form).status_code == 302
    assert compliance.post(f"{url}/answer", answer=" ").status_code == 422
    assert compliance.post(f"{url}/answer", answer="我们已处理").status_code == 302
    assert compliance.post(f"{url}/close", outcome="mood").status_code == 422
    assert compliance.post(f"{url}/close", outcome="upheld").status_code == 302
    session.expire_all()
    assert session.get_one(Complaint, world.complaint.id).state == "closed"
    assert "我们已处理" in compliance.get(url).text


def test_a_handler_with_an_interest_is_refused_and_told_why(
    reads: Reads, session: Session, world: World
) -> None:
    session.get_one(Complaint, world.complaint.id).about_account_id = world.people["compliance"].id
    session.commit()
    answer = reads("compliance").post(
        f"/complaints/{world.complaint.id}/assign", handler_id=str(world.people["compliance"].id)
    )
    assert answer.status_code == 409
    assert "is complained about" in answer.text


def test_a_dispute_is_resolved_with_its_evidence(
    reads: Reads, session: Session, world: World
) -> None:
    dispute = session.scalars(select(Dispute)).one()
    form = {"outcome": "unfounded", "reason": "the sum is right"}
    url, compliance = f"/disputes/{dispute.id}/resolve", reads("compliance")
    assert compliance.post(url, **form, evidence="").status_code == 422
    assert compliance.post(url, **form, evidence="statement of account").status_code == 302
    session.expire_all()
    assert session.get_one(Dispute, dispute.id).outcome == "unfounded"


def test_the_desk_is_narrowed_by_rule_and_gate(reads: Reads, world: World) -> None:
    compliance, period = reads("compliance"), "since=2026-11-01&until=2026-11-30"
    shown = compliance.get(f"/compliance?{period}&rule=CN-TIME-01&gate=door").text
    assert world.visits[1].case.number in shown
    assert "Nothing was refused" in compliance.get(f"/compliance?{period}&rule=CN-X").text
    assert (
        "Nothing was refused"
        in compliance.get("/compliance?since=2020-01-01&until=2020-02-01").text
    )


@pytest.mark.parametrize(
    ("language", "title"), [("zh-CN", "催收合规报告"), ("en", "Report on compliance in collection")]
)
def test_the_report_is_a_file_in_either_language(
    reads: Reads, world: World, language: str, title: str
) -> None:
    compliance = reads("compliance")
    asked = f"since=2026-11-01&until=2026-11-30&language={language}"
    answer = compliance.get(f"/compliance/report.csv?{asked}")
    lines = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert lines[0][0] == title
    assert ["1" for line in lines if any("CN-TIME-01" in cell for cell in line)] == ["1"]
    drawn = compliance.get(f"/compliance/report.pdf?{asked}")
    assert drawn.data.startswith(b"%PDF-")
    assert compliance.get(f"/compliance/report.doc?{asked}").status_code == 404
    assert reads("counsel").get(f"/compliance/report.pdf?{asked}").status_code == 403


def test_pages_and_the_report_say_as_of_when_was_counted_what_does_not_fit(
    reads: Reads, session: Session, world: World
) -> None:
    agent = session.get_one(Agent, world.visits[0].agent_id)
    a_past_visit(session, world.case, agent, at=START - timedelta(days=2))
    keep_the_count(session, agent.organisation_id)
    session.commit()
    compliance = reads("compliance")
    for url in ("/compliance/agents", f"/compliance/agents/{agent.id}"):
        assert "as of 2026-11-24 10:00" in compliance.get(url).text
    text = compliance.get("/compliance/report.csv?language=en").data.decode("utf-8-sig")
    assert "Part 11 counted at,2026-11-24 10:00" in text
    asked = compliance.get("/compliance/agents?since=2026-11-01").text
    assert agent.code in asked
    assert "as of" not in asked


def test_an_agent_at_the_door_sees_who_may_have_said_it_masked(
    reads: Reads, session: Session, world: World
) -> None:
    visit = session.get_one(Visit, world.visits[0].id)
    text = reads("agent").get(f"/visits/{visit.id}").text
    assert f'value="{visit.party_id}"' in text
    assert "张三" not in text
