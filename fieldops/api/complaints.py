"""Complaints: taken down from anybody, handled by the uninvolved, closed with an outcome."""

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
from fieldops.domain.rights.vocabulary import CameBy, ComplaintOutcome, ComplaintState, Complexity
from fieldops.models import Complaint
from fieldops.services.rights import complaints
from fieldops.services.rights.parties import LONGEST_WORDS
from fieldops.wiring import wiring

blp = Blueprint("complaints", __name__, url_prefix="/api/v1/complaints", description="Complaints")
WORDS = validate.Length(1, LONGEST_WORDS)


class ComplaintIn(Schema):
    """A complaint as it came in."""

    case_id = fields.UUID(required=True)
    words = fields.String(required=True, validate=WORDS)
    came_by = fields.Enum(CameBy, by_value=True, required=True)
    party_id = fields.UUID(
        load_default=None,
        allow_none=True,
        metadata={"description": "A party of the case; the debtor if left out"},
    )
    about_agent_id = fields.UUID(load_default=None, allow_none=True)
    about_account_id = fields.UUID(load_default=None, allow_none=True)
    complexity = fields.Enum(Complexity, by_value=True, load_default=Complexity.SIMPLE)
    received_at = fields.AwareDateTime(load_default=None, allow_none=True)


class OpenedOut(Schema):
    """What whoever took a complaint down is told: its name, its clock, what was called off."""

    id = fields.UUID()
    reference = fields.String()
    due_at = fields.AwareDateTime()
    hold_id = fields.UUID()
    cancelled = fields.List(fields.UUID())


class ComplaintsQuery(PageQuery):
    """Which complaints."""

    state = fields.String(load_default=None, validate=validate.OneOf([*ComplaintState]))
    case_id = fields.UUID(load_default=None)


class ComplaintOut(Schema):
    """One complaint, in the person's own words."""

    id = fields.UUID()
    reference = fields.Function(lambda row: complaints.reference(row.id))
    case_id = fields.UUID()
    party_id = fields.UUID()
    hold_id = fields.UUID()
    came_by = fields.String(metadata={"enum": [*CameBy]})
    words = fields.String()
    about_agent_id = fields.UUID(allow_none=True)
    about_account_id = fields.UUID(allow_none=True)
    complexity = fields.String(metadata={"enum": [*Complexity]})
    complexity_reason = fields.String(allow_none=True)
    state = fields.String(metadata={"enum": [*ComplaintState]})
    received_at = fields.AwareDateTime()
    due_at = fields.AwareDateTime()
    opened_by = fields.UUID(allow_none=True)
    opened_at = fields.AwareDateTime()
    handler_id = fields.UUID(allow_none=True)
    assigned_at = fields.AwareDateTime(allow_none=True)
    answer = fields.String(allow_none=True)
    answered_at = fields.AwareDateTime(allow_none=True)
    outcome = fields.String(allow_none=True, metadata={"enum": [*ComplaintOutcome, None]})
    closed_by = fields.UUID(allow_none=True)
    closed_at = fields.AwareDateTime(allow_none=True)


class HandlerIn(Schema):
    """Who handles it: an account of compliance without a direct interest."""

    handler_id = fields.UUID(required=True)


class RegradeIn(Schema):
    """That there is more to find out than was thought, and why."""

    complexity = fields.Enum(Complexity, by_value=True, required=True)
    reason = fields.String(required=True, validate=WORDS)


class ComplaintAnswerIn(Schema):
    """What the person was answered."""

    text = fields.String(required=True, validate=WORDS)


class ComplaintCloseIn(Schema):
    """What was found of it."""

    outcome = fields.Enum(ComplaintOutcome, by_value=True, required=True)


@blp.route("")
class Complaints(MethodView):
    """The complaints of the organisation."""

    @allow(Permission.READ_REQUESTS, reads="complaints")
    @blp.arguments(ComplaintsQuery, location="query")
    @blp.response(200, page_of(ComplaintOut))
    def get(self, query: dict[str, Any]) -> Any:
        """List complaints, oldest first: in a state, or of a case."""
        return paged(*complaints.listed(db.session(), current_actor(), **query))

    @allow(Permission.RECORD_REQUESTS)
    @blp.arguments(ComplaintIn)
    @blp.response(201, OpenedOut)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Take a complaint down in the person's words; contact rests from now on."""
        with unit() as session:
            opened = complaints.open_complaint(
                session,
                complaints.ComplaintOrder(**body),
                rights=wiring().rights,
                actor=current_actor(),
                now=clock.now(),
            )
            found = opened.complaint
            return {
                "id": found.id,
                "reference": complaints.reference(found.id),
                "due_at": found.due_at,
                "hold_id": found.hold_id,
                "cancelled": [visit.id for visit in opened.cancelled],
            }


@blp.route("/<uuid:complaint_id>/assign")
class Assign(MethodView):
    """The handler of a complaint."""

    @allow(Permission.HANDLE_COMPLAINTS)
    @blp.arguments(HandlerIn)
    @blp.response(200, ComplaintOut)
    def post(self, body: dict[str, Any], complaint_id: UUID) -> Complaint:
        """Give it to a handler; one with a direct interest is refused with the reason."""
        with unit() as session:
            return complaints.assign(
                session, complaint_id, **body, actor=current_actor(), now=clock.now()
            )


@blp.route("/<uuid:complaint_id>/regrade")
class Regrade(MethodView):
    """How complex a complaint is."""

    @allow(Permission.HANDLE_COMPLAINTS)
    @blp.arguments(RegradeIn)
    @blp.response(200, ComplaintOut)
    def post(self, body: dict[str, Any], complaint_id: UUID) -> Complaint:
        """Find it more complex than before and say why; its clock is counted anew."""
        with unit() as session:
            return complaints.regrade(
                session,
                complaint_id,
                **body,
                rights=wiring().rights,
                actor=current_actor(),
                now=clock.now(),
            )


@blp.route("/<uuid:complaint_id>/answer")
class Answer(MethodView):
    """The answer to a complaint."""

    @allow(Permission.HANDLE_COMPLAINTS)
    @blp.arguments(ComplaintAnswerIn)
    @blp.response(200, ComplaintOut)
    def post(self, body: dict[str, Any], complaint_id: UUID) -> Complaint:
        """Write down what the person was answered, as its handler."""
        with unit() as session:
            return complaints.answer(
                session, complaint_id, **body, actor=current_actor(), now=clock.now()
            )


@blp.route("/<uuid:complaint_id>/close")
class Close(MethodView):
    """The end of a complaint."""

    @allow(Permission.HANDLE_COMPLAINTS)
    @blp.arguments(ComplaintCloseIn)
    @blp.response(200, ComplaintOut)
    def post(self, body: dict[str, Any], complaint_id: UUID) -> Complaint:
        """Close it with what was found of it; its hold ends with that."""
        with unit() as session:
            return complaints.close(
                session, complaint_id, **body, actor=current_actor(), now=clock.now()
            )
