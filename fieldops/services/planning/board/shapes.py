"""The areas behind the marks: the streets of each crew, and the districts of the open cases."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, cast, func, select
from sqlalchemy.orm import Session

from fieldops.domain.geojson import Place, collection, feature, positions
from fieldops.domain.hulls import hull
from fieldops.domain.permissions import Actor
from fieldops.models import Address, Agent, Case, Plan, Stop, Territory
from fieldops.services import scoped
from fieldops.services.planning import material
from fieldops.services.planning.board.crews import colour

CORNERS = 3
STRIPS = 1_000
"""Strips of a degree of latitude, about a hundred metres each: districts are drawn so finely."""


def shapes(session: Session, *, plan_id: UUID | None, datum: str, actor: Actor) -> dict[str, Any]:
    """The areas as polygons: a territory for each crew of the plan, a district for each county.

    A territory is the hull of the stops that the plan's division gave it, a district the hull of
    the placed addresses of open cases with its code, to about a hundred metres. Raises NotFound.
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
    # Only the ends of each strip of latitude can be corners, so that the database leaves the rest
    # of many thousand places out.
    strip = cast(func.round(Address.lat * STRIPS), Integer)
    rows: Any = session.execute(
        select(
            Address.area_code, func.min(Address.lon), func.max(Address.lon),
            func.min(Address.lat), func.max(Address.lat), func.count(),
        )
        .join(Case, Address.case_id == Case.id)
        .where(
            Case.organisation_id == actor.organisation_id,
            Case.state == material.OPEN,
            Address.area_code.is_not(None),
            Address.lat.is_not(None),
            Address.lon.is_not(None),
        )
        .group_by(Address.area_code, strip)
    )  # fmt: skip
    inside: dict[str, list[Place]] = {}
    counts: dict[str, int] = {}
    for code, west, east, south, north, count in rows:
        inside.setdefault(code, []).extend(
            (lat, lon) for lat in {south, north} for lon in {west, east}
        )
        counts[code] = counts.get(code, 0) + count
    for code, ring in _rings(inside, datum):
        told = {"kind": "district", "code": code, "places": counts[code]}
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
