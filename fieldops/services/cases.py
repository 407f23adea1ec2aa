"""Reading cases, and how much of a person's data each role is shown."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session, joinedload, selectinload

from fieldops.domain.errors import NotFound
from fieldops.domain.identity import mask_address, mask_id_number, mask_name, mask_phone
from fieldops.domain.permissions import Actor, Role
from fieldops.models import Address, Case, Party, Person
from fieldops.services import scoped

# Who needs the whole number: counsel for the court, compliance for complaints.
SEES_NUMBERS: Final = frozenset({Role.COUNSEL, Role.COMPLIANCE, Role.SYSTEM})
# Who needs to know whom a visit is for and how to reach him.
SEES_NAMES: Final = SEES_NUMBERS | {Role.DISPATCHER}
# Who needs to know where it is: also whoever settles doubtful addresses.
SEES_PLACES: Final = SEES_NAMES | {Role.ADMIN}


def case_page(
    session: Session,
    actor: Actor,
    *,
    number: str | None = None,
    updated_since: datetime | None = None,
    after: UUID | None,
    limit: int,
) -> tuple[Sequence[Case], UUID | None]:
    """A page of cases; `number` finds those whose number begins so."""
    query = scoped.own(Case, actor)
    if number:
        query = query.where(Case.number.startswith(number, autoescape=True))
    if updated_since is not None:
        query = query.where(Case.updated_at >= updated_since)
    return scoped.page(session, query, Case, after=after, limit=limit)


def get_case(session: Session, case_id: UUID, actor: Actor) -> Case:
    """One case with its parties, their persons and addresses; raises NotFound."""
    query = (
        scoped.own(Case, actor)
        .where(Case.id == case_id)
        .options(selectinload(Case.parties).options(joinedload(Party.person)))
        .options(selectinload(Case.addresses))
    )
    case = session.scalars(query).one_or_none()
    if case is None:
        raise NotFound(f"There is no case {case_id}.")
    return case


def shown(person: Person, actor: Actor) -> dict[str, str | bool | None]:
    """Name, identity number and telephones as this actor may see them, whole or masked."""
    numbers, names = actor.role in SEES_NUMBERS, actor.role in SEES_NAMES
    phones = [person.phone, *(person.other_phones or "").split("/")]
    kept = [phone for phone in phones if phone]
    number = person.id_number
    return {
        "name": person.name if names else mask_name(person.name),
        "id_number": number if numbers or number is None else mask_id_number(number),
        "phones": "/".join(kept if names else map(mask_phone, kept)) or None,
        "is_masked": not numbers,
    }


def shown_place(address: Address, actor: Actor) -> dict[str, Any]:
    """The text and position of an address as this actor may see them."""
    if actor.role in SEES_PLACES:
        names = ("text", "lat", "lon", "given_position", "candidates")
        return {name: getattr(address, name) for name in names}
    nowhere: dict[str, Any] = {"lat": None, "lon": None, "given_position": None, "candidates": []}
    return {"text": mask_address(address.text), **nowhere}
