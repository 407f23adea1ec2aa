"""Giving a committed visit to a crew by hand, over HTTP."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.models import Organisation, Plan, Visit
from fieldops.services.planning import committing, requesting
from tests.builders.cases import NOW
from tests.builders.planning import BOOK, a_proposed_plan, a_team, some_cases
from tests.conftest import Person

SignIn = Callable[..., Person]


@pytest.fixture
def plan(session: Session, organisation: Organisation, admin: Actor) -> Plan:
    """One crew's three visits, committed."""
    a_team(session, organisation)
    some_cases(session, organisation, 3)
    plan = a_proposed_plan(session, admin)
    committing.commit_plan(session, plan.id, version=None, book=BOOK, actor=admin, now=NOW)
    session.commit()
    return plan


def _assign(person: Person, session: Session, plan: Plan, version: int | None = None) -> Any:
    visit = session.scalars(select(Visit).order_by(Visit.sequence)).first()
    assert visit is not None
    shift = str(requesting.routes_of(session, plan)[0].shift_id)
    return person.post(
        f"/api/v1/visits/{visit.id}/assign",
        json={"shift_id": shift, "position": 2, "dry_run": True},
        headers={"If-Match": f'"{version or visit.version}"'},
    )


def test_the_cost_of_another_place_is_told_before_it_is_done(
    session: Session, plan: Plan, signed_in: SignIn, organisation: Organisation
) -> None:
    answer = _assign(signed_in("dispatcher", organisation), session, plan)
    assert answer.status_code == 200, answer.json
    assert answer.json["dry_run"] is True


def test_a_change_based_on_another_version_is_refused(
    session: Session, plan: Plan, signed_in: SignIn, organisation: Organisation
) -> None:
    answer = _assign(signed_in("dispatcher", organisation), session, plan, version=99)
    assert answer.status_code == 412


def test_an_auditor_may_not_assign(
    session: Session, plan: Plan, signed_in: SignIn, organisation: Organisation
) -> None:
    answer = _assign(signed_in("auditor", organisation), session, plan)
    assert answer.status_code == 403
