"""The pace of a plan is learned from the visits of the last weeks, and its figures say so."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.domain.visiting import VisitState
from fieldops.models import Address, Agent, Arrival, Organisation, Plan, Route, Shift, Stop, Visit
from fieldops.services import organisations
from fieldops.services.planning import building, pace_fitting
from fieldops.services.planning.horizon import Horizon
from fieldops.services.planning.pace import Learned, Pace
from tests.builders.cases import a_case, an_agent
from tests.builders.planning import BOOK, PACE, a_requested_plan, a_team, some_cases
from tests.builders.visits import a_visit

ZONE = ZoneInfo("Asia/Shanghai")
HORIZON = Horizon(date(2026, 11, 25), 1, ZONE)
MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
GAP = 0.027
"""Degrees of latitude: 2,994 m."""

Drive = Callable[..., list[Visit]]


@pytest.fixture
def drive(session: Session, organisation: Organisation) -> Drive:
    """A day on which an agent drove from door to door, ten minutes for each three kilometres."""
    cases = [a_case(session, organisation, lat=30.5 + GAP * at, lon=104.06) for at in range(8)]
    for address in session.scalars(select(Address)):
        address.area_code = "510104"

    def day(
        code: str = "D1",
        *,
        start: datetime = MONDAY,
        minutes: int = 10,
        **arrival: Any,
    ) -> list[Visit]:
        agent = an_agent(session, organisation, code=code)
        made = []
        for at, case in enumerate(cases):
            begun = start + timedelta(minutes=(15 + minutes) * at)
            visit = a_visit(session, organisation, case=case, agent=agent, start=begun)
            visit.day = begun.astimezone(ZONE).date()
            visit.arrived_at, visit.left_at = begun, begun + timedelta(minutes=15)
            visit.state = VisitState.LEFT.value
            session.add(_arrival(session, visit, agent, **arrival))
            made.append(visit)
        session.flush()
        return made

    return day


def _arrival(session: Session, visit: Visit, agent: Agent, **more: Any) -> Arrival:
    address = session.get_one(Address, visit.address_id)
    values: dict[str, Any] = {
        "organisation_id": visit.organisation_id,
        "visit_id": visit.id,
        "agent_id": agent.id,
        "device_at": visit.arrived_at,
        "received_at": visit.arrived_at,
        "lat": address.lat,
        "lon": address.lon,
        "given_position": {},
        "accuracy_metres": 10.0,
        "fix_age_seconds": 1.0,
        "is_mock": False,
        "distance_metres": 5.0,
        **more,
    }
    return Arrival(**values)


def learned(session: Session, organisation: Organisation, horizon: Horizon = HORIZON) -> Learned:
    found = pace_fitting.fitted(session, organisation.id, horizon, Pace()).learned
    assert found is not None
    return found


def test_without_visits_the_settings_stand(session: Session, organisation: Organisation) -> None:
    found = pace_fitting.fitted(session, organisation.id, HORIZON, Pace())
    assert (found.speed_kmh, found.detour, found.traffic) == (24.0, 1.35, ())
    assert learned(session, organisation).fitted.legs == 0


def test_driven_legs_move_the_pace_of_their_city(
    session: Session, organisation: Organisation, drive: Drive
) -> None:
    drive()
    found = learned(session, organisation)
    assert found.fitted.legs == 7
    assert set(found.cities) == {"5101"}
    # 600 s for 2,994 m straight, seven legs against forty.
    assert found.cities["5101"].observed == pytest.approx(600 / 2994, rel=0.01)
    assert found.fitted.share == pytest.approx(7 / 47, rel=0.01)
    assert not found.fitted.is_separable


def test_legs_of_another_organisation_teach_nothing(
    session: Session, organisation: Organisation, drive: Drive
) -> None:
    drive()
    other = organisations.found(session, "Another agency", now=MONDAY)
    assert learned(session, other).fitted.legs == 0


@pytest.mark.parametrize(
    "arrival",
    [{"is_mock": True}, {"accuracy_metres": 900.0}, {"distance_metres": 900.0}],
    ids=["mocked", "vague", "elsewhere"],
)
def test_fixes_that_prove_no_place_teach_nothing(
    arrival: dict[str, Any], session: Session, organisation: Organisation, drive: Drive
) -> None:
    drive(**arrival)
    found = learned(session, organisation)
    assert found.fitted.legs == 0
    assert found.dropped == {"position": 7}


def test_legs_about_the_break_teach_nothing(
    session: Session, organisation: Organisation, drive: Drive
) -> None:
    visits = drive()
    session.add(
        Shift(
            organisation_id=organisation.id,
            agent_id=visits[0].agent_id,
            day=visits[0].day,
            starts_at=MONDAY,
            ends_at=MONDAY + timedelta(hours=9),
            breaks=[
                {
                    "from": (MONDAY + timedelta(hours=1)).isoformat(),
                    "until": (MONDAY + timedelta(hours=1)).isoformat(),
                    "minutes": 45,
                }
            ],
        )
    )
    session.flush()
    found = learned(session, organisation)
    assert found.dropped["break"] >= 2
    assert found.fitted.legs + found.dropped["break"] == 7


def test_visits_of_the_plans_own_days_and_of_long_ago_are_not_read(
    session: Session, organisation: Organisation, drive: Drive
) -> None:
    drive("D1", start=MONDAY + timedelta(days=2))
    drive("D2", start=MONDAY - timedelta(days=90))
    assert learned(session, organisation).fitted.legs == 0


def test_a_plan_for_a_weekend_takes_the_hours_of_weekends(
    session: Session, organisation: Organisation
) -> None:
    assert learned(session, organisation, Horizon(date(2026, 11, 28), 2, ZONE)).is_weekend
    assert not learned(session, organisation, Horizon(date(2026, 11, 27), 2, ZONE)).is_weekend


def test_slow_hours_are_found(session: Session, organisation: Organisation, drive: Drive) -> None:
    for number in range(30):
        start = MONDAY - timedelta(days=7 * (number % 3)) + timedelta(hours=1)
        drive(f"F{number}", start=start + timedelta(days=number % 2), minutes=10)
    for number in range(12):
        drive(f"S{number}", start=MONDAY - timedelta(days=7, hours=2), minutes=20)
    found = pace_fitting.fitted(session, organisation.id, HORIZON, Pace())
    rush = next(factor for since, _, factor in found.traffic if since == 7 * 3600)
    assert rush > 1.1


def test_roads_are_known_where_a_plan_was_drawn_on_them(
    session: Session, organisation: Organisation, drive: Drive
) -> None:
    visits = drive()
    _draw(session, visits, {"kind": "matrix", "fell_back": [], "pairs": 100})
    found = learned(session, organisation)
    assert found.fitted.is_separable
    assert found.roads is not None
    assert found.roads.seconds_a_metre == pytest.approx(600 / 4500)
    _told(session, visits, {"kind": "matrix", "fell_back": [{"pairs": 50}], "pairs": 100})
    assert learned(session, organisation).roads is None
    _told(session, visits, {"kind": "sampled"})
    assert learned(session, organisation).roads is None


def _told(session: Session, visits: list[Visit], travel: dict[str, Any]) -> Plan:
    plan = session.get_one(Plan, visits[0].plan_id)
    plan.figures = {"travel": travel}
    session.flush()
    return plan


def _draw(session: Session, visits: list[Visit], travel: dict[str, Any]) -> None:
    plan = _told(session, visits, travel)
    shift = Shift(
        organisation_id=plan.organisation_id,
        agent_id=visits[0].agent_id,
        day=plan.day,
        starts_at=MONDAY,
        ends_at=MONDAY + timedelta(hours=9),
        breaks=[],
    )
    session.add(shift)
    session.flush()
    route = Route(
        organisation_id=plan.organisation_id,
        plan_id=plan.id,
        shift_id=shift.id,
        departs_at=MONDAY,
        returns_at=MONDAY + timedelta(hours=5),
        metres=0,
        seconds=0,
        breaks=[],
    )
    session.add(route)
    session.flush()
    for number, visit in enumerate(visits, start=1):
        session.add(
            Stop(
                organisation_id=plan.organisation_id,
                plan_id=plan.id,
                case_id=visit.case_id,
                address_id=visit.address_id,
                route_id=route.id,
                sequence=number,
                metres=4500,
                seconds=500,
                windows=[],
                reasons=[],
            )
        )
    session.flush()


def test_a_plan_rests_on_the_learned_pace_and_says_so(
    session: Session, organisation: Organisation, admin: Actor, drive: Drive
) -> None:
    drive()
    a_team(session, organisation)
    some_cases(session, organisation, 3)
    plan = a_requested_plan(session, admin)
    prepared = building.prepare(session, plan.id, book=BOOK, pace=PACE, actor=admin)
    told = prepared.travel
    assert told["pace"]["legs"] == 7
    assert told["pace"]["prior"] == {"speed_kmh": 24.0, "detour": 1.35, "legs": 40}
    assert told["speed_kmh"] == pytest.approx(prepared.pace.speed_kmh, abs=0.01)
    assert "7 driven legs" in " ".join(told["told"]["en"])
    assert "7 段实际行程" in "".join(told["told"]["zh-CN"])
