"""Promises to pay and instalments: listed, decided on by the office, and said to be paid."""

from typing import Any
from uuid import UUID

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from fieldops import clock
from fieldops.api.access import allow, current_actor, unit
from fieldops.api.paging import PageQuery, page_of, paged
from fieldops.db import db
from fieldops.domain.instalments import ArrangementState, Standing
from fieldops.domain.permissions import Permission
from fieldops.models import Arrangement, Promise
from fieldops.services.promises import deciding
from fieldops.wiring import wiring

blp = Blueprint("promises", __name__, url_prefix="/api/v1", description="Promises to pay")


class PromiseOut(Schema):
    """One promised sum; `number` is its place among the instalments of its arrangement."""

    id = fields.UUID()
    case_id = fields.UUID()
    visit_id = fields.UUID(allow_none=True)
    arrangement_id = fields.UUID(allow_none=True)
    number = fields.Integer(allow_none=True)
    amount = fields.Decimal(as_string=True)
    currency = fields.String()
    due_on = fields.Date()
    made_at = fields.AwareDateTime()
    standing = fields.String(metadata={"enum": [*Standing]})
    stands_since = fields.AwareDateTime(allow_none=True)
    settled_by = fields.UUID(allow_none=True)


class ArrangementOut(Schema):
    """Instalments that a debtor offered, and what the house said of them."""

    id = fields.UUID()
    case_id = fields.UUID()
    visit_id = fields.UUID(allow_none=True)
    amount = fields.Decimal(as_string=True)
    currency = fields.String()
    count = fields.Integer()
    state = fields.String(metadata={"enum": [*ArrangementState]})
    made_at = fields.AwareDateTime()
    decided_by = fields.UUID(allow_none=True)
    decided_role = fields.String(allow_none=True)
    decided_at = fields.AwareDateTime(allow_none=True)
    promises = fields.List(fields.Nested(PromiseOut))


class PromisesQuery(PageQuery):
    """Of which case, and which stand how."""

    case_id = fields.UUID(load_default=None)
    standing = fields.String(load_default=None, validate=validate.OneOf([*Standing]))


class ArrangementsQuery(PageQuery):
    """Of which case, and in which state."""

    case_id = fields.UUID(load_default=None)
    state = fields.String(load_default=None, validate=validate.OneOf([*ArrangementState]))


class DecideIn(Schema):
    """What the office says of instalments, and why."""

    decision = fields.Enum(deciding.Decision, by_value=True, required=True)
    words = fields.String(required=True, validate=validate.Length(1, 500))


class SettlePromiseIn(Schema):
    """That a sum came by another way, or that it binds no more; and how that is known."""

    word = fields.Enum(deciding.Word, by_value=True, required=True)
    words = fields.String(required=True, validate=validate.Length(1, 500))


@blp.route("/promises")
class Promises(MethodView):
    """The promises of the organisation."""

    @allow(Permission.READ_CASES, reads="promises")
    @blp.arguments(PromisesQuery, location="query")
    @blp.response(200, page_of(PromiseOut))
    def get(self, query: dict[str, Any]) -> Any:
        """List them, the oldest first."""
        return paged(*deciding.listed(db.session(), current_actor(), **query))


@blp.route("/promises/<uuid:promise_id>/settle")
class SettledPromise(MethodView):
    """The office's word on one promised sum."""

    @allow(Permission.SETTLE_PROMISES)
    @blp.arguments(SettlePromiseIn)
    @blp.response(200, PromiseOut)
    def post(self, body: dict[str, Any], promise_id: UUID) -> Promise:
        """Say that it was paid by another way, or release it."""
        with unit() as session:
            return deciding.settle(
                session, promise_id, **body, actor=current_actor(), now=clock.now()
            )


@blp.route("/arrangements")
class Arrangements(MethodView):
    """Instalments of the organisation's debtors."""

    @allow(Permission.READ_CASES, reads="arrangements")
    @blp.arguments(ArrangementsQuery, location="query")
    @blp.response(200, page_of(ArrangementOut))
    def get(self, query: dict[str, Any]) -> Any:
        """List them with their instalments, the oldest first."""
        return paged(*deciding.arrangements(db.session(), current_actor(), **query))


@blp.route("/arrangements/<uuid:arrangement_id>/decide")
class DecidedArrangement(MethodView):
    """The office's word on instalments."""

    @allow(Permission.SETTLE_PROMISES)
    @blp.arguments(DecideIn)
    @blp.response(200, ArrangementOut)
    def post(self, body: dict[str, Any], arrangement_id: UUID) -> Arrangement:
        """Agree to an offer within the bounds of one's role, decline it, or end what was agreed."""
        with unit() as session:
            return deciding.decide(
                session, arrangement_id, **body, terms=wiring().terms,
                actor=current_actor(), now=clock.now(),
            )  # fmt: skip
