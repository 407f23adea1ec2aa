"""The timeline of a case: everything that happened, page by page, the newest first."""

from typing import Any
from uuid import UUID

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate
from webargs.fields import DelimitedList

from fieldops.api.access import allow, current_actor
from fieldops.api.paging import DEFAULT_LIMIT, MAX_LIMIT, paged
from fieldops.db import db
from fieldops.domain.permissions import Permission
from fieldops.services import timeline

blp = Blueprint("timeline", __name__, url_prefix="/api/v1/trace", description="Timelines")


class TimelineQuery(Schema):
    """Which kinds of event, of which time, about whom and what, and after which place."""

    kinds = DelimitedList(
        fields.String(validate=validate.OneOf(timeline.KINDS)), load_default=timeline.KINDS
    )
    since = fields.AwareDateTime(load_default=None)
    until = fields.AwareDateTime(load_default=None)
    person = fields.UUID(load_default=None)
    address = fields.UUID(load_default=None)
    q = fields.String(load_default="", validate=validate.Length(0, timeline.LONGEST_WORDS))
    after = fields.String(load_default=None, validate=validate.Length(1, 200))
    limit = fields.Integer(load_default=DEFAULT_LIMIT, validate=validate.Range(1, MAX_LIMIT))


class TimelineEventOut(Schema):
    """One event; `facts` depend on its kind and name no person."""

    at = fields.AwareDateTime()
    kind = fields.String(metadata={"enum": [*timeline.KINDS]})
    id = fields.UUID()
    facts = fields.Dict()


class TimelineOut(Schema):
    """A page; `next` is the `after` of the next one, null at the end."""

    items = fields.List(fields.Nested(TimelineEventOut))
    next = fields.String(allow_none=True)


@blp.route("/<uuid:case_id>/timeline")
class Timeline(MethodView):
    """The timeline of one case."""

    @allow(Permission.READ_TRACE, reads="timeline")
    @blp.arguments(TimelineQuery, location="query")
    @blp.response(200, TimelineOut)
    def get(self, query: dict[str, Any], case_id: UUID) -> Any:
        """List what happened, the newest first, as far as the reader's role reaches."""
        after = timeline.place(query["after"]) if query["after"] else None
        asked = timeline.Asked(
            query["kinds"], query["since"], query["until"], query["person"], query["address"],
            query["q"].strip(),
        )  # fmt: skip
        events, last = timeline.of_case(
            db.session(), case_id, asked, after=after, limit=query["limit"], actor=current_actor()
        )
        return paged(events, str(last) if last is not None else None)
