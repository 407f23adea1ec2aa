"""Items of evidence: what is known of them, their bytes, their custody and their receipts."""

import mimetypes
from typing import Any
from urllib.parse import quote
from uuid import UUID

from flask import Response
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from evidence.custody.canonical import read_canonical
from fieldops import clock
from fieldops.api.access import allow, current_actor, unit
from fieldops.api.paging import PageQuery, page_of, paged
from fieldops.db import db, writing
from fieldops.domain.permissions import Permission
from fieldops.gateways import documents
from fieldops.services import evidence, evidence_shown
from fieldops.wiring import wiring

blp = Blueprint(
    "evidence", __name__, url_prefix="/api/v1/evidence", description="Items of evidence"
)


class FindingOut(Schema):
    """One cross-check: value beside threshold; `holds` is null where nothing could be compared."""

    check = fields.String()
    holds = fields.Boolean(allow_none=True)
    value = fields.Raw(allow_none=True)
    threshold = fields.Raw(allow_none=True)
    unit = fields.String()


class ItemOut(Schema):
    """One item."""

    id = fields.UUID()
    case_id = fields.UUID()
    visit_id = fields.UUID()
    sha256 = fields.String()
    size = fields.Integer()
    kind = fields.String(metadata={"enum": ["photo", "video", "audio", "document", "other"]})
    media_type = fields.String()
    filename = fields.String()
    capture = fields.String()
    device_at = fields.AwareDateTime(allow_none=True)
    received_at = fields.AwareDateTime()
    fix = fields.Raw(allow_none=True)
    properties = fields.Dict()
    quarantined = fields.String(
        metadata={"description": "Why no program should open it, or nothing"}
    )
    findings = fields.List(fields.Nested(FindingOut))


class EntryOut(Schema):
    """One custody entry as it stands in the log."""

    position = fields.Integer(metadata={"description": "Place in the log, from 0"})
    case_sequence = fields.Integer(metadata={"description": "Place in the case's chain, from 1"})
    action = fields.String()
    at = fields.AwareDateTime()
    leaf_hash = fields.String()
    entry = fields.Function(lambda row: read_canonical(bytes(row.body)))


class ItemsQuery(PageQuery):
    """Which items."""

    case = fields.UUID(load_default=None)
    visit = fields.UUID(load_default=None)


class SignatureOut(Schema):
    """The signed statement that an item came in."""

    receipt = fields.Dict(required=True)
    signature = fields.String(required=True, metadata={"description": "CMS (DER) in base64"})


@blp.route("")
class Items(MethodView):
    """The items of a case or visit."""

    @allow(Permission.READ_EVIDENCE, reads="evidence")
    @blp.arguments(ItemsQuery, location="query")
    @blp.response(200, page_of(ItemOut))
    def get(self, asked: dict[str, Any]) -> Any:
        """List items, oldest first."""
        items, following = evidence.listed(
            db.session(), actor=current_actor(), case_id=asked["case"], visit_id=asked["visit"],
            after=asked["after"], limit=asked["limit"],
        )  # fmt: skip
        return paged(items, following)


@blp.route("/<uuid:item_id>")
class One(MethodView):
    """One item."""

    @allow(Permission.READ_EVIDENCE, reads="item")
    @blp.response(200, ItemOut)
    def get(self, item_id: UUID) -> Any:
        """What is known of an item, without its bytes; looking is in the custody log."""
        with writing(), unit() as session:
            return evidence.view(session, item_id, actor=current_actor(), at=clock.wall_time())


@blp.route("/<uuid:item_id>/custody")
class Custody(MethodView):
    """What happened to an item."""

    @allow(Permission.READ_EVIDENCE, reads="item")
    @blp.response(200, EntryOut(many=True))
    def get(self, item_id: UUID) -> Any:
        """The item's custody entries, oldest first."""
        return evidence.custody_of(db.session(), item_id, actor=current_actor())


@blp.route("/<uuid:item_id>/content")
class Content(MethodView):
    """An item's bytes."""

    @allow(Permission.READ_EVIDENCE, reads="item")
    @blp.response(200, {"type": "string", "format": "binary"}, content_type="*/*")
    def get(self, item_id: UUID) -> Response:
        """The original, byte for byte; that it was read is in the custody log."""
        with writing(), unit() as session:
            opened = evidence.open_item(
                session, item_id, actor=current_actor(), at=clock.wall_time()
            )
        item = opened.item
        response = Response(opened.chunks(wiring().blobs), content_type=item.media_type)
        if item.quarantined:
            response.content_type = "application/octet-stream"
        response.content_length = item.size
        name = f"{item.sha256[:16]}{mimetypes.guess_extension(item.media_type) or '.bin'}"
        response.headers["Content-Disposition"] = (
            f"attachment; filename=\"{name}\"; filename*=UTF-8''{quote(item.filename, safe='')}"
        )
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
        response.headers["Cache-Control"] = "private, no-store"
        return response


@blp.route("/<uuid:item_id>/thumbnail")
class Thumbnail(MethodView):
    """A small picture of an item."""

    @allow(Permission.READ_EVIDENCE, reads="item")
    @blp.response(200, {"type": "string", "format": "binary"}, content_type="image/jpeg")
    def get(self, item_id: UUID) -> Response:
        """A small JPEG of a photo or a document's first page; looking is in the custody log."""
        with writing(), unit() as session:
            opened = evidence_shown.open_picture(
                session, item_id, actor=current_actor(), at=clock.wall_time()
            )
            media_type, chunks = opened.item.media_type, opened.chunks(wiring().blobs)
        response = Response(documents.picture(media_type, chunks), content_type="image/jpeg")
        response.headers["Cache-Control"] = "private, no-store"
        return response


@blp.route("/<uuid:item_id>/receipt")
class Receipt(MethodView):
    """The receipt that the phone keeps."""

    @allow(Permission.SIGNED_IN)
    @blp.response(200, SignatureOut)
    def get(self, item_id: UUID) -> Response:
        """The signed receipt, for who sent the item and who may read evidence."""
        text = evidence.receipt(db.session(), item_id, actor=current_actor())
        return Response(text, content_type="application/json")
