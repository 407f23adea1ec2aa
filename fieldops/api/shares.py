"""Shares of a finished pack: made for somebody outside, watched, revoked."""

from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from fieldops import clock
from fieldops.api.access import allow, current_actor, unit
from fieldops.api.paging import PageQuery, page_of, paged
from fieldops.db import db
from fieldops.domain import sharing
from fieldops.domain.permissions import Permission
from fieldops.models import PackShare
from fieldops.services import shares
from fieldops.wiring import wiring

blp = Blueprint("shares", __name__, url_prefix="/api/v1", description="Shares of packs")


class ShareIn(Schema):
    """For whom, for what, until when and how often."""

    recipient = fields.String(required=True, validate=validate.Length(1, 200))
    recipient_kind = fields.String(required=True, validate=validate.OneOf(sharing.RECIPIENTS))
    purpose = fields.String(required=True, validate=validate.Length(1, 200))
    days = fields.Integer(
        load_default=sharing.DAYS, strict=True, validate=validate.Range(1, sharing.MOST_DAYS)
    )
    most_downloads = fields.Integer(
        load_default=sharing.DOWNLOADS,
        strict=True,
        validate=validate.Range(1, sharing.MOST_DOWNLOADS),
    )


class ShareOut(Schema):
    """One share; neither its link nor its passphrase can be had again."""

    id = fields.UUID()
    pack_id = fields.UUID()
    account_id = fields.UUID()
    recipient = fields.String()
    recipient_kind = fields.String()
    purpose = fields.String()
    state = fields.Function(
        lambda share: share.state(clock.wall_time()),
        metadata={"enum": [sharing.OPEN, sharing.REVOKED, sharing.EXPIRED, sharing.SPENT]},
    )
    most_downloads = fields.Integer()
    downloads = fields.Integer(metadata={"description": "Whole packs that were handed over"})
    turned_away = fields.Integer(
        metadata={"description": "How often somebody tried while it was closed or at rest"}
    )
    rests_until = fields.AwareDateTime(allow_none=True)
    created_at = fields.AwareDateTime()
    expires_at = fields.AwareDateTime()
    revoked_at = fields.AwareDateTime(allow_none=True)


class MadeOut(Schema):
    """A fresh share, with what is told this once."""

    share = fields.Nested(ShareOut)
    link = fields.String(metadata={"description": "For the recipient; it names nobody"})
    passphrase = fields.String(
        metadata={"description": "To be told by another way than the link, best by telephone"}
    )


class EventOut(Schema):
    """One line of a share's log."""

    id = fields.UUID()
    kind = fields.String(metadata={"enum": list(shares.EVENTS)})
    at = fields.AwareDateTime()
    account_id = fields.UUID(allow_none=True)


@blp.route("/packs/<uuid:pack_id>/shares")
class Shares(MethodView):
    """The shares of one pack."""

    @allow(Permission.BUILD_PACKS, reads="shares")
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, page_of(ShareOut))
    def get(self, asked: dict[str, Any], pack_id: UUID) -> Any:
        """List the shares of a pack, oldest first."""
        return paged(*shares.listed(db.session(), pack_id, actor=current_actor(), **asked))

    # No answer is kept under an idempotency key: it holds what is kept nowhere.
    @allow(Permission.BUILD_PACKS, offline=False)
    @blp.arguments(ShareIn)
    @blp.response(201, MadeOut)
    def post(self, body: dict[str, Any], pack_id: UUID) -> Any:
        """Share a finished pack; link and passphrase are in this answer and never again."""
        with unit() as session:
            made = shares.make(
                session,
                pack_id,
                sharing.ShareOrder(**body),
                actor=current_actor(),
                at=clock.wall_time(),
            )
        path = url_for("web.shared_page", token=made.token)
        link = wiring().settings.absolute(path, host_url=request.host_url)
        told = {"share": made.share, "link": link, "passphrase": made.passphrase}
        where = url_for("shares.One", share_id=made.share.id)
        return told, 201, {"Location": where, "Cache-Control": "no-store"}


@blp.route("/shares/<uuid:share_id>")
class One(MethodView):
    """One share."""

    @allow(Permission.BUILD_PACKS, reads="share")
    @blp.response(200, ShareOut)
    def get(self, share_id: UUID) -> PackShare:
        """How a share stands."""
        return shares.get(db.session(), share_id, actor=current_actor())


@blp.route("/shares/<uuid:share_id>/log")
class Log(MethodView):
    """What came of a share."""

    @allow(Permission.BUILD_PACKS, reads="share")
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, page_of(EventOut))
    def get(self, asked: dict[str, Any], share_id: UUID) -> Any:
        """Every opening, wrong passphrase, download, and the end, oldest first."""
        return paged(*shares.log_of(db.session(), share_id, actor=current_actor(), **asked))


@blp.route("/shares/<uuid:share_id>/revoke")
class Revoke(MethodView):
    """The end of a share."""

    @allow(Permission.BUILD_PACKS)
    @blp.response(200, ShareOut)
    def post(self, share_id: UUID) -> PackShare:
        """End a share at once; a download under way is cut short."""
        with unit() as session:
            return shares.revoke(session, share_id, actor=current_actor(), at=clock.wall_time())
