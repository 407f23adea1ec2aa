"""One visit of a running day given to another crew or place by hand, with what it costs."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

import routing
from fieldops.domain.errors import Conflict, FieldFault, InvalidInput, NotFound
from fieldops.domain.permissions import Actor
from fieldops.domain.rulebook.records import RuleBook
from fieldops.domain.visiting import VisitState
from fieldops.models import DayChange, Visit
from fieldops.services import scoped
from fieldops.services.planning.living.day import BEGUN, Day, day_of, plan_locked, shift_ids
from fieldops.services.planning.living.judging import touched
from fieldops.services.planning.living.recording import Act, make
from fieldops.services.planning.moving import Change
from fieldops.services.planning.redrawing import with_spare_crews
from fieldops.services.planning.refusals import does_not_fit
from fieldops.services.rulings import ContactForbidden


def assign_visit(
    session: Session,
    visit_id: UUID,
    *,
    shift_id: UUID,
    position: int | None = None,
    version: int | None,
    book: RuleBook,
    actor: Actor,
    now: datetime,
    dry_run: bool = False,
    reason: str = "moved by hand",
) -> Change | ContactForbidden:
    """Give a planned visit to the crew of another shift of its plan; later visits move along.

    `position` counts the stops of that route from 0, what is done included. Raises Conflict when
    the visit has begun, and DoesNotFit when it fits nowhere on that route from now on.
    """
    visit = scoped.get(session, Visit, visit_id, actor, lock=True)
    scoped.require_version(visit.version, version)
    if visit.state != VisitState.PLANNED.value:
        raise Conflict(f"Only a planned visit can be given away; this one is {visit.state}.")
    plan = plan_locked(session, visit.plan_id, None, actor)
    address, shift = str(visit.address_id), str(shift_id)
    day = day_of(session, plan, now=now, move=(visit.address_id, shift))
    if not day.is_open(address):
        raise Conflict("The visit belongs to no stop of its plan.")
    after = moved(day, address, shift, _open_position(day, shift, position))
    act = Act("move", reason, actor, now, book)
    recipe = {"address_id": address, "shift_id": shift, "position": position}
    change = make(session, day, after, act, recipe=recipe, dry_run=dry_run)
    if isinstance(change, ContactForbidden):
        return change
    return told(day, after, change, dry_run=dry_run)


def told(day: Day, after: routing.Plan, change: DayChange, *, dry_run: bool) -> Change:
    """What a change by hand costs, in the words of a change to a proposed plan."""
    return Change(
        plan=day.plan,
        delta_metres=change.figures["delta_metres"],
        delta_seconds=change.figures["delta_seconds"],
        shifted=tuple(_shifted(day, after)),
        dry_run=dry_run,
    )


def _shifted(day: Day, after: routing.Plan) -> Iterator[dict[str, Any]]:
    for one in touched(day, after):
        yield {
            "stop_id": day.stops[one.leg.stop].id if one.leg.stop in day.stops else None,
            "shift_id": UUID(one.shifts[0]),
            "starts_at": day.horizon.moment(one.leg.start),
            "finishes_at": day.horizon.moment(one.leg.finish),
        }


def _open_position(day: Day, shift: str, position: int | None) -> int | None:
    """The position among what is open; what is done stands before it."""
    if all(one.id != shift for one in day.problem.shifts):
        raise NotFound(f"There is no shift {shift} in this plan.")
    if position is None:
        return None
    rows = {row.id for row in day.routes if shift in shift_ids(row)}
    done = sum(
        1
        for name, stop in day.stops.items()
        if stop.route_id in rows and name in day.visits and day.visits[name].state in BEGUN
    )
    if position < done:
        why = routing.Reason("begun", "a visit that has begun would have to move", "it came later")
        raise does_not_fit([why])
    return position - done


def moved(day: Day, stop: str, shift: str, position: int | None) -> routing.Plan:
    """The rest of the day with a stop on a shift's route; raises DoesNotFit or InvalidInput.

    What is late already may stay as late as it is: the change need not mend it.
    """
    rest, base = tolerant(day)
    if all(one.id != shift for one in rest.shifts):
        why = routing.Reason("shift-over", "the shift is over or its agent absent", None)
        raise does_not_fit([why])
    ground = day.ground
    try:
        try:
            return routing.move(rest, base, stop, shift, position, ground=ground).plan
        except routing.Infeasible:
            # Whoever moves a visit by hand may ask more than that all keep their best hours.
            free = _at_any_hour(rest, base, stop, shift)
            return routing.move(free, base, stop, shift, position, ground=ground).plan
    except routing.Infeasible as wrong:
        raise does_not_fit(wrong.reasons) from wrong
    except ValueError as wrong:
        raise InvalidInput(str(wrong), faults=[FieldFault("position", str(wrong))]) from wrong


def _at_any_hour(
    rest: routing.Problem, base: routing.Plan, stop: str, shift: str
) -> routing.Problem:
    """The problem in which the visits of that route may be served in any of their windows."""
    route = [leg.stop for one in base.routes if shift in one.shifts for leg in one.legs]
    free = {stop, *route}
    stops = (replace(one, window_costs=None) if one.id in free else one for one in rest.stops)
    return replace(rest, stops=tuple(stops))


def tolerant(day: Day) -> tuple[routing.Problem, routing.Plan]:
    """The rest and its running order, in which what is late now counts as allowed."""
    rest, (plan, late) = day.rest, day.rolled
    if not late:
        return rest, with_spare_crews(rest, plan)
    ends = {leg.stop: leg.finish for route in plan.routes for leg in route.legs}
    until = {one: route.returns for route in plan.routes for one in route.shifts}
    visits = {one.stop for one in late if one.stop is not None}
    crews = {one for route in plan.routes for one in route.shifts}
    over = {one.shift for one in late if one.stop is None}
    over = {
        one for route in plan.routes if over & set(route.shifts) for one in route.shifts
    } & crews
    stops = tuple(_longer(one, ends[one.id]) if one.id in visits else one for one in rest.stops)
    shifts = tuple(
        replace(one, window=(one.window[0], max(one.window[1], until[one.id])))
        if one.id in over
        else one
        for one in rest.shifts
    )
    rest = replace(rest, stops=stops, shifts=shifts)
    return rest, with_spare_crews(rest, plan)


def _longer(stop: routing.Stop, until: int) -> routing.Stop:
    if not stop.windows:
        return replace(stop, windows=None, window_costs=None)
    opens, closes = stop.windows[-1]
    return replace(stop, windows=(*stop.windows[:-1], (opens, max(closes, until))))
