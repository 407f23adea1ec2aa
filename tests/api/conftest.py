"""What tests of the interface share: a phone at a visit."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from fieldops.models import Organisation
from tests.builders.cases import a_case, an_agent
from tests.builders.phones import Phone
from tests.builders.visits import a_visit
from tests.conftest import Person


@pytest.fixture
def phone(session: Session, organisation: Organisation, signed_in: Callable[..., Person]) -> Phone:
    agent = an_agent(session, organisation)
    visit = a_visit(session, organisation, case=a_case(session, organisation), agent=agent)
    return Phone(signed_in("agent", organisation, agent_id=agent.id), visit)
