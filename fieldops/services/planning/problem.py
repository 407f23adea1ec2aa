"""From candidates and shifts to the problem that is handed to the solver."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import routing
from fieldops.models import Shift
from fieldops.services.planning.horizon import Horizon
from fieldops.services.planning.material import Candidate
from fieldops.services.planning.pace import Pace
from routing.problem import MUST, Break, Geodesic, Place

PRIZE_STEP = 21_600
"""What one step of priority is worth in metres: more than any detour within a city."""


def stop_of(
    one: Candidate, windows: Sequence[tuple[int, int]], crew: int, pace: Pace
) -> routing.Stop:
    """A candidate as a stop; a must keeps the solver's own prize."""
    return routing.Stop(
        id=str(one.address_id),
        place=Place(lat=one.lat, lon=one.lon),
        service=pace.visit_seconds,
        windows=tuple(windows),
        priority=one.priority,
        prize=None if one.priority <= MUST else PRIZE_STEP * (6 - one.priority),
        crew=crew,
    )


def shifts_of(shifts: Sequence[Shift], horizon: Horizon) -> tuple[routing.Shift, ...]:
    """The shifts as the solver takes them; partners who both work that day go together."""
    partner = _partners(shifts)
    return tuple(_shift(shift, horizon, partner.get(shift.id)) for shift in shifts)


def _shift(shift: Shift, horizon: Horizon, partner: UUID | None) -> routing.Shift:
    agent = shift.agent
    home = Place(lat=agent.lat, lon=agent.lon)
    return routing.Shift(
        id=str(shift.id),
        agent=str(agent.id),
        start=home,
        window=(horizon.seconds(shift.starts_at), horizon.seconds(shift.ends_at)),
        end=home,
        day=(shift.day - horizon.day).days,
        breaks=tuple(_break(rest, horizon) for rest in shift.breaks),
        skills=frozenset(agent.skills),
        crew_with=None if partner is None else str(partner),
    )


def _break(rest: dict[str, Any], horizon: Horizon) -> Break:
    opens, closes = (datetime.fromisoformat(rest[key]) for key in ("from", "until"))
    return Break((horizon.seconds(opens), horizon.seconds(closes)), int(rest["minutes"]) * 60)


def _partners(shifts: Sequence[Shift]) -> dict[UUID, UUID]:
    """Each shift's partner; a partner who is wanted by several goes with the first of them."""
    by_code = {(shift.day, shift.agent.code): shift for shift in shifts}
    found: dict[UUID, UUID] = {}
    for shift in shifts:
        other = by_code.get((shift.day, shift.agent.partner_code or ""))
        if other is None or other is shift or {shift.id, other.id} & found.keys():
            continue
        found[shift.id], found[other.id] = other.id, shift.id
    return found


def problem_of(
    stops: Sequence[routing.Stop], shifts: Sequence[routing.Shift], days: int, pace: Pace
) -> routing.Problem:
    """The whole problem, read once more so that nothing unfit ever reaches the solver."""
    travel = Geodesic(speed_kmh=pace.speed_kmh, detour=pace.detour, traffic=pace.traffic)
    problem = routing.Problem(tuple(stops), tuple(shifts), travel=travel, horizon_days=days)
    return routing.read_problem(routing.problem_to_json(problem))
