"""The whole trace record out and in, as lines of FollowTheMoney."""

from tempfile import SpooledTemporaryFile
from typing import Any

from flask import Response, request, send_file
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from fieldops import clock
from fieldops.api.access import allow, current_actor, unit
from fieldops.db import db
from fieldops.domain.followthemoney import lines_of
from fieldops.domain.permissions import Permission
from fieldops.services import exchange

blp = Blueprint("exchange", __name__, url_prefix="/api/v1/trace", description="Exchange of records")
MEDIA_TYPE = "application/x-ndjson"
_IN_MEMORY = 1_000_000


class RecordQuery(Schema):
    """Whose record it is: with `ours` that of this organisation, whose contacts then count."""

    ours = fields.Boolean(load_default=False)


class DifferingOut(Schema):
    """A line whose row is held here otherwise, and in which properties; what is held stands."""

    line = fields.Integer()
    schema = fields.String()
    id = fields.UUID()
    properties = fields.List(fields.String())


class TakenOut(Schema):
    """How many rows of each schema were taken in, and how many entities were set aside.

    `differing` has the first hundred of the lines that are held here otherwise.
    """

    rows = fields.Dict(keys=fields.String(), values=fields.Integer())
    known = fields.Integer()
    set_aside = fields.Integer()
    differing = fields.List(fields.Nested(DifferingOut))
    differing_in_all = fields.Integer()


@blp.route("/export")
class Export(MethodView):
    """The organisation's record."""

    @allow(Permission.MOVE_TRACE, reads="trace-export")
    @blp.response(
        200, {"type": "string", "example": '{"id": "…", "schema": "Person"}'},
        content_type=MEDIA_TYPE,
    )  # fmt: skip
    def get(self) -> Response:
        """Write it whole; that it was taken out is kept with its purpose."""
        file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  # The answer closes it.
        for line in exchange.export_record(db.session(), actor=current_actor(), now=clock.now()):
            file.write(line.encode())
        file.seek(0)
        answer = send_file(
            file, mimetype=MEDIA_TYPE, as_attachment=True, download_name="trace.ndjson"
        )
        answer.call_on_close(file.close)
        return answer


@blp.route("/import")
class Import(MethodView):
    """A record for an organisation."""

    @allow(Permission.MOVE_TRACE, offline=False)
    @blp.arguments(RecordQuery, location="query")
    @blp.response(201, TakenOut)
    def post(self, query: dict[str, Any]) -> Any:
        """Take in what an export wrote, sent as the body: all of it or nothing."""
        lines = lines_of(request.stream)
        with unit() as session:
            return exchange.import_record(
                session, lines, ours=query["ours"], actor=current_actor(), now=clock.now()
            )
