"""How far a job has come, for those who wait for it."""

from typing import Any
from uuid import UUID

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from fieldops.api.access import allow, current_actor
from fieldops.db import db
from fieldops.domain.permissions import Permission
from fieldops.services import progress

blp = Blueprint("jobs", __name__, url_prefix="/api/v1/jobs", description="Work in the background")


class JobOut(Schema):
    """One job."""

    id = fields.String()
    name = fields.String()
    subject = fields.String()
    state = fields.String(metadata={"enum": ["queued", "running", "done", "failed"]})
    done = fields.Integer()
    total = fields.Integer(allow_none=True)
    message = fields.String(allow_none=True)
    series = fields.List(
        fields.List(fields.Float()),
        allow_none=True,
        metadata={"description": "How the best plan became cheaper: [seconds, cost, regions], …"},
    )
    queued_at = fields.AwareDateTime()
    started_at = fields.AwareDateTime(allow_none=True)
    finished_at = fields.AwareDateTime(allow_none=True)


@blp.route("/<string:kind>/<uuid:subject_id>")
class Jobs(MethodView):
    """The jobs of one thing: an import, a plan, a visit, a pack."""

    @allow(Permission.SIGNED_IN)
    @blp.response(200, JobOut(many=True))
    def get(self, kind: str, subject_id: UUID) -> Any:
        """List them, oldest first; empty when there are none."""
        return progress.of_subject(db.session(), f"{kind}:{subject_id}", current_actor())
