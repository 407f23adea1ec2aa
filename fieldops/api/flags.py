"""Flags: the nearest deadline first, each to be judged by a person with a reason."""

from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Response, send_file
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from fieldops import clock
from fieldops.api.access import allow, current_actor, unit
from fieldops.api.paging import PageQuery, page_of, paged
from fieldops.db import db
from fieldops.domain.permissions import Permission
from fieldops.gateways import lead_pdf
from fieldops.models import Flag
from fieldops.services import flags, lead_sheets, next_steps
from fieldops.wiring import wiring

blp = Blueprint("flags", __name__, url_prefix="/api/v1/flags", description="Flags")


class ReviewIn(Schema):
    """A judgement and its reason."""

    verdict = fields.String(required=True, validate=validate.OneOf(flags.VERDICTS))
    reason = fields.String(required=True, validate=validate.Length(1, 500))


class FlagsQuery(PageQuery):
    """Which flags."""

    state = fields.String(load_default=None, validate=validate.OneOf(flags.VERDICTS))
    case_id = fields.UUID(load_default=None)


class ReviewOut(Schema):
    """One review."""

    verdict = fields.String()
    reason = fields.String()
    account_id = fields.UUID()
    at = fields.AwareDateTime()


class FlagOut(Schema):
    """A pointer, not a conclusion: what is shown, what is missing, the grounds and the clocks."""

    id = fields.UUID()
    case_id = fields.UUID()
    person_id = fields.UUID()
    code = fields.String()
    subject = fields.String()
    severity = fields.String()
    state = fields.String(metadata={"enum": [*flags.VERDICTS]})
    shown = fields.List(fields.String())
    missing = fields.List(fields.String())
    contradicted = fields.List(fields.String())
    basis = fields.String()
    grounds = fields.List(fields.String())
    clocks = fields.List(fields.Dict())
    probability = fields.Float(allow_none=True)
    model_version = fields.String()
    known_at = fields.AwareDateTime()
    earliest_deadline = fields.AwareDateTime(allow_none=True)
    raised_at = fields.AwareDateTime()
    updated_at = fields.AwareDateTime()
    reviews = fields.List(fields.Nested(ReviewOut))


@blp.route("")
class Flags(MethodView):
    """The flags of the organisation."""

    @allow(Permission.READ_TRACE, reads="flags")
    @blp.arguments(FlagsQuery, location="query")
    @blp.response(200, page_of(FlagOut))
    def get(self, query: dict[str, Any]) -> Any:
        """List flags, the nearest deadline first."""
        return paged(*flags.by_deadline(db.session(), current_actor(), **query))


class OutcomeOut(Schema):
    """What a step may bring, how likely that is, and the probability afterwards."""

    kind = fields.String()
    chance = fields.Float()
    after = fields.Float()


class NextStepOut(Schema):
    """A step that would tell more; `change` is null where the model has no table for it."""

    name = fields.String(attribute="step.name")
    zh = fields.String(attribute="step.zh")
    en = fields.String(attribute="step.en")
    change = fields.Float(allow_none=True)
    outcomes = fields.List(fields.Nested(OutcomeOut))
    shows = fields.List(fields.String())
    minutes = fields.Float(attribute="step.minutes")
    yuan = fields.Float(attribute="step.yuan")
    basis = fields.String(attribute="step.basis")
    allowed = fields.Boolean()
    lawful_from = fields.AwareDateTime(allow_none=True)
    rules = fields.List(fields.String())


class NextStepsOut(Schema):
    """The steps, the most telling first, those that the rules forbid last."""

    steps = fields.List(fields.Nested(NextStepOut))


@blp.route("/<uuid:flag_id>/next-steps")
class NextSteps(MethodView):
    """What would tell more of a flag."""

    @allow(Permission.READ_TRACE, reads="flag")
    @blp.response(200, NextStepsOut)
    def get(self, flag_id: UUID) -> Any:
        """Show the lawful steps by what each may be expected to change; nothing is done."""
        found = next_steps.for_flag(
            db.session(),
            flag_id,
            book=wiring().rulebook,
            actor=current_actor(),
            now=clock.now(),
        )
        return {"steps": found}


@blp.route("/<uuid:flag_id>/lead-sheet")
class LeadSheet(MethodView):
    """The draft of a property lead for the court."""

    @allow(Permission.DRAW_LEAD_SHEETS, reads="lead-sheet")
    @blp.response(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
    def get(self, flag_id: UUID) -> Response:
        """Draw it as a PDF; that it was drawn is kept. It is never shown to the debtor."""
        sheet = lead_sheets.of_flag(db.session(), flag_id, actor=current_actor(), now=clock.now())
        return send_file(
            BytesIO(lead_pdf.draw(sheet)),
            mimetype="application/pdf",
            as_attachment=True,
            download_name=f"lead-{flag_id}.pdf",
        )


@blp.route("/<uuid:flag_id>/review")
class Review(MethodView):
    """The judgement of a flag."""

    @allow(Permission.REVIEW_FLAGS)
    @blp.arguments(ReviewIn)
    @blp.response(200, FlagOut)
    def post(self, body: dict[str, Any], flag_id: UUID) -> Flag:
        """Judge a flag and say why; earlier reviews stay."""
        actor, now = current_actor(), clock.now()
        with unit() as session:
            return flags.review_flag(session, flag_id, **body, actor=actor, now=now)
