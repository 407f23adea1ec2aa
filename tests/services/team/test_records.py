"""Records of agents: kept, withdrawn, heeded at every gate, and told of before they end."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.errors import Forbidden, InvalidInput, NotFound
from fieldops.domain.permissions import Actor, Role
from fieldops.domain.planning.policy import PLAIN
from fieldops.domain.rulebook.loading import book_from, pack_from
from fieldops.models import Agent, Notice, Organisation, TeamRecord
from fieldops.services import organisations, team_records
from fieldops.services.planning import building, committing
from fieldops.services.rulings import ContactForbidden
from fieldops.services.team_records import EvaluationOrder, RecordOrder
from tests.builders.cases import NOW, a_case, an_agent
from tests.builders.doors import BOOK, Door, a_door
from tests.builders.overriding import an_officer
from tests.builders.planning import PACE, a_proposed_plan, a_requested_plan, a_team
from tests.domain.rulebook.builders import raw_pack, raw_rule
from tests.domain.test_team_records import POLICY

TODAY = date(2026, 11, 24)
SCORES = {"compliance": 80, "complaints": 70, "information_security": 90, "service": 60}


def _order(agent: Agent, kind: str = "training", **more: Any) -> RecordOrder:
    begins = TODAY - timedelta(days=300)
    return replace(RecordOrder(agent.id, kind, "Training centre", "T-17", begins), **more)


def _keep(session: Session, actor: Actor, order: RecordOrder) -> TeamRecord:
    return team_records.record(session, order, policy=POLICY, actor=actor, now=NOW)


def test_a_record_is_kept_once_and_lasts_as_long_as_its_kind_may(
    session: Session, organisation: Organisation
) -> None:
    officer, agent = an_officer(organisation), an_agent(session, organisation)
    row = _keep(session, officer, _order(agent))
    assert row.ends_on == TODAY + timedelta(days=65)
    assert _keep(session, officer, _order(agent)).id == row.id


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("kind", {"kind": "horoscope"}),
        ("issuer", {"issuer": " "}),
        ("reference", {"reference": "x" * 201}),
        ("begins_on", {"begins_on": TODAY + timedelta(days=3), "ends_on": None}),
        ("ends_on", {"ends_on": TODAY - timedelta(days=301)}),  # before it begins
        ("ends_on", {"ends_on": TODAY + timedelta(days=66)}),  # longer than a year
        ("passed", {"kind": "confidentiality", "passed": False}),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(
    session: Session, organisation: Organisation, field: str, wrong: dict[str, Any]
) -> None:
    order = _order(an_agent(session, organisation), **wrong)
    with pytest.raises(InvalidInput) as refused:
        _keep(session, an_officer(organisation), order)
    assert [fault.field for fault in refused.value.faults] == [field]


def test_a_dispatcher_reads_and_keeps_none(session: Session, organisation: Organisation) -> None:
    with pytest.raises(Forbidden):
        _keep(
            session, an_officer(organisation, Role.DISPATCHER),
            _order(an_agent(session, organisation)),
        )  # fmt: skip


def test_another_houses_agent_is_not_there(session: Session, organisation: Organisation) -> None:
    other = organisations.found(session, "Another agency", now=NOW)
    with pytest.raises(NotFound):
        _keep(session, an_officer(organisation), _order(an_agent(session, other)))


@pytest.mark.parametrize(
    ("record", "rule"),
    [
        ({"kind": "training", "ends_on": TODAY - timedelta(days=1)}, "CN-STAFF-01"),
        ({"kind": "background_check", "passed": False}, "CN-STAFF-02"),
        ({"kind": "confidentiality", "ends_on": TODAY - timedelta(days=1)}, "CN-STAFF-02"),
    ],
)
def test_who_lacks_a_record_is_refused_at_the_door(
    session: Session, organisation: Organisation, record: dict[str, Any], rule: str
) -> None:
    door: Door = a_door(session, organisation)
    _keep(session, an_officer(organisation), _order(door.partner, **record))
    refused = door.arrive()
    assert isinstance(refused, ContactForbidden)
    assert refused.ruling.rules == (rule,)


def test_whoever_the_agent_file_says_nothing_of_lacks_his_training(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation, trained_until=None)
    a_case(session, organisation)
    plan = a_proposed_plan(session, admin)
    assert list(plan.figures["barred"].values()) == [["CN-STAFF-01"]] * 2


def test_a_record_that_comes_after_the_plan_is_heeded_at_the_commit(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation)
    a_case(session, organisation)
    plan = a_proposed_plan(session, admin)
    agent = session.scalars(select(Agent)).first()
    assert agent is not None
    _keep(session, an_officer(organisation), _order(agent, "background_check", passed=False))
    found = committing.commit_plan(session, plan.id, version=None, book=BOOK, actor=admin, now=NOW)
    assert isinstance(found, ContactForbidden)
    assert found.ruling.rules == ("CN-STAFF-02",)


@pytest.mark.parametrize(("holders", "crew"), [(("A3", "A4"), {"A3", "A4"}), (("A3",), set())])
def test_a_place_that_asks_for_more_is_given_to_a_crew_of_which_both_hold_it(
    session: Session, organisation: Organisation, admin: Actor, holders: Any, crew: set[str]
) -> None:
    demand = raw_rule(
        id="CN-SC-STAFF-01", predicate="vetted",
        params={"standards": ["certified"], "records": ["dra_certificate"]},
    )  # fmt: skip
    book = book_from([*BOOK.packs, pack_from(_of_sichuan(demand), "cn-sc.toml")])
    a_team(session, organisation, crews=2)
    for agent in session.scalars(select(Agent).where(Agent.code.in_(holders))):
        _keep(session, an_officer(organisation), _order(agent, "dra_certificate"))
    a_case(session, organisation, address={"area_code": "510104"})
    plan = a_requested_plan(session, admin)
    ready = building.prepare(session, plan.id, book=book, pace=PACE, actor=admin, policy=PLAIN)
    [stop] = ready.problem.stops
    codes = {str(one.id): one.code for one in session.scalars(select(Agent))}
    assert stop.skills == {"what CN-SC-STAFF-01 asks"}
    assert {codes[one.agent] for one in ready.problem.shifts if stop.skills <= one.skills} == crew


def _of_sichuan(*rules: dict[str, Any]) -> dict[str, Any]:
    return raw_pack(*rules, id="cn-sc", jurisdiction="CN-SC")


def test_a_withdrawn_record_counts_no_more_and_stays_to_be_seen(
    session: Session, organisation: Organisation
) -> None:
    officer, agent = an_officer(organisation), an_agent(session, organisation)
    row = _keep(session, officer, _order(agent, "background_check", passed=False))
    for reason in ("wrong person", "again"):
        team_records.withdraw(session, row.id, reason, actor=officer, now=NOW)
    [held] = team_records.team(session, officer, policy=POLICY, now=NOW)
    assert held.until["background_check"] is not None
    assert [one.withdrawn_reason for one in held.records] == ["wrong person"]


def test_whoever_keeps_the_team_is_told_once_that_a_record_ends_within_thirty_days(
    session: Session, organisation: Organisation
) -> None:
    officer = an_officer(organisation)
    soon = an_agent(session, organisation, code="A1")
    late = an_agent(session, organisation, code="A2")
    _keep(session, officer, _order(soon, ends_on=TODAY + timedelta(days=30)))
    _keep(session, officer, _order(late, ends_on=TODAY + timedelta(days=31)))
    for hours in (0, 1):
        at = NOW + timedelta(hours=hours)
        team_records.go_round(session, organisation.id, policy=POLICY, at=at)
    told = session.scalars(select(Notice)).all()
    assert {(one.code, one.role, one.about) for one in told} == {
        ("team.training", role, f"team#agent-{soon.id}") for role in ("compliance", "admin")
    }
    assert len(told) == 2


def test_an_agency_is_judged_by_every_criterion_and_told_of_before_the_year_is_over(
    session: Session, organisation: Organisation
) -> None:
    officer = an_officer(organisation)
    order = EvaluationOrder("North agency", TODAY - timedelta(days=340), SCORES)
    row = team_records.evaluate(session, order, policy=POLICY, actor=officer, now=NOW)
    assert row.total == pytest.approx(76)
    assert row.passed
    team_records.go_round(session, organisation.id, policy=POLICY, at=NOW)
    assert {one.code for one in session.scalars(select(Notice))} == {"team.agency_evaluation"}


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("scores", {"scores": {**SCORES, "service": 101}}),
        ("scores", {"scores": {"service": 50}}),  # not every criterion
        ("agency", {"agency": " "}),
        ("held_on", {"held_on": TODAY + timedelta(days=2)}),
    ],
)
def test_an_evaluation_that_cannot_be_is_refused(
    session: Session, organisation: Organisation, field: str, wrong: dict[str, Any]
) -> None:
    order = replace(EvaluationOrder("North agency", TODAY, SCORES), **wrong)
    with pytest.raises(InvalidInput) as refused:
        team_records.evaluate(
            session, order, policy=POLICY, actor=an_officer(organisation), now=NOW
        )
    assert [fault.field for fault in refused.value.faults] == [field]
