"""The problem of a stored plan with its table of travel, which stands apart from it."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

import routing
from fieldops.domain.errors import Conflict
from fieldops.models import Plan, PlanTravel
from fieldops.services.planning.travel_cells import packed, with_cells, without_cells
from routing.problem import Matrix


def keep_problem(
    session: Session, plan: Plan, problem: routing.Problem, estimated: routing.Problem
) -> None:
    """Write the problem into the plan, and its table, if it has one, beside it.

    `estimated` is the same problem on geodesic travel.
    """
    forget_travel(session, plan.id)
    plan.problem = without_cells(problem, estimated)
    if isinstance(problem.travel, Matrix):
        session.add(
            PlanTravel(
                organisation_id=plan.organisation_id,
                plan_id=plan.id,
                cells=packed(problem.travel),
            )
        )


def problem_of_plan(
    session: Session, plan: Plan, part: tuple[Collection[str], Collection[str]] | None = None
) -> routing.Problem:
    """The problem that a plan was made from; raises Conflict when there is none.

    Of a `part`, stops and shifts by their ids, only those are read.
    """
    told: Any = plan.problem
    if told is None:
        raise Conflict("The plan has not been solved yet.")
    if part is not None:
        told = _part(told, *part)
    travel = told["travel"]
    if travel["kind"] != "matrix" or "seconds" in travel:
        return routing.read_problem(told)
    query = select(PlanTravel.cells).where(PlanTravel.plan_id == plan.id)
    cells = session.scalars(query).one_or_none()
    if cells is None:
        raise Conflict("The plan's travel times are no longer kept; propose it again.")
    return with_cells(told, bytes(cells))


def _part(told: dict[str, Any], stops: Collection[str], shifts: Collection[str]) -> dict[str, Any]:
    """The problem as JSON with these stops and shifts alone, and nothing that names another."""

    def stop(one: dict[str, Any]) -> dict[str, Any]:
        pin = one["pinned"]
        return {
            **one,
            "not_with": [other for other in one["not_with"] if other in stops],
            "not_same_day": [other for other in one["not_same_day"] if other in stops],
            "pinned": pin if pin and pin["shift"] in shifts else None,
        }

    def shift(one: dict[str, Any]) -> dict[str, Any]:
        return {**one, "crew_with": one["crew_with"] if one["crew_with"] in shifts else None}

    return {
        **told,
        "stops": [stop(one) for one in told["stops"] if one["id"] in stops],
        "shifts": [shift(one) for one in told["shifts"] if one["id"] in shifts],
    }


def forget_travel(session: Session, plan_id: UUID) -> None:
    """Delete a plan's table: it is thrown away or solved again."""
    session.execute(delete(PlanTravel).where(PlanTravel.plan_id == plan_id))
