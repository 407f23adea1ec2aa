"""The door at which these tests stand."""

import pytest
from sqlalchemy.orm import Session

from fieldops.models import Organisation
from tests.builders.doors import Door, a_door


@pytest.fixture
def door(session: Session, organisation: Organisation) -> Door:
    """A visit planned for a crew of two."""
    return a_door(session, organisation)
