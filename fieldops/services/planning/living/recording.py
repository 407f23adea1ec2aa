"""A change of the day made or proposed: judged, written, kept with who and why, made known."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

import routing
from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.facts import DayChanged
from fieldops.domain.permissions import Actor
from fieldops.domain.rulebook.records import RuleBook
from fieldops.domain.visiting import VisitState
from fieldops.models import DayChange, Plan, Visit
from fieldops.models.types import new_id
from fieldops.services import outbox
from fieldops.services.override_records import mark_used
from fieldops.services.planning.horizon import Horizon
from fieldops.services.planning.living import judging
from fieldops.services.planning.living.day import Day
from fieldops.services.planning.living.judging import Verdict
from fieldops.services.planning.living.writing import write
from fieldops.services.planning.refusals import StopRuling
from fieldops.services.planning.storing import reasons_of
from fieldops.services.rulings import ContactForbidden

LONGEST_REASON = 500
PROPOSED, APPLIED, DISCARDED = "proposed", "applied", "discarded"


@dataclass(frozen=True, slots=True)
class Act:
    """Who changes a day, how and why."""

    kind: str
    reason: str
    actor: Actor
    now: datetime
    book: RuleBook


def checked_reason(reason: str) -> str:
    """The reason, trimmed; raises InvalidInput for none or too long a one."""
    plain = reason.strip()
    if not 1 <= len(plain) <= LONGEST_REASON:
        cure = f"say why in 1 to {LONGEST_REASON} characters"
        raise InvalidInput(faults=[FieldFault("reason", "is empty or too long", cure)])
    return plain


def make(
    session: Session,
    day: Day,
    after: routing.Plan,
    act: Act,
    *,
    recipe: Mapping[str, Any],
    why: Mapping[str, list[dict[str, Any]]] | None = None,
    into: DayChange | None = None,
    dry_run: bool = False,
) -> DayChange | ContactForbidden:
    """Make a change of the rest of the day; a refusal by the rulebook comes as a value and is kept.

    With `dry_run` nothing is written but a refusal. `into` is the proposal that is made true.
    """
    changes = judging.touched(day, after)
    found = judging.verdict(session, day, changes, book=act.book, lock=not dry_run)
    refused = judging.refusal(session, found, actor=act.actor, now=act.now)
    if refused is not None:
        return refused
    change = into or new_change(day, after, act, recipe=recipe)
    if not dry_run:
        written(session, day, after, changes, found, why or {}, act)
        keep(session, day.plan, change, act)
    return change


def written(
    session: Session,
    day: Day,
    after: routing.Plan,
    changes: Sequence[judging.Touched],
    found: Verdict,
    why: Mapping[str, list[dict[str, Any]]],
    act: Act,
) -> None:
    """Write what was judged lawful, and keep the rulings."""
    judging.keep(session, found.judged, actor=act.actor, now=act.now)
    crews = judging.crews_of(session, day, {one for change in changes for one in change.shifts})
    write(session, day, after, changes, found.facts, crews, why)
    for one in found.judged:
        if one.ruling.overridden:
            visit = _visit_of(session, day, one)
            mark_used(session, one.ruling.overridden, visit_id=visit, now=act.now)


def _visit_of(session: Session, day: Day, one: StopRuling) -> UUID:
    query = select(Visit.id).where(
        Visit.plan_id == day.plan.id,
        Visit.address_id == one.stop.address_id,
        Visit.state == VisitState.PLANNED.value,
    )
    return session.scalars(query).one()


def new_change(
    day: Day,
    after: routing.Plan,
    act: Act,
    *,
    recipe: Mapping[str, Any],
    late: Sequence[routing.Lateness] = (),
) -> DayChange:
    """The record of a change, not yet kept."""
    told = routing.difference(day.running, after)
    before, _ = day.rolled
    return DayChange(
        id=new_id(),
        organisation_id=day.plan.organisation_id,
        plan_id=day.plan.id,
        kind=act.kind,
        state=PROPOSED,
        reason=act.reason,
        base_version=day.plan.version,
        recipe=dict(recipe),
        told={one.shift: told_json(one, day.horizon) for one in told.shifts},
        figures={
            "delta_metres": after.metres - before.metres,
            "delta_seconds": after.seconds - before.seconds,
            "served": told.served,
            "dropped": list(told.dropped),
            "why": {one.stop: reasons_of(one) for one in after.unserved},
            "touched": len(told.stops),
            "late": [lateness_json(one, day.horizon) for one in late],
        },
        seen={},
        account_id=act.actor.account_id,
        created_at=act.now,
    )


def keep(session: Session, plan: Plan, change: DayChange, act: Act) -> None:
    """Keep a change that was made, and make it known."""
    change.state, change.applied_at = APPLIED, act.now
    session.add(change)
    # A change of times alone touches no column of the plan, and yet it is another plan.
    plan.figures = {**plan.figures, "changed_at": act.now.isoformat()}
    session.flush()
    fact = DayChanged(change.id)
    outbox.record(session, fact, organisation_id=plan.organisation_id, now=act.now)


def told_json(one: routing.ShiftChanges, horizon: Horizon) -> dict[str, Any]:
    """What a shift is told, with times in place of seconds and addresses as stops."""
    plain = asdict(one)
    for items in plain.values():
        for item in items if isinstance(items, tuple) else ():
            if isinstance(item, dict) and "start" in item:
                item["starts_at"] = horizon.moment(item.pop("start")).isoformat()
    return {key: list(value) if isinstance(value, tuple) else value for key, value in plain.items()}


def lateness_json(one: routing.Lateness, horizon: Horizon) -> dict[str, Any]:
    """A visit, or the end of a shift (address null), that comes too late, in minutes."""
    return {
        "shift_id": one.shift,
        "address_id": one.stop,
        "minutes": -(-one.seconds // 60),
    }
