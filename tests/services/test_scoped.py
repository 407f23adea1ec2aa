"""Lists of one house: narrowed to what was asked, and page by page in both directions."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor, Role
from fieldops.models import Case, Organisation
from fieldops.services import organisations, scoped
from tests.builders.cases import a_case
from tests.conftest import NOW


@pytest.fixture
def office(session: Session, organisation: Organisation) -> Actor:
    """Whoever reads four cases of two priorities, each changed a day later."""
    for number in range(4):
        case = a_case(session, organisation, number=f"N-{number}", priority=1 + number % 2)
        case.updated_at = NOW + timedelta(days=number)
    a_case(session, organisations.found(session, "Another agency", now=NOW), number="X")
    return Actor(organisation.id, Role.DISPATCHER)


def _numbers(session: Session, office: Actor, asked: scoped.Asked) -> list[str]:
    query = scoped.own(Case, office, asked).order_by(Case.number)
    return [case.number for case in session.scalars(query)]


def test_what_was_not_asked_for_narrows_nothing(session: Session, office: Actor) -> None:
    assert _numbers(session, office, {Case.priority: None}) == ["N-0", "N-1", "N-2", "N-3"]


def test_a_column_must_have_the_value_that_was_asked_for(session: Session, office: Actor) -> None:
    assert _numbers(session, office, {Case.priority: 2, Case.number: None}) == ["N-1", "N-3"]


@pytest.mark.parametrize(("asked", "found"), [(True, ["N-3"]), (False, ["N-0", "N-1", "N-2"])])
def test_a_condition_must_hold_or_must_not(
    session: Session, office: Actor, asked: bool, found: list[str]
) -> None:
    late = Case.updated_at > NOW + timedelta(days=2)
    assert _numbers(session, office, {late: asked}) == found
