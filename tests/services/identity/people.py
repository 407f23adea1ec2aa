"""Persons in cases as these tests need them, and the job's work done at once."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor, Role, system
from fieldops.models import Account, IdentityPair, Organisation, Person
from fieldops.models.identity import pair_of
from fieldops.services import accounts, identity
from fieldops.services.same_people import same_people
from tests.builders.cases import NOW, a_case
from tests.conftest import PASSWORD
from tests.domain.linkage.records import PLACES

PHONE = "+8613800138000"
FIRST_ID, SECOND_ID = "510104200401124774", "510105199805165135"


def a_debtor(
    session: Session, organisation: Organisation, name: str = "张三丰", **more: Any
) -> Person:
    """The debtor of a case of his own."""
    given: dict[str, Any] = {"phone": PHONE, **more}
    return a_case(session, organisation, name=name, **given).parties[0].person


def link(session: Session, organisation: Organisation, limit: int = identity.BATCH) -> int:
    """Compare whoever is due; how many persons that was."""
    done = 0
    while True:
        linked = identity.link_due(
            session, PLACES, actor=system(organisation.id), now=NOW, limit=limit
        )
        session.flush()
        if not linked.persons:
            return done
        done += linked.persons


def pairs(session: Session) -> list[IdentityPair]:
    """All pairs that are kept."""
    return list(session.scalars(select(IdentityPair).order_by(IdentityPair.id)))


def pair(session: Session, one: Person, other: Person) -> IdentityPair:
    """The pair of two persons."""
    low, high = pair_of(one.id, other.id)
    query = select(IdentityPair).where(IdentityPair.low_id == low, IdentityPair.high_id == high)
    return session.scalars(query).one()


def someone(session: Session, organisation: Organisation, role: str = "compliance") -> Actor:
    """An account of this role."""
    row: Account = accounts.create(
        session,
        username=f"{role}-of-these-tests",
        role=role,
        name="Test person",
        password=PASSWORD,
        actor=system(organisation.id),
        now=NOW,
    )
    return Actor(organisation.id, Role(role), row.id)


def entities(session: Session, organisation: Organisation, people: Iterable[Person]) -> list[UUID]:
    """The entity of each of these persons."""
    listed = list(people)
    same = same_people(session, [one.id for one in listed])
    return [same.of(one.id) for one in listed]
