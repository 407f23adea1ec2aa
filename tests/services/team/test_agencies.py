"""Agencies: an ended contract or a failed evaluation keeps their people from every door."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.errors import Forbidden, InvalidInput, NotFound
from fieldops.domain.permissions import Actor, Role
from fieldops.models import Agency, Agent, Notice, Organisation
from fieldops.services import organisations, team_records
from fieldops.services.planning import committing
from fieldops.services.rights import overriding
from fieldops.services.rulings import ContactForbidden
from fieldops.services.team_records import EvaluationOrder, RecordOrder
from tests.builders.cases import NOW, a_case, an_agent
from tests.builders.doors import BOOK, a_door
from tests.builders.overriding import an_officer, an_order
from tests.builders.planning import a_proposed_plan, a_team
from tests.domain.test_team_records import POLICY

TODAY = date(2026, 11, 24)
SCORES = {"compliance": 80, "complaints": 70, "information_security": 90, "service": 60}
KINDS = ("agency_contract", "agency_confidentiality", "agency_background")


def _keep(session: Session, actor: Actor, agency: Agency, kind: str, **more: Any) -> None:
    values: dict[str, Any] = {"ends_on": TODAY + timedelta(days=300), **more}
    order = RecordOrder(
        None, kind, "Legal", "C-9", TODAY - timedelta(days=30), agency_id=agency.id, **values
    )
    team_records.record(session, order, policy=POLICY, actor=actor, now=NOW)


def _judge(session: Session, actor: Actor, days_ago: int = 10, **scores: int) -> Agency:
    held_on = TODAY - timedelta(days=days_ago)
    order = EvaluationOrder("North agency", held_on, {**SCORES, **scores})
    row = team_records.evaluate(session, order, policy=POLICY, actor=actor, now=NOW)
    return row.agency


def _good(session: Session, actor: Actor) -> Agency:
    agency = _judge(session, actor)
    for kind in KINDS:
        _keep(session, actor, agency, kind)
    return agency


def _send(session: Session, actor: Actor, agency: str = "North agency") -> None:
    for agent in session.scalars(select(Agent)).all():
        team_records.send_for(session, agent.id, agency, actor=actor, now=NOW)


def _lapse(session: Session, actor: Actor, agency: Agency) -> None:
    """Its contract is withdrawn, as when it was ended."""
    [row] = [one for one in agency.records if one.kind == "agency_contract"]
    team_records.withdraw(session, row.id, "ended by notice", actor=actor, now=NOW)


def test_people_of_an_agency_without_papers_are_planned_nowhere(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation)
    a_case(session, organisation)
    _send(session, an_officer(organisation))
    plan = a_proposed_plan(session, admin)
    assert list(plan.figures["barred"].values()) == [["CN-AGY-01"]] * 2


def test_people_of_an_agency_in_good_standing_are_planned(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation)
    a_case(session, organisation)
    _good(session, an_officer(organisation))
    _send(session, an_officer(organisation))
    assert a_proposed_plan(session, admin).figures["served"] == 1


@pytest.mark.parametrize("how", ["contract", "evaluation"])
def test_what_lapses_after_the_plan_is_heeded_at_the_commit(
    session: Session, organisation: Organisation, admin: Actor, how: str
) -> None:
    a_team(session, organisation)
    a_case(session, organisation)
    officer = an_officer(organisation)
    agency = _good(session, officer)
    _send(session, officer)
    plan = a_proposed_plan(session, admin)
    if how == "contract":
        _lapse(session, officer, agency)
    else:
        _judge(session, officer, 1, compliance=0, complaints=0)
    found = committing.commit_plan(session, plan.id, version=None, book=BOOK, actor=admin, now=NOW)
    assert isinstance(found, ContactForbidden)
    assert found.ruling.rules == ("CN-AGY-01",)


def test_compliance_lets_one_contact_of_such_an_agency_through_and_counsel_does_not(
    session: Session, organisation: Organisation
) -> None:
    door = a_door(session, organisation)
    officer = an_officer(organisation)
    _send(session, officer)
    refused = door.arrive()
    assert isinstance(refused, ContactForbidden)
    assert refused.ruling.rules == ("CN-AGY-01",)
    order = an_order(door.case, "CN-AGY-01")
    with pytest.raises(Forbidden):
        overriding.place(
            session, order, book=BOOK, actor=an_officer(organisation, Role.COUNSEL), now=NOW
        )
    overriding.place(session, order, book=BOOK, actor=officer, now=NOW)
    assert not isinstance(door.arrive(), ContactForbidden)


def test_whoever_leaves_the_agency_is_the_houses_own_again(
    session: Session, organisation: Organisation
) -> None:
    door = a_door(session, organisation)
    _send(session, an_officer(organisation))
    _send(session, an_officer(organisation), "  ")
    assert not isinstance(door.arrive(), ContactForbidden)


def test_an_agency_is_one_however_often_it_is_named(
    session: Session, organisation: Organisation
) -> None:
    officer = an_officer(organisation)
    an_agent(session, organisation)
    agency = _good(session, officer)
    _send(session, officer, " North agency ")
    [firm] = team_records.firms(session, officer, policy=POLICY, now=NOW)
    assert (firm.agency.id, firm.agents) == (agency.id, 1)
    assert firm.until["agency_evaluation"] == TODAY + timedelta(days=355)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("kind", {"kind": "training"}),  # an agent's
        ("ends_on", {"ends_on": None}),  # a contract has a last day
        ("passed", {"passed": False}),
        ("agent_id", {"agency_id": None}),  # of nobody
    ],
)
def test_a_record_of_an_agency_that_cannot_be_is_refused_with_its_field(
    session: Session, organisation: Organisation, field: str, wrong: dict[str, Any]
) -> None:
    officer = an_officer(organisation)
    values: dict[str, Any] = {
        "agent_id": None, "kind": "agency_contract", "issuer": "Legal", "reference": "C-9",
        "begins_on": TODAY, "ends_on": TODAY, "agency_id": _judge(session, officer).id, **wrong,
    }  # fmt: skip
    with pytest.raises(InvalidInput) as refused:
        team_records.record(session, RecordOrder(**values), policy=POLICY, actor=officer, now=NOW)
    assert [fault.field for fault in refused.value.faults] == [field]


def test_another_houses_agency_and_agent_are_not_there(
    session: Session, organisation: Organisation
) -> None:
    other = organisations.found(session, "Another agency", now=NOW)
    agency = _judge(session, an_officer(other))
    with pytest.raises(NotFound):
        _keep(session, an_officer(organisation), agency, "agency_background")
    stranger = an_agent(session, other)
    with pytest.raises(NotFound):
        team_records.send_for(session, stranger.id, "x", actor=an_officer(organisation), now=NOW)


def test_a_dispatcher_sends_nobody_for_an_agency(
    session: Session, organisation: Organisation
) -> None:
    agent, dispatcher = (
        an_agent(session, organisation),
        an_officer(organisation, Role.DISPATCHER),
    )
    with pytest.raises(Forbidden):
        team_records.send_for(session, agent.id, "x", actor=dispatcher, now=NOW)


def test_it_is_told_before_a_contract_ends(session: Session, organisation: Organisation) -> None:
    officer = an_officer(organisation)
    agency = _judge(session, officer)
    _keep(session, officer, agency, "agency_contract", ends_on=TODAY + timedelta(days=29))
    team_records.go_round(session, organisation.id, policy=POLICY, at=NOW)
    told = session.scalars(select(Notice)).all()
    assert {(one.code, one.about) for one in told} == {
        ("team.agency_contract", f"team#agency-{agency.id}")
    }
