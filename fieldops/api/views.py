"""Views of timelines that people keep for themselves."""

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
from fieldops.models import SavedView
from fieldops.services import saved_views, timeline

blp = Blueprint("views", __name__, url_prefix="/api/v1/views", description="Saved views")


class AskedIn(Schema):
    """What a view asks for; days are those of the house."""

    kind = fields.List(fields.String(validate=validate.OneOf(timeline.KINDS)))
    person = fields.UUID()
    address = fields.UUID()
    since = fields.Date(data_key="from", attribute="from")
    until = fields.Date(data_key="to", attribute="to")
    q = fields.String(validate=validate.Length(1, timeline.LONGEST_WORDS))


class ViewIn(Schema):
    """A view, and the case on whose timeline it was made."""

    name = fields.String(required=True, validate=validate.Length(1, saved_views.LONGEST_NAME))
    case_id = fields.UUID(required=True)
    asked = fields.Nested(AskedIn, required=True)


class ViewOut(Schema):
    """A kept view; `case_id` is null where it serves every case."""

    id = fields.UUID()
    name = fields.String()
    case_id = fields.UUID(allow_none=True)
    asked = fields.Dict()
    kept_at = fields.AwareDateTime()


@blp.route("")
class Views(MethodView):
    """One's own views."""

    @allow(Permission.READ_CASES)
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, page_of(ViewOut))
    def get(self, query: dict[str, Any]) -> Any:
        """List them in the order in which they were kept."""
        return paged(*saved_views.listed(db.session(), actor=current_actor(), **query))

    @allow(Permission.READ_CASES)
    @blp.arguments(ViewIn)
    @blp.response(201, ViewOut)
    def post(self, body: dict[str, Any]) -> SavedView:
        """Keep a view; one of the same name is replaced."""
        with unit() as session:
            return saved_views.keep(
                session, body["name"], _as_kept(body["asked"]), case_id=body["case_id"],
                actor=current_actor(), now=clock.now(),
            )  # fmt: skip


@blp.route("/<uuid:view_id>")
class One(MethodView):
    """One view."""

    @allow(Permission.READ_CASES)
    @blp.response(204)
    def delete(self, view_id: UUID) -> None:
        """Remove it."""
        with unit() as session:
            saved_views.remove(session, view_id, actor=current_actor())


def _as_kept(asked: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value if isinstance(value, list) else str(value)
        for name, value in asked.items()
        if value
    }
