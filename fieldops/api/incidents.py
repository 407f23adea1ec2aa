"""Incidents in the field: reported by whoever was there, looked at by a manager."""

from typing import Any
from uuid import UUID

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from fieldops import clock
from fieldops.api.access import allow, current_actor, unit
from fieldops.api.paging import PageQuery, page_of, paged
from fieldops.db import db
from fieldops.domain.permissions import Permission
from fieldops.models import Incident
from fieldops.services import incidents
from fieldops.wiring import wiring

blp = Blueprint(
    "incidents", __name__, url_prefix="/api/v1/incidents", description="Incidents in the field"
)


class IncidentIn(Schema):
    """What happened, when, and at which visit; `key` makes a repeated report one."""

    key = fields.String(required=True, validate=validate.Length(1, 64))
    kind = fields.String(required=True, validate=validate.Length(1, 40))
    words = fields.String(required=True, validate=validate.Length(1, incidents.LONGEST))
    happened_at = fields.AwareDateTime(required=True)
    visit_id = fields.UUID(load_default=None, allow_none=True)


class IncidentReviewIn(Schema):
    """What was done, and whether the next crew is warned at this address."""

    measures = fields.String(required=True, validate=validate.Length(1, incidents.LONGEST))
    warns = fields.Boolean(required=True)


class IncidentsQuery(PageQuery):
    """Which incidents."""

    reviewed = fields.Boolean(load_default=None)


class IncidentOut(Schema):
    """One incident; its words are never edited."""

    id = fields.UUID()
    kind = fields.String()
    words = fields.String()
    happened_at = fields.AwareDateTime()
    recorded_at = fields.AwareDateTime()
    visit_id = fields.UUID(allow_none=True)
    case_id = fields.UUID(allow_none=True)
    agent_id = fields.UUID(allow_none=True)
    hold_id = fields.UUID(allow_none=True)
    review_due_at = fields.AwareDateTime()
    reviewed_at = fields.AwareDateTime(allow_none=True)
    reviewed_by = fields.UUID(allow_none=True)
    measures = fields.String(allow_none=True)
    warns = fields.Boolean(allow_none=True)


@blp.route("")
class Incidents(MethodView):
    """The incidents of the organisation."""

    @allow(Permission.SIGNED_IN, reads="incidents")
    @blp.arguments(IncidentsQuery, location="query")
    @blp.response(200, page_of(IncidentOut))
    def get(self, query: dict[str, Any]) -> Any:
        """List incidents in the order of ids; who only reports sees his own."""
        return paged(*incidents.listed(db.session(), current_actor(), **query))

    @allow(Permission.REPORT_INCIDENTS)
    @blp.arguments(IncidentIn)
    @blp.response(201, IncidentOut)
    def post(self, body: dict[str, Any]) -> Incident:
        """Report an incident; what its kind asks for, such as a hold, is done at once."""
        told = incidents.IncidentReport(**body)
        with unit() as session:
            return incidents.report(
                session,
                told,
                policy=wiring().safety,
                rights=wiring().rights,
                actor=current_actor(),
                now=clock.now(),
            )


@blp.route("/<uuid:incident_id>/review")
class Reviewed(MethodView):
    """The review of an incident."""

    @allow(Permission.REVIEW_INCIDENTS)
    @blp.arguments(IncidentReviewIn)
    @blp.response(200, IncidentOut)
    def post(self, body: dict[str, Any], incident_id: UUID) -> Incident:
        """Say what was done; whoever reported it does not review it."""
        actor, now = current_actor(), clock.now()
        with unit() as session:
            return incidents.review(session, incident_id, **body, actor=actor, now=now)
