"""The asset-trace record of a case: beliefs with their lines, flags, and observations."""

from typing import Any
from uuid import UUID

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate
from webargs.fields import DelimitedList

from fieldops import clock
from fieldops.api.access import allow, current_actor
from fieldops.api.flags import FlagOut
from fieldops.api.identity_schemas import SharedOut
from fieldops.api.observations import ObservationOut
from fieldops.api.paging import PageQuery, page_of, paged
from fieldops.db import db
from fieldops.domain.permissions import Permission
from fieldops.services import beliefs, trace_record, trace_standings

blp = Blueprint("trace", __name__, url_prefix="/api/v1/trace", description="Trace records")


class TraceQuery(Schema):
    """As of when; now if left out."""

    as_of = fields.AwareDateTime(load_default=None)


class BeliefOut(Schema):
    """Where the debtor is held to live; the lines' decibans add up to the odds of having moved."""

    address_id = fields.String(attribute="address")
    as_of = fields.AwareDateTime()
    p_home = fields.Float()
    p_away = fields.Float()
    p_moved = fields.Float()
    model_version = fields.String(attribute="version")
    lines = fields.Function(beliefs.lines_of, metadata={"type": "array"})


class AssetStandingOut(Schema):
    """An asset as of the date: the lines' decibans add up to the odds of evasion."""

    asset = fields.String()
    p_evasive = fields.Float(allow_none=True)
    model_version = fields.String(attribute="version")
    lines = fields.List(fields.Dict())
    telling = fields.List(fields.Dict())
    flags = fields.List(fields.Dict())


class TraceOut(Schema):
    """The record of a case's debtor as it stood at a date."""

    case_id = fields.UUID()
    person_id = fields.UUID()
    as_of = fields.AwareDateTime()
    beliefs = fields.List(fields.Nested(BeliefOut))
    assets = fields.List(fields.Nested(AssetStandingOut))
    flags = fields.List(fields.Nested(FlagOut))
    observations = fields.List(fields.Nested(ObservationOut))
    shared = fields.List(fields.Nested(SharedOut))


class StandingsQuery(PageQuery):
    """At which dates, apart by commas; one page of persons at a time."""

    as_of = DelimitedList(
        fields.AwareDateTime(),
        required=True,
        validate=validate.Length(1, trace_standings.MOST_DATES),
    )


class DatedOut(Schema):
    """Where one person was held to live at one date."""

    address_id = fields.String(attribute="address")
    as_of = fields.AwareDateTime()
    p_home = fields.Float()
    p_away = fields.Float()
    p_moved = fields.Float()


class AssetBelievedOut(Schema):
    """A disposed asset, and how likely that was meant to evade."""

    asset = fields.String(attribute="case.asset")
    p_evasive = fields.Float()


class BelievedOut(Schema):
    """One person at all of the dates; assets as of the last of them."""

    person_id = fields.UUID()
    model_version = fields.String()
    beliefs = fields.List(fields.Nested(DatedOut))
    assets = fields.List(fields.Nested(AssetBelievedOut))


@blp.route("/standings")
class Standings(MethodView):
    """Everybody at many dates."""

    @allow(Permission.READ_TRACE, reads="trace")
    @blp.arguments(StandingsQuery, location="query")
    @blp.response(200, page_of(BelievedOut))
    def get(self, query: dict[str, Any]) -> Any:
        """Show what was believed of everybody at each of these dates, without the lines."""
        actor, now = current_actor(), clock.now()
        return paged(*trace_standings.standings(db.session(), actor, **query, now=now))


@blp.route("/<uuid:case_id>")
class Trace(MethodView):
    """One case's record."""

    @allow(Permission.READ_TRACE, reads="trace")
    @blp.arguments(TraceQuery, location="query")
    @blp.response(200, TraceOut)
    def get(self, query: dict[str, Any], case_id: UUID) -> trace_record.TraceRecord:
        """Show the record as it was shown at a date, now if none is named."""
        actor, now = current_actor(), clock.now()
        return trace_record.trace_of(db.session(), case_id, **query, actor=actor, now=now)
