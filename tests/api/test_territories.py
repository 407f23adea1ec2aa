"""Territories over HTTP, and what a plan says of each stop's worth and chance."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.models import Agent, Organisation, Plan
from tests.builders.planning import a_proposed_plan, a_team, some_cases
from tests.conftest import Person

SignIn = Callable[..., Person]
URL = "/api/v1/territories"


@pytest.fixture
def plan(session: Session, organisation: Organisation, admin: Actor) -> Plan:
    """A plan of two crews with four visits."""
    a_team(session, organisation, crews=2)
    some_cases(session, organisation, 4)
    plan = a_proposed_plan(session, admin)
    session.commit()
    return plan


def test_a_dispatcher_reads_whose_streets_are_where(
    signed_in: SignIn, organisation: Organisation, plan: Plan
) -> None:
    found = signed_in("dispatcher", organisation).get(URL).json
    assert [(one["agent_code"], one["number"]) for one in found][:2] in (
        [("A1", 1), ("A2", 1)],
        [("A2", 1), ("A1", 1)],
    )
    assert {one["work_seconds"] for one in found if one["stops"]} <= {3_000, 6_000, 9_000, 12_000}


def test_an_agent_does_not(
    session: Session, signed_in: SignIn, organisation: Organisation, plan: Plan
) -> None:
    agent_id = session.scalars(select(Agent.id)).first()
    assert signed_in("agent", organisation, agent_id=agent_id).get(URL).status_code == 403


def test_a_plan_tells_what_each_stop_is_worth_and_how_likely_an_answer_is(
    signed_in: SignIn, organisation: Organisation, plan: Plan
) -> None:
    answer = signed_in("dispatcher", organisation).get(f"/api/v1/plans/{plan.id}").json
    assert answer["figures"]["objective"]["value"]["served"] > 0
    for stop in answer["stops"]:
        assert stop["worth"]["parts"][0]["why"] == "priority"
        assert 0 < stop["chance"]["chance"] <= stop["chance"]["best"] < 1
        assert stop["chance"]["outcomes"] == 0
