"""What tests of intake may ask for beside the common fixtures."""

import pytest
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor, system
from fieldops.services import organisations
from tests.builders.cases import NOW


@pytest.fixture
def other_admin(session: Session) -> Actor:
    """The system acting for another organisation."""
    return system(organisations.found(session, "Another agency", now=NOW).id)
