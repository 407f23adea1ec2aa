"""From candidates and shifts to the problem that is handed to the solver."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import routing
from fieldops.domain.planning.shares import Turn, fair_shares
from fieldops.models import Shift
from fieldops.services.planning.horizon import Horizon
from fieldops.services.planning.material import Candidate
from fieldops.services.planning.pace import Pace
from routing.problem import Break, Geodesic, Objective, Place

PER_SHIFT = 1
"""What a shift in use costs: one metre, so that of two plans alike the one with fewer wins."""


def stop_of(
    one: Candidate,
    windows: Sequence[tuple[int, int]],
    crew: int,
    pace: Pace,
    *,
    prize: int,
    window_costs: Sequence[int],
    prefers: Mapping[str, int],
    earliest_day: int | None = None,
    not_same_day: Iterable[str] = (),
) -> routing.Stop:
    """A candidate as a stop; `prize`, costs and preferences are in metres of travel."""
    return routing.Stop(
        id=str(one.address_id),
        place=Place(lat=one.lat, lon=one.lon),
        service=pace.visit_seconds,
        windows=tuple(windows),
        window_costs=tuple(window_costs) if any(window_costs) else None,
        priority=one.priority,
        prize=prize,
        skills=frozenset(one.skills),
        crew=crew,
        prefers=tuple(sorted(prefers.items())),
        earliest_day=earliest_day,
        not_same_day=frozenset(not_same_day),
    )


def shifts_of(
    shifts: Sequence[Shift],
    horizon: Horizon,
    *,
    expected: int = 0,
    recent: Mapping[UUID, float] | None = None,
) -> tuple[routing.Shift, ...]:
    """The shifts as the solver takes them; partners who both work that day go together.

    `expected` are the seconds of work in all visits, which are shared out fairly; `recent` the
    seconds that each agent worked a day in the last weeks.
    """
    partner = _partners(shifts)
    plain = [_shift(shift, horizon, partner.get(shift.id)) for shift in shifts]
    past = recent or {}
    turns = [
        Turn(one.agent, _working(one), past.get(shift.agent_id))
        for one, shift in zip(plain, shifts, strict=True)
    ]
    return tuple(
        replace(one, fair_work=fair) if 0 < fair < turn.working else one
        for one, turn, fair in zip(plain, turns, fair_shares(turns, expected), strict=True)
    )


def _working(shift: routing.Shift) -> int:
    spent = shift.window[1] - shift.window[0] - sum(one.duration for one in shift.breaks)
    return max(0, spent if shift.max_work is None else min(spent, shift.max_work))


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
        max_stops=agent.most_stops,
        max_work=None if agent.most_minutes is None else 60 * agent.most_minutes,
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
    stops: Sequence[routing.Stop],
    shifts: Sequence[routing.Shift],
    days: int,
    pace: Pace,
    *,
    unfair: int = 0,
) -> routing.Problem:
    """The whole problem, read once more so that nothing unfit ever reaches the solver.

    `unfair` is what a second of work above a shift's fair share costs, in metres.
    """
    travel = Geodesic(speed_kmh=pace.speed_kmh, detour=pace.detour, traffic=pace.traffic)
    problem = routing.Problem(
        tuple(stops),
        tuple(shifts),
        travel=travel,
        objective=Objective(per_shift=PER_SHIFT, unfair=unfair),
        horizon_days=days,
    )
    return routing.read_problem(routing.problem_to_json(problem))
