"""A plan held against another one of the same day: figures side by side, and who goes elsewhere."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.models import Case, Plan, Route, Stop
from fieldops.services import scoped
from fieldops.services.parts import in_parts
from fieldops.services.planning.board.crews import crews_of

FIGURES = ("served", "unserved", "kilometres", "travel_hours", "hours")
MOST_LINES = 500

_Place = tuple[str | None, Any, UUID]


def compared(
    session: Session, plan_id: UUID, other_id: UUID | None, *, actor: Actor
) -> dict[str, Any]:
    """What this plan does otherwise than the other one; without an other, than the present plan.

    The present plan is the committed one of the same day, else the proposal before this one.
    `others` is None when there is none. Raises NotFound.
    """
    plan = scoped.get(session, Plan, plan_id, actor)
    other = (
        scoped.get(session, Plan, other_id, actor) if other_id else present(session, actor, plan)
    )
    if other is None:
        return {"other": None, "figures": {}, "value": None, "counts": {}, "lines": []}
    mine, theirs = _places(session, actor, plan), _places(session, actor, other)
    lines = list(_lines(mine, theirs))
    numbers = _numbers(session, [one["case_id"] for one in lines[:MOST_LINES]])
    counts: dict[str, int] = {}
    for one in lines:
        counts[one["act"]] = counts.get(one["act"], 0) + 1
    return {
        "other": {"id": other.id, "state": other.state, "created_at": other.created_at},
        "figures": {key: [plan.figures.get(key), other.figures.get(key)] for key in FIGURES},
        "value": [_value(plan), _value(other)],
        "counts": counts,
        "lines": [
            {**one, "number": numbers[one["case_id"]]}
            for one in lines[:MOST_LINES]
            if one["case_id"] in numbers
        ],
    }


def present(session: Session, actor: Actor, plan: Plan) -> Plan | None:
    """The plan that stands for these days: the committed one, else the last proposal before."""
    query = scoped.own(Plan, actor).where(
        Plan.id != plan.id,
        Plan.state.in_(("committed", "proposed")),
        Plan.day <= _last(plan),
        Plan.day >= date.fromordinal(plan.day.toordinal() - 31),
    )
    found = [one for one in session.scalars(query) if plan.day <= _last(one)]
    return max(
        (one for one in found if one.state == "committed" or one.id < plan.id),
        key=lambda one: (one.state == "committed", one.id),
        default=None,
    )


def _last(plan: Plan) -> date:
    return date.fromordinal(plan.day.toordinal() + plan.days - 1)


def _value(plan: Plan) -> dict[str, int] | None:
    objective: dict[str, Any] = plan.figures.get("objective") or {}
    return objective.get("value")


def _places(session: Session, actor: Actor, plan: Plan) -> Mapping[UUID, _Place]:
    """Crew, time and case of each address of a plan; no crew for one that is not served."""
    routes = session.scalars(select(Route).where(Route.plan_id == plan.id)).all()
    names = {crew.route.id: crew.name for crew in crews_of(session, actor, routes)}
    query = select(Stop.address_id, Stop.route_id, Stop.starts_at, Stop.case_id)
    rows = session.execute(query.where(Stop.plan_id == plan.id))
    return {
        address: (names.get(route) if route else None, at, case)
        for address, route, at, case in rows
    }


def _lines(mine: Mapping[UUID, _Place], theirs: Mapping[UUID, _Place]) -> Sequence[dict[str, Any]]:
    found = []
    for address in mine.keys() | theirs.keys():
        crew, at, case = mine.get(address) or (None, None, theirs[address][2])
        former, earlier, _ = theirs.get(address) or (None, None, case)
        act = _act(crew, former, at != earlier)
        if act:
            found.append({"case_id": case, "act": act, "crew": crew, "former": former, "at": at})
    order = {"removed": 0, "added": 1, "moved": 2, "retimed": 3}
    return sorted(found, key=lambda one: (order[one["act"]], str(one["at"]), str(one["case_id"])))


def _act(crew: str | None, former: str | None, is_retimed: bool) -> str | None:
    if crew is None or former is None:
        return None if crew == former else ("removed" if crew is None else "added")
    if crew != former:
        return "moved"
    return "retimed" if is_retimed else None


def _numbers(session: Session, cases: Sequence[UUID]) -> dict[UUID, str]:
    found: dict[UUID, str] = {}
    for part in in_parts(cases):
        rows = session.execute(select(Case.id, Case.number).where(Case.id.in_(part)))
        found |= {row.id: row.number for row in rows}
    return found
