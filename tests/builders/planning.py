"""A small team with cases around it, and plans made for them without waiting."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.domain.planning.policy import Policy
from fieldops.domain.rulebook.records import RuleBook
from fieldops.gateways.planning_policy import load_policy
from fieldops.gateways.rulebook import load_packs
from fieldops.models import Case, Organisation, Plan
from fieldops.services.planning import building, requesting, storing
from fieldops.services.planning.pace import Pace
from fieldops.settings import config_dir
from tests.builders.cases import NOW, a_case, an_agent

DAY = date(2026, 11, 25)
PACE = Pace()
POLICY: Policy = load_policy(config_dir() / "planning")
BOOK: RuleBook = load_packs(config_dir() / "rulebook")


def a_team(
    session: Session, organisation: Organisation, crews: int = 1, prefix: str = "A", **more: Any
) -> None:
    """So many crews of two partners."""
    for number in range(crews):
        first, second = f"{prefix}{2 * number + 1}", f"{prefix}{2 * number + 2}"
        an_agent(session, organisation, code=first, partner_code=second, **more)
        an_agent(session, organisation, code=second, partner_code=first, **more)


def some_cases(session: Session, organisation: Organisation, count: int = 5) -> list[Case]:
    """Cases of different debtors, about a kilometre apart from each other."""
    return [
        a_case(session, organisation, lat=30.66 + 0.01 * number, lon=104.06 + 0.01 * (number % 3))
        for number in range(count)
    ]


def a_requested_plan(session: Session, admin: Actor, **more: Any) -> Plan:
    """A plan that nobody has solved yet, for the day after the tests' today."""
    asked = {"days": 1, "budget": 1.0, "iterations": 20, "actor": admin, "now": NOW, **more}
    return requesting.request_plan(session, asked.pop("day", DAY), **asked)


def a_proposed_plan(session: Session, admin: Actor, **more: Any) -> Plan:
    """A plan as the worker proposes it."""
    plan = a_requested_plan(session, admin, **more)
    prepared = building.prepare(session, plan.id, book=BOOK, pace=PACE, actor=admin, policy=POLICY)
    solved = building.solve(prepared)
    return storing.store(session, prepared, solved, actor=admin, now=NOW)
