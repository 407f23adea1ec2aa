"""Whatever people try for weeks, an audit of the tables by other eyes finds no breach."""

from datetime import date

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from bench.audit import breaches
from fieldops.domain.permissions import Actor
from fieldops.models import Organisation, RuleOverride
from tests.builders.weeks import some_weeks

FIRST = date(2026, 11, 30)


def test_an_audit_of_the_tables_finds_no_breach(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    weeks = some_weeks(session, organisation, admin, 1)
    weeks.play(FIRST, 4)
    session.flush()
    assert breaches(session) == {}
    assert weeks.done > 100
    # The limits were reached: much was refused, and some was let through by an office alone.
    assert weeks.refused > 50
    assert session.scalar(select(func.count(RuleOverride.visit_id))) > 0


def test_the_audit_finds_what_was_slipped_past_the_service(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    weeks = some_weeks(session, organisation, admin, 3)
    weeks.play(FIRST, 2)
    session.flush()
    session.execute(text("UPDATE agent SET trained_until = '2020-01-31'"))
    assert set(breaches(session)) == {"a visit by somebody whose training has lapsed"}
