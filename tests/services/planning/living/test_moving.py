"""A visit moved on a running day: what it touches is told anew, and nothing else is."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.models import Organisation, Plan, Visit
from fieldops.services.planning.living.day import day_of
from fieldops.services.planning.living.moving import assign_visit
from fieldops.services.planning.moving import Change
from tests.builders.cases import NOW
from tests.builders.living import a_running_day, shift_of, visits_of
from tests.builders.planning import BOOK

LATER = NOW + timedelta(minutes=40)
"""Nobody was heard of since the morning: every crew is late by now."""


@pytest.fixture
def plan(session: Session, organisation: Organisation, admin: Actor) -> Plan:
    """Three crews, of which one has room: nobody makes more than eight visits."""
    return a_running_day(session, organisation, admin, crews=3, cases=18, most_stops=8)


def _of_crews(session: Session, plan: Plan) -> list[list[Visit]]:
    """The visits of a crew that is full, of the one that has room, and of the third."""
    crews: dict[UUID, list[Visit]] = {}
    for visit in visits_of(session, plan):
        crews.setdefault(visit.agent_id, []).append(visit)
    few, *full = sorted(crews.values(), key=len)
    return [full[0], few, *full[1:]]


def _moved(
    session: Session, visit: Visit, shift_id: UUID, admin: Actor, *, dry_run: bool = False
) -> Change:
    found = assign_visit(
        session, visit.id, shift_id=shift_id, version=visit.version, book=BOOK, actor=admin,
        now=LATER, dry_run=dry_run,
    )  # fmt: skip
    assert isinstance(found, Change)
    return found


def test_a_move_leaves_the_times_of_other_crews_as_they_know_them(
    session: Session, plan: Plan, admin: Actor
) -> None:
    giving, taking, *others = _of_crews(session, plan)
    before = {one.id: (one.planned_start, one.version) for crew in others for one in crew}
    assert before
    change = _moved(session, giving[-1], shift_of(session, taking[0]).id, admin)
    crews = {shift_of(session, one[0]).id for one in (giving, taking)}
    assert {one["shift_id"] for one in change.shifted} <= crews
    after = {one.id: (one.planned_start, one.version) for crew in others for one in crew}
    assert after == before
    assert giving[-1].agent_id == taking[0].agent_id


def test_only_the_routes_that_a_move_touches_are_read(
    session: Session, plan: Plan, admin: Actor
) -> None:
    giving, taking, *_ = _of_crews(session, plan)
    shift = str(shift_of(session, taking[0]).id)
    day = day_of(session, plan, now=LATER, move=(giving[0].address_id, shift))
    inside = {str(one.address_id) for one in (*giving, *taking)}
    assert set(day.stops) == set(day.visits) == inside
    assert {one.id for one in day.problem.stops} == inside
    assert len(day.problem.shifts) == 4


def test_the_figures_of_the_plan_count_all_its_stops_after_a_move(
    session: Session, plan: Plan, admin: Actor
) -> None:
    giving, taking, *_ = _of_crews(session, plan)
    served = plan.figures["served"]
    _moved(session, giving[-1], shift_of(session, taking[0]).id, admin)
    assert plan.figures["served"] == served
    assert plan.figures["routes"] == 3


def test_a_price_is_that_of_the_move_made(session: Session, plan: Plan, admin: Actor) -> None:
    giving, taking, *_ = _of_crews(session, plan)
    visit, shift = giving[-1], shift_of(session, taking[0]).id
    asked = _moved(session, visit, shift, admin, dry_run=True)
    made = _moved(session, visit, shift, admin)
    assert (asked.delta_metres, asked.shifted) == (made.delta_metres, made.shifted)
    assert asked.delta_metres != 0
