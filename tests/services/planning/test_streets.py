"""Territories belong to crews, begin where they were, and keep their numbers."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.models import Agent, Organisation, Shift, Territory
from fieldops.models.types import new_id
from fieldops.services.planning import streets
from fieldops.services.planning.streets import Spot
from tests.builders.cases import NOW, a_shift, an_agent
from tests.builders.planning import DAY, a_proposed_plan, a_team, some_cases


def _shifts(session: Session, organisation: Organisation, *homes: tuple[str, float]) -> list[Shift]:
    agents = [an_agent(session, organisation, code=code, lon=lon) for code, lon in homes]
    return [a_shift(session, agent, DAY) for agent in agents]


def _spots(count: int, lon: float) -> list[Spot]:
    return [Spot(new_id(), 30.66 + n / 1_000, lon + n % 5 / 1_000, 1_500) for n in range(count)]


def _rows(session: Session) -> dict[UUID, Territory]:
    return {row.agent_id: row for row in session.scalars(select(Territory))}


def test_everybody_gets_the_streets_near_his_start(
    session: Session, organisation: Organisation
) -> None:
    shifts = _shifts(session, organisation, ("E", 104.20), ("W", 104.00))
    west, east = _spots(10, 104.01), _spots(10, 104.19)
    division = streets.divide(session, organisation.id, shifts, west + east)
    by_code = {shift.agent.code: shift.agent_id for shift in shifts}
    assert {division.owners(spot.address_id) for spot in west} == {(by_code["W"],)}
    assert {division.owners(spot.address_id) for spot in east} == {(by_code["E"],)}
    assert division.owners(new_id()) == ()


def test_a_territory_goes_on_from_where_it_was_and_keeps_its_number(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    shifts = _shifts(session, organisation, ("E", 104.20), ("W", 104.00))
    spots = _spots(10, 104.01) + _spots(10, 104.19)
    first = streets.divide(session, organisation.id, shifts, spots)
    streets.keep(session, first, actor=admin, now=NOW)
    before = {agent: (row.number, row.since) for agent, row in _rows(session).items()}
    later = NOW + timedelta(days=1)
    second = streets.divide(session, organisation.id, shifts[::-1], spots[2:], seed=7)
    streets.keep(session, second, actor=admin, now=later)
    rows = _rows(session)
    assert {agent: (row.number, row.since) for agent, row in rows.items()} == before
    assert all(first.owners(s.address_id) == second.owners(s.address_id) for s in spots[2:])
    assert sum(row.stops for row in rows.values()) == 18
    assert {row.updated_at for row in rows.values()} == {later}


def test_whoever_is_new_gets_streets_of_his_own(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    shifts = _shifts(session, organisation, ("E", 104.20))
    spots = _spots(10, 104.01) + _spots(10, 104.19)
    streets.keep(
        session,
        streets.divide(session, organisation.id, shifts, spots),
        actor=admin,
        now=NOW,
    )
    shifts += _shifts(session, organisation, ("W", 104.00))
    division = streets.divide(session, organisation.id, shifts, spots)
    streets.keep(session, division, actor=admin, now=NOW)
    assert sorted(row.number for row in _rows(session).values()) == [1, 2]
    assert min(division.stops) >= 5


def test_who_has_retired_has_no_streets_any_more(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    shifts = _shifts(session, organisation, ("E", 104.20), ("W", 104.00))
    division = streets.divide(session, organisation.id, shifts, _spots(9, 104.1))
    streets.keep(session, division, actor=admin, now=NOW)
    shifts[0].agent.retired_at = NOW
    session.flush()
    streets.keep(session, streets.Division(), actor=admin, now=NOW)
    assert set(_rows(session)) == {shifts[1].agent_id}


def test_without_places_or_agents_nothing_is_divided(
    session: Session, organisation: Organisation
) -> None:
    shifts = _shifts(session, organisation, ("E", 104.20))
    assert streets.divide(session, organisation.id, shifts, []).units == ()
    assert streets.divide(session, organisation.id, [], _spots(3, 104.0)).units == ()


def test_a_plan_writes_the_territories_of_partners_who_share_one(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation, crews=2)
    some_cases(session, organisation, 6)
    a_proposed_plan(session, admin)
    found = streets.territories_of(session, admin)
    assert [row.number for row in found] == [1, 1, 2, 2]
    partner = {
        row.code: row.partner_code
        for row in session.scalars(select(Agent).where(Agent.id.in_([r.agent_id for r in found])))
    }
    first, second = (row.agent.code for row in found[:2])
    assert partner[first] == second
    assert sum(row.stops for row in found) == 2 * 6
