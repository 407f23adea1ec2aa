"""Pages in an order of several keys: every row once, also where keys are equal or rows go."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from fieldops.domain.bilingual import in_language
from fieldops.domain.errors import InvalidInput
from fieldops.domain.permissions import Actor, Role
from fieldops.models import Case, Organisation
from fieldops.services import keyset, organisations, scoped
from fieldops.services.keyset import Key
from tests.builders.cases import a_case
from tests.conftest import NOW

ORDER = (Key(Case.priority), Key(Case.number, falls=True), Key(Case.id))


@pytest.fixture
def office(session: Session, organisation: Organisation) -> Actor:
    """Whoever reads seven cases of three priorities."""
    for number, priority in enumerate((2, 1, 2, 3, 1, 2, 3)):
        a_case(session, organisation, number=f"N-{number}", priority=priority)
    return Actor(organisation.id, Role.DISPATCHER)


def _page(session: Session, actor: Actor, beyond: UUID | None, limit: int = 2) -> Any:
    return keyset.page(
        session, scoped.own(Case, actor), Case, ORDER, beyond=beyond, limit=limit, actor=actor
    )


def test_every_row_comes_once_and_in_order(session: Session, office: Actor) -> None:
    seen, beyond = [], None
    while True:
        rows, beyond = _page(session, office, beyond)
        seen += [row.number for row in rows]
        if beyond is None:
            break
    assert seen == ["N-4", "N-1", "N-5", "N-2", "N-0", "N-6", "N-3"]


def test_the_last_page_is_told_also_where_it_is_full(session: Session, office: Actor) -> None:
    assert _page(session, office, None, limit=7)[1] is None


def test_a_row_that_is_gone_or_anothers_is_no_place_to_go_on_from(
    session: Session, office: Actor
) -> None:
    other = organisations.found(session, "Another agency", now=NOW)
    theirs = a_case(session, other, number="X")
    for beyond in (UUID(int=1), theirs.id):
        with pytest.raises(InvalidInput) as refused:
            _page(session, office, beyond)
        [fault] = refused.value.faults
        assert (fault.field, fault.message) == ("after", "is no place in this list")
        assert in_language(fault.cure, "zh").endswith("从第一页开始")
