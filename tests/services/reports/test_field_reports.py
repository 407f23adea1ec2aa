"""Field reports count what is recorded, each row once, and only what is asked for."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from fieldops.domain.costs import Rates
from fieldops.domain.errors import Forbidden, InvalidInput, NotFound
from fieldops.domain.permissions import Actor, Role
from fieldops.domain.visiting import VisitState
from fieldops.models import Contact, FlagReview, Organisation, Payment, Plan, Promise, Visit
from fieldops.services import organisations, reports
from fieldops.services.reports import Asked, FieldReport
from tests.builders.cases import a_case, an_agent
from tests.builders.evidence import an_item
from tests.builders.statements import heard
from tests.builders.visits import START, a_visit
from tests.builders.worlds import World, a_world
from tests.conftest import NOW

ZONE = ZoneInfo("Asia/Shanghai")
DAY = START.date()
RATES = Rates(Decimal(60), Decimal("1.2"), "CNY")
NO_RATES = Rates(None, None, "CNY")


@pytest.fixture
def world(session: Session, organisation: Organisation) -> World:
    """Four visits of a crew, a refusal and a flag, all of one creditor."""
    return a_world(session, organisation)


Told = Callable[..., FieldReport]


@pytest.fixture
def told(session: Session, world: World) -> Told:
    """The report of the world's day, or of what else is asked."""

    def make(asked: Asked | None = None, *, role: Role = Role.ADMIN, **more: Any) -> FieldReport:
        actor = Actor(world.organisation.id, role)
        asked = asked or reports.asked_day(DAY, actor, ZONE)
        session.flush()
        return reports.report(session, asked, actor=actor, now=NOW, **{"rates": NO_RATES, **more})

    return make


def _office(world: World) -> Actor:
    return Actor(world.organisation.id, Role.ADMIN)


def _arrive(visit: Visit, outcome: str | None, state: VisitState = VisitState.LEFT) -> None:
    visit.arrived_at, visit.outcome, visit.state = START, outcome, state.value


def _contact(session: Session, visit: Visit, channel: str, result: str) -> None:
    session.add(
        Contact(
            organisation_id=visit.organisation_id, case_id=visit.case_id,
            person_id=visit.debtor_id, debtor_id=visit.debtor_id, channel=channel,
            purpose="collect", at=START, result=result, recorded_at=START,
        )
    )  # fmt: skip


def test_every_planned_visit_is_made_open_missed_or_cancelled(world: World, told: Told) -> None:
    met, shut, hold, later = world.visits
    _arrive(met, "met_debtor")
    _arrive(shut, "no_answer")
    hold.state, hold.remarks = "cancelled", [{"code": "cancelled-by-hold", "at": "x"}]
    hold.cancelled_reason = "停止联系"
    later.day = DAY
    found = told().visits
    assert (found.all.planned, found.all.made, found.all.cancelled, found.all.open) == (4, 2, 1, 1)
    assert found.all.met == 1
    assert found.causes == {"hold": 1}
    assert found.reasons == [(DAY, "停止联系")]
    assert list(found.days) == [DAY]


def test_a_visit_called_off_at_the_door_is_made_and_its_cause_is_told(
    world: World, told: Told
) -> None:
    _arrive(world.visits[0], None, VisitState.CANCELLED)
    found = told().visits
    assert (found.all.made, found.all.cancelled) == (1, 0)
    assert found.causes == {"at_the_door": 1}


def test_what_is_still_planned_when_its_day_is_over_was_missed(world: World, told: Told) -> None:
    for visit in world.visits:
        visit.day = DAY - timedelta(days=1)
    asked = reports.asked_week(DAY, _office(world), ZONE)
    assert (told(asked).visits.all.missed, told(asked).visits.all.open) == (4, 0)


def test_contacts_are_counted_by_channel_with_those_that_reached_somebody(
    session: Session, world: World, told: Told
) -> None:
    for channel, result in (("call", "connected"), ("call", "not_connected"), ("sms", "delivered")):
        _contact(session, world.visits[0], channel, result)
    found = [(one.channel, one.attempts, one.completed, one.persons) for one in told().contacts]
    assert found == [("call", 2, 1, 1), ("sms", 1, 1, 1)]


def test_promises_and_payments_are_summed_by_currency(
    session: Session, world: World, told: Told
) -> None:
    own = {"organisation_id": world.organisation.id, "case_id": world.case.id}
    for amount, currency in (("100.10", "CNY"), ("0.20", "CNY"), ("5", "USD")):
        session.add(
            Payment(
                **own, amount=Decimal(amount), currency=currency, method="cash",
                receipt_number="R", paid_at=START,
            )
        )  # fmt: skip
    session.add(Promise(**own, amount=Decimal(7), currency="CNY", due_on=DAY, made_at=START))
    found = told()
    assert [(one.currency, one.number, one.amount) for one in found.payments] == [
        ("CNY", 2, Decimal("100.30")), ("USD", 1, Decimal("5.00")),
    ]  # fmt: skip
    assert [(one.number, one.amount) for one in found.promises] == [(1, Decimal("7.00"))]


def test_a_cost_is_told_only_at_rates_that_the_house_states(world: World, told: Told) -> None:
    _arrive(world.visits[0], "met_debtor")
    _arrive(world.visits[1], "vacant")
    assert told().costs.whole is None
    found = told(rates=RATES)
    # 18.4 km, and both agents of the crew from 20 minutes before to four hours after the start.
    assert (found.driven.metres, found.driven.person_seconds) == (18_400, 2 * 15_600)
    assert found.costs.whole == Decimal("542.08")
    assert found.costs.per_visit == Decimal("271.04")
    assert found.costs.per_met == Decimal("542.08")


def test_kilometres_saved_are_those_of_as_many_visits_by_the_naive_plan(told: Told) -> None:
    found = told().compared
    assert found is not None
    assert (found.kilometres, found.served, found.naive_served) == (18.4, 4, 3)
    assert found.saved == pytest.approx(27.9 / 3 * 4 - 18.4)


def test_a_plan_without_a_naive_one_is_not_compared(
    session: Session, world: World, told: Told
) -> None:
    session.get_one(Plan, world.plan.id).figures = {"kilometres": 3.0, "served": 2}
    found = told().compared
    assert found is not None
    assert (found.plans, found.saved) == (0, None)


def test_flags_are_told_by_their_end_and_by_the_time_until_the_first_review(
    session: Session, world: World, told: Told
) -> None:
    assert [(one.code, one.open) for one in told().flags] == [("RL-MOVED", 1)]
    assert told().reviewed.waiting == 1
    world.flag.state = "dismissed"
    for days in (2, 9):
        session.add(
            FlagReview(
                organisation_id=world.organisation.id, flag_id=world.flag.id,
                verdict="dismissed", reason="x", account_id=world.people["counsel"].id,
                at=START + timedelta(days=days),
            )
        )  # fmt: skip
    found = told()
    assert [(one.code, one.dismissed, one.open) for one in found.flags] == [("RL-MOVED", 1, 0)]
    assert dict(found.reviewed.steps) == {"within_1": 0, "within_3": 1, "within_7": 0, "later": 0}
    assert found.reviewed.mean_seconds == pytest.approx(2 * 86_400, abs=1)


def test_refusals_are_counted_by_rule_and_near_misses_are_not(told: Told) -> None:
    assert [(one.rule, one.contacts, one.cases) for one in told().refusals] == [
        ("CN-TIME-01", 1, 1)
    ]


def test_an_agent_and_his_partner_both_made_their_visit(world: World, told: Told) -> None:
    _arrive(world.visits[0], "met_debtor")
    agents = told().agents
    assert agents is not None
    assert [(one.agent.code, one.visited.made, one.visited.planned) for one in agents] == [
        ("A1", 1, 4), ("A2", 1, 4),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("role", "compares"),
    [
        (Role.DISPATCHER, True), (Role.ADMIN, True), (Role.COMPLIANCE, True),
        (Role.COUNSEL, False), (Role.AUDITOR, False),
    ],
)  # fmt: skip
def test_agents_are_compared_only_for_those_who_may(told: Told, role: Role, compares: bool) -> None:
    assert (told(role=role).agents is not None) is compares


def test_an_agent_reads_no_report(told: Told) -> None:
    with pytest.raises(Forbidden):
        told(role=Role.AGENT)


def test_a_portfolio_is_the_cases_of_one_creditor_alone(
    session: Session, world: World, told: Told
) -> None:
    other = a_case(session, world.organisation, number="HT-500")
    other.creditor = "别家"
    agent = an_agent(session, world.organisation, code="B1")
    a_visit(session, world.organisation, case=other, agent=agent)
    asked = reports.asked_portfolio(session, _office(world), ZONE, creditor="别家", today=DAY)
    found = told(asked)
    assert found.visits.all.planned == 1
    assert found.compared is None
    assert [one.agent.code for one in found.agents or ()] == ["B1"]
    assert (found.flags, found.refusals) == ([], [])
    assert asked.first == NOW.astimezone(ZONE).date()


def test_the_ways_of_a_portfolio_are_those_to_its_stops(
    session: Session, world: World, told: Told
) -> None:
    world.case.creditor = "别家"
    for stop in world.plan.stops:
        stop.metres, stop.seconds = 1_000, 600
    asked = reports.asked_portfolio(
        session, _office(world), ZONE, creditor="别家", first=DAY, today=DAY
    )
    # Ten minutes of way and fifteen at the door, for two people.
    found = told(asked).driven
    assert (found.metres, found.person_seconds) == (1_000, 2 * 1_500)


def test_another_organisations_rows_are_never_counted(session: Session, world: World) -> None:
    other = organisations.found(session, "Another agency", now=NOW)
    actor = Actor(other.id, Role.ADMIN)
    asked = reports.asked_day(DAY, actor, ZONE)
    found = reports.report(session, asked, rates=RATES, actor=actor, now=NOW)
    assert found.is_empty
    with pytest.raises(NotFound):
        reports.asked_portfolio(session, actor, ZONE, import_id=UUID(int=1), today=DAY)


@pytest.mark.parametrize(
    "days",
    [
        # Ends before it begins.
        {"first": date(2026, 11, 24), "last": date(2026, 11, 23)},
        # The calendar ends: a day more would be none.
        {"last": date.max},
        {"first": date.min},
    ],
)
def test_days_that_make_no_period_are_refused(
    session: Session, world: World, days: dict[str, date]
) -> None:
    with pytest.raises(InvalidInput):
        reports.asked_portfolio(session, _office(world), ZONE, creditor="x", today=DAY, **days)


@pytest.mark.parametrize("day", [date.min, date.max])
def test_a_week_at_the_end_of_the_calendar_is_refused(world: World, day: date) -> None:
    with pytest.raises(InvalidInput):
        reports.asked_week(day, _office(world), ZONE)


def test_a_portfolio_of_nobody_is_refused(session: Session, world: World) -> None:
    with pytest.raises(InvalidInput):
        reports.asked_portfolio(session, _office(world), ZONE, today=DAY)


def test_items_are_told_by_the_checks_that_do_not_hold(
    session: Session, world: World, told: Told
) -> None:
    agent = world.people["agent"]
    actor = Actor(world.organisation.id, Role.AGENT, agent.id, agent.agent_id)
    item = an_item(session, world.visits[0], actor=actor)
    item.findings = [
        {"check": "exif-to-fix", "holds": False, "value": 900, "threshold": 300, "unit": "metres"},
        {"check": "fix-to-address", "holds": True, "value": 9, "threshold": 300, "unit": "metres"},
        {"check": "exif-to-address", "holds": None, "value": None, "threshold": 300},
    ]
    item.scan_state = "infected"
    found = told().items
    assert (found.number, found.doubtful, found.infected) == (1, 1, 1)
    assert found.checks == [("exif-to-fix", 1)]


def test_a_report_asks_as_often_for_many_rows_as_for_few(
    session: Session, world: World, told: Told
) -> None:
    with heard(session) as few:
        told()
    for number in range(20):
        agent = an_agent(session, world.organisation, code=f"N{number}")
        _arrive(a_visit(session, world.organisation, case=world.case, agent=agent), "vacant")
    session.flush()
    with heard(session) as asked:
        assert len(told().agents or ()) == 22
    assert len(asked) <= len(few)


def test_nothing_at_all_is_an_empty_report(world: World, told: Told) -> None:
    asked = reports.asked_day(DAY + timedelta(days=30), _office(world), ZONE)
    found = told(asked)
    assert found.is_empty
    assert found.costs.per_visit is None
