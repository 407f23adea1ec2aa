"""An urgent visit on a running day: where it fits best, and putting it there."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

import routing
from fieldops.domain.errors import Conflict, NotFound
from fieldops.domain.permissions import Actor
from fieldops.domain.rulebook.records import RuleBook, Ruling
from fieldops.models import Address, DayChange, Plan, Stop
from fieldops.models.types import new_id
from fieldops.services import contact_facts, scoped
from fieldops.services.planning import material
from fieldops.services.planning.lawful import Gate1
from fieldops.services.planning.living.day import Day, day_of, plan_locked, require_committed
from fieldops.services.planning.living.moving import moved, tolerant
from fieldops.services.planning.living.recording import Act, checked_reason, make
from fieldops.services.planning.pace import Pace
from fieldops.services.planning.requesting import horizon_of
from fieldops.services.planning.storing import EMPTY
from fieldops.services.planning.travel_kept import problem_of_plan
from fieldops.services.rulings import ContactForbidden
from routing.problem import MUST, Matrix, Place

CHOICES = 3
KIND = "urgent"


@dataclass(frozen=True, slots=True)
class Choice:
    """A place for an urgent visit: when, what it costs, and whom it makes later by how much.

    `position` counts what is still open on the route from 0.
    """

    shift_id: UUID
    position: int
    starts_at: datetime
    finishes_at: datetime
    delta_metres: int
    delta_seconds: int
    visits_later: int
    minutes_later: int


@dataclass(frozen=True, slots=True)
class Choices:
    """The best places, the cheapest first, or why there is none."""

    choices: tuple[Choice, ...]
    reasons: tuple[dict[str, Any], ...]


def choices(
    session: Session,
    plan_id: UUID,
    address_id: UUID,
    *,
    book: RuleBook,
    pace: Pace,
    actor: Actor,
    now: datetime,
) -> Choices | ContactForbidden:
    """The three best places for a visit to this address from now on; nothing changes.

    Raises NotFound, and Conflict when it stands on the day already or its place is not known.
    """
    plan = require_committed(scoped.get(session, Plan, plan_id, actor))
    stop = _stop(session, plan, address_id, book=book, pace=pace, actor=actor)
    if isinstance(stop, ContactForbidden):
        return stop
    day = _day_with(session, plan, stop, now)
    rest, base = tolerant(day)
    found = routing.insertions(rest, base, stop.id, best=CHOICES, ground=day.ground)
    if found:
        return Choices(tuple(_choice(day, rest, base, stop.id, one) for one in found), ())
    after = routing.replan(rest, base, budget=0.2, ground=day.ground)
    why = next((one.reasons for one in after.unserved if one.stop == stop.id), ())
    told = tuple(
        {"code": one.code, "detail": one.detail, "would_fit_if": one.would_fit_if} for one in why
    )
    return Choices((), told)


def _choice(
    day: Day,
    rest: routing.Problem,
    base: routing.Plan,
    stop: str,
    one: routing.Insertion,
) -> Choice:
    after = routing.move(rest, base, stop, one.shift, one.position, ground=day.ground).plan
    before = {leg.stop: leg.start for route in base.routes for leg in route.legs}
    legs = [leg for route in after.routes for leg in route.legs]
    leg = next(leg for leg in legs if leg.stop == stop)
    later = [leg.start - before[leg.stop] for leg in legs if leg.stop in before]
    pushed = [seconds for seconds in later if seconds >= 60]
    return Choice(
        shift_id=UUID(one.shift),
        position=one.position,
        starts_at=day.horizon.moment(leg.start),
        finishes_at=day.horizon.moment(leg.finish),
        delta_metres=one.delta_metres,
        delta_seconds=one.delta_seconds,
        visits_later=len(pushed),
        minutes_later=-(-max(pushed, default=0) // 60),
    )


def take(
    session: Session,
    plan_id: UUID,
    address_id: UUID,
    *,
    shift_id: UUID,
    position: int | None = None,
    reason: str,
    version: int | None,
    book: RuleBook,
    pace: Pace,
    actor: Actor,
    now: datetime,
    dry_run: bool = False,
) -> DayChange | ContactForbidden:
    """Put an urgent visit onto a shift's route, before the open stop at `position`.

    From then on it is a must; with `dry_run` only its price is told. Raises DoesNotFit, Conflict,
    PreconditionFailed, NotFound.
    """
    reason = checked_reason(reason)
    plan = plan_locked(session, plan_id, version, actor)
    stop = _stop(session, plan, address_id, book=book, pace=pace, actor=actor)
    if isinstance(stop, ContactForbidden):
        return stop
    day = _day_with(session, plan, stop, now, shift=str(shift_id))
    after = moved(day, stop.id, str(shift_id), position)
    act = Act(KIND, reason, actor, now, book)
    recipe = {"address_id": stop.id, "shift_id": str(shift_id), "position": position}
    change = make(session, day, after, act, recipe=recipe, dry_run=dry_run)
    if isinstance(change, DayChange) and not dry_run:
        told: Any = plan.problem
        others = [one for one in told["stops"] if one["id"] != stop.id]
        plan.problem = {**told, "stops": [*others, routing.stop_to_json(stop)]}
        session.flush()
    return change


def _day_with(
    session: Session, plan: Plan, stop: routing.Stop, now: datetime, shift: str | None = None
) -> Day:
    """The day with the urgent stop, which a stored one stands for, or a new one; of it only what
    giving the stop to a shift can touch, if one is named."""
    move = None if shift is None else (UUID(stop.id), shift)
    day = day_of(session, plan, now=now, added=[stop], move=move)
    if stop.id in day.stops:
        return day
    row = Stop(
        id=new_id(),
        organisation_id=plan.organisation_id,
        plan_id=plan.id,
        case_id=session.get_one(Address, UUID(stop.id)).case_id,
        address_id=UUID(stop.id),
        windows=[
            [day.horizon.moment(one).isoformat() for one in window] for window in stop.windows or ()
        ],
        pinned=False,
        **EMPTY,
    )
    return replace(day, stops={**day.stops, stop.id: row})


def _stop(
    session: Session, plan: Plan, address_id: UUID, *, book: RuleBook, pace: Pace, actor: Actor
) -> routing.Stop | ContactForbidden:
    address = scoped.get(session, Address, address_id, actor)
    _refuse_planned(session, plan, address)
    known = problem_of_plan(session, plan, ({str(address.id)}, ()))
    for one in known.stops:
        return replace(one, priority=MUST, prize=None)
    if isinstance(known.travel, Matrix):
        raise Conflict("The roads to this address were not measured with this plan.")
    return _new_stop(session, plan, address, book=book, pace=pace, actor=actor)


def _refuse_planned(session: Session, plan: Plan, address: Address) -> None:
    query = select(Stop).where(Stop.plan_id == plan.id, Stop.address_id == address.id)
    stop = session.scalars(query).one_or_none()
    if stop is not None and stop.route_id is not None:
        raise Conflict("A visit to this address stands on this day already; move it.")


def _new_stop(
    session: Session, plan: Plan, address: Address, *, book: RuleBook, pace: Pace, actor: Actor
) -> routing.Stop | ContactForbidden:
    """A stop for an address that the plan does not know, within the law."""
    one = next(iter(material.candidates(session, actor.organisation_id, among=[address.id])), None)
    if one is None:
        raise NotFound(f"No open case has the address {address.id}.")
    if not one.is_placed or one.is_doubtful or one.lat is None or one.lon is None:
        raise Conflict("Nobody knows exactly where this is; settle the address first.")
    horizon = horizon_of(session, plan)
    facts = contact_facts.gather(
        session,
        actor.organisation_id,
        address_ids=[address.id],
        since=horizon.start - contact_facts.HISTORY,
    )
    gate = Gate1(facts, book, horizon, timedelta(minutes=pace.visit_minutes))
    windows = gate.windows(address.id)
    if isinstance(windows, Ruling):
        return ContactForbidden(windows)
    return routing.Stop(
        id=str(address.id),
        place=Place(lat=one.lat, lon=one.lon),
        service=pace.visit_seconds,
        windows=horizon.windows(windows),
        priority=MUST,
        crew=gate.crew(address.id),
    )
