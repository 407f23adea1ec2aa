"""What a pack will disclose: profiles of recipients, the basket of a case, and its gaps."""

from typing import Any
from uuid import UUID

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from fieldops import clock
from fieldops.api.access import allow, current_actor, unit
from fieldops.api.versions import etag, required_version
from fieldops.db import db
from fieldops.domain.disclosure.basket import LONGEST, MOST_LINES, Reason, basket_of
from fieldops.domain.disclosure.gaps import GAPS, Gap
from fieldops.domain.disclosure.profiles import Profile, named
from fieldops.domain.permissions import Permission
from fieldops.domain.rulebook.vocabulary import Provenance
from fieldops.services import baskets, pack_gaps
from fieldops.services.baskets import Prepared
from fieldops.wiring import wiring

blp = Blueprint("disclosure", __name__, url_prefix="/api/v1", description="Disclosure")

USUAL_PROFILE = "court"
_REASONS = [reason.value for reason in Reason]


class ProfileOut(Schema):
    """What one kind of recipient is shown."""

    name = fields.String()
    version = fields.String()
    title_zh = fields.String()
    title_en = fields.String()
    ground = fields.String()
    provenance = fields.String(
        metadata={
            "description": "How the ground was read",
            "enum": [one.value for one in Provenance],
        }
    )
    recipients = fields.Function(
        lambda profile: sorted(profile.recipients),
        metadata={"description": "With which kinds of recipients such a pack may be shared"},
    )
    terms = fields.Function(lambda profile: profile.terms())


class LineSchema(Schema):
    """One item: submitted as an exhibit, or left out for a reason (null when submitted)."""

    item = fields.UUID(required=True)
    exhibit = fields.String(load_default="", validate=validate.Length(max=LONGEST["exhibit"]))
    proves = fields.String(load_default="", validate=validate.Length(max=LONGEST["proves"]))
    reason = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf(_REASONS),
        metadata={"description": "Stands in the custody log once a pack is cut"},
    )  # fmt: skip
    note = fields.String(load_default="", validate=validate.Length(max=LONGEST["note"]))


class BasketIn(Schema):
    """Lines in the order of submission; items that no line names are not submitted."""

    lines = fields.List(
        fields.Nested(LineSchema), required=True, validate=validate.Length(1, MOST_LINES)
    )
    court = fields.String(load_default="", validate=validate.Length(max=LONGEST["court"]))
    submitter = fields.String(load_default="", validate=validate.Length(max=LONGEST["submitter"]))


class BasketOut(BasketIn):
    """The basket with a line for every item; version 0 is one that nobody has kept yet."""

    version = fields.Integer()


class ProfileQuery(Schema):
    """For whom."""

    profile = fields.String(load_default=USUAL_PROFILE, validate=validate.Length(1, 40))


class GapOut(Schema):
    """One thing that the pack would lack."""

    code = fields.String(metadata={"enum": list(GAPS)})
    is_blocking = fields.Boolean(metadata={"description": "No pack can be made while it is there"})
    item = fields.UUID(allow_none=True)
    visit = fields.UUID(allow_none=True)
    detail = fields.String(metadata={"description": "A reason, the name of a check, or a number"})
    text_en = fields.Function(lambda gap: GAPS[gap.code][0])
    text_zh = fields.Function(lambda gap: GAPS[gap.code][1])


def _told(found: Prepared) -> tuple[dict[str, Any], int, dict[str, str]]:
    return {**found.basket.to_json(), "version": found.version}, 200, etag(found.version)


@blp.route("/disclosure/profiles")
class Profiles(MethodView):
    """The recipients that packs are made for."""

    @allow(Permission.BUILD_PACKS)
    @blp.response(200, ProfileOut(many=True))
    def get(self) -> list[Profile]:
        """Every profile with its ground."""
        return list(wiring().profiles.values())


@blp.route("/cases/<uuid:case_id>/basket")
class Basket(MethodView):
    """What of a case is submitted."""

    @allow(Permission.BUILD_PACKS, reads="basket")
    @blp.response(200, BasketOut)
    def get(self, case_id: UUID) -> Any:
        """The basket as it stands; without one, everything in the order in which it came."""
        return _told(baskets.prepared(db.session(), case_id, actor=current_actor()))

    @allow(Permission.BUILD_PACKS)
    @blp.arguments(BasketIn)
    @blp.response(200, BasketOut)
    def put(self, body: dict[str, Any], case_id: UUID) -> Any:
        """Keep it; `If-Match` names the version it was made from."""
        version = required_version()
        for line in body["lines"]:
            line["item"] = str(line["item"])
        with unit() as session:
            found = baskets.keep(
                session, case_id, basket_of(body), version,
                actor=current_actor(), now=clock.wall_time(),
            )  # fmt: skip
            return _told(found)


@blp.route("/cases/<uuid:case_id>/basket/gaps")
class Gaps(MethodView):
    """What a pack would lack."""

    @allow(Permission.BUILD_PACKS, reads="basket")
    @blp.arguments(ProfileQuery, location="query")
    @blp.response(200, GapOut(many=True))
    def get(self, asked: dict[str, Any], case_id: UUID) -> list[Gap]:
        """Everything that a pack for this recipient would lack, what makes it impossible first."""
        profile = named(wiring().profiles, asked["profile"])
        found = baskets.prepared(db.session(), case_id, actor=current_actor())
        return pack_gaps.gaps(db.session(), found, profile, now=clock.wall_time())
