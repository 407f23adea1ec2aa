"""The team's territories: whose streets are where, and how much work lies in them."""

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from fieldops.api.access import allow, current_actor
from fieldops.db import db
from fieldops.domain.permissions import Permission
from fieldops.services.planning import streets

blp = Blueprint(
    "territories", __name__, url_prefix="/api/v1/territories", description="Whose streets are where"
)


class TerritoryOut(Schema):
    """The streets that an agent knows; partners share a number and a centre."""

    agent_id = fields.UUID()
    agent_code = fields.String(attribute="agent.code")
    number = fields.Integer(metadata={"description": "Stays with the agent, as its colour does"})
    lat = fields.Float(metadata={"description": "WGS-84, as of the last plan"})
    lon = fields.Float()
    stops = fields.Integer()
    work_seconds = fields.Integer()
    since = fields.AwareDateTime()
    updated_at = fields.AwareDateTime()


@blp.route("")
class Territories(MethodView):
    """All territories of the organisation."""

    @allow(Permission.READ_PLANS)
    @blp.response(200, TerritoryOut(many=True))
    def get(self) -> Any:
        """List them by number."""
        return streets.territories_of(db.session(), current_actor())
