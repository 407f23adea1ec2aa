"""Who drives which route of a plan, and in which colour."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from fieldops.domain.permissions import Actor
from fieldops.models import Agent, Route, Shift, Territory
from fieldops.services import scoped
from fieldops.services.parts import in_parts

COLOURS = 8


@dataclass(frozen=True, slots=True)
class Crew:
    """One crew's day: its shifts, who they are, its territory if it has one, and its colour."""

    route: Route
    shifts: tuple[Shift, ...]
    territory: int | None
    colour: int

    @property
    def agents(self) -> list[Agent]:
        """Those who travel together."""
        return [shift.agent for shift in self.shifts]

    @property
    def name(self) -> str:
        """Their names in one word."""
        return " + ".join(agent.name for agent in self.agents)


def shift_ids(route: Route) -> list[UUID]:
    """The shifts that work on a route, the first one first."""
    return [one for one in (route.shift_id, route.partner_shift_id) if one is not None]


def crews_of(session: Session, actor: Actor, routes: Sequence[Route]) -> list[Crew]:
    """The crews of these routes, in the same order; three queries, however many there are."""
    shifts = shifts_by_id(session, (one for route in routes for one in shift_ids(route)))
    numbers = territory_numbers(session, actor)
    found = []
    for index, route in enumerate(routes):
        own = tuple(shifts[one] for one in shift_ids(route))
        number = numbers.get(own[0].agent_id)
        found.append(Crew(route, own, number, colour(number, index)))
    return found


def shifts_by_id(session: Session, wanted: Iterable[UUID]) -> dict[UUID, Shift]:
    """Shifts with their agents."""
    found: dict[UUID, Shift] = {}
    for part in in_parts(wanted):
        query = select(Shift).where(Shift.id.in_(part)).options(joinedload(Shift.agent))
        found |= {shift.id: shift for shift in session.scalars(query)}
    return found


def territory_numbers(session: Session, actor: Actor) -> Mapping[UUID, int]:
    """The number of each agent's territory."""
    return {row.agent_id: row.number for row in session.scalars(scoped.own(Territory, actor))}


def colour(territory: int | None, index: int) -> int:
    """The colour of a crew's territory, which it keeps from day to day; else the next one."""
    return (index if territory is None else territory - 1) % COLOURS


def routes_on(session: Session, plan_id: UUID, shifts_on_day: Iterable[UUID]) -> Sequence[Route]:
    """The routes of a plan that those shifts drive, in the order of their departure."""
    wanted = list(shifts_on_day)
    query = select(Route).where(Route.plan_id == plan_id, Route.shift_id.in_(wanted))
    return session.scalars(query.order_by(Route.departs_at, Route.id)).all()
