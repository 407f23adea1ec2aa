"""Who judges in these tests."""

import pytest
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.models import Organisation
from tests.services.identity.people import someone


@pytest.fixture
def judge(session: Session, organisation: Organisation) -> Actor:
    """Somebody of compliance."""
    return someone(session, organisation)
