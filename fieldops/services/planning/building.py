"""Building a plan in three steps, so that no transaction is open while the solver thinks."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

import routing
from fieldops.domain.permissions import Actor
from fieldops.domain.planning.policy import PLAIN, Policy
from fieldops.domain.rulebook.records import RuleBook, Violation
from fieldops.domain.travel.engine import RoadEngine
from fieldops.models import Plan, Shift
from fieldops.services import contact_facts, scoped
from fieldops.services.planning import (
    material,
    pace_fitting,
    pinning,
    problem,
    travel,
    travel_told,
    weighing,
)
from fieldops.services.planning.admitting import admitting
from fieldops.services.planning.choosing import Choice, Chosen, LeftOut, too_soon, unplaced
from fieldops.services.planning.horizon import Horizon
from fieldops.services.planning.lawful import Gate1
from fieldops.services.planning.material import Candidate
from fieldops.services.planning.pace import Pace
from fieldops.services.planning.requesting import horizon_of
from fieldops.services.planning.streets import Division
from fieldops.services.planning.weighing import Weighing
from fieldops.services.rulings import Judged
from routing.solver.stopping import Report
from routing.solver.tasks import Workers


@dataclass
class Prepared:
    """Everything the solver and the storing of its plan need."""

    plan_id: UUID
    horizon: Horizon
    budget: float
    iterations: int | None
    seed: int
    problem: routing.Problem
    pace: Pace = field(default_factory=Pace)
    # The same problem on estimated travel, and how the problem's own travel came about.
    estimated: routing.Problem | None = None
    travel: dict[str, Any] = field(default_factory=dict)
    served_by: dict[str, Candidate] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)
    refused: list[Judged] = field(default_factory=list)
    barred: dict[str, list[str]] = field(default_factory=dict)
    # What is kept of each stop's worth, by address, and who owns which streets.
    worth: dict[str, dict[str, Any]] = field(default_factory=dict)
    division: Division = field(default_factory=Division)
    # Addresses that stay with a shift.
    pins: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Solved:
    """The solver's plan, the plan somebody would make by hand, and what the judge found."""

    plan: routing.Plan
    naive: routing.Plan
    faults: tuple[str, ...]
    # Who searched: how many hands, where, and what had to be done again.
    search: dict[str, Any] = field(default_factory=dict)


def prepare(
    session: Session,
    plan_id: UUID,
    *,
    book: RuleBook,
    pace: Pace,
    actor: Actor,
    policy: Policy = PLAIN,
) -> Prepared:
    """Gate 1: read cases, rules and shifts, and make the problem of what is lawful.

    `policy` says what visits are worth beyond their priority, at which hours and by whom.
    """
    plan = scoped.get(session, Plan, plan_id, actor)
    horizon = horizon_of(session, plan)
    pace = pace_fitting.fitted(session, plan.organisation_id, horizon, pace)
    found = material.candidates(session, actor.organisation_id)
    placed = [one for one in found if one.is_placed and not one.is_doubtful]
    facts = contact_facts.gather(
        session,
        actor.organisation_id,
        address_ids=[one.address_id for one in placed],
        since=horizon.start - contact_facts.HISTORY,
    )
    gate = Gate1(facts, book, horizon, timedelta(minutes=pace.visit_minutes))
    ready = _begun(plan, horizon, pace)
    known = {one.address_id for one in placed}
    ready.left_out += [
        LeftOut(one, [unplaced(one)]) for one in found if one.address_id not in known
    ]
    awaited = material.awaited_debtors(session, actor.organisation_id, horizon)
    choice = Choice(gate, f"plan:{plan_id}", awaited, ready.left_out, ready.refused)
    chosen = choice.of(placed)
    shifts = material.free_shifts(session, actor.organisation_id, horizon)
    fit = [shift for shift in shifts if not _is_barred(gate, shift, ready)]
    weigh = weighing.begin(
        session,
        actor.organisation_id,
        chosen,
        fit,
        policy=policy,
        horizon=horizon,
        pace=pace,
        seed=plan.seed,
    )
    _make_problem(ready, chosen, fit, weigh)
    ready.problem = admitting(ready.problem, chosen, fit, gate)
    lay_roads(ready, None, None)
    return ready


def _begun(plan: Plan, horizon: Horizon, pace: Pace) -> Prepared:
    return Prepared(
        plan_id=plan.id,
        horizon=horizon,
        budget=plan.budget_seconds,
        iterations=plan.figures.get("iterations"),
        seed=plan.seed,
        problem=routing.Problem((), ()),
        pace=pace,
        pins=plan.figures.get("kept_pins", {}),
    )


def _make_problem(
    ready: Prepared, chosen: Sequence[Chosen], shifts: Sequence[Shift], weigh: Weighing
) -> None:
    stops, taken = [], []
    for one in chosen:
        if (wait := weigh.wait(one)) >= ready.horizon.days:
            day = ready.horizon.day + timedelta(days=wait)
            ready.left_out.append(LeftOut(one.one, [too_soon(day)]))
            continue
        stops.append(weigh.stop_of(one))
        taken.append(one)
        ready.served_by[str(one.one.address_id)] = one.one
    ready.worth, ready.division = weigh.told, weigh.division
    expected = weighing.expected_work(taken, weigh.policy, ready.pace)
    worked = problem.shifts_of(shifts, ready.horizon, expected=expected, recent=weigh.past.recent)
    whole = problem.problem_of(
        stops, worked, ready.horizon.days, ready.pace, unfair=weigh.policy.unfair
    )
    ready.problem = pinning.pinned_to(whole, ready.pins)


def lay_roads(
    prepared: Prepared,
    engine: RoadEngine | None,
    shelf: travel.LegShelf | None,
    most_places: int = 2_000,
) -> None:
    """Put the travel that a road engine says under the problem; opens no transaction itself."""
    estimated = prepared.estimated or prepared.problem
    laid = travel.lay(estimated, prepared.pace, engine, shelf, most=most_places)
    prepared.estimated, prepared.problem = estimated, laid.problem
    prepared.travel = travel_told.travel_figures(laid, prepared.pace)


def solve(
    prepared: Prepared, report: Report | None = None, workers: Workers | None = None
) -> Solved:
    """The plan, its comparison and its judgement; reads and writes no database.

    `workers` search instead of the cores of this machine.
    """
    limit: dict[str, Any] = (
        {"iterations": prepared.iterations} if prepared.iterations else {"budget": prepared.budget}
    )
    plan = routing.solve(
        prepared.problem, seed=prepared.seed, progress=report, workers=workers, **limit
    )
    naive = routing.naive_plan(prepared.problem, seed=prepared.seed)
    faults = routing.check(prepared.problem, plan)
    return Solved(plan, naive, tuple(f"{one.code} {one.path}: {one.detail}" for one in faults))


def _is_barred(gate: Gate1, shift: Shift, ready: Prepared) -> bool:
    violations: tuple[Violation, ...] = gate.barred(shift)
    if violations:
        ready.barred[str(shift.id)] = sorted({one.rule for one in violations})
    return bool(violations)
