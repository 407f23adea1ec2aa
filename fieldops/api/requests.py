"""Requests: what persons ask of those who contact them, heeded at once."""

from typing import Any
from uuid import UUID

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from fieldops import clock
from fieldops.api.access import allow, current_actor, unit
from fieldops.api.complaints import WORDS
from fieldops.api.paging import PageQuery, page_of, paged
from fieldops.db import db
from fieldops.domain.permissions import Permission
from fieldops.domain.rights.vocabulary import CameBy, RequestKind
from fieldops.domain.rulebook.vocabulary import Channel
from fieldops.models import ContactRequest
from fieldops.services.rights import requests
from fieldops.wiring import wiring

blp = Blueprint("requests", __name__, url_prefix="/api/v1/requests", description="Requests")
_TIME = fields.String(validate=validate.Length(1, 5))


class RequestIn(Schema):
    """What a party of a case asked."""

    party_id = fields.UUID(required=True)
    kind = fields.Enum(RequestKind, by_value=True, required=True)
    words = fields.String(required=True, validate=WORDS)
    came_by = fields.Enum(CameBy, by_value=True, required=True)
    channel = fields.Enum(
        Channel,
        by_value=True,
        load_default=None,
        allow_none=True,
        metadata={"description": "Needed for the kind channel; with hours every one if left out"},
    )
    windows = fields.List(
        fields.List(_TIME, validate=validate.Length(equal=2)),
        load_default=list,
        validate=validate.Length(max=20),
        metadata={"description": "Local times to be spared, as [['12:00', '14:00']]"},
    )
    attorney = fields.String(load_default="", validate=validate.Length(max=500))


class RequestOut(Schema):
    """One request, in the person's own words."""

    id = fields.UUID()
    reference = fields.Function(lambda row: requests.reference(row.id))
    case_id = fields.UUID()
    party_id = fields.UUID()
    kind = fields.String(metadata={"enum": [*RequestKind]})
    channel = fields.String(allow_none=True, metadata={"enum": [*Channel, None]})
    windows = fields.List(fields.List(fields.String()))
    attorney = fields.String(allow_none=True)
    words = fields.String()
    came_by = fields.String(metadata={"enum": [*CameBy]})
    hold_id = fields.UUID(allow_none=True)
    for_ever = fields.Function(requests.is_for_ever, metadata={"type": "boolean"})
    recorded_by = fields.UUID(allow_none=True)
    recorded_at = fields.AwareDateTime()
    withdrawn_by = fields.UUID(allow_none=True)
    withdrawn_at = fields.AwareDateTime(allow_none=True)
    withdrawn_words = fields.String(allow_none=True)


class RecordedOut(Schema):
    """A request with the visits that it called off."""

    request = fields.Nested(RequestOut)
    cancelled = fields.List(fields.UUID())


class RequestsQuery(PageQuery):
    """Which requests."""

    case_id = fields.UUID(load_default=None)
    in_force = fields.Boolean(load_default=False)


class WithdrawRequestIn(Schema):
    """How the person said that he no longer asks for it."""

    words = fields.String(required=True, validate=WORDS)


@blp.route("")
class Requests(MethodView):
    """The requests of the organisation's debtors and other parties."""

    @allow(Permission.READ_CASES, reads="requests")
    @blp.arguments(RequestsQuery, location="query")
    @blp.response(200, page_of(RequestOut))
    def get(self, query: dict[str, Any]) -> Any:
        """List requests, oldest first: of a case, or those in force."""
        return paged(*requests.listed(db.session(), current_actor(), **query))

    @allow(Permission.RECORD_REQUESTS)
    @blp.arguments(RequestIn)
    @blp.response(201, RecordedOut)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Take a request down; it is heeded at once, and what it forbids is called off."""
        parts = wiring()
        with unit() as session:
            recorded = requests.record(
                session,
                requests.RequestOrder(**body),
                book=parts.rulebook,
                rights=parts.rights,
                actor=current_actor(),
                now=clock.now(),
            )
        return {
            "request": recorded.request,
            "cancelled": [visit.id for visit in recorded.cancelled],
        }


@blp.route("/<uuid:request_id>/withdraw")
class Withdraw(MethodView):
    """The end of a request."""

    @allow(Permission.HANDLE_COMPLAINTS)
    @blp.arguments(WithdrawRequestIn)
    @blp.response(200, RequestOut)
    def post(self, body: dict[str, Any], request_id: UUID) -> ContactRequest:
        """Take down that it is no longer asked; a third person's stands for ever."""
        with unit() as session:
            return requests.withdraw(
                session, request_id, **body, actor=current_actor(), now=clock.now()
            )
