"""Views of timelines: kept under a name, one's own, for one case or for all."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from fieldops.domain.errors import Conflict, Forbidden, InvalidInput, NotFound
from fieldops.domain.permissions import Actor
from fieldops.models import Organisation, SavedView
from fieldops.services import saved_views
from tests.builders.cases import a_case
from tests.builders.worlds import World, a_world
from tests.conftest import NOW

FLAGS = {"kind": ["flag"], "q": "moved"}


@pytest.fixture
def world(session: Session, organisation: Organisation) -> World:
    return a_world(session, organisation)


def _actor(world: World, role: str) -> Actor:
    account = world.people[role]
    return Actor(account.organisation_id, account.role, account.id)  # type: ignore[arg-type]


def _keep(
    session: Session, world: World, name: str = "Flags", asked: Any = None, role: str = "counsel"
) -> SavedView:
    return saved_views.keep(
        session, name, FLAGS if asked is None else asked, case_id=world.case.id,
        actor=_actor(world, role), now=NOW,
    )  # fmt: skip


def _names(session: Session, world: World, case_id: UUID, role: str = "counsel") -> list[str]:
    found = saved_views.of_case(session, case_id, actor=_actor(world, role))
    return [one.name for one in found]


def test_a_view_serves_every_case_and_one_of_a_person_its_own(
    session: Session, world: World, organisation: Organisation
) -> None:
    _keep(session, world)
    _keep(session, world, "His", {"person": str(world.case.parties[0].person_id)})
    other = a_case(session, organisation)
    assert _names(session, world, world.case.id) == ["Flags", "His"]
    assert _names(session, world, other.id) == ["Flags"]


def test_a_view_of_the_same_name_is_replaced(session: Session, world: World) -> None:
    first = _keep(session, world)
    again = _keep(session, world, "  Flags ", {"q": "else"})
    assert (again.id, again.asked) == (first.id, {"q": "else"})


def test_views_are_ones_own(session: Session, world: World) -> None:
    view = _keep(session, world)
    assert _names(session, world, world.case.id, "auditor") == []
    with pytest.raises(NotFound):
        saved_views.remove(session, view.id, actor=_actor(world, "auditor"))
    saved_views.remove(session, view.id, actor=_actor(world, "counsel"))
    assert _names(session, world, world.case.id) == []


def test_what_is_no_view_is_refused(session: Session, world: World) -> None:
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("  ", FLAGS),  # No name.
        ("x" * 61, FLAGS),  # Too long a name.
        ("All", {}),  # Asks for nothing.
    ]
    for name, asked in wrong:
        with pytest.raises(InvalidInput):
            _keep(session, world, name, asked)


def test_nobody_keeps_more_than_thirty(session: Session, world: World) -> None:
    for number in range(saved_views.MOST):
        _keep(session, world, f"View {number}")
    with pytest.raises(Conflict):
        _keep(session, world, "One more")
    assert _keep(session, world, "View 3", {"q": "else"}).asked == {"q": "else"}


def test_only_somebody_keeps_a_view(session: Session, world: World, admin: Actor) -> None:
    with pytest.raises(Forbidden):
        saved_views.keep(session, "x", FLAGS, case_id=world.case.id, actor=admin, now=NOW)
