"""What the pages of data protection show beside the rows themselves."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.errors import NotFound
from fieldops.domain.permissions import Actor
from fieldops.models import Account, Address, DataRequest, Party
from fieldops.services import scoped


def party_person(session: Session, case_id: UUID, person: str, actor: Actor) -> UUID:
    """The person of this id, who must be a party of the case; raises NotFound."""
    query = scoped.own(Party, actor).where(Party.case_id == case_id)
    for party in session.scalars(query):
        if str(party.person_id) == person:
            return party.person_id
    raise NotFound("There is no such party.")


def about(session: Session, row: DataRequest) -> dict[str, Any]:
    """Who handled a request, and the addresses that could be set right."""
    query = select(Address).join(Party, Party.id == Address.party_id)
    addresses = session.scalars(query.where(Party.person_id == row.person_id)).all()
    accounts = (row.recorded_by, row.identity_by, row.answered_by)
    return {"addresses": addresses, "who": names(session, accounts)}


def names(session: Session, accounts: Iterable[UUID | None]) -> dict[UUID | None, str]:
    """What the people of the house are called."""
    wanted = {one for one in accounts if one is not None}
    found = session.scalars(select(Account).where(Account.id.in_(wanted)))
    return {one.id: one.name for one in found}
