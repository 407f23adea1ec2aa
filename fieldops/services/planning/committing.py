"""Gate 2: a plan becomes visits, every stop judged again while the counters are locked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session
from uuid6 import uuid7

from fieldops.domain.errors import Conflict
from fieldops.domain.permissions import Actor
from fieldops.domain.rulebook.judging import judge
from fieldops.domain.rulebook.records import RuleBook
from fieldops.domain.rulebook.vocabulary import Gate
from fieldops.domain.visiting import VisitState
from fieldops.models import Agent, Case, Plan, Route, Shift, Stop, Visit
from fieldops.services import contact_facts, rulings, scoped
from fieldops.services.closing import CLOSED, ERASED
from fieldops.services.contact_facts import ContactFacts
from fieldops.services.override_records import mark_used
from fieldops.services.parts import in_parts
from fieldops.services.planning import material
from fieldops.services.planning.fixing import Fixed
from fieldops.services.planning.refusals import (
    StopRuling,
    forbidden_reason,
    refusal_of,
    served_times,
)
from fieldops.services.planning.requesting import horizon_of, routes_of, stops_of
from fieldops.services.planning.storing import EMPTY
from fieldops.services.rulings import ContactForbidden, Judged
from fieldops.services.same_people import lock_people


@dataclass(frozen=True, slots=True)
class Committed:
    """A plan that became visits, and the stops that were left out of it."""

    plan: Plan
    visits: int
    dropped: tuple[StopRuling, ...]


@dataclass(frozen=True, slots=True)
class _Crew:
    """Who drives a route."""

    day: Any
    agents: tuple[Agent, ...]


def commit_plan(
    session: Session,
    plan_id: UUID,
    *,
    version: int | None,
    book: RuleBook,
    actor: Actor,
    now: datetime,
    drop_forbidden: bool = False,
) -> Committed | ContactForbidden:
    """Make a proposed plan's stops into visits; the caller raises a refusal after committing it.

    A refusal changes nothing but that it is kept. With `drop_forbidden` what is unlawful by now
    is left out and told. Raises Conflict when the plan is not a proposal, when one of its shifts
    belongs to a committed plan, or when a case was closed meanwhile.
    """
    plan = scoped.get(session, Plan, plan_id, actor, lock=True)
    scoped.require_version(plan.version, version)
    if plan.state != "proposed":
        raise Conflict(f"Only a proposed plan can be committed; this one is {plan.state}.")
    routes = routes_of(session, plan)
    crews = _crews(session, routes)
    _refuse_taken_shifts(session, plan, routes)
    stops = [stop for stop in stops_of(session, plan) if stop.route_id is not None]
    facts = _locked_facts(session, plan, stops)
    _refuse_closed_cases(session, stops)
    judged = _judged(stops, crews, facts, book)
    forbidden = tuple(one for one in judged if not one.ruling.allowed)
    kept = forbidden if forbidden and not drop_forbidden else judged
    rulings.keep(session, Gate.COMMIT, [_record(one) for one in kept], actor=actor, now=now)
    if forbidden and not drop_forbidden:
        session.flush()
        return refusal_of(forbidden)
    lawful = [one for one in judged if one.ruling.allowed]
    _write_visits(session, plan, lawful, crews, facts, now)
    for one in forbidden:
        _leave_out(one)
    plan.state, plan.decided_at = material.COMMITTED, now
    plan.figures = {**plan.figures, "committed": len(lawful), "dropped": len(forbidden)}
    session.flush()
    return Committed(plan, len(lawful), forbidden)


def _crews(session: Session, routes: Sequence[Route]) -> dict[UUID, _Crew]:
    ids = sorted({one for route in routes for one in _shift_ids(route)})
    # The shifts are locked in one order, so that two plans for one day cannot both be committed.
    query = select(Shift).where(Shift.id.in_(ids)).order_by(Shift.id).with_for_update(of=Shift)
    shifts = {shift.id: shift for shift in session.scalars(query)}
    working = {shift.agent_id for shift in shifts.values()}
    agents = {one.id: one for one in session.scalars(select(Agent).where(Agent.id.in_(working)))}
    return {
        route.id: _Crew(
            shifts[route.shift_id].day,
            tuple(agents[shifts[one].agent_id] for one in _shift_ids(route)),
        )
        for route in routes
    }


def _shift_ids(route: Route) -> list[UUID]:
    return [one for one in (route.shift_id, route.partner_shift_id) if one is not None]


def _refuse_taken_shifts(session: Session, plan: Plan, routes: Sequence[Route]) -> None:
    ids = [one for route in routes for one in _shift_ids(route)]
    taken = material.committed_shifts(session, plan.organisation_id, among=ids) & set(ids)
    if taken:
        raise Conflict(
            f"{len(taken)} of its shifts belong to a committed plan; make a new plan.",
            shifts=[str(one) for one in sorted(taken)],
        )


def _locked_facts(session: Session, plan: Plan, stops: Sequence[Stop]) -> ContactFacts:
    """The facts as they stand once nobody else can add a visit to these people."""
    lock_people(session, _facts(session, plan, stops).people)
    return _facts(session, plan, stops)


def _facts(session: Session, plan: Plan, stops: Sequence[Stop]) -> ContactFacts:
    return contact_facts.gather(
        session,
        plan.organisation_id,
        address_ids=[stop.address_id for stop in stops],
        since=horizon_of(session, plan).start - contact_facts.HISTORY,
    )


def _refuse_closed_cases(session: Session, stops: Sequence[Stop]) -> None:
    for part in in_parts({stop.case_id for stop in stops}):
        # One that rests is the rulebook's to refuse, so that it can be left out and is written.
        query = select(Case.number).where(Case.id.in_(part), Case.state.in_((CLOSED, ERASED)))
        if closed := sorted(session.scalars(query)):
            raise Conflict(
                f"{len(closed)} of its cases are open no longer; make a new plan.", cases=closed
            )


def _judged(
    stops: Sequence[Stop], crews: Mapping[UUID, _Crew], facts: ContactFacts, book: RuleBook
) -> list[StopRuling]:
    found: list[StopRuling] = []
    fixed = Fixed()
    for stop in sorted(stops, key=lambda one: (str(one.starts_at), str(one.id))):
        start, finish = served_times(stop)
        subject = facts.subjects[stop.address_id]
        proposal = facts.proposal(
            stop.address_id,
            start,
            finish,
            [contact_facts.rulebook_agent(agent) for agent in _crew_of(stop, crews).agents],
            gate=Gate.COMMIT,
            also=fixed.bearing_on(subject),
            spent=fixed.spent,
        )
        ruling = judge(proposal, book, gate=Gate.COMMIT)
        found.append(StopRuling(stop, proposal, ruling))
        if ruling.allowed:
            fixed.add(subject, start, ruling.overridden)
    return found


def _crew_of(stop: Stop, crews: Mapping[UUID, _Crew]) -> _Crew:
    if stop.route_id is None:
        raise ValueError(f"stop {stop.id} is on no route")
    return crews[stop.route_id]


def _record(one: StopRuling) -> Judged:
    return Judged(f"stop:{one.stop.id}", one.stop.case_id, one.proposal, one.ruling)


def _write_visits(
    session: Session,
    plan: Plan,
    lawful: Sequence[StopRuling],
    crews: Mapping[UUID, _Crew],
    facts: ContactFacts,
    now: datetime,
) -> None:
    rows = [_visit(plan, one.stop, crews, facts, now) for one in lawful]
    if rows:
        session.execute(insert(Visit), rows)
    for row, one in zip(rows, lawful, strict=True):
        mark_used(session, one.ruling.overridden, visit_id=row["id"], now=now)


def _visit(
    plan: Plan, stop: Stop, crews: Mapping[UUID, _Crew], facts: ContactFacts, now: datetime
) -> dict[str, Any]:
    crew, subject = _crew_of(stop, crews), facts.subjects[stop.address_id]
    return {
        "id": UUID(int=uuid7().int),
        "organisation_id": plan.organisation_id,
        "plan_id": plan.id,
        "case_id": stop.case_id,
        "party_id": subject.party_id,
        "debtor_id": subject.debtor_id,
        "address_id": stop.address_id,
        "agent_id": crew.agents[0].id,
        "partner_id": crew.agents[1].id if len(crew.agents) > 1 else None,
        "day": crew.day,
        "sequence": stop.sequence,
        "planned_start": stop.starts_at,
        "planned_finish": stop.finishes_at,
        "state": VisitState.PLANNED.value,
        "version": 1,
        "remarks": [],
        "created_at": now,
        "updated_at": now,
    }


def _leave_out(one: StopRuling) -> None:
    for column, value in EMPTY.items():
        setattr(one.stop, column, value)
    one.stop.reasons = [forbidden_reason(one.ruling)]
