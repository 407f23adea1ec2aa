"""Disputes: collection freezes until somebody records what was found."""

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
from fieldops.domain.rights.vocabulary import CameBy, DisputeGround, DisputeOutcome
from fieldops.models import Dispute
from fieldops.services.rights import disputes
from fieldops.wiring import wiring

blp = Blueprint("disputes", __name__, url_prefix="/api/v1/disputes", description="Disputes")


class DisputeIn(Schema):
    """A dispute as it came in."""

    case_id = fields.UUID(required=True)
    words = fields.String(required=True, validate=WORDS)
    came_by = fields.Enum(CameBy, by_value=True, required=True)
    ground = fields.Enum(DisputeGround, by_value=True, load_default=DisputeGround.OTHER)
    party_id = fields.UUID(
        load_default=None,
        allow_none=True,
        metadata={"description": "A party of the case; the debtor if left out"},
    )


class DisputedOut(Schema):
    """What whoever took a dispute down is told."""

    id = fields.UUID()
    reference = fields.String()
    hold_id = fields.UUID()
    cancelled = fields.List(fields.UUID())


class DisputesQuery(PageQuery):
    """Which disputes."""

    is_open = fields.Boolean(load_default=None, data_key="open")
    case_id = fields.UUID(load_default=None)


class DisputeOut(Schema):
    """One dispute, in the person's own words."""

    id = fields.UUID()
    reference = fields.Function(lambda row: disputes.reference(row.id))
    case_id = fields.UUID()
    party_id = fields.UUID()
    hold_id = fields.UUID()
    came_by = fields.String(metadata={"enum": [*CameBy]})
    ground = fields.String(metadata={"enum": [*DisputeGround]})
    words = fields.String()
    opened_by = fields.UUID(allow_none=True)
    opened_at = fields.AwareDateTime()
    outcome = fields.String(allow_none=True, metadata={"enum": [*DisputeOutcome, None]})
    evidence = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    resolved_by = fields.UUID(allow_none=True)
    resolved_at = fields.AwareDateTime(allow_none=True)


class ResolveIn(Schema):
    """What was found, on what evidence, and why."""

    outcome = fields.Enum(DisputeOutcome, by_value=True, required=True)
    evidence = fields.String(required=True, validate=validate.Length(1, disputes.LONGEST_EVIDENCE))
    reason = fields.String(required=True, validate=WORDS)


@blp.route("")
class Disputes(MethodView):
    """The disputes of the organisation."""

    @allow(Permission.READ_REQUESTS, reads="disputes")
    @blp.arguments(DisputesQuery, location="query")
    @blp.response(200, page_of(DisputeOut))
    def get(self, query: dict[str, Any]) -> Any:
        """List disputes, oldest first: open or resolved, or of a case."""
        return paged(*disputes.listed(db.session(), current_actor(), **query))

    @allow(Permission.RECORD_REQUESTS)
    @blp.arguments(DisputeIn)
    @blp.response(201, DisputedOut)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Take a dispute down in the person's words; contact about the debt freezes."""
        with unit() as session:
            opened = disputes.open_dispute(
                session,
                disputes.DisputeOrder(**body),
                rights=wiring().rights,
                actor=current_actor(),
                now=clock.now(),
            )
            return {
                "id": opened.dispute.id,
                "reference": disputes.reference(opened.dispute.id),
                "hold_id": opened.hold.id,
                "cancelled": [visit.id for visit in opened.cancelled],
            }


@blp.route("/<uuid:dispute_id>/resolve")
class Resolve(MethodView):
    """The end of a dispute."""

    @allow(Permission.HANDLE_COMPLAINTS)
    @blp.arguments(ResolveIn)
    @blp.response(200, DisputeOut)
    def post(self, body: dict[str, Any], dispute_id: UUID) -> Dispute:
        """Record what was found; one that is valid keeps its hold until that is lifted."""
        with unit() as session:
            found = disputes.Resolution(**body)
            return disputes.resolve(
                session, dispute_id, found, actor=current_actor(), now=clock.now()
            )
