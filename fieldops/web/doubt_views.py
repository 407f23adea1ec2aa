"""An agent whose evidence does not fit: figures, the visits behind them, and what came of it."""

from datetime import datetime
from uuid import UUID

from flask import redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from fieldops import clock
from fieldops.db import db
from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.permissions import Permission
from fieldops.domain.team.doubting import ReviewOutcome
from fieldops.models import Agent
from fieldops.services import agent_reviews, scoped
from fieldops.services.evidence_fit import Fit, doubted_visits
from fieldops.services.kept_fit import fit_of_period
from fieldops.web import case_queries
from fieldops.web.access import current_actor, page, unit
from fieldops.web.blueprint import pages
from fieldops.web.compliance_views import moments, period
from fieldops.web.form_words import NOT_OFFERED
from fieldops.wiring import wiring

Answer = AnyResponse | tuple[str, int]


@pages.get("/compliance/agents")
@page(Permission.READ_AUDIT, reads="compliance-report")
def fit_page() -> str:
    """All agents who handed anything in during some days: those with grounds first."""
    first, last = period()
    found = _fits(db.session(), *moments(first, last))
    return render_template("fit.html", fit=found, first=first, last=last)


@pages.get("/compliance/agents/<uuid:agent_id>")
@page(Permission.READ_AUDIT, reads="compliance-report")
def doubt_page(agent_id: UUID) -> str:
    """One agent: grounds, the visits to look at, and what was noted before."""
    return _shown(agent_id)


@pages.post("/compliance/agents/<uuid:agent_id>")
@page(Permission.REVIEW_AGENTS)
def review_agent(agent_id: UUID) -> Answer:
    """Note what came of looking."""
    since, until = moments(*period())
    try:
        outcome = _outcome(request.form.get("outcome", ""))
        with unit() as session:
            agent_reviews.note(
                session, agent_id, outcome, request.form.get("reason", ""),
                fit=_fit(session, agent_id, since, until), actor=current_actor(), now=clock.now(),
            )  # fmt: skip
    except InvalidInput as wrong:
        return _shown(agent_id, wrong), wrong.status
    first, last = period()
    return redirect(url_for("web.doubt_page", agent_id=agent_id, since=first, until=last))


def _shown(agent_id: UUID, wrong: InvalidInput | None = None) -> str:
    session, actor = db.session(), current_actor()
    agent = scoped.get(session, Agent, agent_id, actor)
    first, last = period()
    since, until = moments(first, last)
    reviews = agent_reviews.of_agent(session, agent, actor)
    return render_template(
        "doubt.html", agent=agent, fit=_fit(session, agent_id, since, until) or Fit(agent),
        visits=doubted_visits(session, actor, agent_id, since=since, until=until),
        reviews=reviews, outcomes=list(ReviewOutcome), wrong=wrong, filled=request.form,
        names=case_queries.names_of(session, {one.noted_by for one in reviews if one.noted_by}),
        first=first, last=last, least=agent_reviews.LEAST_REASON, most=agent_reviews.LONGEST,
    )  # fmt: skip


def _fits(session: Session, since: datetime, until: datetime) -> list[Fit]:
    doubts = wiring().team.doubts
    return fit_of_period(
        session, current_actor(), doubts=doubts, since=since, until=until, now=clock.now()
    )


def _fit(session: Session, agent_id: UUID, since: datetime, until: datetime) -> Fit | None:
    found = _fits(session, since, until)
    return next((one for one in found if one.agent.id == agent_id), None)


def _outcome(text: str) -> ReviewOutcome:
    try:
        return ReviewOutcome(text)
    except ValueError:
        raise InvalidInput(faults=[FieldFault("outcome", NOT_OFFERED)]) from None
