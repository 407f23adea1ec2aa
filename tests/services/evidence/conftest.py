"""A visit and the agent who hands in evidence for it."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.models import Organisation, Visit
from tests.builders.cases import a_case, an_agent
from tests.builders.visits import a_visit
from tests.conftest import Person


@pytest.fixture
def visit(session: Session, organisation: Organisation) -> Visit:
    """A visit in Chengdu at ten."""
    agent = an_agent(session, organisation)
    return a_visit(session, organisation, case=a_case(session, organisation), agent=agent)


@pytest.fixture
def uploader(visit: Visit, organisation: Organisation, signed_in: Callable[..., Person]) -> Actor:
    """The visit's agent."""
    return signed_in("agent", organisation, agent_id=visit.agent_id).actor
