"""Overrides: one contact let through against one rule, by the office that the rule names."""

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
from fieldops.domain.rulebook.overriding import OFFICES
from fieldops.domain.rulebook.vocabulary import Channel
from fieldops.models import RuleOverride
from fieldops.services.rights import overriding
from fieldops.wiring import wiring

blp = Blueprint("overrides", __name__, url_prefix="/api/v1/overrides", description="Overrides")


class OverrideIn(Schema):
    """Which rule is overridden, for whom, by what channel and when, and on what ground."""

    party_id = fields.UUID(required=True)
    rule = fields.String(required=True, validate=validate.Length(1, 40))
    channel = fields.Enum(Channel, by_value=True, required=True)
    starts_at = fields.AwareDateTime(required=True)
    ends_at = fields.AwareDateTime(
        required=True, metadata={"description": "Seven days after its beginning at most"}
    )
    reason = fields.String(required=True, validate=validate.Length(1, 500))
    reference = fields.String(
        required=True,
        validate=validate.Length(1, 500),
        metadata={"description": "The paper on which it rests"},
    )


class RevokeOverrideIn(Schema):
    """Why the override ends."""

    reason = fields.String(required=True, validate=validate.Length(1, 500))


class OverridesQuery(PageQuery):
    """Which overrides: of a case, or placed, used, revoked or good in a time."""

    case_id = fields.UUID(load_default=None)
    since = fields.AwareDateTime(load_default=None, format="iso")
    until = fields.AwareDateTime(load_default=None, format="iso")


class OverrideOut(Schema):
    """One override, and the contact that it let through."""

    id = fields.UUID()
    case_id = fields.UUID()
    party_id = fields.UUID()
    rule = fields.String()
    office = fields.String(metadata={"enum": sorted(OFFICES)})
    channel = fields.String(metadata={"enum": [*Channel]})
    starts_at = fields.AwareDateTime()
    ends_at = fields.AwareDateTime()
    reason = fields.String()
    reference = fields.String()
    placed_by = fields.UUID()
    placed_at = fields.AwareDateTime()
    revoked_by = fields.UUID(allow_none=True)
    revoked_at = fields.AwareDateTime(allow_none=True)
    revoked_reason = fields.String(allow_none=True)
    visit_id = fields.UUID(allow_none=True)
    contact_id = fields.UUID(allow_none=True)
    used_at = fields.AwareDateTime(allow_none=True)


@blp.route("")
class Overrides(MethodView):
    """The overrides of the organisation."""

    @allow(Permission.READ_CASES, reads="overrides")
    @blp.arguments(OverridesQuery, location="query")
    @blp.response(200, page_of(OverrideOut))
    def get(self, query: dict[str, Any]) -> Any:
        """List overrides, oldest first."""
        return paged(*overriding.listed(db.session(), current_actor(), **query))

    @allow(Permission.OVERRIDE_RULES)
    @blp.arguments(OverrideIn)
    @blp.response(201, OverrideOut)
    def post(self, body: dict[str, Any]) -> RuleOverride:
        """Let one contact with one party through against one rule.

        422 for a rule that names no office, such as those on unlawful hours; 403 for another
        office than it names. It is logged for good.
        """
        with unit() as session:
            return overriding.place(
                session,
                overriding.OverrideOrder(**body),
                book=wiring().rulebook,
                actor=current_actor(),
                now=clock.now(),
            )


@blp.route("/<uuid:override_id>/revoke")
class Revocation(MethodView):
    """The end of an override."""

    @allow(Permission.OVERRIDE_RULES)
    @blp.arguments(RevokeOverrideIn)
    @blp.response(200, OverrideOut)
    def post(self, body: dict[str, Any], override_id: UUID) -> RuleOverride:
        """End an override at once; a planned visit that is forbidden without it is called off."""
        with unit() as session:
            return overriding.revoke(
                session,
                override_id,
                **body,
                book=wiring().rulebook,
                actor=current_actor(),
                now=clock.now(),
            )
