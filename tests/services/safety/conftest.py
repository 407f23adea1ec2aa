"""A crew in the field and an office that answers."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor, Role
from fieldops.models import Organisation
from fieldops.models.types import new_id
from tests.builders.doors import Door, a_door


@pytest.fixture
def door(session: Session, organisation: Organisation) -> Door:
    """A visit planned for a crew of two."""
    return a_door(session, organisation)


@pytest.fixture
def office(organisation: Organisation) -> Callable[[str], Actor]:
    """Somebody of the office: `office("dispatcher")`."""
    return lambda role: Actor(organisation.id, Role(role), new_id())
