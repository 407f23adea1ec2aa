"""Closing cases: settled, withdrawn or written off, with a reason; and opening them again."""

from typing import Any
from uuid import UUID

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from fieldops import clock
from fieldops.api.access import allow, current_actor, unit
from fieldops.domain.permissions import Permission
from fieldops.models import CaseClosing
from fieldops.services import closing

blp = Blueprint("closing", __name__, url_prefix="/api/v1/cases", description="Closing of cases")


class CloseIn(Schema):
    """What became of the debt, and why the case is closed."""

    outcome = fields.Enum(closing.CaseOutcome, by_value=True, required=True)
    reason = fields.String(required=True, validate=validate.Length(1, 500))


class ReopenIn(Schema):
    """Why the case is opened again."""

    reason = fields.String(required=True, validate=validate.Length(1, 500))


class ClosingOut(Schema):
    """One closing of a case."""

    id = fields.UUID()
    case_id = fields.UUID()
    outcome = fields.String(metadata={"enum": [*closing.CaseOutcome]})
    reason = fields.String()
    closed_by = fields.UUID(allow_none=True)
    closed_at = fields.AwareDateTime()


class CaseStateOut(Schema):
    """A case and its state."""

    id = fields.UUID()
    number = fields.String()
    state = fields.String()


@blp.route("/<uuid:case_id>/close")
class Close(MethodView):
    """The end of a case."""

    @allow(Permission.CLOSE_CASES)
    @blp.arguments(CloseIn)
    @blp.response(200, ClosingOut)
    def post(self, body: dict[str, Any], case_id: UUID) -> CaseClosing:
        """Close a case: planned visits are called off, and its retention begins."""
        with unit() as session:
            return closing.close(session, case_id, **body, actor=current_actor(), now=clock.now())


@blp.route("/<uuid:case_id>/reopen")
class Reopen(MethodView):
    """A case that was closed by mistake."""

    @allow(Permission.CLOSE_CASES)
    @blp.arguments(ReopenIn)
    @blp.response(200, CaseStateOut)
    def post(self, body: dict[str, Any], case_id: UUID) -> Any:
        """Open a case again; it rests where a hold is in force."""
        with unit() as session:
            return closing.reopen(session, case_id, **body, actor=current_actor(), now=clock.now())
