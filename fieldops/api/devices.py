"""Phones: a code makes one an agent's, its key opens it day by day, the office ends it at once."""

from typing import Any
from uuid import UUID

from flask import request
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from fieldops import clock
from fieldops.api.access import allow, current_actor, unit
from fieldops.api.paging import PageQuery, page_of, paged
from fieldops.db import db
from fieldops.domain.errors import FieldopsError
from fieldops.domain.permissions import Permission
from fieldops.models import Device
from fieldops.services.phones import devices, enrolling, revoking
from fieldops.services.sign_in import SignedIn
from fieldops.wiring import wiring

blp = Blueprint("devices", __name__, url_prefix="/api/v1/devices", description="Agents' phones")


class CodeIn(Schema):
    """Whose phone it is to be."""

    agent_id = fields.UUID(required=True)


class CodeOut(Schema):
    """A code to type, and the address that a QR code of it leads to; both are shown once."""

    code = fields.String()
    address = fields.String()
    expires_at = fields.AwareDateTime()


class EnrolIn(Schema):
    """The code, typed or read, and what the phone is to be called."""

    code = fields.String(required=True, validate=validate.Length(1, 40))
    name = fields.String(required=True, validate=validate.Length(1, enrolling.LONGEST_NAME))


class KeyIn(Schema):
    """The phone and its key."""

    device_id = fields.UUID(required=True)
    device_key = fields.String(required=True, load_only=True, validate=validate.Length(1, 200))


class AccessOut(Schema):
    """A short access token; the phone's key fetches the next."""

    access_token = fields.String()
    token_type = fields.String()
    expires_in = fields.Integer(metadata={"description": "Seconds that the access token holds"})


class EnrolledOut(AccessOut):
    """The phone with its key, which is shown once."""

    device_id = fields.UUID()
    device_key = fields.String()
    name = fields.String()
    agent_id = fields.UUID()


class DeviceOut(Schema):
    """One phone, with what it last said of itself."""

    id = fields.UUID()
    agent_id = fields.UUID()
    agent_code = fields.String(attribute="agent.code")
    name = fields.String()
    enrolled_at = fields.AwareDateTime()
    last_seen_at = fields.AwareDateTime(allow_none=True)
    app_version = fields.String(allow_none=True)
    pending = fields.Integer(allow_none=True)
    storage_persisted = fields.Boolean(allow_none=True)
    battery_percent = fields.Integer(allow_none=True)
    tracker_since = fields.AwareDateTime(allow_none=True)
    decided_through = fields.Integer()
    revoked_at = fields.AwareDateTime(allow_none=True)
    revoked_reason = fields.String(allow_none=True)


class DevicesQuery(PageQuery):
    """Which phones."""

    agent_id = fields.UUID(load_default=None)


class RevokeIn(Schema):
    """Why the phone ends."""

    reason = fields.String(required=True, validate=validate.Length(1, 500))


@blp.route("")
class Devices(MethodView):
    """The phones of the organisation."""

    @allow(Permission.MANAGE_PHONES)
    @blp.arguments(DevicesQuery, location="query")
    @blp.response(200, page_of(DeviceOut))
    def get(self, query: dict[str, Any]) -> Any:
        """List phones, the oldest first, the revoked among them."""
        return paged(*devices.listed(db.session(), current_actor(), **query))


@blp.route("/codes")
class Codes(MethodView):
    """Codes for new phones."""

    @allow(Permission.MANAGE_PHONES)
    @blp.arguments(CodeIn)
    @blp.response(201, CodeOut)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Make a code for an agent's phone; it serves once, for a quarter of an hour."""
        with unit() as session:
            made = enrolling.make_code(session, **body, actor=current_actor(), at=clock.wall_time())
        address = wiring().settings.absolute(made.path, host_url=request.host_url)
        return {"code": made.code, "address": address, "expires_at": made.row.expires_at}


@blp.route("/enrol")
class Enrolment(MethodView):
    """A phone comes with its code."""

    @allow(Permission.ANYONE)
    @blp.arguments(EnrolIn)
    @blp.response(201, EnrolledOut)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Exchange a code for a phone with a key of its own."""
        with unit() as session:
            found = enrolling.enrol(
                session, body["code"], body["name"], source=request.remote_addr or "",
                settings=wiring().settings, at=clock.wall_time(),
            )  # fmt: skip
        if isinstance(found, FieldopsError):
            raise found
        device = found.device
        return {
            **_access(found.access),
            "device_id": device.id,
            "device_key": found.key,
            "name": device.name,
            "agent_id": device.agent_id,
        }


@blp.route("/token")
class DeviceToken(MethodView):
    """A phone signs itself in."""

    @allow(Permission.ANYONE)
    @blp.arguments(KeyIn)
    @blp.response(200, AccessOut)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Exchange the phone's key for an access token; a revoked one meets `device-revoked`."""
        with unit() as session:
            return _access(
                devices.access(
                    session, body["device_id"], body["device_key"],
                    settings=wiring().settings, at=clock.wall_time(),
                )
            )  # fmt: skip


@blp.route("/<uuid:device_id>/revoke")
class Revoked(MethodView):
    """The end of a phone."""

    @allow(Permission.MANAGE_PHONES)
    @blp.arguments(RevokeIn)
    @blp.response(200, DeviceOut)
    def post(self, body: dict[str, Any], device_id: UUID) -> Device:
        """End a phone at once: its next call is 401, and its page locks."""
        with unit() as session:
            return revoking.revoke(
                session, device_id, **body, actor=current_actor(), at=clock.wall_time()
            )


def _access(given: SignedIn) -> dict[str, Any]:
    return {
        "access_token": given.access,
        "token_type": "Bearer",
        "expires_in": given.expires_in,
    }
