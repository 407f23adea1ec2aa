"""Territories of the team: each crew's own streets, divided anew from where they were yesterday."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.models import Agent, Organisation, Shift, Territory
from fieldops.services import scoped
from routing.geodesic import earth_points, pairwise
from routing.territories import Centre, centres_of, territories


@dataclass(frozen=True, slots=True)
class Unit:
    """Those who own a territory together: partners, or one agent alone."""

    agents: tuple[UUID, ...]
    lat: float
    lon: float
    working: float


@dataclass(frozen=True, slots=True)
class Spot:
    """A place to be visited, with the seconds of work expected there."""

    address_id: UUID
    lat: float
    lon: float
    work: int


@dataclass(frozen=True)
class Division:
    """Who owns which streets: one label a unit, and the label of each address."""

    units: Sequence[Unit] = ()
    centres: Sequence[Centre] = ()
    stops: Sequence[int] = ()
    work: Sequence[int] = ()
    labels: Mapping[UUID, int] = field(default_factory=dict)

    def owners(self, address_id: UUID) -> tuple[UUID, ...]:
        """The agents in whose territory an address lies; nobody for one that was not divided."""
        label = self.labels.get(address_id)
        return () if label is None else self.units[label].agents


def divide(
    session: Session,
    organisation_id: UUID,
    shifts: Sequence[Shift],
    spots: Sequence[Spot],
    *,
    seed: int = 1,
) -> Division:
    """Divide the spots among those who work these shifts, in proportion to their hours."""
    units = units_of(shifts)
    if not units or not spots:
        return Division()
    known = _known(session, organisation_id)
    before = [_centre(known, unit) for unit in units]
    columns = [spot.lat for spot in spots], [spot.lon for spot in spots]
    work = [float(spot.work) for spot in spots]
    labels = territories(
        *columns,
        work,
        len(units),
        seed=seed,
        shares=[max(unit.working, 1.0) for unit in units],
        previous=before if any(before) else None,
    )
    new = [at for at, centre in enumerate(before) if centre is None]
    labels = _near_home(units, new, centres_of(*columns, work, labels, len(units)))[labels]
    return Division(
        units=units,
        centres=centres_of(*columns, work, labels, len(units)),
        stops=np.bincount(labels, minlength=len(units)).tolist(),
        work=np.bincount(labels, weights=work, minlength=len(units)).astype(np.int64).tolist(),
        labels=dict(zip((spot.address_id for spot in spots), labels.tolist(), strict=True)),
    )


def units_of(shifts: Sequence[Shift]) -> list[Unit]:
    """Partners who name each other own their streets together; everybody else alone."""
    agents = {shift.agent.code: shift.agent for shift in shifts}
    hours: dict[UUID, float] = {}
    for shift in shifts:
        spent = (shift.ends_at - shift.starts_at).total_seconds()
        hours[shift.agent_id] = hours.get(shift.agent_id, 0.0) + spent
    found, taken = [], set()
    for code in sorted(agents):
        agent = agents[code]
        other = agents.get(agent.partner_code or "")
        if code in taken:
            continue
        pair = [agent]
        if other is not None and other is not agent and other.partner_code == code:
            pair.append(other)
        taken |= {one.code for one in pair}
        working = min(hours[one.id] for one in pair)
        found.append(Unit(tuple(one.id for one in pair), agent.lat, agent.lon, working))
    return found


def _known(session: Session, organisation_id: UUID) -> dict[UUID, Territory]:
    query = select(Territory).where(Territory.organisation_id == organisation_id)
    return {row.agent_id: row for row in session.scalars(query)}


def _centre(known: Mapping[UUID, Territory], unit: Unit) -> Centre:
    rows = [known[agent] for agent in unit.agents if agent in known]
    return (rows[0].lat, rows[0].lon) if rows else None


def _near_home(
    units: Sequence[Unit], new: Sequence[int], middles: Sequence[Centre]
) -> NDArray[np.int64]:
    """Which unit each label goes to: newcomers get those near them, the nearest pair first."""
    owner = np.arange(len(units))
    filled = [(label, middle) for label in new if (middle := middles[label]) is not None]
    if len(new) < 2 or not filled:
        return owner
    homes = earth_points([units[at].lat for at in new], [units[at].lon for at in new])
    centres = earth_points([one[0] for _, one in filled], [one[1] for _, one in filled])
    ways = pairwise(homes, centres)
    dealt: dict[int, int] = {}
    for at in np.argsort(ways, axis=None, kind="stable").tolist():
        row, column = divmod(at, len(filled))
        unit, label = new[row], filled[column][0]
        if label not in dealt and unit not in dealt.values():
            dealt[label] = unit
    spare = iter(sorted(set(new) - set(dealt.values())))
    for label in new:
        owner[label] = dealt[label] if label in dealt else next(spare)
    return owner


def keep(session: Session, division: Division, *, actor: Actor, now: datetime) -> None:
    """Write the territories down; those of agents who have retired are forgotten."""
    # One at a time: two plans would both find the same territory missing.
    session.execute(
        select(Organisation.id)
        .where(Organisation.id == actor.organisation_id)
        .with_for_update(key_share=True)
    )
    retired = select(Agent.id).where(
        Agent.organisation_id == actor.organisation_id, Agent.retired_at.is_not(None)
    )
    session.execute(
        delete(Territory).where(
            Territory.organisation_id == actor.organisation_id, Territory.agent_id.in_(retired)
        )
    )
    known = _known(session, actor.organisation_id)
    numbers = {row.number for row in known.values()}
    for label, unit in enumerate(division.units):
        rows = [known[agent] for agent in unit.agents if agent in known]
        number = rows[0].number if rows else _free(numbers)
        numbers.add(number)
        values = _values(division, label) | {"number": number, "updated_at": now}
        for agent in unit.agents:
            row = known.get(agent)
            if row is None:
                row = Territory(organisation_id=actor.organisation_id, agent_id=agent, since=now)
                session.add(row)
            for name, value in values.items():
                setattr(row, name, value)
    session.flush()


def _values(division: Division, label: int) -> dict[str, Any]:
    unit, centre = division.units[label], division.centres[label]
    lat, lon = centre or (unit.lat, unit.lon)
    return {
        "lat": lat,
        "lon": lon,
        "stops": division.stops[label],
        "work_seconds": division.work[label],
    }


def _free(numbers: set[int]) -> int:
    return next(number for number in range(1, len(numbers) + 2) if number not in numbers)


def territories_of(session: Session, actor: Actor) -> Sequence[Territory]:
    """The territories of the organisation by number, partners beside each other."""
    query = scoped.own(Territory, actor).order_by(Territory.number, Territory.agent_id)
    return session.scalars(query).all()
