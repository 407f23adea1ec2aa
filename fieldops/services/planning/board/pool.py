"""Who waits for a visit: addresses of open cases that no route of a plan serves, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.geojson import collection, feature, in_wgs84, positions
from fieldops.domain.permissions import Actor
from fieldops.models import Address, Case, Plan, Stop
from fieldops.services import scoped
from fieldops.services.planning import material

# The id of no plan. To compare with null would have all stops of all plans read.
_NO_PLAN = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of the pool; `box` is west, south, east, north in the datum of the map."""

    plan_id: UUID | None = None
    number: str = ""
    priority: int | None = None
    box: tuple[float, float, float, float] | None = None
    after: str | None = None
    limit: int = 50


def waiting(
    session: Session, wanted: Wanted, *, datum: str, actor: Actor
) -> tuple[dict[str, Any], str | None]:
    """One page of those who wait, the most pressing first, and where the next one begins.

    With a plan each says why it is not served there. Raises NotFound, InvalidInput.
    """
    columns: Any = select(Address, Case, Stop)
    query = narrowed(columns, session, wanted, datum, actor)
    rows = session.execute(query.limit(wanted.limit + 1)).all()
    shown = rows[: wanted.limit]
    places = {
        address.id: (address.lat, address.lon)
        for address, _, _ in shown
        if address.lat is not None and address.lon is not None
    }
    drawn = positions(places, datum)
    features = [
        _feature(address, case, stop, drawn.get(address.id)) for address, case, stop in shown
    ]
    following = None
    if len(rows) > wanted.limit:
        address, case, _ = shown[-1]
        following = f"{case.priority}.{address.id}"
    return collection(features, datum, next=following), following


def narrowed(
    columns: Select[Any], session: Session, wanted: Wanted, datum: str, actor: Actor
) -> Select[Any]:
    """Those columns of the addresses that are asked for, the most pressing first."""
    plan_id = wanted.plan_id and scoped.get(session, Plan, wanted.plan_id, actor).id
    on_plan = and_(Stop.address_id == Address.id, Stop.plan_id == (plan_id or _NO_PLAN))
    query: Select[Any] = (
        columns.select_from(Address)
        .join(Case, Address.case_id == Case.id)
        .outerjoin(Stop, on_plan)
        .where(
            Case.organisation_id == actor.organisation_id,
            Case.state == material.OPEN,
            Stop.route_id.is_(None),
        )
        .order_by(Case.priority, Case.id, Address.id)
    )
    if wanted.number:
        query = query.where(Case.number.icontains(wanted.number, autoescape=True))
    if wanted.priority is not None:
        query = query.where(Case.priority == wanted.priority)
    if wanted.box is not None:
        query = query.where(*_within(wanted.box, datum))
    if wanted.after is not None:
        priority, last = _after(wanted.after)
        case_id = scoped.get(session, Address, last, actor).case_id
        same_case = and_(Case.priority == priority, Case.id == case_id, Address.id > last)
        later = and_(Case.priority == priority, Case.id > case_id)
        query = query.where(or_(Case.priority > priority, later, same_case))
        query = query.where(Case.priority >= priority)
    return query


def _within(box: tuple[float, float, float, float], datum: str) -> Sequence[Any]:
    west, south, east, north = box
    (south, west), (north, east) = in_wgs84([(south, west), (north, east)], datum)
    return Address.lat.between(south, north), Address.lon.between(west, east)


def _after(text: str) -> tuple[int, UUID]:
    try:
        priority, _, last = text.partition(".")
        return int(priority), UUID(last)
    except ValueError as wrong:
        raise InvalidInput(faults=[FieldFault("after", "is no place in this list")]) from wrong


def _feature(
    address: Address, case: Case, stop: Stop | None, at: list[float] | None
) -> dict[str, Any]:
    return feature(
        address.id,
        "Point",
        at,
        {
            "kind": "waiting",
            "case_id": str(case.id),
            "number": case.number,
            "address_id": str(address.id),
            "address": address.text,
            "priority": case.priority,
            "state": address.state,
            "stop_id": str(stop.id) if stop else None,
            "windows": stop.windows if stop else [],
            "reasons": stop.reasons if stop else [],
        },
    )
