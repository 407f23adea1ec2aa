"""The marks of all who wait: one answer for the whole map, however many they are."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.models import Organisation, Stop
from fieldops.services import organisations
from tests.builders.cases import NOW, a_case
from tests.builders.planning import a_proposed_plan, a_team, some_cases
from tests.conftest import Person

SignIn = Callable[..., Person]


@pytest.fixture
def dispatcher(signed_in: SignIn, organisation: Organisation) -> Person:
    """Somebody who plans."""
    return signed_in("dispatcher", organisation)


def _marks(person: Person, query: str = "") -> Any:
    return person.get(f"/api/v1/board/marks.geojson?{query}").json


def test_every_address_that_waits_is_a_mark_the_most_pressing_first(
    session: Session, dispatcher: Person, organisation: Organisation
) -> None:
    a_case(session, organisation, number="HT-2", priority=3, lat=30.6, lon=104.1)
    a_case(session, organisation, number="HT-1", priority=1, lat=30.7, lon=104.0)
    a_case(session, organisation, number="HT-3", priority=2, lat=None, lon=None)
    session.commit()
    placed, unplaced = _marks(dispatcher)["features"]
    assert placed["geometry"]["coordinates"] == [[104.0, 30.7], [104.1, 30.6]]
    assert placed["properties"]["number"] == ["HT-1", "HT-2"]
    assert placed["properties"]["priority"] == [1, 3]
    assert unplaced["geometry"] is None
    assert unplaced["properties"]["number"] == ["HT-3"]


def test_whom_a_route_serves_has_no_mark_in_the_pool_of_its_plan(
    session: Session, dispatcher: Person, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation, crews=1)
    some_cases(session, organisation, 3)
    plan = a_proposed_plan(session, admin)
    session.commit()
    late = a_case(session, organisation, number="HT-LATE")
    stop = session.scalars(select(Stop).where(Stop.plan_id == plan.id).limit(1)).one()
    stop.route_id = None
    session.commit()
    marks = _marks(dispatcher, f"plan_id={plan.id}")["features"][0]["properties"]
    waiting = dict(zip(marks["address_id"], marks["stop_id"], strict=True))
    assert waiting == {str(stop.address_id): str(stop.id), str(late.addresses[0].id): None}


def test_marks_beyond_the_limit_are_said_to_be_there_and_a_part_of_the_map_has_its_own(
    session: Session, dispatcher: Person, organisation: Organisation
) -> None:
    a_case(session, organisation, number="HT-1", lat=30.7, lon=104.0)
    a_case(session, organisation, number="HT-2", lat=30.6, lon=104.1)
    session.commit()
    assert _marks(dispatcher, "limit=1")["more"]
    part = _marks(dispatcher, "limit=1&bbox=104.05,30.5,104.2,30.65")
    assert part["features"][0]["properties"]["number"] == ["HT-2"]
    assert not part["more"]


def test_the_marks_of_another_organisation_are_not_there(
    session: Session, organisation: Organisation, signed_in: SignIn
) -> None:
    a_case(session, organisation)
    session.commit()
    stranger = signed_in("dispatcher", organisations.found(session, "Other agency", now=NOW))
    assert [one["properties"]["number"] for one in _marks(stranger)["features"]] == [[], []]
