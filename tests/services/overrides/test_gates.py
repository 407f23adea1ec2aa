"""An override lets one contact through at every gate, once, and the kept ruling names it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.domain.rulebook.judging import judge
from fieldops.domain.rulebook.vocabulary import Channel, Gate, HoldKind, Result
from fieldops.models import (
    Contact,
    Organisation,
    Person,
    RuleOverride,
    RulingRecord,
    RulingRule,
    Visit,
)
from fieldops.services import contact_facts, contacts, holds, replaying
from fieldops.services.planning import committing
from fieldops.services.rights import overriding
from fieldops.services.rulings import ContactForbidden
from tests.builders.cases import NOW, a_case
from tests.builders.doors import BOOK, Door
from tests.builders.overriding import an_officer, an_order
from tests.builders.planning import a_proposed_plan, a_team
from tests.builders.rights import RIGHTS
from tests.builders.visits import START


def _held(session: Session, organisation: Organisation, admin: Actor, **more: Any) -> Any:
    """A case whose debtor is vulnerable, so that it rests."""
    case = a_case(session, organisation, **more)
    order = holds.HoldOrder(HoldKind.VULNERABLE, None, case.id, "as told")
    holds.place(session, order, rights=RIGHTS, actor=admin, now=NOW)
    return case


def _override(session: Session, organisation: Organisation, case: Any, **more: Any) -> RuleOverride:
    officer = an_officer(organisation)
    return overriding.place(session, an_order(case, **more), book=BOOK, actor=officer, now=NOW)


def _commit(session: Session, admin: Actor, plan_id: Any) -> Any:
    return committing.commit_plan(
        session, plan_id, version=None, book=BOOK, actor=admin, now=NOW, drop_forbidden=True
    )


def test_a_case_that_rests_is_planned_and_committed_under_an_override_alone(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation)
    case = _held(session, organisation, admin)
    assert a_proposed_plan(session, admin).figures["served"] == 0
    row = _override(session, organisation, case)
    plan = a_proposed_plan(session, admin)
    assert plan.figures["served"] == 1
    assert _commit(session, admin, plan.id).visits == 1
    visit = session.scalars(select(Visit)).one()
    assert (row.visit_id, row.used_at) == (visit.id, NOW)


def test_the_ruling_that_is_kept_names_it_and_replays_to_the_same(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation)
    row = _override(session, organisation, _held(session, organisation, admin))
    _commit(session, admin, a_proposed_plan(session, admin).id)
    kept = session.scalars(select(RulingRecord).where(RulingRecord.gate == "commit")).one()
    assert kept.overrides == [{"rule": "GL-VULN-01", "override_id": str(row.id)}]
    parts = session.scalars(select(RulingRule.part).where(RulingRule.ruling_id == kept.id))
    assert "overridden" in set(parts)
    assert replaying.replay(session, kept.id, actor=admin).differs == ()


def test_it_lets_no_second_contact_through(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation)
    case = _held(session, organisation, admin)
    _override(session, organisation, case)
    first = a_proposed_plan(session, admin)
    second = a_proposed_plan(session, admin, day=first.day + timedelta(days=1))
    assert _commit(session, admin, first.id).visits == 1
    assert a_proposed_plan(session, admin, day=second.day).figures["served"] == 0


def test_one_about_a_case_lets_nobody_through_about_another_of_the_same_person(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation)
    case = _held(session, organisation, admin)
    person: Person = case.parties[0].person
    other = a_case(session, organisation, person=person, lat=30.67, state="held")
    _override(session, organisation, case)
    plan = a_proposed_plan(session, admin)
    _commit(session, admin, plan.id)
    assert session.scalars(select(Visit.case_id)).all() == [case.id]
    assert other.id != case.id


def test_the_door_and_the_close_take_it_for_the_visit_that_used_it(
    door: Door, organisation: Organisation, admin: Actor
) -> None:
    door.case.parties[0].person.wishes = {"visit": [["08:00", "20:00"]]}
    door.session.flush()
    assert isinstance(door.arrive(), ContactForbidden)
    row = _override(door.session, organisation, door.case, rule="GL-WISH-01")
    door.both_arrive()
    assert row.visit_id == door.visit.id
    visit = door.record()
    assert "not-compliant" not in [one["code"] for one in visit.remarks]


def test_a_word_spoken_after_an_arrival_does_not_reach_back_to_it(
    door: Door, organisation: Organisation
) -> None:
    door.case.parties[0].person.wishes = {"visit": [["08:00", "20:00"]]}
    door.session.flush()
    _override(door.session, organisation, door.case, rule="GL-WISH-01")
    early = START - timedelta(minutes=30)
    assert isinstance(door.arrive(now=early), ContactForbidden)


def test_a_revocation_calls_the_visit_off_and_frees_nobody_else(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation)
    row = _override(session, organisation, _held(session, organisation, admin))
    _commit(session, admin, a_proposed_plan(session, admin).id)
    overriding.revoke(
        session, row.id, "the doctor advises against it", book=BOOK,
        actor=an_officer(organisation), now=NOW + timedelta(hours=1),
    )  # fmt: skip
    visit = session.scalars(select(Visit)).one()
    assert visit.state == "cancelled"
    assert [one["code"] for one in visit.remarks] == ["cancelled-by-revocation"]
    assert a_proposed_plan(session, admin).figures["served"] == 0


def test_a_visit_called_off_before_the_door_leaves_it_for_another(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation)
    _override(session, organisation, _held(session, organisation, admin))
    plan = a_proposed_plan(session, admin)
    _commit(session, admin, plan.id)
    session.scalars(select(Visit)).one().state = "cancelled"
    session.flush()
    facts = contact_facts.gather(
        session, organisation.id, address_ids=[session.scalars(select(Visit)).one().address_id],
        since=NOW - timedelta(days=1),
    )  # fmt: skip
    [address] = facts.subjects
    proposal = facts.proposal(address, NOW, NOW + timedelta(minutes=15), [])
    assert [one.rule for one in proposal.overrides] == ["GL-VULN-01"]


def test_a_call_uses_one_for_calls_and_none_for_visits(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    case = _held(session, organisation, admin, phone="13800138000")
    hold = holds.HoldOrder(HoldKind.CEASE, None, case.id, "leave me alone")
    holds.place(session, hold, rights=RIGHTS, actor=admin, now=NOW)
    order = contacts.ContactOrder(case.parties[0].id, Channel.CALL)

    def call() -> Any:
        return contacts.open_contact(session, order, book=BOOK, actor=admin, now=NOW)

    _override(session, organisation, case, rule="GL-CEASE-01")
    assert isinstance(call(), ContactForbidden)
    row = _override(session, organisation, case, rule="GL-CEASE-01", channel=Channel.CALL)
    made = call()
    assert isinstance(made, Contact)
    assert row.contact_id == made.id
    contacts.set_result(session, made.id, Result.CONNECTED, actor=admin, now=NOW)
    assert isinstance(call(), ContactForbidden)


@pytest.mark.parametrize("gate", list(Gate))
def test_every_gate_looks_at_it(
    door: Door, organisation: Organisation, admin: Actor, gate: Gate
) -> None:
    door.case.parties[0].person.wishes = {"visit": [["08:00", "20:00"]]}
    door.session.flush()
    _override(door.session, organisation, door.case, rule="GL-WISH-01")
    proposal = contact_facts.proposal_for_visit(
        door.session, door.visit, START, START + timedelta(minutes=15),
        [door.agent, door.partner], gate=gate,
    )  # fmt: skip
    assert "GL-WISH-01" not in judge(proposal, BOOK, gate=gate).rules
