"""What a person decides of a doubtful address: where it is, and whether it may be visited."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import Session, joinedload

from fieldops.domain.errors import Conflict, FieldFault, Forbidden, InvalidInput
from fieldops.domain.locating import Grade, is_doubtful
from fieldops.domain.permissions import Actor
from fieldops.domain.positions import GivenPosition, PositionRefused, read_position
from fieldops.models import Address
from fieldops.services import scoped
from fieldops.services.locating import moving

STATES: Final = ("pending", "located", "ambiguous", "unlocated", "settled")
# "doubtful": placed too coarsely and allowed by nobody. "to_settle": all that waits for a person.
GRADES: Final = tuple(grade.value for grade in Grade)
QUEUES: Final = (*STATES, "doubtful", "to_settle")
_DOUBTFUL: Final = [grade.value for grade in Grade if is_doubtful(grade)]


def address_page(
    session: Session, actor: Actor, *, queue: str | None, after: UUID | None, limit: int
) -> tuple[Sequence[Address], UUID | None]:
    """A page of addresses with their cases, of one of QUEUES or all of them."""
    query = scoped.own(Address, actor).options(joinedload(Address.case))
    if queue is not None:
        query = query.where(_in_queue(queue))
    return scoped.page(session, query, Address, after=after, limit=limit)


def get_address(session: Session, address_id: UUID, actor: Actor) -> Address:
    """One address; raises NotFound."""
    return scoped.get(session, Address, address_id, actor)


def given_position(
    lat: str | float | None, lon: str | float | None, datum: str | None
) -> GivenPosition:
    """Degrees and a datum as a person gives them; raises InvalidInput with the field."""
    found = read_position(lat, lon, datum)
    if isinstance(found, PositionRefused):
        raise InvalidInput(f"{found.en} {found.zh}", faults=[FieldFault(found.field, found.en)])
    return found


def settle_address(
    session: Session,
    address_id: UUID,
    *,
    position: GivenPosition | None = None,
    candidate: int | None = None,
    reason: str,
    expected_version: int | None,
    actor: Actor,
    now: datetime,
) -> Address:
    """Decide where an address is: a position (taken as the door) or the number of a candidate.

    Raises NotFound, PreconditionFailed, and InvalidInput when not exactly one of the two is given
    or the candidate has no position.
    """
    if (position is None) == (candidate is None):
        fault = FieldFault("position", "give either a position or a candidate", "Give one of them.")
        raise InvalidInput(faults=[fault])
    _check_reason(reason)
    address = scoped.get(session, Address, address_id, actor, lock=True)
    scoped.require_version(address.version, expected_version)
    if position is not None:
        values = _from_position(position)
    else:
        values = _from_candidate(address, candidate or 0)
    values |= {"state": "settled", "provider": "person", "located_at": now}
    values |= {"settled_by": actor.account_id, "settled_reason": reason.strip()}
    # Leave to visit was given for the place as it was held before.
    values |= {"visit_allowed_by": None, "visit_allowed_reason": None}
    if (address.lat, address.lon) != (values["lat"], values["lon"]):
        moving.tell(session, [address.id], actor=actor, now=now)
    return _changed(session, address, values)


def allow_visit(
    session: Session,
    address_id: UUID,
    *,
    reason: str,
    expected_version: int | None,
    actor: Actor,
    now: datetime,
) -> Address:
    """Take it upon oneself that a doubtful place is visited.

    Raises NotFound, PreconditionFailed, Forbidden for the system itself, Conflict when the address
    has no position at all.
    """
    _check_reason(reason)
    if actor.account_id is None:
        raise Forbidden("A person has to answer for a visit to a doubtful place.")
    address = scoped.get(session, Address, address_id, actor, lock=True)
    scoped.require_version(address.version, expected_version)
    if address.lat is None or address.lon is None:
        raise Conflict("The address has no position yet; settle it first.")
    values = {"visit_allowed_by": actor.account_id, "visit_allowed_reason": reason.strip()}
    return _changed(session, address, values)


def _in_queue(queue: str) -> ColumnElement[bool]:
    if queue in STATES:
        return Address.state == queue
    doubtful = and_(
        Address.state.in_(("located", "settled")),
        Address.grade.in_(_DOUBTFUL),
        Address.visit_allowed_by.is_(None),
    )
    if queue == "doubtful":
        return doubtful
    if queue == "to_settle":
        return or_(Address.state.in_(("ambiguous", "unlocated")), doubtful)
    fault = FieldFault("state", f"{queue!r} is none of {', '.join(QUEUES)}", "Use one of them.")
    raise InvalidInput(faults=[fault])


def _from_position(position: GivenPosition) -> dict[str, Any]:
    at = position.as_wgs84()
    given = {"lat": str(position.lat), "lon": str(position.lon), "datum": position.datum.value}
    return {"lat": at.lat, "lon": at.lon, "grade": "door", "given_position": given}


def _from_candidate(address: Address, number: int) -> dict[str, Any]:
    candidates: list[dict[str, Any]] = address.candidates or []
    if not 0 <= number < len(candidates):
        message = f"there is no candidate {number}; the address has {len(candidates)}"
        raise InvalidInput(faults=[FieldFault("candidate", message, "Count them from 0.")])
    chosen = candidates[number]
    if chosen["lat"] is None:
        message = "the gazetteer knows no centre of this place"
        raise InvalidInput(faults=[FieldFault("candidate", message, "Give a position instead.")])
    values = {name: chosen[name] for name in ("lat", "lon", "grade")}
    if chosen["provider"] == "gazetteer" and chosen["reference"]:
        values["area_code"] = chosen["reference"][:6]
    return values


def _changed(session: Session, address: Address, values: dict[str, Any]) -> Address:
    for name, value in values.items():
        setattr(address, name, value)
    address.version += 1
    session.flush()
    return address


def _check_reason(reason: str) -> None:
    if not 1 <= len(reason.strip()) <= 200:
        fault = FieldFault("reason", "has no or more than 200 characters", "Say why.")
        raise InvalidInput(faults=[fault])
