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
from fieldops.domain.permissions import Permission, Role
from fieldops.domain.rights.vocabulary import CameBy, Lifter
from fieldops.domain.rulebook.vocabulary import HoldKind, HoldScope
from fieldops.models import Hold
from fieldops.services import hold_ending, holds
from fieldops.services.rights.stopping import stop
from fieldops.wiring import wiring

blp = Blueprint("holds", __name__, url_prefix="/api/v1/holds", description="Stops on contact")


class HoldIn(Schema):
    """What is to be held, and why."""

    kind = fields.Enum(HoldKind, by_value=True, required=True)
    variant = fields.String(
        load_default="",
        validate=validate.Length(max=40),
        metadata={"description": "Which of several of its kind, as `offer` of hardship"},
    )
    scope = fields.Enum(
        HoldScope,
        by_value=True,
        load_default=None,
        allow_none=True,
        metadata={"description": "As the table of holds has it if left out"},
    )
    case_id = fields.UUID(required=True)
    person_id = fields.UUID(
        load_default=None,
        allow_none=True,
        metadata={"description": "A party of the case; the debtor if left out"},
    )
    begins_at = fields.AwareDateTime(
        load_default=None,
        allow_none=True,
        metadata={"description": "From when a length that law gives is counted; now if left out"},
    )
    ends_at = fields.AwareDateTime(
        load_default=None,
        allow_none=True,
        metadata={"description": "Left out where law gives the length"},
    )
    reason = fields.String(required=True, validate=validate.Length(1, 500))
    evidence = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 200))


class OverIn(Schema):
    """On which day that was over for which a hold waits, as a treatment."""

    on = fields.Date(required=True)


class HoldEvidenceIn(Schema):
    """On what paper a hold rests, such as the number of an order."""

    evidence = fields.String(required=True, validate=validate.Length(1, 200))


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
    variant = fields.String()
    scope = fields.String(metadata={"enum": [*HoldScope]})
    person_id = fields.UUID(allow_none=True)
    case_id = fields.UUID(allow_none=True)
    starts_at = fields.AwareDateTime()
    ends_at = fields.AwareDateTime(allow_none=True)
    reason = fields.String()
    evidence = fields.String(allow_none=True)
    lift = fields.Function(
        lambda hold: hold_ending.row_of(hold, wiring().rights).lift.value,
        metadata={"type": "string", "enum": [*Lifter], "description": "Whose word ends it"},
    )
    placed_by = fields.UUID(allow_none=True)
    placed_at = fields.AwareDateTime()
    lifted_by = fields.UUID(allow_none=True)
    lifted_at = fields.AwareDateTime(allow_none=True)
    lifted_reason = fields.String(allow_none=True)
    lifted_outcome = fields.String(allow_none=True)


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
        """Stop contact at once; planned visits under the hold are called off.

        A hold for a complaint or a dispute opens that with it, the reason as the person's words.
        """
        actor = current_actor()
        came_by = CameBy.DOOR if actor.role is Role.AGENT else CameBy.OFFICE
        with unit() as session:
            placed = stop(
                session,
                holds.HoldOrder(**body),
                came_by=came_by,
                rights=wiring().rights,
                actor=actor,
                now=clock.now(),
            )
        return {"hold": placed.hold, "cancelled": [visit.id for visit in placed.cancelled]}


@blp.route("/<uuid:hold_id>/lift")
class Lift(MethodView):
    """The end of a hold."""

    @allow(Permission.LIFT_HOLDS)
    @blp.arguments(LiftIn)
    @blp.response(200, HoldOut)
    def post(self, body: dict[str, Any], hold_id: UUID) -> Hold:
        """End a hold and say why; visits that it called off stay so.

        Whose word it takes is said by the table of holds; a hold under which a complaint or a
        dispute is open ends with its outcome.
        """
        with unit() as session:
            return hold_ending.lift(
                session,
                hold_id,
                **body,
                rights=wiring().rights,
                actor=current_actor(),
                now=clock.now(),
            )


@blp.route("/<uuid:hold_id>/over")
class Over(MethodView):
    """The end of what a hold waits for."""

    @allow(Permission.LIFT_HOLDS)
    @blp.arguments(OverIn)
    @blp.response(200, HoldOut)
    def post(self, body: dict[str, Any], hold_id: UUID) -> Hold:
        """Say when it was over, as a treatment: the hold ends so long after as law says."""
        with unit() as session:
            return hold_ending.record_over(
                session,
                hold_id,
                **body,
                rights=wiring().rights,
                actor=current_actor(),
                now=clock.now(),
            )


@blp.route("/<uuid:hold_id>/evidence")
class HoldEvidence(MethodView):
    """The paper on which a hold rests."""

    @allow(Permission.READ_CASES)
    @blp.arguments(HoldEvidenceIn)
    @blp.response(200, HoldOut)
    def post(self, body: dict[str, Any], hold_id: UUID) -> Hold:
        """Name the paper, which often comes after the hold; what was named before stands."""
        with unit() as session:
            return hold_ending.record_evidence(session, hold_id, **body, actor=current_actor())
