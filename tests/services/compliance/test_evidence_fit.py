"""Agents whose evidence does not fit: counted beside others, looked at, and suspended by a word."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.errors import Forbidden, InvalidInput, NotFound
from fieldops.domain.permissions import Actor, Role
from fieldops.domain.team.doubting import Ground, ReviewOutcome
from fieldops.models import Agent, AgentReview, Organisation
from fieldops.services import agent_reviews, organisations
from fieldops.services.evidence_fit import Fit, doubted_visits, evidence_fit
from fieldops.services.rulings import ContactForbidden
from tests.builders.cases import a_case, an_agent
from tests.builders.doors import a_door
from tests.builders.doubts import an_inventing_agent
from tests.builders.overriding import an_officer
from tests.builders.visits import START, a_past_visit
from tests.domain.test_team_records import POLICY

SINCE, UNTIL = START - timedelta(days=20), START + timedelta(days=1)
SPAN = {"since": SINCE, "until": UNTIL}


def _fits(session: Session, actor: Actor, **more: Any) -> dict[str, Fit]:
    found = evidence_fit(session, actor, doubts=POLICY.doubts, **{**SPAN, **more})
    return {one.agent.code: one for one in found}


def _note(session: Session, agent: Agent, actor: Actor, **more: Any) -> AgentReview:
    values: dict[str, Any] = {
        "outcome": ReviewOutcome.TALK, "reason": "shown the visits; he will take photos", **more,
    }  # fmt: skip
    fit = _fits(session, actor).get(agent.code)
    return agent_reviews.note(
        session, agent.id, values["outcome"], values["reason"], fit=fit, actor=actor, now=START
    )


def test_who_finds_nobody_where_others_did_comes_first_with_his_figures(
    session: Session, organisation: Organisation
) -> None:
    an_inventing_agent(session, organisation)
    fits = _fits(session, an_officer(organisation))
    assert next(iter(fits)) == "B1"
    liar = fits["B1"]
    assert liar.grounds == [Ground.NOBODY_HOME]
    assert (liar.nobody, liar.compared) == (12, 12)
    assert liar.surplus > 4 > fits["A1"].surplus
    assert fits["A1"].grounds == []


def test_few_doors_and_doors_of_his_own_say_nothing(
    session: Session, organisation: Organisation
) -> None:
    agent = an_inventing_agent(session, organisation, doors=9)
    lonely = a_case(session, organisation, number="N-own")
    a_past_visit(session, lonely, agent, at=START - timedelta(days=1), outcome="no_answer")
    found = _fits(session, an_officer(organisation))["B1"]
    assert (found.compared, found.grounds) == (9, [])


def test_visits_before_the_period_serve_as_comparison_alone(
    session: Session, organisation: Organisation
) -> None:
    an_inventing_agent(session, organisation)
    fits = _fits(session, an_officer(organisation), since=START - timedelta(days=7))
    assert set(fits) == {"B1"}
    assert fits["B1"].grounds == [Ground.NOBODY_HOME]


def test_who_parted_is_counted_and_who_stayed_is_not(
    session: Session, organisation: Organisation
) -> None:
    agent, partner = (an_agent(session, organisation, code=code) for code in ("C1", "C2"))
    case = a_case(session, organisation)
    visit = a_past_visit(session, case, agent, at=START, partner=partner)
    visit.remarks = [{"code": "crew-parted", "agent_id": str(partner.id), "at": "x"}]
    fits = _fits(session, an_officer(organisation))
    assert [fits[code].remarked for code in ("C1", "C2")] == [0, 1]


def test_each_opens_to_the_visits_that_gave_the_ground(
    session: Session, organisation: Organisation
) -> None:
    agent = an_inventing_agent(session, organisation)
    told = doubted_visits(session, an_officer(organisation), agent.id, **SPAN)
    assert len(told) == 12
    assert {one.others for one in told} == {(2, 2)}
    assert [one.visit.arrived_at for one in told] == sorted(
        (one.visit.arrived_at for one in told), reverse=True
    )


def test_a_door_where_he_went_along_is_no_word_of_others(
    session: Session, organisation: Organisation
) -> None:
    agent, other = (an_agent(session, organisation, code=code) for code in ("B1", "A1"))
    case = a_case(session, organisation)
    at = START - timedelta(days=3)
    a_past_visit(session, case, other, at=at, partner=agent, outcome="met_family")
    a_past_visit(session, case, agent, at=START - timedelta(days=1), outcome="no_answer")
    assert doubted_visits(session, an_officer(organisation), agent.id, **SPAN) == []


def test_an_outcome_is_kept_with_the_figures_and_closes_the_ground(
    session: Session, organisation: Organisation
) -> None:
    agent, officer = an_inventing_agent(session, organisation), an_officer(organisation)
    assert _fits(session, officer)["B1"].is_open
    row = _note(session, agent, officer)
    assert row.grounds["nobody"][0] == 12
    assert _note(session, agent, officer).id == row.id
    found = _fits(session, officer)["B1"]
    assert found.review is not None
    assert not found.is_open


def test_whoever_is_suspended_goes_to_no_door_until_another_word(
    session: Session, organisation: Organisation
) -> None:
    door, officer = a_door(session, organisation), an_officer(organisation)
    _note(session, door.partner, officer, outcome=ReviewOutcome.SUSPENDED)
    refused = door.arrive()
    assert isinstance(refused, ContactForbidden)
    assert refused.ruling.rules == ("GL-STAFF-01",)
    _note(session, door.partner, officer, outcome=ReviewOutcome.EXPLAINED)
    assert not isinstance(door.arrive(), ContactForbidden)


@pytest.mark.parametrize("reason", ["", "too short", " " * 20, "x" * 501])
def test_an_outcome_says_why(session: Session, organisation: Organisation, reason: str) -> None:
    agent = an_agent(session, organisation)
    with pytest.raises(InvalidInput) as refused:
        _note(session, agent, an_officer(organisation), reason=reason)
    assert [fault.field for fault in refused.value.faults] == ["reason"]


@pytest.mark.parametrize("role", [one for one in Role if one not in ("compliance", "system")])
def test_compliance_alone_notes_one(
    session: Session, organisation: Organisation, role: Role
) -> None:
    agent = an_agent(session, organisation)
    with pytest.raises(Forbidden):
        _note(session, agent, an_officer(organisation, role))
    assert session.scalars(select(AgentReview)).all() == []


def test_another_houses_agent_is_neither_counted_nor_judged(
    session: Session, organisation: Organisation
) -> None:
    an_inventing_agent(session, organisation)
    other = organisations.found(session, "Another agency", now=START)
    stranger = session.scalars(select(Agent).where(Agent.code == "B1")).one()
    assert _fits(session, an_officer(other)) == {}
    assert doubted_visits(session, an_officer(other), stranger.id, **SPAN) == []
    with pytest.raises(NotFound):
        _note(session, stranger, an_officer(other))
