"""Who held what and to whom it went, as of a day and as known at a time, with hints at links."""

from typing import Any
from uuid import UUID

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from evidence.trace.link_model import hint_models
from fieldops import clock
from fieldops.api.access import allow, current_actor, unit
from fieldops.db import db
from fieldops.domain.permissions import Permission
from fieldops.services import links_across, ownerships

blp = Blueprint("ownership", __name__, url_prefix="/api/v1/trace", description="Ownership")


class OwnershipQuery(Schema):
    """On which day of the world, and as known when; everything known now if both are left out."""

    as_of = fields.Date(load_default=None)
    known_at = fields.AwareDateTime(load_default=None)


class HoldingOut(Schema):
    """That somebody held an asset; `holder` is `debtor` or names an observation of `named`."""

    asset = fields.String()
    kind = fields.String()
    holder = fields.String()
    relation = fields.String()
    since = fields.Date(allow_none=True)
    until = fields.Date(allow_none=True)
    seen_on = fields.List(fields.Date())
    shown_by = fields.List(fields.String())
    ended_by = fields.List(fields.String())
    denied_by = fields.List(fields.String())


class TransferOut(Schema):
    """An act by which an asset left the debtor; `ratio` is null where nobody valued the price."""

    asset = fields.String()
    kind = fields.String()
    on = fields.Date()
    relation = fields.String()
    price = fields.String(allow_none=True)
    valuation = fields.Dict(allow_none=True)
    ratio = fields.Float(allow_none=True)
    shown_by = fields.List(fields.String())
    denied_by = fields.List(fields.String())


class HintLineOut(Schema):
    """One sign of a hint and what it weighs."""

    sign = fields.String()
    decibans = fields.Float()
    grounds = fields.Function(lambda line: [o.id for o in line.grounds])


class HintOut(Schema):
    """A pointer, not a conclusion; prior and lines add up to `decibans`."""

    kind = fields.String(metadata={"enum": [*hint_models()]})
    subject = fields.String()
    about = fields.String(attribute="about.id")
    title = fields.Function(lambda hint: {"zh": hint.model.zh, "en": hint.model.en})
    prior = fields.Float(attribute="model.prior")
    decibans = fields.Float()
    feeds = fields.Boolean()
    lines = fields.List(fields.Nested(HintLineOut))
    shown = fields.List(fields.String())
    missing = fields.List(fields.String())
    contradicted = fields.List(fields.String())
    grounds = fields.List(fields.String())


class NamedOut(Schema):
    """Whom an observation names, masked to the reader's need."""

    names = fields.Dict(keys=fields.String(), values=fields.String())
    relation = fields.String()
    is_hinted = fields.Boolean()


class OwnershipOut(Schema):
    """Read off the observations anew each time; nothing of it is stored."""

    case_id = fields.UUID()
    person_id = fields.UUID()
    as_of = fields.Date(allow_none=True)
    known_at = fields.AwareDateTime()
    holdings = fields.List(fields.Nested(HoldingOut))
    transfers = fields.List(fields.Nested(TransferOut))
    hints = fields.List(fields.Nested(HintOut))
    named = fields.Dict(keys=fields.String(), values=fields.Nested(NamedOut))


@blp.route("/<uuid:case_id>/ownership")
class Ownership(MethodView):
    """The assets, firms, posts and employments of one case's debtor."""

    @allow(Permission.READ_TRACE, reads="ownership")
    @blp.arguments(OwnershipQuery, location="query")
    @blp.response(200, OwnershipOut)
    def get(self, query: dict[str, Any], case_id: UUID) -> ownerships.OwnershipRecord:
        """Show who held what on a day, as it was known at a time, and what hints at links."""
        actor, now = current_actor(), clock.now()
        return ownerships.ownership_of(db.session(), case_id, **query, actor=actor, now=now)


class AcrossIn(Schema):
    """For what purpose the files of others are looked at, and as known when."""

    purpose = fields.String(required=True, validate=validate.Length(1, 200))
    known_at = fields.AwareDateTime(load_default=None)


class AcrossCaseOut(Schema):
    """A case in whose records a hint has grounds."""

    case_id = fields.UUID()
    number = fields.String()
    creditor = fields.String()
    role = fields.String()


class AcrossHintOut(Schema):
    """A pointer that no flag counts; a ground `record:<id>` is what that person's file says."""

    hint = fields.Nested(HintOut)
    cases = fields.List(fields.Nested(AcrossCaseOut))


class AcrossOut(Schema):
    """What was found; `files` counts the other people whose records were looked at."""

    case_id = fields.UUID()
    person_id = fields.UUID()
    known_at = fields.AwareDateTime()
    purpose = fields.String()
    files = fields.Integer()
    hints = fields.List(fields.Nested(AcrossHintOut))


@blp.route("/<uuid:case_id>/links-across")
class LinksAcross(MethodView):
    """Hints at links that only the files of other people show."""

    @allow(Permission.READ_TRACE, offline=False)
    @blp.arguments(AcrossIn)
    @blp.response(200, AcrossOut)
    def post(self, body: dict[str, Any], case_id: UUID) -> links_across.Across:
        """Look for hints at links in the files of others; the look is kept with its purpose."""
        actor, now = current_actor(), clock.now()
        with unit() as session:
            return links_across.look(session, case_id, **body, actor=actor, now=now)
