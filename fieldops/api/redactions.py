"""Redacted copies of photos: drawn from rectangles, looked at, let through or thrown away."""

from typing import Any
from uuid import UUID

from flask import Response, url_for
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from fieldops import clock
from fieldops.api.access import allow, current_actor, unit
from fieldops.db import db, writing
from fieldops.domain.permissions import Permission
from fieldops.domain.redacting import LONGEST_REASON, MOST_REGIONS, WHOLE, Covered, regions_of
from fieldops.gateways import pictures, redacting
from fieldops.services import evidence, redactions
from fieldops.wiring import wiring

blp = Blueprint("redactions", __name__, url_prefix="/api/v1", description="Redacted copies")

_PLACE = validate.Range(0, WHOLE)
_REASON = validate.Length(1, LONGEST_REASON)


class RegionIn(Schema):
    """One rectangle, in ten-thousandths of the upright photo's width and height."""

    what = fields.String(required=True, validate=validate.OneOf([one.value for one in Covered]))
    reason = fields.String(required=True, validate=_REASON)
    x = fields.Integer(required=True, strict=True, validate=_PLACE)
    y = fields.Integer(required=True, strict=True, validate=_PLACE)
    width = fields.Integer(required=True, strict=True, validate=_PLACE)
    height = fields.Integer(required=True, strict=True, validate=_PLACE)


class RedactionIn(Schema):
    """What is to be covered, and on what ground."""

    regions = fields.List(
        fields.Nested(RegionIn), required=True, validate=validate.Length(1, MOST_REGIONS)
    )
    reason = fields.String(required=True, validate=_REASON)


class RedactionOut(Schema):
    """One copy."""

    id = fields.UUID()
    item_id = fields.UUID()
    sha256 = fields.String()
    size = fields.Integer()
    media_type = fields.String()
    masks = fields.Function(lambda copy: copy.told["masks"])
    reason = fields.Function(lambda copy: copy.told["reason"])
    actor = fields.String()
    state = fields.String(
        metadata={"enum": [redactions.MADE, redactions.REVIEWED, redactions.DISCARDED]}
    )
    made_at = fields.AwareDateTime()
    judged_at = fields.AwareDateTime(allow_none=True)


class VerdictIn(Schema):
    """What somebody who has seen the copy says of it."""

    verdict = fields.String(
        required=True, validate=validate.OneOf([redactions.REVIEWED, redactions.DISCARDED])
    )


@blp.route("/evidence/<uuid:item_id>/preview")
class Preview(MethodView):
    """A photo to draw on."""

    @allow(Permission.BUILD_PACKS, reads="item")
    @blp.response(200, {"type": "string", "format": "binary"}, content_type="image/jpeg")
    def get(self, item_id: UUID) -> Response:
        """The upright photo at a size on which faces are seen; each look is in the custody log."""
        with writing(), unit() as session:
            opened = evidence.open_preview(
                session, item_id, actor=current_actor(), at=clock.wall_time(), what="redaction"
            )
            chunks = opened.chunks(wiring().blobs)
        return _picture(pictures.thumbnail(chunks, pictures.PREVIEW), "image/jpeg")


@blp.route("/evidence/<uuid:item_id>/redactions")
class OfItem(MethodView):
    """The copies of one photo."""

    @allow(Permission.BUILD_PACKS, reads="item")
    @blp.response(200, RedactionOut(many=True))
    def get(self, item_id: UUID) -> Any:
        """List them, the newest first."""
        return redactions.of_item(db.session(), item_id, actor=current_actor())

    @allow(Permission.BUILD_PACKS)
    @blp.arguments(RedactionIn)
    @blp.response(201, RedactionOut)
    def post(self, body: dict[str, Any], item_id: UUID) -> Any:
        """Make a copy of the photo in full size with these regions filled; look at it next."""
        regions, reason = regions_of(body)
        actor, at, store = current_actor(), clock.wall_time(), wiring().blobs
        with unit() as session:
            opened = evidence.open_preview(session, item_id, actor=actor, at=at, what="redaction")
            chunks = opened.chunks(store)
        # Nobody's transaction waits while pixels are read and written.
        try:
            drawn = redacting.redacted(chunks, regions)
        except pictures.TooManyPixelsError as wrong:
            raise redactions.PhotoTooLarge(f"It has {wrong}.") from wrong
        with unit() as session:
            staged = redactions.stage(session, store, drawn, actor=actor, at=at)
        with unit() as session:
            copy = redactions.keep(
                session, store, item_id, staged, drawn, regions, reason, actor=actor, at=at
            )
        return copy, 201, {"Location": url_for("redactions.Content", copy_id=copy.id)}


@blp.route("/redactions/<uuid:copy_id>/content")
class Content(MethodView):
    """A copy's bytes."""

    @allow(Permission.BUILD_PACKS, reads="copy")
    @blp.response(200, {"type": "string", "format": "binary"}, content_type="image/*")
    def get(self, copy_id: UUID) -> Response:
        """The copy as a pack would hold it; that it was looked at is in the custody log."""
        with writing(), unit() as session:
            copy, key = redactions.open_copy(
                session, copy_id, actor=current_actor(), at=clock.wall_time()
            )
            chunks = wiring().blobs.open_chunks(copy.organisation_id, copy.sha256, key)
            media_type = copy.media_type
        return _picture(b"".join(chunks), media_type)


@blp.route("/redactions/<uuid:copy_id>/review")
class Review(MethodView):
    """The judgement of a copy."""

    @allow(Permission.BUILD_PACKS)
    @blp.arguments(VerdictIn)
    @blp.response(200, RedactionOut)
    def post(self, body: dict[str, Any], copy_id: UUID) -> Any:
        """Let a copy that one has looked at into packs, or throw one away."""
        with unit() as session:
            return redactions.judge(
                session, copy_id, body["verdict"], actor=current_actor(), at=clock.wall_time()
            )


def _picture(data: bytes, media_type: str) -> Response:
    response = Response(data, content_type=media_type)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
