"""A door, and people of compliance to handle what is said there."""

from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor, Role
from fieldops.models import Account, Organisation
from fieldops.services import accounts
from tests.builders.doors import Door, a_door
from tests.builders.visits import START


@dataclass
class Handler:
    """Somebody of compliance: his account, and how he acts."""

    account: Account
    actor: Actor


@pytest.fixture
def door(session: Session, organisation: Organisation) -> Door:
    """A visit planned for a crew of two."""
    return a_door(session, organisation)


def a_handler(session: Session, organisation: Organisation, name: str = "one") -> Handler:
    """Somebody of compliance."""
    account = accounts.create(
        session, username=f"{name}.{organisation.id.hex[-6:]}", role="compliance", name="赵六",
        password="a long enough password", actor=Actor(organisation.id, Role.SYSTEM), now=START,
    )  # fmt: skip
    return Handler(account, Actor(organisation.id, Role.COMPLIANCE, account.id))


@pytest.fixture
def handler(session: Session, organisation: Organisation) -> Handler:
    """Somebody of compliance without an interest."""
    return a_handler(session, organisation)
