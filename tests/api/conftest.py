"""What tests of the interface share: a phone at a visit, and an item that counsel meets."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from fieldops.models import Item, Organisation, Visit
from fieldops.services import organisations
from tests.builders.cases import NOW, a_case, an_agent
from tests.builders.doors import Door, a_door
from tests.builders.evidence import an_item
from tests.builders.journals import JournalPhone, a_phone
from tests.builders.phones import Phone
from tests.builders.visits import a_visit
from tests.conftest import Person


@pytest.fixture
def phone(visit: Visit, agent: Person) -> Phone:
    return Phone(agent, visit)


@pytest.fixture
def visit(session: Session, organisation: Organisation) -> Visit:
    agent = an_agent(session, organisation)
    return a_visit(session, organisation, case=a_case(session, organisation), agent=agent)


@pytest.fixture
def agent(visit: Visit, organisation: Organisation, signed_in: Callable[..., Person]) -> Person:
    return signed_in("agent", organisation, agent_id=visit.agent_id)


@pytest.fixture
def door(session: Session, organisation: Organisation) -> Door:
    """A visit planned for a crew of two."""
    return a_door(session, organisation)


@pytest.fixture
def item(session: Session, visit: Visit, agent: Person) -> Item:
    return an_item(session, visit, actor=agent.actor)


@pytest.fixture
def counsel(organisation: Organisation, signed_in: Callable[..., Person]) -> Person:
    return signed_in("counsel", organisation)


@pytest.fixture
def stranger(session: Session, signed_in: Callable[..., Person]) -> Person:
    return signed_in("counsel", organisations.found(session, "Other agency", now=NOW))


@pytest.fixture
def office(signed_in: Callable[..., Person], organisation: Organisation) -> Person:
    return signed_in("dispatcher", organisation)


@pytest.fixture
def enrolled(
    app: Flask, door: Door, signed_in: Callable[..., Person], organisation: Organisation,
    office: Person,
) -> JournalPhone:  # fmt: skip
    """The phone of the first of the crew."""
    person = signed_in("agent", organisation, agent_id=door.agent.id)
    settings = app.extensions["fieldops"].settings
    return a_phone(door.session, organisation, person, office, settings)


@pytest.fixture
def enrolled_second(
    app: Flask, door: Door, signed_in: Callable[..., Person], organisation: Organisation,
    office: Person,
) -> JournalPhone:  # fmt: skip
    """The phone of his partner."""
    person = signed_in("agent", organisation, agent_id=door.partner.id)
    settings = app.extensions["fieldops"].settings
    return a_phone(door.session, organisation, person, office, settings)
