"""The rest of a day planned again: proposed with what changes, then made true or thrown away."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

import routing
from fieldops.domain.errors import Conflict, FieldFault, InvalidInput, NotFound, PreconditionFailed
from fieldops.domain.permissions import Actor
from fieldops.domain.rulebook.records import RuleBook
from fieldops.models import DayChange, Plan, Shift
from fieldops.services import contact_facts, scoped
from fieldops.services.planning import material
from fieldops.services.planning.living import judging
from fieldops.services.planning.living.day import Day, day_of, plan_locked
from fieldops.services.planning.living.recording import (
    DISCARDED,
    PROPOSED,
    Act,
    checked_reason,
    make,
    new_change,
)
from fieldops.services.planning.refusals import forbidden_reason
from fieldops.services.rulings import ContactForbidden

LONGEST_BUDGET = 10.0
ROUNDS = 3

Reasons = dict[str, list[dict[str, Any]]]


def propose(
    session: Session,
    plan_id: UUID,
    *,
    reason: str,
    version: int | None,
    book: RuleBook,
    actor: Actor,
    now: datetime,
    absent: Collection[UUID] = (),
    budget: float = 1.0,
    seed: int = 1,
) -> DayChange:
    """Plan the rest of a committed plan's day again; nothing changes until it is applied.

    `absent` are shifts that are lost from now on. What the rulebook forbids by now is left out,
    with its reasons. Raises NotFound, PreconditionFailed, Conflict, InvalidInput.
    """
    reason = checked_reason(reason)
    if not 0 < budget <= LONGEST_BUDGET:
        fault = FieldFault("budget", f"must be above 0 and at most {LONGEST_BUDGET:g} s")
        raise InvalidInput(faults=[fault])
    plan = plan_locked(session, plan_id, version, actor)
    lost = [str(_shift_of(session, plan, one, actor).id) for one in absent]
    day = day_of(session, plan, now=now, absent=lost)
    act = Act("absence" if lost else "replan", reason, actor, now, book)
    day, after, why = _lawful(session, day, act, budget, seed)
    change = new_change(day, after, act, recipe=_recipe(after, lost, why))
    change.figures = {**change.figures, "why": {**change.figures["why"], **why}}
    session.add(change)
    session.flush()
    return change


def _shift_of(session: Session, plan: Plan, shift_id: UUID, actor: Actor) -> Shift:
    shift = scoped.get(session, Shift, shift_id, actor)
    if str(shift.id) not in {one["id"] for one in (plan.problem or {})["shifts"]}:
        raise NotFound(f"There is no shift {shift_id} in this plan.")
    if shift.absent_reason is not None:
        raise Conflict("The agent is absent already.")
    return shift


def _lawful(
    session: Session, day: Day, act: Act, budget: float, seed: int
) -> tuple[Day, routing.Plan, Reasons]:
    """Plan, judge, leave out what is forbidden, and plan again until nothing is."""
    unwanted = _unwanted(session, day)
    why: Reasons = {}
    day = day.without(unwanted)
    for round_ in range(ROUNDS):
        share = budget if round_ == 0 else budget / 4
        after = routing.replan(day.rest, day.running, budget=share, seed=seed)
        found = judging.verdict(session, day, judging.touched(day, after), book=act.book)
        if not found.forbidden:
            return day, after, why
        judging.keep(session, found.forbidden, actor=act.actor, now=act.now)
        for one in found.forbidden:
            why[str(one.stop.address_id)] = [forbidden_reason(one.ruling)]
        day = day.without(why)
    raise Conflict("The rulebook forbids more of the day each time it is planned; plan it anew.")


def _unwanted(session: Session, day: Day) -> set[str]:
    """Unserved stops of cases that are closed, or of debtors to whom somebody goes anyway."""
    planned = {leg.stop for route in day.running.routes for leg in route.legs}
    spare = [one.id for one in day.rest.stops if one.id not in planned]
    facts = contact_facts.gather(
        session,
        day.plan.organisation_id,
        address_ids=[UUID(one) for one in spare],
        since=day.horizon.start,
    )
    awaited = material.awaited_debtors(session, day.plan.organisation_id, day.horizon)
    # Whoever was visited on this day already is not visited again because there is time.
    awaited |= {visit.debtor_id for visit in day.visits.values()}
    awaited = {facts.history.same.of(debtor) for debtor in awaited}
    wanted = {
        str(address)
        for address, subject in facts.subjects.items()
        if subject.case_state == material.OPEN and subject.debtor not in awaited
    }
    return set(spare) - wanted


def _recipe(after: routing.Plan, absent: Sequence[str], why: Reasons) -> dict[str, Any]:
    orders = [
        {"shifts": list(route.shifts), "stops": [leg.stop for leg in route.legs]}
        for route in after.routes
    ]
    return {"orders": orders, "absent": list(absent), "forbidden": why}


def change_of(session: Session, plan_id: UUID, change_id: UUID, actor: Actor) -> DayChange:
    """One change of a plan's day; raises NotFound."""
    change = scoped.get(session, DayChange, change_id, actor)
    if change.plan_id != plan_id:
        raise NotFound(f"There is no change {change_id} in this plan.")
    return change


def apply(
    session: Session,
    plan_id: UUID,
    change_id: UUID,
    *,
    version: int | None,
    book: RuleBook,
    actor: Actor,
    now: datetime,
) -> DayChange | ContactForbidden:
    """Make a proposal true at the times that hold now, every changed visit judged again.

    Raises Conflict when the day has moved on so far that the order cannot be kept,
    PreconditionFailed when the plan was changed since.
    """
    plan = plan_locked(session, plan_id, version, actor)
    change = change_of(session, plan_id, change_id, actor)
    if change.state != PROPOSED:
        raise Conflict(f"The change is {change.state} already.")
    if change.base_version != plan.version:
        raise PreconditionFailed("The plan was changed since; plan the rest again.")
    recipe = change.recipe
    day = day_of(session, plan, now=now, absent=recipe["absent"], cancelled=recipe["forbidden"])
    wanted = _ordered(day, recipe["orders"])
    after, late = routing.rolled(day.rest, wanted)
    if late or {one.stop for one in after.unserved} & _stops(wanted):
        raise Conflict("The day has moved on and the order cannot be kept; plan the rest again.")
    act = Act(change.kind, change.reason, actor, now, book)
    for shift in recipe["absent"]:
        _set_absent(day.shifts[shift], change.reason)
    why = _reasons(change, recipe)
    return make(session, day, after, act, recipe=recipe, why=why, into=change)


def _reasons(change: DayChange, recipe: Mapping[str, Any]) -> Reasons:
    return {**change.figures.get("why", {}), **recipe["forbidden"]}


def _set_absent(shift: Shift, reason: str) -> None:
    shift.absent_reason = reason[:200]
    shift.version += 1


def _ordered(day: Day, orders: Sequence[Mapping[str, Any]]) -> routing.Plan:
    """The proposed order of what is still open."""
    start = {leg.stop: leg for route in day.running.routes for leg in route.legs}
    routes = []
    for order in orders:
        legs = [_leg(one, start) for one in order["stops"] if day.is_open(one)]
        shifts = tuple(order["shifts"])
        crew = (shifts[0], shifts[1]) if len(shifts) > 1 else None
        routes.append(routing.Route(shifts[0], 0, 0, tuple(legs), crew=crew))
    return replace(day.running, routes=tuple(routes))


def _leg(stop: str, known: Mapping[str, routing.Leg]) -> routing.Leg:
    return known.get(stop) or routing.Leg(stop, 0, 0, 0, 0, 0, 0)


def _stops(plan: routing.Plan) -> set[str]:
    return {leg.stop for route in plan.routes for leg in route.legs}


def discard(
    session: Session, plan_id: UUID, change_id: UUID, *, actor: Actor, now: datetime
) -> DayChange:
    """Throw a proposal away; raises Conflict for one that was made true."""
    change = change_of(session, plan_id, change_id, actor)
    if change.state != PROPOSED:
        raise Conflict(f"The change is {change.state} already.")
    change.state, change.applied_at = DISCARDED, None
    session.flush()
    return change
