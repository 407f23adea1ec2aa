"""Setting right what is wrong of a person; what was held before is withdrawn and kept."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.data_rights import RequestKind
from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.identity.phones import read_phone
from fieldops.domain.identity.unreadable import Unreadable
from fieldops.domain.permissions import Actor
from fieldops.models import Address, Correction, DataRequest, Party, Person, sealing
from fieldops.models import restriction as restricted
from fieldops.services import scoped
from fieldops.services.protection import requests


class Correctable(StrEnum):
    """What can be set right."""

    NAME = "name"
    PHONE = "phone"
    ADDRESS = "address"


def correct(
    session: Session,
    request_id: UUID,
    field: Correctable,
    value: str,
    reason: str,
    *,
    address_id: UUID | None = None,
    actor: Actor,
    now: datetime,
) -> DataRequest:
    """Answer a request for correction. Raises NotFound, Conflict, and InvalidInput by field.

    An address loses its place with its old text; it is located anew or settled by a person.
    """
    row = requests.checked(session, request_id, actor=actor, kind=RequestKind.CORRECTION)
    value, reason = value.strip(), reason.strip()
    faults = [
        FieldFault(name, "is empty", "write it")
        for name, text in (("value", value), ("reason", reason))
        if not text
    ]
    if faults:
        raise InvalidInput(faults=faults)
    # He may have set right what is kept of him while he is restricted as well.
    with restricted.seeing(session, Person, Party, Address):
        person = scoped.get(session, Person, row.person_id, actor, lock=True)
        address = _address(session, person, address_id, actor)
    before: str | None
    if field is Correctable.ADDRESS:
        target, before = _set_address(address, value)
    elif field is Correctable.PHONE:
        target, before = f"person:{person.id}", _set_phone(person, value)
    else:
        target, before, person.name = f"person:{person.id}", person.name, value
    person.links_due = True
    session.add(
        Correction(
            organisation_id=actor.organisation_id, person_id=person.id, request_id=row.id,
            target=target, field=field.value, before=before, reason=reason,
            account_id=actor.account_id, at=now,
        )
    )  # fmt: skip
    requests.close(
        row, requests.ANSWERED, {"done": [f"corrected:{field.value}"]}, actor=actor, now=now
    )
    session.flush()
    return row


def of_people(session: Session, people: Sequence[UUID]) -> Sequence[Correction]:
    """What was set right of these persons, oldest first."""
    query = select(Correction).where(Correction.person_id.in_(people))
    return session.scalars(query.order_by(Correction.id)).all()


def _set_phone(person: Person, value: str) -> str | None:
    phone = read_phone(value)
    if isinstance(phone, Unreadable):
        raise InvalidInput(faults=[FieldFault("value", "is no telephone", "write it in full")])
    before, person.phone = person.phone, str(phone)
    scope = str(person.organisation_id)
    number = str(phone).split(";", maxsplit=1)[0]
    person.phone_index = sealing.current().blind_index("phone", scope, number)
    return before


def _address(
    session: Session, person: Person, address_id: UUID | None, actor: Actor
) -> Address | None:
    if address_id is None:
        return None
    query = (
        scoped.own(Address, actor)
        .join(Party, Party.id == Address.party_id)
        .where(Address.id == address_id, Party.person_id == person.id)
    )
    return session.scalars(query).one_or_none()


def _set_address(row: Address | None, value: str) -> tuple[str, str]:
    if row is None:
        raise InvalidInput(faults=[FieldFault("address_id", "is no address of this person")])
    before, row.text = row.text, value
    row.text_index = sealing.current().blind_index("address", str(row.organisation_id), value)
    row.lat = row.lon = row.given_position = row.area_code = row.located_at = None
    row.state, row.grade, row.provider, row.candidates = "ambiguous", "none", "", []
    row.version += 1
    return f"address:{row.id}", before
