"""Writing a solved plan down: routes and stops in bulk, figures and the judge's word."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session
from uuid6 import uuid7

import routing
from fieldops.domain.permissions import Actor
from fieldops.domain.rulebook.vocabulary import Gate
from fieldops.models import Plan, Route, Stop
from fieldops.services import rulings, scoped
from fieldops.services.planning import streets, travel_kept
from fieldops.services.planning.building import Prepared, Solved
from fieldops.services.planning.figures import figures_of
from fieldops.services.planning.horizon import Horizon
from fieldops.services.planning.material import Candidate

SOLVING, PROPOSED, FAILED = "solving", "proposed", "failed"


def store(
    session: Session, prepared: Prepared, solved: Solved, *, actor: Actor, now: datetime
) -> Plan:
    """Write the plan; one that was discarded meanwhile, or is stored already, stays as it is."""
    plan = scoped.get(session, Plan, prepared.plan_id, actor, lock=True)
    if plan.state not in (SOLVING, FAILED):
        return plan
    _clear(session, plan.id)
    writer = _Writer(actor.organisation_id, plan.id, prepared)
    writer.write(session, solved.plan)
    streets.keep(session, prepared.division, actor=actor, now=now)
    rulings.keep(session, Gate.PLAN, prepared.refused, actor=actor, now=now)
    estimated = prepared.estimated or prepared.problem
    travel_kept.keep_problem(session, plan, prepared.problem, estimated)
    plan.figures = _figures(prepared, solved, plan.figures, now)
    plan.state = FAILED if solved.faults else PROPOSED
    session.flush()
    return plan


def _figures(
    prepared: Prepared, solved: Solved, asked: dict[str, Any], now: datetime
) -> dict[str, Any]:
    own = figures_of(prepared.problem, solved.plan)
    return {
        **asked,
        **own,
        "unserved": own["unserved"] + len(prepared.left_out),
        "naive": figures_of(prepared.problem, solved.naive),
        "check": list(solved.faults),
        "barred": prepared.barred,
        "travel": prepared.travel,
        "search": solved.search,
        "built_at": now.astimezone(UTC).isoformat(),
    }


def _clear(session: Session, plan_id: UUID) -> None:
    # A job that died half-way left nothing, but one that is run again must not write twice.
    session.execute(delete(Stop).where(Stop.plan_id == plan_id))
    session.execute(delete(Route).where(Route.plan_id == plan_id))


class _Writer:
    def __init__(self, organisation_id: UUID, plan_id: UUID, prepared: Prepared) -> None:
        self._own = {"organisation_id": organisation_id, "plan_id": plan_id}
        self._horizon = prepared.horizon
        self._candidates = prepared.served_by
        self._left_out = prepared.left_out
        self._worth = prepared.worth
        self._pins = prepared.pins
        self._windows = {stop.id: stop.windows or () for stop in prepared.problem.stops}

    def write(self, session: Session, plan: routing.Plan) -> None:
        routes = [(_new_id(), route) for route in plan.routes]
        if routes:
            rows = [self._route(route_id, route) for route_id, route in routes]
            session.execute(insert(Route), rows)
        stops = [stop for route_id, route in routes for stop in self._served(route_id, route)]
        stops += [self._unserved(one) for one in plan.unserved]
        stops += [self._stop(one.candidate, reasons=one.reasons) for one in self._left_out]
        if stops:
            session.execute(insert(Stop), stops)

    def _route(self, route_id: UUID, route: routing.Route) -> dict[str, Any]:
        return {"id": route_id, **self._own, **route_values(route, self._horizon)}

    def _served(self, route_id: UUID, route: routing.Route) -> Iterator[dict[str, Any]]:
        for sequence, leg in enumerate(route.legs, start=1):
            yield self._stop(
                self._candidates[leg.stop],
                route_id=route_id,
                pinned=self._pins.get(leg.stop) in route.shifts,
                **leg_values(leg, sequence, self._horizon),
            )

    def _unserved(self, one: routing.Unserved) -> dict[str, Any]:
        return self._stop(self._candidates[one.stop], reasons=reasons_of(one))

    def _stop(self, one: Candidate, **values: Any) -> dict[str, Any]:
        windows = self._windows.get(str(one.address_id), ())
        return {
            **EMPTY,
            "id": _new_id(),
            **self._own,
            "case_id": one.case_id,
            "address_id": one.address_id,
            "windows": [[self._iso(opens), self._iso(closes)] for opens, closes in windows],
            "pinned": False,
            "worth": self._worth.get(str(one.address_id)),
            **values,
        }

    def _iso(self, seconds: int) -> str:
        return self._horizon.moment(seconds).astimezone(self._horizon.zone).isoformat()


EMPTY: dict[str, Any] = {
    "route_id": None,
    "sequence": None,
    "arrives_at": None,
    "starts_at": None,
    "finishes_at": None,
    "metres": None,
    "seconds": None,
    "reasons": [],
}
"""What a stop bears that no route serves, beside its reasons."""


def route_values(route: routing.Route, horizon: Horizon) -> dict[str, Any]:
    """The columns of a route."""
    shifts = [UUID(shift) for shift in route.shifts]
    return {
        "shift_id": shifts[0],
        "partner_shift_id": shifts[1] if len(shifts) > 1 else None,
        "departs_at": horizon.moment(route.depart),
        "returns_at": horizon.moment(route.returns),
        "metres": route.metres,
        "seconds": route.seconds,
        "breaks": [_break(rest, horizon) for rest in route.breaks],
    }


def _break(rest: routing.PlacedBreak, horizon: Horizon) -> dict[str, Any]:
    start = horizon.moment(rest.start).astimezone(horizon.zone)
    return {"start": start.isoformat(), "minutes": (rest.finish - rest.start) // 60}


def leg_values(leg: routing.Leg, sequence: int, horizon: Horizon) -> dict[str, Any]:
    """The columns of a stop that a route serves; `sequence` counts from 1."""
    return {
        "sequence": sequence,
        "arrives_at": horizon.moment(leg.arrive),
        "starts_at": horizon.moment(leg.start),
        "finishes_at": horizon.moment(leg.finish),
        "metres": leg.metres,
        "seconds": leg.seconds,
        "reasons": [],
    }


def reasons_of(one: routing.Unserved) -> list[dict[str, Any]]:
    """Why no route serves a stop, as JSON."""
    return [
        {"code": why.code, "detail": why.detail, "would_fit_if": why.would_fit_if}
        for why in one.reasons
    ]


def _new_id() -> UUID:
    return UUID(int=uuid7().int)
