"""Addresses: those that wait for a person, where they are, and whether they may be visited."""

from typing import Any
from uuid import UUID

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from fieldops import clock
from fieldops.api.access import allow, current_actor, unit
from fieldops.api.paging import PageQuery, page_of, paged
from fieldops.api.versions import etag, required_version
from fieldops.db import db
from fieldops.domain.permissions import Permission
from fieldops.services import locating

blp = Blueprint("addresses", __name__, url_prefix="/api/v1/addresses", description="Addresses")


class AddressQuery(PageQuery):
    """Which addresses are asked for: `to_settle` is all that waits for a person."""

    state = fields.String(load_default=None, validate=validate.OneOf(locating.QUEUES))


class CandidateOut(Schema):
    """One of several places that the address may mean."""

    label = fields.String()
    reference = fields.String()
    grade = fields.String()
    provider = fields.String()
    lat = fields.Float(allow_none=True)
    lon = fields.Float(allow_none=True)


class AddressOut(Schema):
    """Where a party is said to be found, and how well that place is known."""

    id = fields.UUID()
    case_id = fields.UUID()
    party_id = fields.UUID()
    text = fields.String()
    kind = fields.String()
    state = fields.String(metadata={"enum": list(locating.STATES)})
    grade = fields.String(metadata={"enum": list(locating.GRADES)})
    provider = fields.String()
    lat = fields.Float(allow_none=True)
    lon = fields.Float(allow_none=True)
    given_position = fields.Dict(allow_none=True)
    area_code = fields.String(allow_none=True)
    candidates = fields.List(fields.Nested(CandidateOut))
    visit_allowed_by = fields.UUID(allow_none=True)
    visit_allowed_reason = fields.String(allow_none=True)
    settled_by = fields.UUID(allow_none=True)
    settled_reason = fields.String(allow_none=True)
    version = fields.Integer()
    located_at = fields.AwareDateTime(allow_none=True)


class SettlingIn(Schema):
    """Where the address is: degrees with their datum, or the number of a candidate from 0."""

    lat = fields.Float(load_default=None, allow_nan=False, allow_none=True)
    lon = fields.Float(load_default=None, allow_nan=False, allow_none=True)
    datum = fields.String(load_default="WGS84", validate=validate.Length(max=20))
    candidate = fields.Integer(
        load_default=None, strict=True, allow_none=True, validate=validate.Range(0, 1000)
    )
    reason = fields.String(required=True, validate=validate.Length(1, 200))


class ReasonIn(Schema):
    """Why."""

    reason = fields.String(required=True, validate=validate.Length(1, 200))


@blp.route("")
class Addresses(MethodView):
    """The organisation's addresses."""

    @allow(Permission.READ_CASES, reads="addresses")
    @blp.arguments(AddressQuery, location="query")
    @blp.response(200, page_of(AddressOut))
    def get(self, query: dict[str, Any]) -> Any:
        """List them, or those of one state or queue."""
        queue = query.pop("state")
        return paged(*locating.address_page(db.session(), current_actor(), queue=queue, **query))


@blp.route("/<uuid:address_id>")
class OneAddress(MethodView):
    """One address."""

    @allow(Permission.READ_CASES, reads="address")
    @blp.response(200, AddressOut)
    def get(self, address_id: UUID) -> Any:
        """Show an address; its ETag is the version that a change must name."""
        address = locating.get_address(db.session(), address_id, current_actor())
        return address, 200, etag(address.version)


@blp.route("/<uuid:address_id>/position")
class PositionOfAddress(MethodView):
    """Where a doubtful address is."""

    @allow(Permission.SETTLE_ADDRESSES)
    @blp.arguments(SettlingIn)
    @blp.response(200, AddressOut)
    def put(self, body: dict[str, Any], address_id: UUID) -> Any:
        """Decide it, with a reason; `If-Match` names the version that was read."""
        with unit() as session:
            address = locating.settle_address(
                session,
                address_id,
                position=_position(body),
                candidate=body["candidate"],
                reason=body["reason"],
                expected_version=required_version(),
                actor=current_actor(),
                now=clock.now(),
            )
        return address, 200, etag(address.version)


@blp.route("/<uuid:address_id>/allow-visit")
class VisitOfAddress(MethodView):
    """Whether a doubtful place is visited."""

    @allow(Permission.SETTLE_ADDRESSES)
    @blp.arguments(ReasonIn)
    @blp.response(200, AddressOut)
    def post(self, body: dict[str, Any], address_id: UUID) -> Any:
        """Take it upon oneself, with a reason; `If-Match` names the version that was read."""
        with unit() as session:
            address = locating.allow_visit(
                session,
                address_id,
                reason=body["reason"],
                expected_version=required_version(),
                actor=current_actor(),
                now=clock.now(),
            )
        return address, 200, etag(address.version)


def _position(body: dict[str, Any]) -> Any:
    if body["lat"] is None and body["lon"] is None:
        return None
    return locating.given_position(body["lat"], body["lon"], body["datum"])
