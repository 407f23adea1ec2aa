"""What of a running day is looked at; no more of it is read, however many wait besides.

A move of one visit touches the route that has it, those of the crew that gets it, and those with
whose visits it may not share a day. All other crews keep the times that they know.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, union
from sqlalchemy.orm import Session

from fieldops.models import Plan, Route, Stop, Visit


@dataclass(frozen=True, slots=True)
class Reach:
    """The routes that are touched, the shifts that work on them, and the addresses of their stops
    with the one that is moved."""

    routes: Sequence[Route]
    shifts: frozenset[str]
    addresses: frozenset[UUID]


def reach_of(
    session: Session, plan: Plan, routes: Sequence[Route], address: UUID, shift: str
) -> Reach:
    """What giving this address to this shift of the plan can touch."""
    told: Any = plan.problem
    of_plan = Stop.plan_id == plan.id
    parted = [UUID(one) for one in _kept_apart(told["stops"], str(address))]
    homes = select(Stop.route_id).where(of_plan, Stop.address_id.in_([address, *parted]))
    near = set(session.scalars(homes))
    shifts = {shift}
    shifts |= {one["crew_with"] for one in told["shifts"] if one["id"] == shift} - {None}
    touched = [one for one in routes if one.id in near or shifts & _shifts(one)]
    while more := {each for one in touched for each in _shifts(one)} - shifts:
        # A crew that was put together anew today may stand on more than one route.
        shifts |= more
        touched = [one for one in routes if one.id in near or shifts & _shifts(one)]
    own = or_(Stop.route_id.in_([one.id for one in touched]), Stop.address_id == address)
    found = session.scalars(select(Stop.address_id).where(of_plan, own))
    return Reach(touched, frozenset(shifts), frozenset({address, *found}))


def served_of(session: Session, plan: Plan, routes: Sequence[Route]) -> Reach:
    """All that is driven to, without those who wait: thousands may."""
    told: Any = plan.problem
    driven = select(Stop.address_id).where(Stop.plan_id == plan.id, Stop.route_id.is_not(None))
    visited = select(Visit.address_id).where(Visit.plan_id == plan.id)
    addresses = frozenset(session.scalars(union(driven, visited)))
    return Reach(routes, frozenset(one["id"] for one in told["shifts"]), addresses)


def _kept_apart(stops: Iterable[dict[str, Any]], address: str) -> Collection[str]:
    """The stops that may not be visited on the day of this one."""
    found: set[str] = set()
    for one in stops:
        if one["id"] == address:
            found |= set(one["not_same_day"])
        elif address in one["not_same_day"]:
            found.add(one["id"])
    return found


def _shifts(route: Route) -> set[str]:
    return {str(one) for one in (route.shift_id, route.partner_shift_id) if one is not None}
