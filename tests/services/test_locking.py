"""Rows that are locked are read anew, so that no decision rests on what they said before."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.models import Organisation, Plan
from fieldops.services import scoped
from fieldops.transaction import transaction
from tests.builders.visits import START, a_committed_plan


def _change_behind(session: Session, plan: Plan) -> None:
    """Change the row as another process would: the session's own object does not hear of it."""
    session.execute(
        update(Plan)
        .where(Plan.id == plan.id)
        .values(seed=77)
        .execution_options(synchronize_session=False)
    )


def test_a_locked_row_says_what_the_database_says(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    plan = a_committed_plan(session, organisation, START.date())
    _change_behind(session, plan)
    assert scoped.get(session, Plan, plan.id, admin, lock=True).seed == 77


def test_a_new_transaction_forgets_what_an_earlier_one_read(
    session: Session, organisation: Organisation, admin: Actor
) -> None:
    with transaction(session):
        plan = a_committed_plan(session, organisation, START.date())
    _change_behind(session, plan)
    with transaction(session):
        assert scoped.get(session, Plan, plan.id, admin).seed == 77


def test_a_transaction_that_keeps_books_leaves_what_was_read(
    session: Session, organisation: Organisation
) -> None:
    with transaction(session):
        plan = a_committed_plan(session, organisation, START.date())
    with transaction(session, forgets=False):
        pass
    session.expunge(plan)
    assert plan.seed == 1
