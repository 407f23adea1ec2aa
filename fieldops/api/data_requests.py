"""Requests of persons for their own data: recorded, identity checked, and answered in time."""

from typing import Any
from uuid import UUID

from flask import Response
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from fieldops import clock
from fieldops.api.access import allow, current_actor, unit
from fieldops.api.paging import PageQuery, page_of, paged
from fieldops.db import db
from fieldops.domain.data_rights import IdentityMethod, RequestChannel, RequestKind
from fieldops.domain.permissions import Permission
from fieldops.gateways import person_pdf
from fieldops.models import DataRequest
from fieldops.services.protection import copying, correcting, deletion, requests, scope
from fieldops.services.protection.correcting import Correctable
from fieldops.wiring import wiring

blp = Blueprint(
    "data-requests",
    __name__,
    url_prefix="/api/v1/data-requests",
    description="What persons ask of their own data",
)
_TEXT = validate.Length(1, 500)


class DataRequestIn(Schema):
    """A request as it came; the person by his id, or as the debtor of a case."""

    person_id = fields.UUID(load_default=None, allow_none=True)
    case_number = fields.String(
        load_default=None, allow_none=True, validate=_TEXT, metadata={"example": None}
    )
    kind = fields.Enum(RequestKind, by_value=True, required=True)
    channel = fields.Enum(RequestChannel, by_value=True, required=True)
    words = fields.String(load_default="", validate=validate.Length(max=2000))
    received_at = fields.AwareDateTime(required=True, format="iso")

    @validates_schema
    def _names_somebody(self, data: dict[str, Any], **_: Any) -> None:
        if (data["person_id"] is None) == (data["case_number"] is None):
            raise ValidationError("Names the person and a case, or neither.", "person_id")


class AskerIn(Schema):
    """How it was made sure that it is he."""

    method = fields.Enum(IdentityMethod, by_value=True, required=True)


class ToldReasonIn(Schema):
    """A reason that the person is told."""

    reason = fields.String(required=True, validate=_TEXT)


class DataCorrectionIn(ToldReasonIn):
    """What is set right, and how."""

    field = fields.Enum(Correctable, by_value=True, required=True)
    value = fields.String(required=True, validate=_TEXT)
    address_id = fields.UUID(load_default=None, allow_none=True)


class DataRequestOut(Schema):
    """A request with its clock and its answer."""

    id = fields.UUID()
    person_id = fields.UUID()
    kind = fields.String(metadata={"enum": [*RequestKind]})
    state = fields.String(metadata={"enum": ["received", "checked", "answered", "refused"]})
    channel = fields.String(metadata={"enum": [*RequestChannel]})
    jurisdiction = fields.String()
    received_at = fields.AwareDateTime()
    due_at = fields.AwareDateTime()
    identity_method = fields.String(allow_none=True)
    identity_by = fields.UUID(allow_none=True)
    identity_at = fields.AwareDateTime(allow_none=True)
    answer = fields.Dict()
    answered_by = fields.UUID(allow_none=True)
    answered_at = fields.AwareDateTime(allow_none=True)


@blp.route("")
class Requests(MethodView):
    """The requests of the house."""

    @allow(Permission.READ_PROTECTION, reads="data-requests")
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, page_of(DataRequestOut))
    def get(self, query: dict[str, Any]) -> Any:
        """List requests, oldest first."""
        return paged(*requests.listed(db.session(), current_actor(), **query))

    @allow(Permission.ANSWER_DATA_REQUESTS)
    @blp.arguments(DataRequestIn)
    @blp.response(201, DataRequestOut)
    def post(self, body: dict[str, Any]) -> DataRequest:
        """Record a request; its clock begins when it was received."""
        actor, number = current_actor(), body.pop("case_number")
        with unit() as session:
            if number is not None:
                body["person_id"] = scope.person_known(session, number, actor)
            asked = requests.Asked(**body)
            rights = wiring().data_rights
            return requests.record(session, asked, rights=rights, actor=actor, now=clock.now())


@blp.route("/<uuid:request_id>")
class OneRequest(MethodView):
    """One request."""

    @allow(Permission.READ_PROTECTION, reads="data-request")
    @blp.response(200, DataRequestOut)
    def get(self, request_id: UUID) -> DataRequest:
        """Show it."""
        return requests.get(db.session(), request_id, actor=current_actor())


@blp.route("/<uuid:request_id>/identity")
class Identity(MethodView):
    """Who the asker is."""

    @allow(Permission.ANSWER_DATA_REQUESTS)
    @blp.arguments(AskerIn)
    @blp.response(200, DataRequestOut)
    def post(self, body: dict[str, Any], request_id: UUID) -> DataRequest:
        """Note that his identity was checked, and how."""
        with unit() as session:
            return requests.check_identity(
                session, request_id, body["method"], actor=current_actor(), now=clock.now()
            )


@blp.route("/<uuid:request_id>/extension")
class Extension(MethodView):
    """The longer time."""

    @allow(Permission.ANSWER_DATA_REQUESTS)
    @blp.arguments(ToldReasonIn)
    @blp.response(200, DataRequestOut)
    def post(self, body: dict[str, Any], request_id: UUID) -> DataRequest:
        """Take the longer time that the law allows once."""
        rights = wiring().data_rights
        with unit() as session:
            return requests.extend(
                session, request_id, body["reason"], rights=rights, actor=current_actor()
            )


@blp.route("/<uuid:request_id>/refusal")
class Refusal(MethodView):
    """The answer no."""

    @allow(Permission.ANSWER_DATA_REQUESTS)
    @blp.arguments(ToldReasonIn)
    @blp.response(200, DataRequestOut)
    def post(self, body: dict[str, Any], request_id: UUID) -> DataRequest:
        """Refuse with a ground."""
        with unit() as session:
            return requests.refuse(
                session, request_id, body["reason"], actor=current_actor(), now=clock.now()
            )


@blp.route("/<uuid:request_id>/copy")
class Copy(MethodView):
    """What is held about the person."""

    @allow(Permission.ANSWER_DATA_REQUESTS, offline=False)
    @blp.response(200, content_type="application/json")
    def post(self, request_id: UUID) -> dict[str, Any]:
        """Give out the copy as JSON, and note that the request was answered."""
        with unit() as session:
            return copying.answer(
                session, request_id, rights=wiring().data_rights, actor=current_actor(),
                now=clock.now(), at=clock.wall_time(),
            )  # fmt: skip


@blp.route("/<uuid:request_id>/copy.pdf")
class CopyPdf(MethodView):
    """The same on paper."""

    @allow(Permission.ANSWER_DATA_REQUESTS, offline=False)
    @blp.response(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
    def post(self, request_id: UUID) -> Response:
        """Give out the copy as a PDF, and note that the request was answered."""
        with unit() as session:
            record = copying.answer(
                session, request_id, rights=wiring().data_rights, actor=current_actor(),
                now=clock.now(), at=clock.wall_time(),
            )  # fmt: skip
        return Response(person_pdf.draw(record), mimetype="application/pdf")


@blp.route("/<uuid:request_id>/correction")
class Correction(MethodView):
    """Setting something right."""

    @allow(Permission.ANSWER_DATA_REQUESTS)
    @blp.arguments(DataCorrectionIn)
    @blp.response(200, DataRequestOut)
    def post(self, body: dict[str, Any], request_id: UUID) -> DataRequest:
        """Set one value right; the old one is withdrawn and kept."""
        with unit() as session:
            return correcting.correct(
                session, request_id, **body, actor=current_actor(), now=clock.now()
            )


@blp.route("/<uuid:request_id>/deletion")
class Deletion(MethodView):
    """Erasing, or restricting where the record must be kept."""

    @allow(Permission.ANSWER_DATA_REQUESTS)
    @blp.response(200, DataRequestOut)
    def post(self, request_id: UUID) -> DataRequest:
        """Answer a request for deletion as law and holds allow."""
        with unit() as session:
            return deletion.delete(
                session, request_id, rules=wiring().retention,
                discard=wiring().pack_files.discard, actor=current_actor(), now=clock.now(),
                at=clock.wall_time(),
            )  # fmt: skip


@blp.route("/<uuid:request_id>/restriction")
class Restricting(MethodView):
    """Having a person rest."""

    @allow(Permission.ANSWER_DATA_REQUESTS)
    @blp.arguments(ToldReasonIn)
    @blp.response(200, DataRequestOut)
    def post(self, body: dict[str, Any], request_id: UUID) -> DataRequest:
        """Answer a request for restriction; the reason names the law."""
        with unit() as session:
            return deletion.restrict(
                session, request_id, body["reason"], actor=current_actor(), now=clock.now(),
                at=clock.wall_time(),
            )  # fmt: skip
