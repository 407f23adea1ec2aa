"""Drills: the reports of made-up worlds that were played through a system like this one."""

from typing import Any
from uuid import UUID

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from fieldops import clock
from fieldops.api.access import allow, current_actor, unit
from fieldops.api.drill_schemas import ReportSchema
from fieldops.api.paging import PageQuery, page_of, paged
from fieldops.db import db
from fieldops.domain.permissions import Permission
from fieldops.models import Drill
from fieldops.services import drills

blp = Blueprint("drills", __name__, url_prefix="/api/v1/drills", description="Drills")


class DrillIn(Schema):
    """A report and what the drill is called."""

    name = fields.String(required=True, validate=validate.Length(1, 200))
    report = fields.Nested(ReportSchema, required=True)


class DrillOut(Schema):
    """One filed report, without its figures."""

    id = fields.UUID()
    name = fields.String()
    report_hash = fields.String()
    filed_at = fields.AwareDateTime()
    filed_by = fields.UUID(allow_none=True)


class WholeDrillOut(DrillOut):
    """One filed report."""

    report = fields.Dict()


@blp.route("")
class Drills(MethodView):
    """The drills of the organisation."""

    @allow(Permission.READ_AUDIT)
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, page_of(DrillOut))
    def get(self, query: dict[str, Any]) -> Any:
        """List reports, oldest first."""
        return paged(*drills.listed(db.session(), current_actor(), **query))

    @allow(Permission.FILE_DRILLS)
    @blp.arguments(DrillIn)
    @blp.response(201, WholeDrillOut)
    def post(self, body: dict[str, Any]) -> Drill:
        """File a report; the same report again is the one that is there."""
        report = ReportSchema().dump(body["report"])
        actor, now = current_actor(), clock.now()
        with unit() as session:
            return drills.file(session, body["name"], report, actor=actor, now=now)


@blp.route("/<uuid:drill_id>")
class OneDrill(MethodView):
    """One drill."""

    @allow(Permission.READ_AUDIT)
    @blp.response(200, WholeDrillOut)
    def get(self, drill_id: UUID) -> Drill:
        """Show a report."""
        return drills.get(db.session(), drill_id, current_actor())
