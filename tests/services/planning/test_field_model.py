"""What a plan makes of the past: worth that ages, agents who know a case, hours, fair shares."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import routing
from fieldops.domain.permissions import Actor
from fieldops.domain.planning.stored import planned_chance
from fieldops.models import Agent, Case, Flag, Hold, Organisation, Plan, Stop
from fieldops.services.planning import requesting
from tests.builders.cases import NOW, a_case, a_party, a_person, an_address, an_agent
from tests.builders.planning import DAY, a_proposed_plan, a_team, some_cases
from tests.builders.visits import a_past_visit

ZONE = ZoneInfo("Asia/Shanghai")


def _stop(session: Session, plan: Plan, case: Case) -> Stop:
    query = select(Stop).where(Stop.plan_id == plan.id, Stop.case_id == case.id)
    return session.scalars(query).one()


def _worth(session: Session, plan: Plan, case: Case) -> dict[str, Any]:
    worth: dict[str, Any] | None = _stop(session, plan, case).worth
    assert worth is not None
    return worth


def _problem(plan: Plan) -> routing.Problem:
    return routing.read_problem(plan.problem)


def _agent(session: Session, code: str) -> Agent:
    return session.scalars(select(Agent).where(Agent.code == code)).one()


def _days_ago(days: float, hour: int = 9) -> datetime:
    midnight = datetime.combine(DAY, datetime.min.time(), ZONE)
    return midnight - timedelta(days=days) + timedelta(hours=hour)


def _flag(session: Session, case: Case, days_left: int) -> None:
    at = _days_ago(-days_left)
    session.add(
        Flag(
            organisation_id=case.organisation_id,
            case_id=case.id,
            person_id=case.parties[0].person_id,
            code="ASSET-GIFT",
            subject="house",
            severity="high",
            state="open",
            shown=[],
            missing=[],
            contradicted=[],
            basis="civil-code",
            grounds=[],
            clocks=[],
            model_version="test",
            known_at=NOW,
            raised_at=NOW,
            updated_at=NOW,
            earliest_deadline=at,
        )
    )
    session.flush()


def test_a_case_that_waits_and_one_whose_clock_runs_out_are_worth_more(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation)
    fresh, old, pressed = some_cases(session, organisation, 3)
    old.created_at = NOW - timedelta(days=100)
    _flag(session, pressed, days_left=5)
    plan = a_proposed_plan(session, admin)
    worths = {case.id: _worth(session, plan, case) for case in (fresh, old, pressed)}
    step = worths[fresh.id]["prize"] // 3
    assert [part["why"] for part in worths[fresh.id]["parts"]] == ["priority"]
    assert worths[old.id]["parts"][1] == {"why": "waiting", "figure": 100, "prize": step}
    assert worths[pressed.id]["parts"][1]["why"] == "clock"
    by_id = {stop.id: stop.prize for stop in _problem(plan).stops}
    assert by_id[str(old.addresses[0].id)] == worths[old.id]["prize"] == 4 * step


def test_a_dismissed_flag_presses_nobody(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation)
    (case,) = some_cases(session, organisation, 1)
    _flag(session, case, days_left=5)
    session.scalars(select(Flag)).one().state = "dismissed"
    plan = a_proposed_plan(session, admin)
    assert [part["why"] for part in _worth(session, plan, case)["parts"]] == ["priority"]


def test_the_agents_who_know_a_case_go_again(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation, crews=2)
    case = a_case(session, organisation)
    third = _agent(session, "A3")
    a_past_visit(session, case, third, at=_days_ago(30))
    plan = a_proposed_plan(session, admin)
    prefers = _worth(session, plan, case)["prefers"]
    assert prefers[str(third.id)] == max(prefers.values()) >= 2_000
    (route,) = requesting.routes_of(session, plan)
    assert third.id in _problem_agents(plan, route.shift_id)


def _problem_agents(plan: Plan, shift_id: object) -> set[object]:
    shifts = {shift.id: shift for shift in _problem(plan).shifts}
    one = shifts[str(shift_id)]
    both = [one, *([shifts[one.crew_with]] if one.crew_with else [])]
    return {UUID(shift.agent) for shift in both}


def test_after_a_complaint_others_are_preferred(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation, crews=2)
    case = a_case(session, organisation)
    first = _agent(session, "A1")
    a_past_visit(session, case, first, at=_days_ago(60))
    session.add(
        Hold(
            organisation_id=organisation.id,
            kind="complaint",
            scope="person",
            person_id=case.parties[0].person_id,
            starts_at=_days_ago(50),
            lifted_at=_days_ago(40),
            reason="shouted",
            placed_at=_days_ago(50),
        )
    )
    session.flush()
    prefers = _worth(session, a_proposed_plan(session, admin), case)["prefers"]
    assert str(first.id) not in prefers
    assert prefers[str(_agent(session, "A3").id)] >= 3_000


def test_hours_differ_by_the_chance_of_an_answer_and_the_plan_says_so(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation)
    (case,) = some_cases(session, organisation, 1)
    plan = a_proposed_plan(session, admin)
    stop = _stop(session, plan, case)
    (asked,) = _problem(plan).stops
    assert asked.window_costs is not None
    assert min(asked.window_costs) == 0 < max(asked.window_costs)
    found = planned_chance(stop.worth, stop.starts_at, stop.finishes_at)
    assert found is not None
    # Nights would be better still, but nobody works then.
    assert 0.5 < found["chance"] <= found["best"]
    assert found["outcomes"] == 0
    assert stop.starts_at is not None
    assert stop.starts_at.astimezone(ZONE).hour >= 17


def test_a_second_attempt_avoids_the_hour_at_which_nobody_was_there(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation)
    case = a_case(session, organisation)
    agent = _agent(session, "A1")
    for days in (8, 9):
        a_past_visit(session, case, agent, at=_days_ago(days, hour=17), outcome="no_answer")
    plan = a_proposed_plan(session, admin)
    stop = _stop(session, plan, case)
    assert stop.starts_at is not None
    assert stop.starts_at.astimezone(ZONE).hour < 17


def test_a_debtor_who_was_tried_yesterday_waits_and_is_told_until_when(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation)
    case, must = a_case(session, organisation), a_case(session, organisation, priority=1)
    for one in (case, must):
        a_past_visit(session, one, _agent(session, "A1"), at=_days_ago(1), outcome="no_answer")
    plan = a_proposed_plan(session, admin)
    (why,) = _stop(session, plan, case).reasons
    assert why["code"] == "too-soon"
    assert str(DAY + timedelta(days=1)) in why["would_fit_if"]
    assert _stop(session, plan, must).route_id is not None
    week = a_proposed_plan(session, admin, days=3)
    starts = _stop(session, week, case).starts_at
    assert starts is not None
    assert starts.astimezone(ZONE).date() > DAY


def test_a_week_spreads_the_visits_over_its_days(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation, most_stops=2)
    some_cases(session, organisation, 8)
    plan = a_proposed_plan(session, admin, days=4)
    assert plan.figures["objective"]["days"] == [2, 2, 2, 2]


def test_two_parties_of_one_case_are_visited_on_different_days(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation)
    case = a_case(session, organisation)
    surety = a_party(session, case, a_person(session, organisation, name="王五"), "guarantor")
    other = an_address(session, surety, text="四川省成都市锦江区东大街1号", lat=30.67, lon=104.08)
    plan = a_proposed_plan(session, admin, days=3)
    stops = session.scalars(select(Stop).where(Stop.plan_id == plan.id)).all()
    dates = {stop.starts_at.astimezone(ZONE).date() for stop in stops if stop.starts_at}
    assert len(stops) == len(dates) == 2
    apart = {stop.id: stop.not_same_day for stop in _problem(plan).stops}
    assert str(other.id) in apart[str(case.addresses[0].id)]


def test_in_one_day_only_one_party_of_a_case_is_visited(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation)
    case = a_case(session, organisation)
    surety = a_party(session, case, a_person(session, organisation, name="王五"), "guarantor")
    an_address(session, surety, text="四川省成都市锦江区东大街1号", lat=30.67, lon=104.08)
    plan = a_proposed_plan(session, admin)
    codes = [stop.reasons[0]["code"] for stop in plan.stops if stop.reasons]
    assert codes == ["one-visit-a-debtor"]


def test_skills_that_a_case_asks_for_reach_the_solver(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation, skills=("粤语",))
    able = a_case(session, organisation, skills=["粤语"])
    unable = a_case(session, organisation, skills=["英语"], lat=30.68)
    plan = a_proposed_plan(session, admin)
    assert _stop(session, plan, able).route_id is not None
    assert _stop(session, plan, unable).reasons[0]["code"] == "no-skill"


@pytest.mark.parametrize(("limit", "served"), [({"most_stops": 2}, 2), ({"most_minutes": 30}, 1)])
def test_nobody_is_given_more_than_his_day_holds(
    session: Session, organisation: Organisation, admin: Actor, limit: dict[str, Any], served: int
) -> None:
    for code, partner in (("A1", "A2"), ("A2", "A1")):
        an_agent(session, organisation, code=code, partner_code=partner, **limit)
    for _ in range(4):
        a_case(session, organisation, lat=30.671, lon=104.071)
    assert a_proposed_plan(session, admin).figures["served"] == served


def test_work_is_shared_by_two_crews(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation, crews=2)
    some_cases(session, organisation, 8)
    plan = a_proposed_plan(session, admin, iterations=60)
    assert {shift.fair_work for shift in _problem(plan).shifts} == {8 * 2 * 1_500 // 4}
    assert plan.figures["objective"]["agents"] == {"served": 4, "possible": 4}


def test_the_objective_is_told_in_figures(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation)
    a_case(session, organisation, priority=1)
    some_cases(session, organisation, 3)
    aim = a_proposed_plan(session, admin).figures["objective"]
    assert aim["musts"] == {"served": 1, "possible": 1}
    assert aim["value"]["served"] == aim["value"]["possible"] > 0
    assert aim["agents"] == aim["shifts"] == {"served": 2, "possible": 2}
    assert aim["travel"]["metres"] > 0


def test_value_comes_before_travel(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    for code, partner in (("A1", "A2"), ("A2", "A1")):
        an_agent(session, organisation, code=code, partner_code=partner, most_stops=2)
    far = a_case(session, organisation, priority=4, lat=30.85, lon=104.25)
    near = [a_case(session, organisation, priority=5, lat=30.671, lon=104.071) for _ in range(3)]
    plan = a_proposed_plan(session, admin)
    served = {stop.case_id for stop in plan.stops if stop.route_id}
    assert far.id in served
    assert len(served & {case.id for case in near}) == 1
