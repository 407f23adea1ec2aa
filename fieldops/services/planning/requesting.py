"""Asking for a plan, reading plans, and throwing one away."""

import math
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import Conflict, FieldFault, InvalidInput
from fieldops.domain.facts import PlanRequested
from fieldops.domain.permissions import Actor
from fieldops.models import JobRun, Organisation, Plan, Route, Stop
from fieldops.services import outbox, scoped, team
from fieldops.services.organisations import zone_of
from fieldops.services.planning import pinning
from fieldops.services.planning.horizon import Horizon
from fieldops.services.planning.travel_kept import forget_travel

MOST_DAYS = 31
LONGEST_BUDGET = 3_600.0
MOST_ITERATIONS = 1_000_000
LARGEST_SEED = 2**31 - 1


class PlanUnderWay(Conflict):
    """Another plan for one of these days is being made at this moment."""

    slug = "plan-under-way"
    title_en = "A plan for these days is being made"
    title_zh = "这些日期的计划正在生成"


def request_plan(
    session: Session,
    day: date,
    *,
    days: int = 1,
    budget: float,
    seed: int = 1,
    iterations: int | None = None,
    keep: UUID | None = None,
    is_queued: bool = True,
    actor: Actor,
    now: datetime,
) -> Plan:
    """Ask for a plan of so many days from a first one; a worker solves it if `is_queued`.

    `budget` is in seconds; with `iterations` the search is counted instead, and the same input
    and seed give the same plan. What is pinned in the plan `keep` stays with its crew. Raises
    InvalidInput naming each field that is wrong, PlanUnderWay, NotFound.
    """
    _check(session, day, days, budget, seed, iterations, actor, now)
    _refuse_overlap(session, day, days, actor)
    figures: dict[str, Any] = {} if iterations is None else {"iterations": iterations}
    if keep is not None:
        figures["kept_pins"] = pinning.held_by(session, keep, actor)
    for number in range(days):
        team.ensure_shifts(session, day + timedelta(days=number), actor=actor, now=now)
    plan = Plan(
        organisation_id=actor.organisation_id,
        day=day,
        days=days,
        state="solving",
        budget_seconds=budget,
        seed=seed,
        figures=figures,
        account_id=actor.account_id,
        created_at=now,
    )
    session.add(plan)
    session.flush()
    if is_queued:
        fact = PlanRequested(plan.id)
        outbox.record(session, fact, organisation_id=actor.organisation_id, now=now)
    return plan


def _check(
    session: Session,
    day: date,
    days: int,
    budget: float,
    seed: int,
    iterations: int | None,
    actor: Actor,
    now: datetime,
) -> None:
    zone = zone_of(session, actor.organisation_id)
    today = now.astimezone(zone).date()
    faults = []
    if not today <= day <= today + timedelta(days=365):
        cure = f"name a day from {today} on, at most a year ahead"
        faults.append(FieldFault("day", f"{day} is past or too far ahead", cure))
    if not 1 <= days <= MOST_DAYS:
        faults.append(FieldFault("days", f"must lie between 1 and {MOST_DAYS}"))
    if not (math.isfinite(budget) and 0 < budget <= LONGEST_BUDGET):
        faults.append(FieldFault("budget", f"must be above 0 and at most {LONGEST_BUDGET:.0f} s"))
    if not 0 <= seed <= LARGEST_SEED:
        faults.append(FieldFault("seed", f"must lie between 0 and {LARGEST_SEED}"))
    if iterations is not None and not 1 <= iterations <= MOST_ITERATIONS:
        faults.append(FieldFault("iterations", f"must lie between 1 and {MOST_ITERATIONS}"))
    if faults:
        raise InvalidInput("The plan cannot be made so.", faults=faults)


def _refuse_overlap(session: Session, day: date, days: int, actor: Actor) -> None:
    """Two searches over the same days would hand the same shifts out twice."""
    # Whoever asks at the same moment waits here, and then sees this plan.
    own = select(Organisation.id).where(Organisation.id == actor.organisation_id)
    session.execute(own.with_for_update(key_share=True))
    last = day + timedelta(days=days - 1)
    query = scoped.own(Plan, actor).where(
        Plan.state == "solving",
        Plan.day <= last,
        Plan.day >= day - timedelta(days=MOST_DAYS),
    )
    for plan in session.scalars(query):
        if plan.day + timedelta(days=plan.days - 1) >= day and not _is_lost(session, plan):
            raise PlanUnderWay(
                Bilingual(
                    f"A plan from {plan.day} on is being made; wait for it, or discard it.",
                    f"自{plan.day}起的计划正在生成;请等待完成,或先放弃它。",
                ),
                plan_id=str(plan.id),
            )


def _is_lost(session: Session, plan: Plan) -> bool:
    """Whether the job that was to make it has ended without having done so."""
    query = select(JobRun.state).where(JobRun.subject == f"plan:{plan.id}")
    states = session.scalars(query.order_by(JobRun.queued_at, JobRun.id)).all()
    return bool(states) and states[-1] in ("done", "failed")


def horizon_of(session: Session, plan: Plan) -> Horizon:
    """The days of a plan in its organisation's zone."""
    return Horizon(plan.day, plan.days, zone_of(session, plan.organisation_id))


def discard_plan(
    session: Session, plan_id: UUID, *, version: int | None, actor: Actor, now: datetime
) -> Plan:
    """Throw a plan away; raises Conflict for one that is committed or thrown away already."""
    plan = scoped.get(session, Plan, plan_id, actor, lock=True)
    scoped.require_version(plan.version, version)
    if plan.state in ("committed", "discarded"):
        raise Conflict(f"The plan is {plan.state} already.")
    plan.state, plan.decided_at = "discarded", now
    forget_travel(session, plan.id)
    session.flush()
    return plan


def fail_plan(session: Session, plan_id: UUID, reason: str, *, actor: Actor) -> Plan:
    """Note that no plan could be made, and why."""
    plan = scoped.get(session, Plan, plan_id, actor, lock=True)
    if plan.state == "solving":
        plan.state = "failed"
        plan.figures = {**plan.figures, "error": reason}
    return plan


def list_plans(
    session: Session,
    actor: Actor,
    *,
    after: UUID | None,
    limit: int,
    day: date | None = None,
    state: str | None = None,
) -> tuple[Sequence[Plan], UUID | None]:
    """One page of plans, oldest first, and where the next begins."""
    query = scoped.own(Plan, actor, {Plan.day: day, Plan.state: state})
    return scoped.page(session, query, Plan, after=after, limit=limit)


def stops_of(session: Session, plan: Plan, among: Collection[UUID] | None = None) -> Sequence[Stop]:
    """The stops of a plan, route by route in order; then the unserved ones.

    Only those at the addresses `among`, if these are named.
    """
    query = select(Stop).where(Stop.plan_id == plan.id)
    if among is not None:
        query = query.where(Stop.address_id.in_(among))
    found = session.scalars(query.execution_options(populate_existing=True)).all()
    return sorted(found, key=_in_order)


def _in_order(stop: Stop) -> tuple[object, ...]:
    return stop.route_id is None, str(stop.route_id), stop.sequence or 0, stop.id


def routes_of(session: Session, plan: Plan) -> Sequence[Route]:
    """The routes of a plan in the order of their departure."""
    query = select(Route).where(Route.plan_id == plan.id)
    return session.scalars(query.order_by(Route.departs_at, Route.id)).all()
