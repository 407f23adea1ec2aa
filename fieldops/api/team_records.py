"""Records of agents and evaluations of agencies: kept, withdrawn, and what each agent holds."""

from typing import Any
from uuid import UUID

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from fieldops import clock
from fieldops.api.access import allow, current_actor, unit
from fieldops.db import db
from fieldops.domain.permissions import Permission
from fieldops.models import AgencyEvaluation, TeamRecord
from fieldops.services import team_records
from fieldops.wiring import wiring

blp = Blueprint("team-records", __name__, url_prefix="/api/v1/team", description="Team records")


class TeamRecordIn(Schema):
    """A certificate, check or undertaking of an agent or of an agency."""

    agent_id = fields.UUID(load_default=None, allow_none=True)
    agency_id = fields.UUID(load_default=None, allow_none=True)
    kind = fields.String(
        required=True, metadata={"description": "A kind of config/team/records.toml"}
    )
    passed = fields.Boolean(load_default=True)
    issuer = fields.String(required=True, validate=validate.Length(1, 200))
    reference = fields.String(required=True, validate=validate.Length(1, 200))
    begins_on = fields.Date(required=True)
    ends_on = fields.Date(
        load_default=None,
        allow_none=True,
        metadata={"description": "Its last day; the latest that its kind allows if left out"},
    )
    note = fields.String(load_default="", validate=validate.Length(max=500))


class TeamWithdrawIn(Schema):
    """Why it is withdrawn."""

    reason = fields.String(required=True, validate=validate.Length(1, 200))


class TeamRecordOut(Schema):
    """One record of an agent or of an agency."""

    id = fields.UUID()
    agent_id = fields.UUID(allow_none=True)
    agency_id = fields.UUID(allow_none=True)
    kind = fields.String()
    passed = fields.Boolean()
    issuer = fields.String()
    reference = fields.String()
    begins_on = fields.Date()
    ends_on = fields.Date(allow_none=True)
    note = fields.String(allow_none=True)
    recorded_by = fields.UUID(allow_none=True)
    recorded_at = fields.AwareDateTime()
    withdrawn_by = fields.UUID(allow_none=True)
    withdrawn_at = fields.AwareDateTime(allow_none=True)
    withdrawn_reason = fields.String(allow_none=True)


class HeldOut(Schema):
    """What one agent holds today."""

    agent_id = fields.UUID(attribute="agent.id")
    code = fields.String(attribute="agent.code")
    agency = fields.String(attribute="agent.agency.name", allow_none=True)
    suspended_at = fields.AwareDateTime(attribute="agent.suspended_at", allow_none=True)
    until = fields.Dict(
        keys=fields.String(),
        values=fields.Date(allow_none=True),
        metadata={"description": "By kind its last day; null where it is lacking"},
    )
    declared = fields.List(
        fields.String(), metadata={"description": "Kinds that the agent file alone states"}
    )
    records = fields.List(fields.Nested(TeamRecordOut))


class AgencyOut(Schema):
    """What one agency holds today."""

    id = fields.UUID(attribute="agency.id")
    name = fields.String(attribute="agency.name")
    agents = fields.Integer(metadata={"description": "How many of its people work for the house"})
    until = fields.Dict(keys=fields.String(), values=fields.Date(allow_none=True))
    records = fields.List(fields.Nested(TeamRecordOut), attribute="agency.records")


class SentByIn(Schema):
    """Which agency sends the agent; empty for the house's own people."""

    agency = fields.String(required=True, validate=validate.Length(max=200))


class EvaluationIn(Schema):
    """How an agency did."""

    agency = fields.String(required=True, validate=validate.Length(1, 200))
    held_on = fields.Date(required=True)
    scores = fields.Dict(keys=fields.String(), values=fields.Integer(strict=True), required=True)
    note = fields.String(load_default="", validate=validate.Length(max=500))


class AgencyEvaluationOut(Schema):
    """One evaluation of an agency."""

    id = fields.UUID()
    agency_id = fields.UUID()
    agency = fields.String(attribute="agency.name")
    held_on = fields.Date()
    ends_on = fields.Date()
    scores = fields.Dict(keys=fields.String(), values=fields.Integer())
    total = fields.Float()
    passed = fields.Boolean()
    note = fields.String(allow_none=True)
    recorded_by = fields.UUID(allow_none=True)
    recorded_at = fields.AwareDateTime()
    withdrawn_at = fields.AwareDateTime(allow_none=True)
    withdrawn_reason = fields.String(allow_none=True)


@blp.route("/records")
class Records(MethodView):
    """What the agents of the organisation hold."""

    @allow(Permission.READ_TEAM_RECORDS, reads="team-records")
    @blp.response(200, HeldOut(many=True))
    def get(self) -> Any:
        """List every agent with what he holds, and with his records, withdrawn ones too."""
        return team_records.team(
            db.session(), current_actor(), policy=wiring().team, now=clock.now()
        )

    @allow(Permission.KEEP_TEAM_RECORDS)
    @blp.arguments(TeamRecordIn)
    @blp.response(201, TeamRecordOut)
    def post(self, body: dict[str, Any]) -> TeamRecord:
        """Keep a record of an agent; one that was failed ends those of its kind before it."""
        with unit() as session:
            return team_records.record(
                session,
                team_records.RecordOrder(**body),
                policy=wiring().team,
                actor=current_actor(),
                now=clock.now(),
            )


@blp.route("/records/<uuid:record_id>/withdraw")
class RecordWithdrawal(MethodView):
    """The end of a record that should not have been kept."""

    @allow(Permission.KEEP_TEAM_RECORDS)
    @blp.arguments(TeamWithdrawIn)
    @blp.response(200, TeamRecordOut)
    def post(self, body: dict[str, Any], record_id: UUID) -> TeamRecord:
        """Withdraw a record and say why."""
        with unit() as session:
            return team_records.withdraw(
                session, record_id, **body, actor=current_actor(), now=clock.now()
            )


@blp.route("/agencies")
class Agencies(MethodView):
    """The agencies that send people."""

    @allow(Permission.READ_TEAM_RECORDS, reads="team-records")
    @blp.response(200, AgencyOut(many=True))
    def get(self) -> Any:
        """List every agency with what it holds."""
        return team_records.firms(
            db.session(), current_actor(), policy=wiring().team, now=clock.now()
        )


@blp.route("/agents/<uuid:agent_id>/agency")
class SentBy(MethodView):
    """Whose people an agent is one of."""

    @allow(Permission.KEEP_TEAM_RECORDS)
    @blp.arguments(SentByIn)
    @blp.response(204)
    def put(self, body: dict[str, Any], agent_id: UUID) -> None:
        """Say which agency sends the agent; the rules ask for its contract from then on."""
        with unit() as session:
            team_records.send_for(session, agent_id, **body, actor=current_actor(), now=clock.now())


@blp.route("/evaluations")
class Evaluations(MethodView):
    """How agencies were judged."""

    @allow(Permission.READ_TEAM_RECORDS, reads="team-records")
    @blp.response(200, AgencyEvaluationOut(many=True))
    def get(self) -> Any:
        """List evaluations, the latest first."""
        return team_records.evaluations(db.session(), current_actor())

    @allow(Permission.KEEP_TEAM_RECORDS)
    @blp.arguments(EvaluationIn)
    @blp.response(201, AgencyEvaluationOut)
    def post(self, body: dict[str, Any]) -> AgencyEvaluation:
        """Keep how an agency did by every criterion of config/team/records.toml."""
        with unit() as session:
            return team_records.evaluate(
                session,
                team_records.EvaluationOrder(**body),
                policy=wiring().team,
                actor=current_actor(),
                now=clock.now(),
            )


@blp.route("/evaluations/<uuid:evaluation_id>/withdraw")
class EvaluationWithdrawal(MethodView):
    """The end of an evaluation that should not have been kept."""

    @allow(Permission.KEEP_TEAM_RECORDS)
    @blp.arguments(TeamWithdrawIn)
    @blp.response(200, AgencyEvaluationOut)
    def post(self, body: dict[str, Any], evaluation_id: UUID) -> AgencyEvaluation:
        """Withdraw an evaluation and say why."""
        with unit() as session:
            return team_records.withdraw_evaluation(
                session, evaluation_id, **body, actor=current_actor(), now=clock.now()
            )
