"""The job that follows a request for a plan."""

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.jobs import publishing
from fieldops.models import JobRun, Organisation, Plan
from tests.builders.planning import a_requested_plan, a_team, some_cases


def test_a_requested_plan_is_solved_by_the_worker_and_says_how_far_it_is(
    app: Flask, session: Session, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation)
    some_cases(session, organisation, 2)
    asked = a_requested_plan(session, admin)
    session.commit()
    publishing.publish(app.extensions["fieldops"], inline=True)
    plan = session.get_one(Plan, asked.id, populate_existing=True)
    assert (plan.state, plan.figures["served"]) == ("proposed", 2)
    run = session.scalars(select(JobRun).where(JobRun.subject == f"plan:{plan.id}")).one()
    assert (run.state, run.done, run.total) == ("done", 100, 100)
