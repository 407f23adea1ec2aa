"""Consents: what a person agreed to, and the word by which it ends."""

from typing import Any
from uuid import UUID

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from fieldops import clock
from fieldops.api.access import allow, current_actor, unit
from fieldops.db import db
from fieldops.domain.permissions import Permission
from fieldops.domain.rulebook.vocabulary import Channel
from fieldops.models import Case, Consent
from fieldops.services import scoped
from fieldops.services.rights import consents

blp = Blueprint("consents", __name__, url_prefix="/api/v1", description="Consents")


class ConsentIn(Schema):
    """What a party of a case agreed to."""

    party_id = fields.UUID(required=True)
    channel = fields.Enum(Channel, by_value=True, required=True)
    evidence = fields.String(required=True, validate=validate.Length(1, consents.LONGEST_EVIDENCE))
    window = fields.List(
        fields.String(validate=validate.Length(1, 5)),
        load_default=list,
        validate=validate.Length(max=2),
        metadata={"description": "Local times, as ['20:00', '22:00']; none is any hour"},
    )
    expires_at = fields.AwareDateTime(load_default=None, allow_none=True)


class ConsentOut(Schema):
    """One consent."""

    id = fields.UUID()
    person_id = fields.UUID()
    channel = fields.String(metadata={"enum": [*Channel]})
    window = fields.List(fields.String())
    evidence = fields.String()
    granted_at = fields.AwareDateTime()
    expires_at = fields.AwareDateTime(allow_none=True)
    revoked_at = fields.AwareDateTime(allow_none=True)


@blp.route("/cases/<uuid:case_id>/consents")
class ConsentsOfCase(MethodView):
    """The consents of the parties of a case."""

    @allow(Permission.READ_CASES, reads="consents")
    @blp.response(200, ConsentOut(many=True))
    def get(self, case_id: UUID) -> Any:
        """List them, the latest first, with those that ended."""
        session = db.session()
        return consents.of_case(session, scoped.get(session, Case, case_id, current_actor()))


@blp.route("/consents")
class Consents(MethodView):
    """Taking consents down."""

    @allow(Permission.RECORD_REQUESTS)
    @blp.arguments(ConsentIn)
    @blp.response(201, ConsentOut)
    def post(self, body: dict[str, Any]) -> Consent:
        """Take a consent down, with the paper that shows it."""
        order = consents.ConsentOrder(**body)
        with unit() as session:
            return consents.record(session, order, actor=current_actor(), now=clock.now())


@blp.route("/consents/<uuid:consent_id>/revoke")
class RevokedConsent(MethodView):
    """The end of a consent."""

    @allow(Permission.RECORD_REQUESTS)
    @blp.response(200, ConsentOut)
    def post(self, consent_id: UUID) -> Consent:
        """End a consent at once, by a word of whoever gave it."""
        with unit() as session:
            return consents.revoke(session, consent_id, actor=current_actor(), now=clock.now())
