"""Learns the pace from what was driven in the last weeks, anew for every plan.

Nothing is kept between plans, so that nothing can be out of date: two queries and a fraction of a
second give the same figures as any table of figures would.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from fieldops.domain.positions import Position
from fieldops.domain.travel.fitting import Assumed, by_city, fit, road_pace, together
from fieldops.domain.travel.hours import bands, traffic
from fieldops.domain.travel.legs import Sifted, Span, Stay, sift
from fieldops.models import Address, Arrival, Case, Plan, Shift, Stop, Visit
from fieldops.services.planning.horizon import Horizon
from fieldops.services.planning.pace import Learned, Pace
from routing.geodesic import earth_points, pair

DAYS: Final = 60
MOST_VISITS: Final = 30_000
"""How far back is looked, and how many of the newest visits are read at most."""
FARTHEST: Final = 300.0
VAGUE: Final = 200.0
"""Metres from the address, and of accuracy, beyond which a fix is not believed."""
CITY_DIGITS: Final = 4
"""The first digits of a county's code are its city's."""
PURE: Final = 0.01
"""The share of estimated pairs above which a plan's roads count as unknown."""


def fitted(session: Session, organisation_id: UUID, horizon: Horizon, assumed: Pace) -> Pace:
    """The pace for a plan, drawn from what is assumed towards what the legs of the last weeks say.

    The plan's hours are those of weekends when all its days are, else those of working days.
    """
    prior = Assumed(assumed.speed_kmh, assumed.detour)
    sifted = _legs(session, organisation_id, horizon)
    whole = fit(sifted.legs, prior)
    cities = by_city(sifted.legs, prior)
    found = together(cities, _places(session, organisation_id), whole)
    days = (horizon.day + timedelta(days=number) for number in range(horizon.days))
    is_weekend = all(day.weekday() >= 5 for day in days)
    of_hours = bands(sifted.legs, cities, whole, weekend=is_weekend)
    return replace(
        assumed,
        speed_kmh=round(found.speed_kmh, 3),
        detour=round(found.detour, 4),
        traffic=traffic(of_hours),
        learned=Learned(
            assumed=prior,
            fitted=found,
            cities=cities,
            roads=road_pace(sifted.legs),
            dropped=dict(sorted(sifted.dropped.items())),
            is_weekend=is_weekend,
            bands=of_hours,
        ),
    )


def _legs(session: Session, organisation_id: UUID, horizon: Horizon) -> Sifted:
    since = horizon.day - timedelta(days=DAYS)
    rows = session.execute(_visits(organisation_id, since, horizon.day)).all()
    drawn_on_roads = _plans_on_roads(session, {row.plan_id for row in rows})
    stays = (_stay(row, horizon.zone, row.plan_id in drawn_on_roads) for row in rows)
    return sift(stays, _rests(session, organisation_id, since, horizon.day), _metres)


def _visits(organisation_id: UUID, since: date, until: date) -> Any:
    mine = and_(Arrival.visit_id == Visit.id, Arrival.agent_id == Visit.agent_id)
    planned = and_(Stop.plan_id == Visit.plan_id, Stop.address_id == Visit.address_id)
    return (
        select(
            Visit.plan_id,
            Visit.agent_id,
            Visit.day,
            Visit.arrived_at,
            Visit.left_at,
            Address.lat,
            Address.lon,
            Address.area_code,
            Arrival.is_mock,
            Arrival.accuracy_metres,
            Arrival.distance_metres,
            Stop.route_id,
            Stop.sequence,
            Stop.metres,
        )
        .join(Address, Visit.address_id == Address.id)
        .outerjoin(Arrival, mine)
        .outerjoin(Stop, planned)
        .where(
            Visit.organisation_id == organisation_id,
            Visit.day >= since,
            Visit.day < until,
            Visit.arrived_at.is_not(None),
            Address.lat.is_not(None),
            Address.lon.is_not(None),
        )
        .order_by(Visit.day.desc(), Visit.id)
        .limit(MOST_VISITS)
    )


def _stay(row: Any, zone: ZoneInfo, is_on_roads: bool) -> Stay:
    return Stay(
        agent=str(row.agent_id),
        day=row.day,
        position=Position(row.lat, row.lon),
        arrived=row.arrived_at.astimezone(zone),
        left=row.left_at.astimezone(zone) if row.left_at else None,
        city=(row.area_code or "")[:CITY_DIGITS],
        is_trusted=_is_trusted(row),
        route=str(row.route_id or ""),
        sequence=row.sequence or 0,
        road_metres=row.metres if is_on_roads else None,
    )


def _is_trusted(row: Any) -> bool:
    """The agent's own fix put him at the address. Nobody's word is no proof of a place."""
    if row.accuracy_metres is None or row.distance_metres is None or row.is_mock:
        return False
    return bool(row.accuracy_metres <= VAGUE and row.distance_metres <= FARTHEST)


def _plans_on_roads(session: Session, plans: set[UUID]) -> set[UUID]:
    """The plans whose metres a road engine gave, but for a stray pair."""
    found: set[UUID] = set()
    ordered = sorted(plans)
    for at in range(0, len(ordered), 500):
        query = select(Plan.id, Plan.figures).where(Plan.id.in_(ordered[at : at + 500]))
        found |= {plan for plan, figures in session.execute(query) if _is_on_roads(figures)}
    return found


def _is_on_roads(figures: Any) -> bool:
    told = figures.get("travel") if isinstance(figures, dict) else None
    if not isinstance(told, dict) or told.get("kind") != "matrix":
        return False
    estimated = sum(one["pairs"] for one in told["fell_back"])
    return bool(estimated <= PURE * max(1, told["pairs"]))


def _rests(
    session: Session, organisation_id: UUID, since: date, until: date
) -> dict[tuple[str, date], list[Span]]:
    query = select(Shift.agent_id, Shift.day, Shift.breaks).where(
        Shift.organisation_id == organisation_id, Shift.day >= since, Shift.day < until
    )
    return {
        (str(agent), day): list(_spans(breaks)) for agent, day, breaks in session.execute(query)
    }


def _spans(breaks: Sequence[dict[str, Any]]) -> Iterator[Span]:
    for rest in breaks:
        latest = datetime.fromisoformat(rest["until"])
        end = latest + timedelta(minutes=int(rest["minutes"]))
        yield datetime.fromisoformat(rest["from"]), end


def _metres(a: Position, b: Position) -> float:
    first, second = earth_points([a.lat, b.lat], [a.lon, b.lon]).tolist()
    return pair(first, second)


def _places(session: Session, organisation_id: UUID) -> dict[str, int]:
    """How many located addresses of open cases each city has."""
    query = (
        select(Address.area_code, func.count())
        .join(Case, Address.case_id == Case.id)
        .where(
            Case.organisation_id == organisation_id,
            Case.state == "open",
            Address.lat.is_not(None),
        )
        .group_by(Address.area_code)
    )
    found: dict[str, int] = {}
    for code, count in session.execute(query):
        city = (code or "")[:CITY_DIGITS]
        found[city] = found.get(city, 0) + count
    return found
