"""Observations: what was learned outside a visit, recorded with its lawful basis, or withdrawn."""

from typing import Any
from uuid import UUID

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, ValidationError, fields, pre_load, validate

from fieldops import clock
from fieldops.api.access import allow, current_actor, unit
from fieldops.api.paging import MAX_LIMIT, PageQuery, UpdatedPageQuery, page_of, paged
from fieldops.db import db
from fieldops.domain.lawfulness import Basis, SourceClass
from fieldops.domain.permissions import Permission
from fieldops.models import Observation
from fieldops.services import (
    observation_batches,
    observation_feed,
    observation_values,
    observations,
)
from fieldops.services.observation_checks import ObservationReport

blp = Blueprint(
    "observations", __name__, url_prefix="/api/v1/observations", description="Observations"
)
_DIGEST = validate.Regexp(r"[0-9a-f]{64}\Z", error="Not 64 hexadecimal digits.")


def _shown(row: Observation) -> dict[str, str] | None:
    """The values that an observation names, masked to the reader's need."""
    return observation_values.shown(row.values, current_actor()) if row.values else None


class GradeIn(Schema):
    """Reliability of the source, A to F, and credibility of what it says, 1 to 6."""

    reliability = fields.String(required=True, validate=validate.OneOf("ABCDEF"))
    credibility = fields.Integer(required=True, strict=True, validate=validate.Range(1, 6))


class ObservationIn(Schema):
    """What was learned, of whom, when, from whom, and on what lawful basis."""

    case_id = fields.UUID(required=True)
    person_id = fields.UUID(load_default=None, allow_none=True)
    address_id = fields.UUID(load_default=None, allow_none=True)
    asset = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 100))
    kind = fields.String(required=True, validate=validate.Length(1, 40))
    observed_at = fields.AwareDateTime(required=True, format="iso")
    source_class = fields.Enum(SourceClass, by_value=True, required=True)
    source_id = fields.String(required=True, validate=validate.Length(1, 200))
    basis = fields.Enum(Basis, by_value=True, required=True)
    grade = fields.Nested(GradeIn, load_default=None, allow_none=True)
    data = fields.Dict(keys=fields.String(), load_default=dict)
    evidence = fields.List(
        fields.String(validate=_DIGEST), load_default=list, validate=validate.Length(max=100)
    )
    contact_id = fields.UUID(load_default=None, allow_none=True)
    polarity = fields.String(
        load_default="affirmed", validate=validate.OneOf(["affirmed", "denied"])
    )
    valid_from = fields.Date(load_default=None, allow_none=True)
    valid_until = fields.Date(load_default=None, allow_none=True)
    values = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)


class BatchIn(Schema):
    """Many observations; `recorded_at` is the played time of a drill, and refused elsewhere."""

    items = fields.List(
        fields.Nested(ObservationIn),
        required=True,
        validate=validate.Length(1, observation_batches.MOST),
    )
    recorded_at = fields.AwareDateTime(load_default=None, allow_none=True, format="iso")

    @pre_load
    def bound(self, data: Any, **_: Any) -> Any:
        """Refuse too many at once before each of them is looked at."""
        items = data.get("items") if isinstance(data, dict) else None
        if isinstance(items, list) and len(items) > observation_batches.MOST:
            told = f"Longer than maximum length {observation_batches.MOST}."
            raise ValidationError({"items": [told]})
        return data


class ItemFaultOut(Schema):
    """What is wrong with one field, and how to mend it."""

    field = fields.String()
    message = fields.String()
    cure = fields.String()


class AnswerOut(Schema):
    """What became of one item: the id of the observation, or why it was refused."""

    index = fields.Integer()
    id = fields.UUID(allow_none=True)
    errors = fields.List(fields.Nested(ItemFaultOut))


class BatchOut(Schema):
    """What became of a batch; its jobs are those of `batch/<id>`."""

    id = fields.UUID()
    recorded = fields.Integer()
    refused = fields.Integer()
    items = fields.List(fields.Nested(AnswerOut))


class CorrectionIn(ObservationIn):
    """What the observation should have said, and why it did not."""

    reason = fields.String(required=True, validate=validate.Length(1, 500))


class SharingIn(PageQuery):
    """Which value, and for what purpose somebody looks for it."""

    kind = fields.String(required=True, validate=validate.OneOf(observation_values.KINDS))
    value = fields.String(required=True, validate=validate.Length(1, observation_values.MAX_LENGTH))
    purpose = fields.String(required=True, validate=validate.Length(1, 200))


class WithdrawIn(Schema):
    """Why the observation does not count any more."""

    reason = fields.String(required=True, validate=validate.Length(1, 500))


class ObservationsQuery(UpdatedPageQuery):
    """Which observations."""

    case_id = fields.UUID(load_default=None)


class ObservationOut(Schema):
    """One observation; it is never edited, only withdrawn."""

    id = fields.UUID()
    case_id = fields.UUID()
    person_id = fields.UUID()
    address_id = fields.UUID(allow_none=True)
    asset = fields.String(allow_none=True)
    kind = fields.String()
    polarity = fields.String()
    valid_from = fields.Date(allow_none=True)
    valid_until = fields.Date(allow_none=True)
    observed_at = fields.AwareDateTime()
    recorded_at = fields.AwareDateTime()
    source_class = fields.String()
    source_id = fields.String()
    basis = fields.String()
    grade = fields.Dict()
    data = fields.Dict()
    values = fields.Function(_shown, metadata={"type": "object"})
    evidence = fields.List(fields.String())
    origin = fields.String()
    contact_id = fields.UUID(allow_none=True)
    account_id = fields.UUID(allow_none=True)
    corrects_id = fields.UUID(allow_none=True)
    withdrawn_at = fields.AwareDateTime(allow_none=True)
    withdrawn_reason = fields.String(allow_none=True)
    withdrawn_by = fields.UUID(allow_none=True)


_Page = page_of(ObservationOut)


class ChangesQuery(Schema):
    """After which number of the feed, and how many."""

    after = fields.Integer(load_default=0, validate=validate.Range(0, 2**63 - 1))
    limit = fields.Integer(load_default=100, validate=validate.Range(1, MAX_LIMIT))


class ObservationChangeOut(Schema):
    """One step: the observation as it is now, and whether it was recorded or withdrawn."""

    seq = fields.Integer()
    what = fields.String(metadata={"enum": ["recorded", "withdrawn"]})
    observation = fields.Nested(ObservationOut)


class ObservationChangesOut(Schema):
    """A page of the feed; `next` is the number to go on after, null at the end for now."""

    items = fields.List(fields.Nested(ObservationChangeOut))
    next = fields.Integer(allow_none=True)


@blp.route("")
class Observations(MethodView):
    """The observations of the organisation."""

    @allow(Permission.READ_TRACE, reads="observations")
    @blp.arguments(ObservationsQuery, location="query")
    @blp.response(200, _Page)
    def get(self, query: dict[str, Any]) -> Any:
        """List observations, oldest first, those withdrawn included."""
        return paged(*observations.listed(db.session(), current_actor(), **query))

    @allow(Permission.RECORD_OBSERVATIONS)
    @blp.arguments(ObservationIn)
    @blp.response(201, ObservationOut)
    def post(self, body: dict[str, Any]) -> Observation:
        """Record what was learned; a third party's word needs the contact behind it."""
        report = ObservationReport(**body)
        actor, now = current_actor(), clock.now()
        with unit() as session:
            return observations.record_observation(session, report, actor=actor, now=now)


@blp.route("/batch")
class Batch(MethodView):
    """Many observations at once."""

    @allow(Permission.RECORD_OBSERVATIONS)
    @blp.arguments(BatchIn)
    @blp.response(200, BatchOut)
    def post(self, body: dict[str, Any]) -> observation_batches.Batch:
        """Record the sound ones of many observations; each item is answered by itself."""
        reports = [ObservationReport(**item) for item in body["items"]]
        actor, now = current_actor(), clock.now()
        with unit() as session:
            return observation_batches.record_batch(
                session, reports, recorded_at=body["recorded_at"], actor=actor, now=now
            )


@blp.route("/<uuid:observation_id>/withdraw")
class Withdraw(MethodView):
    """The withdrawal of an observation."""

    @allow(Permission.RECORD_OBSERVATIONS)
    @blp.arguments(WithdrawIn)
    @blp.response(200, ObservationOut)
    def post(self, body: dict[str, Any], observation_id: UUID) -> Observation:
        """Withdraw an observation with its reason; it stays readable."""
        actor, now = current_actor(), clock.now()
        with unit() as session:
            return observations.withdraw(session, observation_id, **body, actor=actor, now=now)


@blp.route("/<uuid:observation_id>/correct")
class Correct(MethodView):
    """The correction of an observation."""

    @allow(Permission.RECORD_OBSERVATIONS)
    @blp.arguments(CorrectionIn)
    @blp.response(201, ObservationOut)
    def post(self, body: dict[str, Any], observation_id: UUID) -> Observation:
        """Withdraw an observation and record what it should have said, in one step."""
        reason, actor, now = body.pop("reason"), current_actor(), clock.now()
        report = ObservationReport(**body)
        with unit() as session:
            return observations.correct(
                session, observation_id, report, reason, actor=actor, now=now
            )


@blp.route("/changes")
class Changes(MethodView):
    """The feed of observations recorded and withdrawn."""

    @allow(Permission.READ_TRACE, reads="observations")
    @blp.arguments(ChangesQuery, location="query")
    @blp.response(200, ObservationChangesOut)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """List what changed after a number; nothing up to the last one read is ever added later."""
        items, following = observation_feed.changes(db.session(), current_actor(), **query)
        return {"items": items, "next": following}


@blp.route("/sharing")
class Sharing(MethodView):
    """Who else has this telephone, address, plate."""

    @allow(Permission.READ_TRACE, offline=False)
    @blp.arguments(SharingIn)
    @blp.response(200, _Page)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """List observations that name a value; the look is kept with its purpose."""
        after, limit = body.pop("after"), body.pop("limit")
        asked = observation_values.Sharing(**body)
        actor, now = current_actor(), clock.now()
        with unit() as session:
            items, following = observation_values.sharing(
                session, asked, after=after, limit=limit, actor=actor, now=now
            )
        return {"items": items, "next": following}
