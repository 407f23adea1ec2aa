"""Lists of a large house are read along an index, as the database says of its own plan."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.models import (
    Address,
    Case,
    Contact,
    DeviceEntry,
    Hold,
    Item,
    Notice,
    NoticeSending,
    Organisation,
    Visit,
    flaws,
)
from fieldops.services import compliance_report, scoped
from fieldops.services.planning.board import pool, shapes, week
from fieldops.services.visits import day as visit_day
from tests.builders.cases import NOW, a_shift, an_agent
from tests.builders.living import a_running_day
from tests.builders.statements import heard, steps_of
from tests.domain.test_team_records import POLICY

LISTED = (Address, Case, Contact, DeviceEntry, Hold, Item, Notice, NoticeSending, Visit)


@pytest.fixture(autouse=True)
def on_sqlite(session: Session) -> None:
    """PostgreSQL reads a small table whole, whatever indexes it has."""
    if session.connection().dialect.name != "sqlite":
        pytest.skip("the planner of PostgreSQL decides by sizes that a test has not")


def _plans(session: Session, ask: Callable[[], Any]) -> list[str]:
    """How the database goes about each statement that is said meanwhile."""
    with heard(session) as said:
        ask()
    return steps_of(session, said)


@pytest.mark.parametrize("model", LISTED, ids=lambda one: one.__tablename__)
def test_a_page_of_a_house_is_read_in_the_order_of_its_index(
    session: Session, admin: Actor, model: type[Any]
) -> None:
    query: Select[Any] = scoped.own(model, admin)
    plans = _plans(
        session, lambda: scoped.page(session, query, model, after=admin.organisation_id, limit=50)
    )
    assert any(f"ix_{model.__tablename__}_organisation_id_id" in one for one in plans)
    assert not any("TEMP B-TREE" in one for one in plans)


def test_the_most_pressing_of_the_pool_are_found_without_sorting_all_who_wait(
    session: Session, admin: Actor
) -> None:
    asked = pool.Wanted(limit=50)
    plans = _plans(session, lambda: pool.waiting(session, asked, datum="WGS84", actor=admin))
    assert any("ix_case_organisation_id_state_priority_id" in one for one in plans)
    assert "USE TEMP B-TREE FOR ORDER BY" not in plans


def test_who_waits_is_found_without_reading_the_stops_of_all_plans(
    session: Session, admin: Actor
) -> None:
    asked = pool.Wanted(limit=50)
    plans = _plans(session, lambda: pool.waiting(session, asked, datum="WGS84", actor=admin))
    assert any("(plan_id=? AND address_id=?)" in one for one in plans)
    assert not any("AUTOMATIC" in one for one in plans)


def test_the_districts_are_drawn_from_an_index_alone(session: Session, admin: Actor) -> None:
    plans = _plans(
        session, lambda: shapes.shapes(session, plan_id=None, datum="WGS84", actor=admin)
    )
    assert any("COVERING INDEX ix_address_placed" in one for one in plans)


def test_a_period_is_counted_from_indexes_alone(session: Session, admin: Actor) -> None:
    span = {"since": NOW - timedelta(days=30), "until": NOW}
    plans = _plans(
        session,
        lambda: compliance_report.of_period(
            session, **span, doubts=POLICY.doubts, actor=admin, now=NOW
        ),
    )
    for name in ("contact_counted", "ruling_record_counted", "item_counted", "visit_counted"):
        assert any(f"COVERING INDEX ix_{name}" in one for one in plans), name


@pytest.mark.parametrize(
    ("index", "condition"),
    [("ix_item_doubtful", flaws.is_doubtful()), ("ix_visit_remarked", flaws.is_remarked())],
    ids=["items", "visits"],
)
def test_what_does_not_fit_is_found_by_an_index_that_holds_nothing_else(
    session: Session, index: str, condition: ColumnElement[bool]
) -> None:
    connection = session.connection()
    table, asked = index.split("_")[1], condition.compile(dialect=connection.dialect)
    # SQLite refuses an index that does not hold all that is asked for.
    connection.exec_driver_sql(f"SELECT id FROM {table} INDEXED BY {index} WHERE {asked}")


def test_a_week_counts_the_stops_of_its_own_routes_alone(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_shift(session, an_agent(session, organisation), NOW.date())
    plans = _plans(
        session, lambda: week.week(session, NOW.date(), after=None, limit=60, actor=admin)
    )
    assert any("ix_stop_route_id_sequence" in one for one in plans)
    assert not any(one.startswith("SCAN stop") for one in plans)


def test_visits_read_their_own_windows_and_not_those_of_their_whole_plans(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_running_day(session, organisation, admin, crews=1, cases=3)
    found, _ = visit_day.listed(session, admin, after=None, limit=1)
    plans = _plans(session, lambda: visit_day.described(session, found))
    assert any("stop" in one and "address_id=?" in one for one in plans)
