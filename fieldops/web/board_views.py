"""The dispatcher's day: the plan on map and list, and the buttons that decide on it."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import wraps
from typing import Any, TypeVar, cast
from uuid import UUID

from flask import redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from fieldops import clock
from fieldops.db import db
from fieldops.domain.errors import Conflict, InvalidInput, PreconditionFailed
from fieldops.domain.permissions import Actor, Permission
from fieldops.models import Plan
from fieldops.services import progress, scoped
from fieldops.services.planning import committing, requesting
from fieldops.services.planning.board import comparing
from fieldops.services.planning.day_notes import day_notes
from fieldops.services.rulings import ContactForbidden
from fieldops.web import catalogue, living_queries, map_views, plan_queries
from fieldops.web.access import current_actor, page, unit
from fieldops.web.agent_views import day_asked
from fieldops.web.blueprint import pages
from fieldops.web.door_forms import version
from fieldops.web.paging import id_in
from fieldops.web.showing import today
from fieldops.wiring import wiring

View = TypeVar("View", bound=Callable[..., Any])


def on_the_board(act: View) -> View:
    """Whatever of a plan cannot be done is told on its board, where the dispatcher goes on."""

    @wraps(act)
    def acted(plan_id: UUID, **more: Any) -> Any:
        try:
            return act(plan_id, **more)
        except (Conflict, InvalidInput, PreconditionFailed) as wrong:
            db.session.rollback()
            return shown(plan_id=plan_id, wrong=wrong), wrong.status

    return cast("View", acted)


@pages.get("/board")
@page(Permission.READ_PLANS, reads="plans")
def board_page() -> str:
    """The day with its newest plan, or the one that is named."""
    return shown()


@pages.post("/board/propose")
@page(Permission.PLAN_VISITS)
def propose() -> AnyResponse | tuple[str, int]:
    """Ask for a plan of the day; a worker solves it while the page waits."""
    day = day_asked()
    try:
        with unit() as session:
            plan = requesting.request_plan(
                session,
                day,
                budget=wiring().settings.plan_budget_seconds,
                keep=_id("keep"),
                actor=current_actor(),
                now=clock.now(),
            )
    except requesting.PlanUnderWay as wrong:
        return shown(wrong=wrong), wrong.status
    return redirect(url_for("web.board_page", day=day, plan=plan.id))


@pages.post("/plans/<uuid:plan_id>/commit")
@page(Permission.PLAN_VISITS)
@on_the_board
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
        return shown(refused=found), found.status
    return redirect(url_for("web.board_page", day=found.plan.day, plan=plan_id))


@pages.post("/plans/<uuid:plan_id>/discard")
@page(Permission.PLAN_VISITS)
@on_the_board
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
        return {"state": "queued", "done": 0, "total": None, "series": []}
    last = runs[-1]
    series = last.series or []
    return {"state": last.state, "done": last.done, "total": last.total, "series": series}


def shown(refused: ContactForbidden | None = None, plan_id: UUID | None = None, **more: Any) -> str:
    """The board of the day that is asked for; `more` are the choices of an urgent visit."""
    session, actor, day = db.session(), current_actor(), day_asked()
    plans = plan_queries.plans_of(session, actor, day)
    wanted = plan_id or _asked()
    plan = scoped.get(session, Plan, wanted, actor) if wanted else next(iter(plans), None)
    open_cases, doubtful = plan_queries.waiting(session, actor)
    running = _running(session, actor, plan, more) if plan else {}
    return render_template(
        "board.html",
        day=day,
        days=[day - timedelta(days=1), today(), day + timedelta(days=1)],
        plans=plans,
        plan=plan,
        shifts=plan_queries.shifts_of(session, actor, day),
        open_cases=open_cases,
        doubtful=doubtful,
        refused=refused,
        notes=day_notes(session, day, book=wiring().rulebook, actor=actor),
        told=_told(plan, day, running),
        words=_words(),
        **running,
        **more,
    )


def _words() -> dict[str, dict[str, str]]:
    """The tables of words that the page's script fills in itself."""
    return {
        "panes": catalogue.table("panes"),
        "fit": catalogue.table("fit"),
        "reason": catalogue.table("reason"),
        "visit_state": catalogue.table("visit_state"),
    }


def _told(plan: Plan | None, day: date, running: dict[str, Any]) -> dict[str, Any]:
    """What the page's script needs to know before it reads any data."""
    is_shown = plan is not None and plan.state in ("proposed", "committed")
    return {
        "plan": str(plan.id) if plan is not None and is_shown else None,
        "state": plan.state if plan else None,
        "day": day.isoformat(),
        "movable": running.get("movable", False),
        "living": plan is not None and plan.state == "committed" and plan.problem is not None,
        "urgent": running.get("living", False),
        "basemap": map_views.told(),
        "ahead": _ahead(plan, day) if plan is not None and is_shown else None,
        "casePage": url_for("web.case_page", case_id=UUID(int=0)),
    }


def _ahead(plan: Plan, day: date) -> dict[str, str]:
    """The largest answers that the page's script will need, by what they hold."""
    datum = wiring().basemap.datum
    return {
        "marks": url_for("board.Marks", plan_id=plan.id, datum=datum),
        "day": url_for("board.PlanDay", plan_id=plan.id, day=day, datum=datum),
    }


def _running(session: Session, actor: Actor, plan: Plan, more: dict[str, Any]) -> dict[str, Any]:
    """What of a plan can be changed now, the last proposal for it, and how it came about."""
    may_plan = actor.may(Permission.PLAN_VISITS)
    is_running = may_plan and plan.state == "committed" and plan.problem is not None
    choices = more.get("choices")
    shifts = {str(one.shift_id) for one in choices.choices} if choices else set[str]()
    series = living_queries.series_of(session, actor, plan)
    is_proposed = plan.state == "proposed"
    return {
        "living": is_running,
        "own_shifts": {one["id"] for one in (plan.problem or {}).get("shifts", ())},
        "movable": is_running or (may_plan and is_proposed),
        "proposal": living_queries.proposal(session, actor, plan) if is_running else None,
        "compared": comparing.compared(session, plan.id, None, actor=actor)
        if is_proposed
        else None,
        "names": living_queries.agents_of(session, shifts),
        "series": series,
        "points": living_queries.curve(series),
    }


def _asked() -> UUID | None:
    return _id("plan")


def _id(name: str) -> UUID | None:
    return id_in(request.values.get(name, ""))
