"""Building a plan in three steps, so that no transaction is open while the solver thinks."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

import routing
from fieldops.domain.permissions import Actor
from fieldops.domain.rulebook.records import RuleBook, Ruling, Violation
from fieldops.domain.travel.engine import RoadEngine
from fieldops.models import Plan, Shift
from fieldops.services import contact_facts, scoped
from fieldops.services.planning import material, pace_fitting, problem, travel, travel_told
from fieldops.services.planning.horizon import Horizon
from fieldops.services.planning.lawful import Gate1
from fieldops.services.planning.material import Candidate
from fieldops.services.planning.pace import Pace
from fieldops.services.planning.refusals import forbidden_reason
from fieldops.services.planning.requesting import horizon_of
from fieldops.services.rulings import Judged
from routing.solver.stopping import Report


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A candidate that the solver never sees, with the reasons."""

    candidate: Candidate
    reasons: list[dict[str, Any]]


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


@dataclass(frozen=True, slots=True)
class Solved:
    """The solver's plan, the plan somebody would make by hand, and what the judge found."""

    plan: routing.Plan
    naive: routing.Plan
    faults: tuple[str, ...]


def prepare(
    session: Session, plan_id: UUID, *, book: RuleBook, pace: Pace, actor: Actor
) -> Prepared:
    """Gate 1: read cases, rules and shifts, and make the problem of what is lawful."""
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
    ready = Prepared(
        plan_id=plan_id,
        horizon=horizon,
        budget=plan.budget_seconds,
        iterations=plan.figures.get("iterations"),
        seed=plan.seed,
        problem=routing.Problem((), ()),
        pace=pace,
    )
    known = {one.address_id for one in placed}
    ready.left_out += [
        LeftOut(one, [_unplaced(one)]) for one in found if one.address_id not in known
    ]
    awaited = material.awaited_debtors(session, actor.organisation_id, horizon)
    stops = _Choice(gate, ready, pace, awaited).of(placed)
    shifts = material.free_shifts(session, actor.organisation_id, horizon)
    fit = [shift for shift in shifts if not _is_barred(gate, shift, ready)]
    ready.problem = problem.problem_of(stops, problem.shifts_of(fit, horizon), horizon.days, pace)
    lay_roads(ready, None, None)
    return ready


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


def solve(prepared: Prepared, report: Report | None = None) -> Solved:
    """The plan, its comparison and its judgement; reads and writes no database."""
    limit: dict[str, Any] = (
        {"iterations": prepared.iterations} if prepared.iterations else {"budget": prepared.budget}
    )
    plan = routing.solve(prepared.problem, seed=prepared.seed, progress=report, **limit)
    naive = routing.naive_plan(prepared.problem, seed=prepared.seed)
    faults = routing.check(prepared.problem, plan)
    return Solved(plan, naive, tuple(f"{one.code} {one.path}: {one.detail}" for one in faults))


def _is_barred(gate: Gate1, shift: Shift, ready: Prepared) -> bool:
    violations: tuple[Violation, ...] = gate.barred(shift)
    if violations:
        ready.barred[str(shift.id)] = sorted({one.rule for one in violations})
    return bool(violations)


def _unplaced(one: Candidate) -> dict[str, Any]:
    if not one.is_placed:
        return _reason("not-located", "nobody knows where this is yet", "its place were settled")
    cure = "somebody took it upon himself to allow the visit"
    return _reason("doubtful-place", f"its place is known only by {one.grade}", cure)


def _reason(code: str, detail: str, would_fit_if: str | None, **more: Any) -> dict[str, Any]:
    return {"code": code, "detail": detail, "would_fit_if": would_fit_if, **more}


@dataclass
class _Choice:
    """Chooses at most one address for each debtor, and each person, among the lawful ones."""

    gate: Gate1
    ready: Prepared
    pace: Pace
    awaited: set[UUID]
    chosen: dict[UUID, Candidate] = field(default_factory=dict)

    def of(self, placed: Sequence[Candidate]) -> list[routing.Stop]:
        """The stops; what is not chosen is left out with its reasons."""
        found = []
        for one in placed:
            windows = self.gate.windows(one.address_id)
            if isinstance(windows, Ruling):
                self._forbidden(one, windows)
            elif reason := self._spared(one):
                self.ready.left_out.append(LeftOut(one, [reason]))
            else:
                crew = self.gate.crew(one.address_id)
                spans = self.gate.horizon.windows(windows)
                found.append(problem.stop_of(one, spans, crew, self.pace))
                self.ready.served_by[str(one.address_id)] = one
        return found

    def _forbidden(self, one: Candidate, ruling: Ruling) -> None:
        reason = forbidden_reason(ruling, "no-lawful-window")
        self.ready.left_out.append(LeftOut(one, [reason]))
        subject = f"plan:{self.ready.plan_id} address:{one.address_id}"
        template = self.gate.template(one.address_id)
        self.ready.refused.append(Judged(subject, one.case_id, template, ruling))

    def _spared(self, one: Candidate) -> dict[str, Any] | None:
        """Why this one is not visited although it could be; else it is the debtor's one visit."""
        debtor = self.gate.facts.subjects[one.address_id].debtor_id
        if debtor in self.awaited:
            return _reason(
                "visit-planned", "a visit to this debtor is planned already", "that were called off"
            )
        for who in (debtor, one.person_id):
            if other := self.chosen.get(who):
                return _reason(
                    "one-visit-a-debtor",
                    f"the same person is visited at {other.address_id}",
                    "that visit were left out",
                    address_id=str(other.address_id),
                )
        self.chosen[debtor] = self.chosen[one.person_id] = one
        return None
