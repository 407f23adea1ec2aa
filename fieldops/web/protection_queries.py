"""What the pages of data protection show beside the rows themselves."""

from collections.abc import Iterable
from contextlib import nullcontext
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.data_rights import RequestKind
from fieldops.domain.errors import NotFound
from fieldops.domain.permissions import Actor, Permission
from fieldops.models import Account, Address, DataRequest, Party
from fieldops.models import restriction as restricted
from fieldops.services import scoped
from fieldops.services.protection import restricting


def party_person(session: Session, case_id: UUID, person: str, actor: Actor) -> UUID:
    """The person of this id, who must be a party of the case; raises NotFound."""
    query = scoped.own(Party, actor).where(Party.case_id == case_id)
    for party in session.scalars(query):
        if str(party.person_id) == person:
            return party.person_id
    raise NotFound("There is no such party.")


def about(session: Session, row: DataRequest, actor: Actor) -> dict[str, Any]:
    """Who handled a request, the addresses the reader could set right, and whether he rests."""
    query = select(Address).join(Party, Party.id == Address.party_id)
    corrects = row.kind == RequestKind.CORRECTION and actor.may(Permission.ANSWER_DATA_REQUESTS)
    # Of somebody restricted they are shown to whoever answers what he asked of them, alone.
    tables = (Party, Address) if corrects and row.answered_at is None else ()
    with restricted.seeing(session, *tables) if tables else nullcontext():
        addresses = session.scalars(query.where(Party.person_id == row.person_id)).all()
    accounts = (row.recorded_by, row.identity_by, row.answered_by)
    rests = restricting.standing(session, row.person_id)
    return {"addresses": addresses, "who": names(session, accounts), "rests": rests}


def names(session: Session, accounts: Iterable[UUID | None]) -> dict[UUID | None, str]:
    """What the people of the house are called."""
    wanted = {one for one in accounts if one is not None}
    found = session.scalars(select(Account).where(Account.id.in_(wanted)))
    return {one.id: one.name for one in found}
