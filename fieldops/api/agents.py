"""Field agents and their shifts: listed, made from the usual day, called off with a reason."""

from typing import Any
from uuid import UUID

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from fieldops import clock
from fieldops.api.access import allow, current_actor, unit
from fieldops.api.paging import PageQuery, page_of, paged
from fieldops.api.versions import etag, required_version
from fieldops.db import db
from fieldops.domain.permissions import Permission
from fieldops.services import team

blp = Blueprint("agents", __name__, url_prefix="/api/v1", description="Agents and shifts")


class AgentOut(Schema):
    """A field agent and his usual day in local time."""

    id = fields.UUID()
    code = fields.String()
    name = fields.String()
    lat = fields.Float()
    lon = fields.Float()
    given_position = fields.Dict()
    day_start = fields.String()
    day_end = fields.String()
    break_start = fields.String(allow_none=True)
    break_minutes = fields.Integer()
    skills = fields.List(fields.String())
    partner_code = fields.String(allow_none=True)
    trained_until = fields.Date(allow_none=True)
    most_stops = fields.Integer(allow_none=True, metadata={"description": "Visits a day"})
    most_minutes = fields.Integer(
        allow_none=True, metadata={"description": "Travel and visits a day"}
    )
    background_ok = fields.Boolean()


class BreakOut(Schema):
    """A break that is due: when it may begin at the earliest and at the latest."""

    earliest = fields.String(attribute="from", data_key="from", metadata={"format": "date-time"})
    until = fields.String(metadata={"format": "date-time"})
    minutes = fields.Integer()


class ShiftOut(Schema):
    """One agent's working day."""

    id = fields.UUID()
    agent_id = fields.UUID()
    agent_code = fields.String(attribute="agent.code")
    day = fields.Date()
    starts_at = fields.AwareDateTime()
    ends_at = fields.AwareDateTime()
    breaks = fields.List(fields.Nested(BreakOut))
    absent_reason = fields.String(allow_none=True)
    version = fields.Integer()


class DayQuery(Schema):
    """A day."""

    day = fields.Date(required=True)


class AbsenceIn(Schema):
    """Why the agent does not work this day after all; null when he does."""

    absent_reason = fields.String(required=True, allow_none=True, validate=validate.Length(1, 200))


@blp.route("/agents")
class Agents(MethodView):
    """The organisation's field agents."""

    @allow(Permission.MANAGE_TEAM)
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, page_of(AgentOut))
    def get(self, query: dict[str, Any]) -> Any:
        """List those who have not retired."""
        return paged(*team.agent_page(db.session(), current_actor(), **query))


@blp.route("/shifts")
class Shifts(MethodView):
    """The shifts of a day."""

    @allow(Permission.MANAGE_TEAM)
    @blp.arguments(DayQuery, location="query")
    @blp.response(200, ShiftOut(many=True))
    def get(self, query: dict[str, Any]) -> Any:
        """List them by the agents' codes."""
        return team.shifts_of(db.session(), query["day"], current_actor())

    @allow(Permission.MANAGE_TEAM)
    @blp.arguments(DayQuery, location="query")
    @blp.response(201, ShiftOut(many=True))
    def post(self, query: dict[str, Any]) -> Any:
        """Make those that are missing from the agents' usual day; the others stay as they are."""
        with unit() as session:
            return team.ensure_shifts(session, query["day"], actor=current_actor(), now=clock.now())


@blp.route("/shifts/<uuid:shift_id>")
class OneShift(MethodView):
    """One shift."""

    @allow(Permission.MANAGE_TEAM)
    @blp.arguments(AbsenceIn)
    @blp.response(200, ShiftOut)
    def patch(self, body: dict[str, Any], shift_id: UUID) -> Any:
        """Call it off with a reason, or on again with null; `If-Match` names the version."""
        with unit() as session:
            shift = team.set_absence(
                session,
                shift_id,
                body["absent_reason"],
                expected_version=required_version(),
                actor=current_actor(),
            )
            return shift, 200, etag(shift.version)
