"""Gate 1: what the solver is given, and what becomes of the rest."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import routing
from fieldops.domain.errors import InvalidInput
from fieldops.domain.permissions import Actor
from fieldops.models import Case, Contact, Hold, Organisation, OutboxFact, Plan, RulingRecord, Stop
from fieldops.services.planning import requesting, storing
from tests.builders.cases import NOW, a_case, a_person, an_address, an_agent
from tests.builders.planning import DAY, a_proposed_plan, a_requested_plan, a_team, some_cases


def _stop(session: Session, plan: Plan, case: Case) -> Stop:
    query = select(Stop).where(Stop.plan_id == plan.id, Stop.case_id == case.id)
    return session.scalars(query).one()


def _code(stop: Stop) -> str:
    return str(stop.reasons[0]["code"])


def _hold(session: Session, case: Case) -> None:
    session.add(
        Hold(
            organisation_id=case.organisation_id,
            kind="cease",
            scope="person",
            person_id=case.parties[0].person_id,
            starts_at=NOW,
            reason="asked",
            placed_at=NOW,
        )
    )
    session.flush()


def test_a_plan_serves_what_it_lawfully_can(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation)
    some_cases(session, organisation)
    plan = a_proposed_plan(session, admin)
    assert plan.state == "proposed"
    assert plan.figures["served"] == 5
    assert plan.figures["check"] == []
    assert plan.figures["naive"]["served"] <= 5


def test_every_visit_is_made_by_two_within_lawful_hours(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation)
    some_cases(session, organisation)
    plan = a_proposed_plan(session, admin)
    (route,) = requesting.routes_of(session, plan)
    assert route.partner_shift_id is not None
    noon, two = (datetime(2026, 11, 25, hour, tzinfo=UTC) for hour in (4, 6))
    for stop in route.stops:
        assert stop.starts_at is not None
        assert stop.finishes_at is not None
        assert stop.finishes_at <= noon or stop.starts_at >= two


def test_the_stored_problem_and_plan_pass_the_judge_again(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation, crews=2)
    some_cases(session, organisation, 6)
    plan = a_proposed_plan(session, admin)
    problem = routing.read_problem(plan.problem)
    assert len(problem.stops) == 6
    assert len(problem.shifts) == 4


def test_a_held_debtor_is_unserved_with_the_rule_and_the_refusal_is_kept(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation)
    case = a_case(session, organisation)
    _hold(session, case)
    stop = _stop(session, a_proposed_plan(session, admin), case)
    assert _code(stop) == "no-lawful-window"
    assert stop.reasons[0]["rules"] == ["GL-CEASE-01"]
    kept = session.scalars(select(RulingRecord)).one()
    assert (kept.gate, kept.allowed, kept.case_id) == ("plan", False, case.id)


def test_a_debtor_who_was_visited_too_often_is_told_with_the_next_lawful_time(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation)
    case = a_case(session, organisation)
    person = case.parties[0].person_id
    met: dict[str, Any] = {"organisation_id": organisation.id, "case_id": case.id}
    at = NOW - timedelta(days=3)
    session.add(
        Contact(
            **met,
            person_id=person,
            debtor_id=person,
            channel="visit",
            purpose="collect",
            at=at,
            result="met",
            recorded_at=at,
        )
    )
    session.flush()
    stop = _stop(session, a_proposed_plan(session, admin), case)
    assert stop.reasons[0]["rules"] == ["CN-FREQ-03"]
    assert stop.reasons[0]["next_legal"] == "2026-11-28T10:00:00+08:00"


def test_two_cases_of_one_debtor_give_one_visit(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation)
    person = a_person(session, organisation)
    low = a_case(session, organisation, person=person, priority=4)
    high = a_case(session, organisation, person=person, priority=2)
    plan = a_proposed_plan(session, admin)
    assert _stop(session, plan, high).route_id is not None
    assert _code(_stop(session, plan, low)) == "one-visit-a-debtor"


def test_the_second_address_of_a_case_waits_for_the_first(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation)
    case = a_case(session, organisation)
    an_address(session, case.parties[0], kind="work", lat=30.7)
    plan = a_proposed_plan(session, admin)
    stops = requesting.stops_of(session, plan)
    assert [stop.route_id is not None for stop in stops] == [True, False]
    assert stops[0].address_id == case.addresses[0].id


def test_a_doubtful_place_is_not_visited(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation)
    case = a_case(session, organisation, address={"grade": "township"})
    assert _code(_stop(session, a_proposed_plan(session, admin), case)) == "doubtful-place"


def test_a_doubtful_place_that_somebody_allowed_is_visited(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation)
    allowed = {"grade": "township", "visit_allowed_by": organisation.id}
    case = a_case(session, organisation, address=allowed)
    assert _stop(session, a_proposed_plan(session, admin), case).route_id is not None


def test_an_address_without_a_place_is_unserved(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation)
    case = a_case(session, organisation, lat=None, lon=None)
    assert _code(_stop(session, a_proposed_plan(session, admin), case)) == "not-located"


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"trained_until": date(2026, 11, 24)}, "CN-STAFF-01"),
        ({"background_ok": False}, "CN-STAFF-02"),
    ],
)
def test_an_agent_whom_the_rules_bar_is_given_no_work(
    session: Session, organisation: Organisation, admin: Actor, facts: dict[str, Any], rule: str
) -> None:
    an_agent(session, organisation, code="A1", partner_code="A2")
    an_agent(session, organisation, code="A2", partner_code="A1", **facts)
    case = a_case(session, organisation)
    plan = a_proposed_plan(session, admin)
    assert list(plan.figures["barred"].values()) == [[rule]]
    assert _code(_stop(session, plan, case)) == "no-crew"


def test_training_that_ends_on_the_day_is_good_for_the_day(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation, trained_until=DAY)
    case = a_case(session, organisation)
    assert _stop(session, a_proposed_plan(session, admin), case).route_id is not None


def test_a_relative_is_not_asked_to_pay(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation)
    case = a_case(session, organisation, role="relative")
    stop = _stop(session, a_proposed_plan(session, admin), case)
    assert stop.reasons[0]["rules"] == ["CN-3P-01"]


def test_a_closed_case_is_no_part_of_a_plan(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation)
    a_case(session, organisation, state="closed")
    assert list(requesting.stops_of(session, a_proposed_plan(session, admin))) == []


def test_a_plan_without_agents_leaves_everything_unserved(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    case = a_case(session, organisation)
    assert _code(_stop(session, a_proposed_plan(session, admin), case)) == "no-shift"


def test_the_same_seed_gives_the_same_plan(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation, crews=2)
    some_cases(session, organisation, 13)
    first, second = (a_proposed_plan(session, admin, seed=5) for _ in range(2))
    orders = [
        [stop.address_id for stop in requesting.stops_of(session, plan) if stop.route_id]
        for plan in (first, second)
    ]
    assert {frozenset(orders[0])} == {frozenset(orders[1])}
    assert first.figures["cost"] == second.figures["cost"]


def test_a_plan_over_two_days_keeps_each_shift_to_its_day(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation, day_end="10:30")
    some_cases(session, organisation, 6)
    plan = a_proposed_plan(session, admin, days=2)
    days = {route.departs_at.date() for route in requesting.routes_of(session, plan)}
    assert days == {DAY, DAY + timedelta(days=1)}


def test_asking_leaves_a_fact_for_the_worker(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    plan = a_requested_plan(session, admin)
    fact = session.scalars(select(OutboxFact)).one()
    assert (fact.name, fact.payload) == ("plan-requested", {"plan_id": str(plan.id)})


def test_a_plan_that_was_discarded_meanwhile_stays_discarded(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    plan = a_proposed_plan(session, admin)
    discarded = requesting.discard_plan(session, plan.id, version=None, actor=admin, now=NOW)
    assert discarded.state == "discarded"
    assert discarded.state != storing.SOLVING


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"day": date(2026, 11, 23)}, "day"),  # yesterday
        ({"day": date(2028, 1, 1)}, "day"),  # more than a year ahead
        ({"days": 0}, "days"),
        ({"days": 32}, "days"),
        ({"budget": 0.0}, "budget"),
        ({"budget": float("nan")}, "budget"),
        ({"budget": float("inf")}, "budget"),
        ({"seed": -1}, "seed"),
        ({"iterations": 0}, "iterations"),
    ],
)
def test_a_senseless_request_is_refused_by_field(
    session: Session, organisation: Organisation, admin: Actor, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        a_requested_plan(session, admin, **values)
    assert [fault.field for fault in refused.value.faults] == [field]
