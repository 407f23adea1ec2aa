"""The people who are called when nobody answers an alarm, in order; kept by the administrator."""

import re
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from fieldops.domain.errors import FieldFault, Forbidden, InvalidInput
from fieldops.domain.permissions import Actor, Permission
from fieldops.models import CallContact
from fieldops.services import scoped

PHONE = re.compile(r"\+?[0-9][0-9 -]{4,24}")
_LAST = 100


def people(session: Session, actor: Actor) -> Sequence[CallContact]:
    """Who is called, in order."""
    query = scoped.own(CallContact, actor).where(CallContact.removed_at.is_(None))
    return session.scalars(query.order_by(CallContact.place, CallContact.id)).all()


def add(
    session: Session, place: int, name: str, phone: str, *, actor: Actor, now: datetime
) -> CallContact:
    """Put somebody on the list; raises Forbidden, and InvalidInput with every fault."""
    _require(actor)
    faults = []
    if not 1 <= place <= _LAST:
        faults.append(FieldFault("place", f"is not 1 to {_LAST}", "say who is called sooner"))
    if not 1 <= len(name.strip()) <= _LAST or not name.isprintable():
        faults.append(FieldFault("name", "is empty, too long or not plain text"))
    if not PHONE.fullmatch(phone.strip()):
        faults.append(FieldFault("phone", "is no telephone number", "write digits, as +86 28 …"))
    if faults:
        raise InvalidInput("Nobody was put on the call list.", faults=faults)
    contact = CallContact(
        organisation_id=actor.organisation_id,
        place=place,
        name=name.strip(),
        phone=phone.strip(),
        created_at=now,
    )
    session.add(contact)
    session.flush()
    return contact


def remove(session: Session, contact_id: UUID, *, actor: Actor, now: datetime) -> CallContact:
    """Take somebody off the list; the first time stays."""
    _require(actor)
    contact = scoped.get(session, CallContact, contact_id, actor, lock=True)
    contact.removed_at = contact.removed_at or now
    session.flush()
    return contact


def _require(actor: Actor) -> None:
    if not actor.may(Permission.SET_CALL_LIST):
        raise Forbidden(Permission.SET_CALL_LIST.value)
