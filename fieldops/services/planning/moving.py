"""Changing a plan by hand: a stop to another crew, place or out, judged and with its cost."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

import routing
from fieldops.domain.errors import Conflict, FieldFault, InvalidInput, NotFound
from fieldops.domain.permissions import Actor
from fieldops.domain.rulebook.judging import judge
from fieldops.domain.rulebook.records import RuleBook
from fieldops.domain.rulebook.vocabulary import Gate
from fieldops.models import Agent, Plan, Shift, Stop
from fieldops.services import contact_facts, rulings, scoped
from fieldops.services.planning import redrawing
from fieldops.services.planning.figures import figures_of
from fieldops.services.planning.redrawing import Drawn
from fieldops.services.planning.refusals import (
    DoesNotFit,
    StopRuling,
    does_not_fit,
    refusal_of,
)
from fieldops.services.rulings import ContactForbidden, Judged


@dataclass(frozen=True, slots=True)
class Change:
    """What a change by hand costs, and which stops it shifts; `dry_run` changed nothing."""

    plan: Plan
    delta_metres: int
    delta_seconds: int
    shifted: tuple[dict[str, Any], ...]
    dry_run: bool


@dataclass(frozen=True, slots=True)
class _Move:
    drawn: Drawn
    moved: routing.Moved
    changes: list[tuple[Stop, routing.Leg, str]]


def move_stop(
    session: Session,
    plan_id: UUID,
    stop_id: UUID,
    *,
    shift_id: UUID | None,
    position: int | None = None,
    version: int | None,
    book: RuleBook,
    actor: Actor,
    now: datetime,
    dry_run: bool = False,
) -> Change | ContactForbidden:
    """Put a stop of a proposed plan onto a shift's route (None takes it out), at a place or the
    cheapest one; `position` counts from 0. The caller raises a refusal after committing it.

    Raises Conflict for a plan that is no proposal, DoesNotFit with reasons, NotFound.
    """
    plan = scoped.get(session, Plan, plan_id, actor, lock=True)
    scoped.require_version(plan.version, version)
    if plan.state != "proposed":
        raise Conflict(f"Only a proposed plan can be changed; this one is {plan.state}.")
    stop = scoped.get(session, Stop, stop_id, actor)
    if stop.plan_id != plan.id:
        raise NotFound(f"There is no stop {stop_id} in this plan.")
    found = _moved(session, plan, stop, shift_id, position)
    refusal = _judge(session, found, book, actor, now)
    if refusal is not None:
        return refusal
    if not dry_run:
        _apply(session, plan, found)
    return _change(plan, found, dry_run=dry_run)


def _moved(
    session: Session, plan: Plan, stop: Stop, shift_id: UUID | None, position: int | None
) -> _Move:
    drawn = redrawing.drawn(session, plan)
    address = str(stop.address_id)
    if all(one.id != address for one in drawn.problem.stops):
        raise DoesNotFit("The stop has no lawful time in this plan.", reasons=stop.reasons)
    shift = None if shift_id is None else str(shift_id)
    if shift is not None and all(one.id != shift for one in drawn.problem.shifts):
        raise NotFound(f"There is no shift {shift} in this plan.")
    try:
        moved = routing.move(drawn.problem, drawn.plan, address, shift, position)
    except routing.Infeasible as wrong:
        raise does_not_fit(wrong.reasons) from wrong
    except ValueError as wrong:
        raise InvalidInput(str(wrong), faults=[FieldFault("position", str(wrong))]) from wrong
    return _Move(drawn, moved, redrawing.changed_stops(drawn, moved.plan))


def _judge(
    session: Session,
    found: _Move,
    book: RuleBook,
    actor: Actor,
    now: datetime,
) -> ContactForbidden | None:
    """Judge every stop whose time or crew changed at its new time."""
    horizon = found.drawn.horizon
    facts = contact_facts.gather(
        session,
        actor.organisation_id,
        address_ids=[stop.address_id for stop, _, _ in found.changes],
        since=horizon.start - contact_facts.HISTORY,
    )
    agents = _agents(session, found.moved.plan)
    forbidden: list[StopRuling] = []
    for stop, leg, shift in found.changes:
        proposal = facts.proposal(
            stop.address_id,
            horizon.moment(leg.start),
            horizon.moment(leg.finish),
            [contact_facts.rulebook_agent(agent) for agent in agents[shift]],
            gate=Gate.PLAN,
        )
        ruling = judge(proposal, book, gate=Gate.PLAN)
        if not ruling.allowed:
            forbidden.append(StopRuling(stop, proposal, ruling))
    if not forbidden:
        return None
    records = [
        Judged(f"stop:{one.stop.id}", one.stop.case_id, one.proposal, one.ruling)
        for one in forbidden
    ]
    rulings.keep(session, Gate.PLAN, records, actor=actor, now=now)
    session.flush()
    return refusal_of(forbidden)


def _agents(session: Session, plan: routing.Plan) -> dict[str, list[Agent]]:
    """Who works on each route, by its first shift."""
    ids = [UUID(shift) for route in plan.routes for shift in route.shifts]
    query = select(Shift).where(Shift.id.in_(ids)).options(joinedload(Shift.agent))
    by_shift = {str(shift.id): shift.agent for shift in session.scalars(query)}
    return {route.shift: [by_shift[shift] for shift in route.shifts] for route in plan.routes}


def _apply(session: Session, plan: Plan, found: _Move) -> None:
    redrawing.redraw(session, plan, found.drawn, found.moved.plan)
    own = figures_of(found.drawn.problem, found.moved.plan)
    outside = len(found.drawn.stops) - own["served"] - own["unserved"]
    kept = {key: plan.figures.get(key) for key in ("wall_seconds", "engine")}
    moves = plan.figures.get("moved_by_hand", 0) + 1
    plan.figures = {
        **plan.figures,
        **own,
        **kept,
        "unserved": own["unserved"] + outside,
        "moved_by_hand": moves,
    }
    session.flush()


def _change(plan: Plan, found: _Move, *, dry_run: bool) -> Change:
    return Change(
        plan=plan,
        delta_metres=found.moved.delta_metres,
        delta_seconds=found.moved.delta_seconds,
        shifted=tuple(_shifted(found)),
        dry_run=dry_run,
    )


def _shifted(found: _Move) -> Iterator[dict[str, Any]]:
    horizon = found.drawn.horizon
    for stop, leg, shift in found.changes:
        yield {
            "stop_id": stop.id,
            "shift_id": UUID(shift),
            "starts_at": horizon.moment(leg.start),
            "finishes_at": horizon.moment(leg.finish),
        }
