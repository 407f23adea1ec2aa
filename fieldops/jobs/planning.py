"""The job that solves a plan: reads, thinks without a transaction open, writes."""

from datetime import datetime
from uuid import UUID

import routing
from fieldops import clock
from fieldops.db import db, reading
from fieldops.domain.facts import PlanRequested
from fieldops.jobs import searching
from fieldops.jobs.registry import JobContext, job
from fieldops.jobs.travelling import lay_roads
from fieldops.models import Plan
from fieldops.services import scoped
from fieldops.services.planning import building, requesting, storing
from fieldops.services.planning.pace import Pace

HUNDRED = 100
TIMEOUT = 4_000
"""Longer than the longest budget, so that the queue never cuts a search short."""


@job("solve-plan", subject=lambda fact: f"plan:{fact.plan_id}", queue="plans", timeout=TIMEOUT)
def solve_plan(context: JobContext, fact: PlanRequested) -> None:
    """Build the plan that was asked for; one that is built already is left as it is."""
    prepared = _prepared(context, fact.plan_id)
    if prepared is None:
        return
    lay_roads(prepared, context.wiring)
    begun = clock.wall_time()
    solved = searching.solve(
        prepared, context.wiring, report=lambda progress: _tell(context, progress, begun)
    )
    with context.unit() as session:
        storing.store(session, prepared, solved, actor=context.actor, now=context.now)
    context.advance(HUNDRED, HUNDRED)


def _prepared(context: JobContext, plan_id: UUID) -> building.Prepared | None:
    with reading():
        try:
            plan = scoped.get(context.session, Plan, plan_id, context.actor)
            if plan.state not in (storing.SOLVING, storing.FAILED):
                return None
            return building.prepare(
                context.session,
                plan_id,
                book=context.wiring.rulebook,
                pace=_pace(context),
                actor=context.actor,
                policy=context.wiring.planning_policy,
            )
        except routing.ProblemError as wrong:
            problem = str(wrong)
        finally:
            db.session.rollback()
    with context.unit() as session:
        requesting.fail_plan(session, plan_id, problem, actor=context.actor)
    return None


def _pace(context: JobContext) -> Pace:
    settings = context.wiring.settings
    return Pace(settings.travel_speed_kmh, settings.travel_detour, settings.visit_minutes)


def _tell(context: JobContext, progress: routing.Progress, begun: datetime) -> None:
    done, point = int(HUNDRED * progress.done), None
    if progress.cost is not None:
        seconds = round((clock.wall_time() - begun).total_seconds(), 1)
        point = (seconds, progress.cost, progress.regions)
    context.advance(done, HUNDRED, point)
