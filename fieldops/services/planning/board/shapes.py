"""The areas behind the marks: the streets of each crew, and the districts of the open cases."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.geojson import Place, collection, feature, positions
from fieldops.domain.hulls import hull
from fieldops.domain.permissions import Actor
from fieldops.models import Address, Agent, Case, Plan, Stop, Territory
from fieldops.services import scoped
from fieldops.services.planning import material
from fieldops.services.planning.board.crews import colour

CORNERS = 3


def shapes(session: Session, *, plan_id: UUID | None, datum: str, actor: Actor) -> dict[str, Any]:
    """The areas as polygons: a territory for each crew of the plan, a district for each county.

    A territory is the hull of the stops that the plan's division gave it, a district the hull of
    the placed addresses of open cases with its code. Raises NotFound.
    """
    found: list[dict[str, Any]] = []
    if plan_id is not None:
        found += _territories(session, scoped.get(session, Plan, plan_id, actor), datum, actor)
    found += _districts(session, datum, actor)
    return collection(found, datum)


def _territories(
    session: Session, plan: Plan, datum: str, actor: Actor
) -> Iterator[dict[str, Any]]:
    owned = session.execute(
        select(Territory.agent_id, Territory.number, Agent.name)
        .join(Agent, Territory.agent_id == Agent.id)
        .where(Territory.organisation_id == actor.organisation_id)
        .order_by(Territory.number, Agent.code)
    ).all()
    numbers = {str(agent_id): number for agent_id, number, _ in owned}
    names: dict[int, list[str]] = {}
    for _, number, name in owned:
        names.setdefault(number, []).append(name)
    rows = session.execute(
        select(Address.lat, Address.lon, Stop.worth)
        .join(Stop, Stop.address_id == Address.id)
        .where(Stop.plan_id == plan.id)
    )
    inside: dict[int, list[Place]] = {}
    for lat, lon, worth in rows:
        if lat is None or lon is None:
            continue
        for number in {
            numbers[one] for one in (worth or {}).get("territory", ()) if one in numbers
        }:
            inside.setdefault(number, []).append((lat, lon))
    for number, ring in _rings(inside, datum):
        told = {"number": number, "colour": colour(number, 0), "agents": names[number]}
        told |= {"kind": "territory", "places": len(inside[number])}
        yield feature(f"territory-{number}", "Polygon", [ring], told)


def _districts(session: Session, datum: str, actor: Actor) -> Iterator[dict[str, Any]]:
    rows = session.execute(
        select(Address.area_code, Address.lat, Address.lon)
        .join(Case, Address.case_id == Case.id)
        .where(
            Address.organisation_id == actor.organisation_id,
            Case.state == material.OPEN,
            Address.area_code.is_not(None),
        )
    )
    inside: dict[str, list[Place]] = {}
    for code, lat, lon in rows:
        if code is not None and lat is not None and lon is not None:
            inside.setdefault(code, []).append((lat, lon))
    for code, ring in _rings(inside, datum):
        told = {"kind": "district", "code": code, "places": len(inside[code])}
        yield feature(f"district-{code}", "Polygon", [ring], told)


def _rings(
    inside: Mapping[Any, Iterable[Place]], datum: str
) -> Iterator[tuple[Any, list[list[float]]]]:
    for key in sorted(inside):
        corners = hull([(lon, lat) for lat, lon in inside[key]])
        if len(corners) >= CORNERS:
            drawn = positions({at: (lat, lon) for at, (lon, lat) in enumerate(corners)}, datum)
            ring = list(drawn.values())
            yield key, [*ring, ring[0]]
