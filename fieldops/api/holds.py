"""Holds: stop contact at once, see what is stopped, and end a hold with a reason."""

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
from fieldops.domain.rulebook.vocabulary import HoldKind, HoldScope
from fieldops.models import Hold
from fieldops.services import holds

blp = Blueprint("holds", __name__, url_prefix="/api/v1/holds", description="Stops on contact")


class HoldIn(Schema):
    """What is to be held, and why."""

    kind = fields.Enum(HoldKind, by_value=True, required=True)
    scope = fields.Enum(HoldScope, by_value=True, required=True)
    case_id = fields.UUID(required=True)
    person_id = fields.UUID(
        load_default=None,
        allow_none=True,
        metadata={"description": "A party of the case; the debtor if left out"},
    )
    ends_at = fields.AwareDateTime(load_default=None, allow_none=True)
    reason = fields.String(required=True, validate=validate.Length(1, 500))


class LiftIn(Schema):
    """Why the hold ends."""

    reason = fields.String(required=True, validate=validate.Length(1, 500))


class HoldsQuery(PageQuery):
    """Which holds."""

    case_id = fields.UUID(load_default=None)
    in_force = fields.Boolean(load_default=False)


class HoldOut(Schema):
    """One hold."""

    id = fields.UUID()
    kind = fields.String(metadata={"enum": [*HoldKind]})
    scope = fields.String(metadata={"enum": [*HoldScope]})
    person_id = fields.UUID(allow_none=True)
    case_id = fields.UUID(allow_none=True)
    starts_at = fields.AwareDateTime()
    ends_at = fields.AwareDateTime(allow_none=True)
    reason = fields.String()
    placed_by = fields.UUID(allow_none=True)
    placed_at = fields.AwareDateTime()
    lifted_by = fields.UUID(allow_none=True)
    lifted_at = fields.AwareDateTime(allow_none=True)
    lifted_reason = fields.String(allow_none=True)


class PlacedOut(Schema):
    """A hold with the visits that it called off."""

    hold = fields.Nested(HoldOut)
    cancelled = fields.List(fields.UUID())


@blp.route("")
class Holds(MethodView):
    """The holds of the organisation."""

    @allow(Permission.READ_CASES, reads="holds")
    @blp.arguments(HoldsQuery, location="query")
    @blp.response(200, page_of(HoldOut))
    def get(self, query: dict[str, Any]) -> Any:
        """List holds, oldest first: of a case, or those in force."""
        at = clock.now() if query.pop("in_force") else None
        return paged(*holds.listed(db.session(), current_actor(), in_force_at=at, **query))

    @allow(Permission.PLACE_HOLDS)
    @blp.arguments(HoldIn)
    @blp.response(201, PlacedOut)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Stop contact at once; planned visits under the hold are called off."""
        with unit() as session:
            order = holds.HoldOrder(**body)
            placed = holds.place(session, order, actor=current_actor(), now=clock.now())
        return {"hold": placed.hold, "cancelled": [visit.id for visit in placed.cancelled]}


@blp.route("/<uuid:hold_id>/lift")
class Lift(MethodView):
    """The end of a hold."""

    @allow(Permission.LIFT_HOLDS)
    @blp.arguments(LiftIn)
    @blp.response(200, HoldOut)
    def post(self, body: dict[str, Any], hold_id: UUID) -> Hold:
        """End a hold and say why; visits that it called off stay so."""
        with unit() as session:
            return holds.lift(session, hold_id, **body, actor=current_actor(), now=clock.now())
