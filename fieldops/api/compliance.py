"""What compliance reports: near misses one by one, and all counts of a period."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from fieldops import clock
from fieldops.api.access import allow, current_actor, unit
from fieldops.api.paging import DEFAULT_LIMIT, MAX_LIMIT, paged
from fieldops.db import db
from fieldops.domain.permissions import Permission
from fieldops.domain.rights.near import NEAR
from fieldops.domain.team.doubting import Ground, ReviewOutcome
from fieldops.models import Agent, AgentReview
from fieldops.services import (
    agent_reviews,
    compliance_desk,
    compliance_report,
    kept_fit,
    scoped,
)
from fieldops.services.compliance_desk import Sought
from fieldops.services.evidence_fit import USUAL, Fit
from fieldops.wiring import wiring

blp = Blueprint("compliance", __name__, url_prefix="/api/v1/compliance", description="Compliance")


class NearQuery(Schema):
    """Which near misses, the newest first; `after` is the last one that was seen."""

    limit = fields.Integer(load_default=DEFAULT_LIMIT, validate=validate.Range(1, MAX_LIMIT))
    after = fields.UUID(load_default=None)
    rule = fields.String(load_default=None)
    gate = fields.String(load_default=None)
    agent_id = fields.UUID(load_default=None)
    since = fields.AwareDateTime(load_default=None, format="iso")
    until = fields.AwareDateTime(load_default=None, format="iso")


class NearOut(Schema):
    """A lawful contact, the rule that it came near, and how."""

    id = fields.UUID(attribute="part.id")
    rule = fields.String(attribute="part.rule")
    how = fields.String(attribute="part.part", metadata={"enum": [*NEAR]})
    at = fields.AwareDateTime(attribute="part.at")
    ruling_id = fields.UUID(attribute="ruling.id")
    gate = fields.String(attribute="ruling.gate")
    case_id = fields.UUID(attribute="ruling.case_id", allow_none=True)
    agent_id = fields.UUID(attribute="ruling.agent_id", allow_none=True)


class NearPageOut(Schema):
    """One page of near misses."""

    items = fields.List(fields.Nested(NearOut))
    next = fields.UUID(allow_none=True)


class PeriodQuery(Schema):
    """From when (inclusive) until when (not); where neither is said, the usual days."""

    since = fields.AwareDateTime(
        load_default=None,
        format="iso",
        metadata={"description": "Without since and until: the last thirty days and today"},
    )
    until = fields.AwareDateTime(load_default=None, format="iso")


class CountOut(Schema):
    """How many there are of what these words say."""

    words = fields.List(fields.String())
    count = fields.Integer(attribute="number")


class DeadlinesOut(Schema):
    """How the clocks of the complaints received in the period ended or stand."""

    received = fields.Integer()
    answered_in_time = fields.Integer()
    answered_late = fields.Integer()
    waiting = fields.Integer()
    overdue = fields.Integer()


class AgentReviewIn(Schema):
    """What came of looking, and why."""

    outcome = fields.Enum(ReviewOutcome, by_value=True, required=True)
    reason = fields.String(required=True, validate=validate.Length(agent_reviews.LEAST_REASON, 500))
    since = fields.AwareDateTime(load_default=None, format="iso")
    until = fields.AwareDateTime(load_default=None, format="iso")


class AgentReviewOut(Schema):
    """What compliance found out about an agent, with the figures at which it looked."""

    id = fields.UUID()
    agent_id = fields.UUID()
    outcome = fields.String(metadata={"enum": [*ReviewOutcome]})
    reason = fields.String()
    grounds = fields.Dict()
    noted_by = fields.UUID(allow_none=True)
    noted_at = fields.AwareDateTime()


class FitOut(Schema):
    """How much of what an agent handed in does not fit: counts, and no verdict."""

    agent_id = fields.UUID(attribute="agent.id")
    code = fields.String(attribute="agent.code")
    items = fields.Integer()
    doubtful = fields.Integer()
    checks = fields.Dict(keys=fields.String(), values=fields.Integer())
    visits = fields.Integer()
    remarked = fields.Integer()
    compared = fields.Integer(metadata={"description": "Visits at doors where others came too"})
    nobody = fields.Integer(metadata={"description": "Of these, how many found nobody home"})
    expected = fields.Float(metadata={"description": "How many would, as others found there"})
    surplus = fields.Float(metadata={"description": "The difference in standard deviations"})
    grounds = fields.List(fields.String(metadata={"enum": [*Ground]}))
    review = fields.Nested(AgentReviewOut, allow_none=True)
    as_of = fields.AwareDateTime(
        allow_none=True,
        metadata={"description": "When this was counted, where that was not just now"},
    )


class ReportOut(Schema):
    """All counts of a period."""

    house = fields.String()
    since = fields.AwareDateTime()
    until = fields.AwareDateTime()
    made_at = fields.AwareDateTime()
    rule_packs = fields.List(fields.String())
    contacts = fields.List(fields.Nested(CountOut))
    rulings = fields.List(fields.Nested(CountOut))
    refused = fields.List(fields.Nested(CountOut))
    near = fields.List(fields.Nested(CountOut))
    deadlines = fields.Nested(DeadlinesOut)
    complaints = fields.List(fields.Nested(CountOut))
    disputes = fields.List(fields.Nested(CountOut))
    requests = fields.List(fields.Nested(CountOut))
    holds_placed = fields.List(fields.Nested(CountOut))
    holds_lifted = fields.List(fields.Nested(CountOut))
    overridden = fields.List(fields.Nested(CountOut))
    fit = fields.List(fields.Nested(FitOut))


@blp.route("/near-misses")
class NearMisses(MethodView):
    """Contacts that were let through and came near a rule."""

    @allow(Permission.READ_AUDIT, reads="rulings")
    @blp.arguments(NearQuery, location="query")
    @blp.response(200, NearPageOut)
    def get(self, query: dict[str, Any]) -> Any:
        """List near misses, the newest first: of a rule, a gate, an agent, a period."""
        before, limit = query.pop("after"), query.pop("limit")
        found = compliance_desk.near_misses(
            db.session(), current_actor(), Sought(**query), before=before, limit=limit
        )
        return paged(*found)


@blp.route("/agents")
class FitOfAgents(MethodView):
    """Whose evidence does not fit."""

    @allow(Permission.READ_AUDIT, reads="compliance-report")
    @blp.arguments(PeriodQuery, location="query")
    @blp.response(200, FitOut(many=True))
    def get(self, query: dict[str, datetime | None]) -> Any:
        """List all agents who handed anything in: those with grounds first."""
        return _fits(db.session(), *_period(db.session(), **query))


@blp.route("/agents/<uuid:agent_id>/reviews")
class AgentReviews(MethodView):
    """What compliance found out about one agent."""

    @allow(Permission.READ_AUDIT, reads="compliance-report")
    @blp.response(200, AgentReviewOut(many=True))
    def get(self, agent_id: UUID) -> Any:
        """List the reviews of an agent, the latest first."""
        session, actor = db.session(), current_actor()
        return agent_reviews.of_agent(session, scoped.get(session, Agent, agent_id, actor), actor)

    @allow(Permission.REVIEW_AGENTS)
    @blp.arguments(AgentReviewIn)
    @blp.response(201, AgentReviewOut)
    def post(self, body: dict[str, Any], agent_id: UUID) -> AgentReview:
        """Note an outcome with the figures of a period, the last thirty days unless it is said."""
        with unit() as session:
            found = _fits(session, *_period(session, body["since"], body["until"]))
            fit = next((one for one in found if one.agent.id == agent_id), None)
            return agent_reviews.note(
                session, agent_id, body["outcome"], body["reason"],
                fit=fit, actor=current_actor(), now=clock.now(),
            )  # fmt: skip


@blp.route("/report")
class Report(MethodView):
    """The report of a period."""

    @allow(Permission.READ_AUDIT, reads="compliance-report")
    @blp.arguments(PeriodQuery, location="query")
    @blp.response(200, ReportOut)
    def get(self, query: dict[str, datetime | None]) -> Any:
        """Count everything of a period: contacts, rulings by rule, complaints, holds, evidence."""
        return compliance_report.of_period(
            db.session(),
            *_period(db.session(), **query),
            doubts=wiring().team.doubts,
            actor=current_actor(),
            now=clock.now(),
        )


def _period(
    session: Session, since: datetime | None, until: datetime | None
) -> tuple[datetime, datetime]:
    """The period asked for; where one end is missing, thirty days from the other or until now."""
    if since is None and until is None:
        return kept_fit.usual_period(session, current_actor().organisation_id, clock.now())
    until = until or clock.now()
    return since or until - USUAL, until


def _fits(session: Session, since: datetime, until: datetime) -> list[Fit]:
    return kept_fit.fit_of_period(
        session, current_actor(), doubts=wiring().team.doubts,
        since=since, until=until, now=clock.now(),
    )  # fmt: skip
