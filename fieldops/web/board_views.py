"""The dispatcher's day: the plan on map and list, and the buttons that decide on it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from fieldops import clock
from fieldops.db import db
from fieldops.domain.permissions import Permission
from fieldops.models import Plan
from fieldops.services import progress, scoped
from fieldops.services.planning import committing, requesting
from fieldops.services.rulings import ContactForbidden
from fieldops.web import plan_queries
from fieldops.web.access import current_actor, page, unit
from fieldops.web.agent_views import day_asked
from fieldops.web.blueprint import pages
from fieldops.web.door_forms import version
from fieldops.web.showing import today
from fieldops.wiring import wiring


@pages.get("/board")
@page(Permission.READ_PLANS, reads="plans")
def board_page() -> str:
    """The day with its newest plan, or the one that is named."""
    return _shown()


@pages.post("/board/propose")
@page(Permission.PLAN_VISITS)
def propose() -> AnyResponse:
    """Ask for a plan of the day; a worker solves it while the page waits."""
    day = day_asked()
    with unit() as session:
        plan = requesting.request_plan(
            session,
            day,
            budget=wiring().settings.plan_budget_seconds,
            actor=current_actor(),
            now=clock.now(),
        )
    return redirect(url_for("web.board_page", day=day, plan=plan.id))


@pages.post("/plans/<uuid:plan_id>/commit")
@page(Permission.PLAN_VISITS)
def commit(plan_id: UUID) -> AnyResponse | tuple[str, int]:
    """Make the plan's stops into visits; what the rulebook now refuses is shown, stop by stop."""
    with unit() as session:
        found = committing.commit_plan(
            session,
            plan_id,
            version=version(request.form),
            book=wiring().rulebook,
            actor=current_actor(),
            now=clock.now(),
            drop_forbidden="drop_forbidden" in request.form,
        )
    if isinstance(found, ContactForbidden):
        return _shown(refused=found), found.status
    return redirect(url_for("web.board_page", day=found.plan.day, plan=plan_id))


@pages.post("/plans/<uuid:plan_id>/discard")
@page(Permission.PLAN_VISITS)
def discard(plan_id: UUID) -> AnyResponse:
    """Throw a proposal away."""
    with unit() as session:
        plan = requesting.discard_plan(
            session,
            plan_id,
            version=version(request.form),
            actor=current_actor(),
            now=clock.now(),
        )
    return redirect(url_for("web.board_page", day=plan.day))


@pages.get("/progress/<kind>/<uuid:subject_id>")
@page(Permission.SIGNED_IN)
def progress_of(kind: str, subject_id: UUID) -> dict[str, Any]:
    """How far the job on this plan, import or pack has come, for the bar on the page."""
    runs = progress.of_subject(db.session(), f"{kind}:{subject_id}", current_actor())
    if not runs:
        return {"state": "queued", "done": 0, "total": None}
    return {"state": runs[-1].state, "done": runs[-1].done, "total": runs[-1].total}


def _shown(refused: ContactForbidden | None = None) -> str:
    session, actor, day = db.session(), current_actor(), day_asked()
    plans = plan_queries.plans_of(session, actor, day)
    wanted = _asked()
    plan = scoped.get(session, Plan, wanted, actor) if wanted else next(iter(plans), None)
    board = plan_queries.board(session, actor, plan, day) if plan else None
    open_cases, doubtful = plan_queries.waiting(session, actor)
    return render_template(
        "board.html",
        day=day,
        days=[day - timedelta(days=1), today(), day + timedelta(days=1)],
        plans=plans,
        board=board,
        shifts=plan_queries.shifts_of(session, actor, day),
        open_cases=open_cases,
        doubtful=doubtful,
        refused=refused,
    )


def _asked() -> UUID | None:
    try:
        return UUID(request.values.get("plan", ""))
    except ValueError:
        return None
