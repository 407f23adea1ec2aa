"""Alerts: what people were told, whether they saw it, and through which channels they are told."""

from typing import Any
from uuid import UUID

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from fieldops import clock
from fieldops.api.access import allow, current_actor, unit
from fieldops.api.paging import PageQuery, page_of, paged
from fieldops.db import db
from fieldops.domain.alerting import CHANNELS, OCCASIONS
from fieldops.domain.permissions import Permission
from fieldops.models import AlertChannel, AlertPolicy, Notice
from fieldops.services import alert_sending, alert_settings, notices

blp = Blueprint("alerts", __name__, url_prefix="/api/v1", description="Alerts")


class AlertsQuery(PageQuery):
    """Which alerts."""

    seen = fields.Boolean(load_default=None)
    case_id = fields.UUID(load_default=None)


class AlertOut(Schema):
    """One word to one role: about what, how urgent, until when, and whether it was seen."""

    id = fields.UUID()
    reference = fields.Function(notices.reference)
    case_id = fields.UUID(allow_none=True)
    flag_id = fields.UUID(allow_none=True)
    about = fields.String(
        allow_none=True, metadata={"description": "The page of an alarm or incident"}
    )
    code = fields.String()
    occasion = fields.String(metadata={"enum": [*OCCASIONS]})
    step = fields.String(allow_none=True)
    way = fields.String(metadata={"enum": ["now", "today", "digest"]})
    role = fields.String()
    deadline_at = fields.AwareDateTime(allow_none=True)
    made_at = fields.AwareDateTime()
    seen_by = fields.UUID(allow_none=True)
    seen_at = fields.AwareDateTime(allow_none=True)
    escalated_at = fields.AwareDateTime(allow_none=True)


class ChannelIn(Schema):
    """A new channel; a web call and an SMS gateway share a secret with this service."""

    role = fields.String(required=True, validate=validate.OneOf(alert_settings.ROLES))
    kind = fields.String(required=True, validate=validate.OneOf(CHANNELS))
    target = fields.String(load_default="", validate=validate.Length(max=200))
    url = fields.String(load_default="", validate=validate.Length(max=500))
    secret = fields.String(load_default="", validate=validate.Length(max=200))
    language = fields.String(
        load_default="zh-CN", validate=validate.OneOf(alert_settings.LANGUAGES)
    )


class ChannelOut(Schema):
    """A channel without what is secret in it; `failing_since` is null while it works."""

    id = fields.UUID()
    role = fields.String()
    kind = fields.String(metadata={"enum": [*CHANNELS]})
    address = fields.Function(alert_settings.shown_address)
    language = fields.String()
    created_at = fields.AwareDateTime()
    disabled_at = fields.AwareDateTime(allow_none=True)
    failing_since = fields.AwareDateTime(allow_none=True)
    reason = fields.String(allow_none=True)


class ChannelsOut(Schema):
    """All channels."""

    channels = fields.List(fields.Nested(ChannelOut))


class PolicyInOut(Schema):
    """When people are told; times of day in the organisation's zone, as "22:00"."""

    quiet_from = fields.String(required=True)
    quiet_until = fields.String(required=True)
    digest_at = fields.String(required=True)
    escalate_minutes = fields.Integer(required=True, strict=True)
    escalate_to = fields.String(required=True)


class SendingOut(Schema):
    """One alert on its way through one channel."""

    id = fields.UUID()
    notice_id = fields.UUID()
    channel_id = fields.UUID()
    state = fields.String(metadata={"enum": ["owed", "handed", "sending", "sent", "dropped"]})
    due_at = fields.AwareDateTime()
    attempts = fields.Integer()
    sent_at = fields.AwareDateTime(allow_none=True)
    reason = fields.String(allow_none=True)


class SendingsOut(Schema):
    """One page of sendings; `next` is where the following one begins."""

    sendings = fields.List(fields.Nested(SendingOut))
    next = fields.UUID(allow_none=True)


@blp.route("/alerts")
class Alerts(MethodView):
    """What people of the organisation were told."""

    @allow(Permission.READ_TRACE, reads="alerts")
    @blp.arguments(AlertsQuery, location="query")
    @blp.response(200, page_of(AlertOut))
    def get(self, query: dict[str, Any]) -> Any:
        """List alerts, oldest first."""
        return paged(*notices.listed(db.session(), current_actor(), **query))


@blp.route("/alerts/<uuid:notice_id>/seen")
class SeenAlert(MethodView):
    """That somebody has seen an alert."""

    @allow(Permission.SIGNED_IN)
    @blp.response(200, AlertOut)
    def post(self, notice_id: UUID) -> Notice:
        """Say that it was seen, which only those of its role and counsel can."""
        actor, now = current_actor(), clock.now()
        with unit() as session:
            return notices.see(session, notice_id, actor=actor, now=now)


@blp.route("/alert-channels")
class Channels(MethodView):
    """Where people are told."""

    @allow(Permission.MANAGE_ALERTS)
    @blp.response(200, ChannelsOut)
    def get(self) -> Any:
        """List the channels, those that are closed last."""
        return {"channels": alert_settings.channels(db.session(), current_actor())}

    @allow(Permission.MANAGE_ALERTS)
    @blp.arguments(ChannelIn)
    @blp.response(201, ChannelOut)
    def post(self, body: dict[str, Any]) -> AlertChannel:
        """Open a channel for a role."""
        order, actor = alert_settings.ChannelOrder(**body), current_actor()
        with unit() as session:
            return alert_settings.add_channel(session, order, actor=actor, now=clock.now())


@blp.route("/alert-channels/<uuid:channel_id>/close")
class ClosedChannel(MethodView):
    """A channel that is used no more."""

    @allow(Permission.MANAGE_ALERTS)
    @blp.response(200, ChannelOut)
    def post(self, channel_id: UUID) -> AlertChannel:
        """Close it: what it still owes is dropped, what it sent stays recorded."""
        actor = current_actor()
        with unit() as session:
            return alert_settings.close_channel(session, channel_id, actor=actor, now=clock.now())


@blp.route("/alert-sendings")
class Sendings(MethodView):
    """How sending goes."""

    @allow(Permission.MANAGE_ALERTS)
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, SendingsOut)
    def get(self, query: dict[str, Any]) -> Any:
        """List sendings, the newest first; `after` is the last one that was seen."""
        found, following = alert_sending.log_page(
            db.session(), current_actor(), before=query["after"], limit=query["limit"]
        )
        return {"sendings": found, "next": following}


@blp.route("/alert-sendings/<uuid:sending_id>/again")
class SentAgain(MethodView):
    """A sending that is wanted once more."""

    @allow(Permission.MANAGE_ALERTS)
    @blp.response(200, SendingOut)
    def post(self, sending_id: UUID) -> Any:
        """Hand it out again, under the same message id."""
        with unit() as session:
            return alert_sending.again(session, sending_id, actor=current_actor(), now=clock.now())


@blp.route("/alert-policy")
class Policy(MethodView):
    """Quiet hours, the daily list and escalation."""

    @allow(Permission.MANAGE_ALERTS)
    @blp.response(200, PolicyInOut)
    def get(self) -> AlertPolicy:
        """Show when people are told."""
        return alert_settings.policy(db.session(), current_actor().organisation_id)

    @allow(Permission.MANAGE_ALERTS)
    @blp.arguments(PolicyInOut)
    @blp.response(200, PolicyInOut)
    def put(self, body: dict[str, Any]) -> AlertPolicy:
        """Set when people are told."""
        order, actor = alert_settings.PolicyOrder(**body), current_actor()
        with unit() as session:
            return alert_settings.set_policy(session, order, actor=actor, now=clock.now())
