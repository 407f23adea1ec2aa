"""How the custody log is kept: stamps owed, copies sent outside, and what scans found."""

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from fieldops import clock
from fieldops.api.access import allow, current_actor, unit
from fieldops.db import db
from fieldops.domain.permissions import Permission
from fieldops.services import deliveries, fixity, stamps

blp = Blueprint("custody", __name__, url_prefix="/api/v1/custody", description="The custody log")


class ScanOut(Schema):
    """One reading of everything that is stored."""

    id = fields.UUID()
    state = fields.String(metadata={"enum": [fixity.RUNNING, fixity.DONE]})
    checked = fields.Integer()
    bytes_read = fields.Integer()
    broken = fields.Integer()
    started_at = fields.AwareDateTime()
    finished_at = fields.AwareDateTime(allow_none=True)


class FaultOut(Schema):
    """A blob that is changed or missing now."""

    sha256 = fields.String(attribute="blob.sha256")
    kind = fields.String(metadata={"enum": [fixity.CHANGED, fixity.MISSING]})
    reason = fields.String()
    found_at = fields.AwareDateTime()
    scan_id = fields.UUID()


class StampOut(Schema):
    """A stamp that an authority failed to give so far."""

    authority = fields.String()
    size = fields.Integer(attribute="checkpoint.size")
    asked_at = fields.AwareDateTime()
    attempts = fields.Integer()
    reason = fields.String(allow_none=True)


class DeliveryOut(Schema):
    """A checkpoint sent outside, or on its way."""

    address = fields.String()
    day = fields.String()
    size = fields.Integer(attribute="checkpoint.size")
    state = fields.String(metadata={"enum": [deliveries.OWED, deliveries.SENT]})
    sent_at = fields.AwareDateTime(allow_none=True)
    attempts = fields.Integer()
    reason = fields.String(allow_none=True)


class KeepingOut(Schema):
    """Everything that compliance watches."""

    faults = fields.List(fields.Nested(FaultOut))
    scans = fields.List(fields.Nested(ScanOut))
    stamps_owed = fields.List(fields.Nested(StampOut))
    deliveries = fields.List(fields.Nested(DeliveryOut))


@blp.route("/keeping")
class Keeping(MethodView):
    """How the log is kept."""

    @allow(Permission.READ_AUDIT)
    @blp.response(200, KeepingOut)
    def get(self) -> Any:
        """Broken blobs, the last scans, stamps that are owed, and deliveries outside."""
        session, organisation_id = db.session(), current_actor().organisation_id
        return {
            "faults": fixity.open_faults(session, organisation_id),
            "scans": fixity.latest(session, organisation_id),
            "stamps_owed": stamps.overdue(session, organisation_id),
            "deliveries": deliveries.latest(session, organisation_id),
        }


@blp.route("/scans")
class Scans(MethodView):
    """Fixity scans."""

    @allow(Permission.READ_AUDIT)
    @blp.response(202, ScanOut)
    def post(self) -> Any:
        """Have everything that is stored read again now; a scan that runs already is given back."""
        at = clock.wall_time()
        with unit() as session:
            organisation_id = current_actor().organisation_id
            scan = fixity.running(session, organisation_id)
            if scan is None:
                scan = fixity.begin(session, organisation_id, at=at)
                fixity.ask(session, scan, at=at)
        return scan
