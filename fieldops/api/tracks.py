"""Tracks by agents' own trackers: connected by the phone, pinged as OsmAnd's protocol has it.

A tracker knows nothing of tokens in headers: its secret travels as its identifier. Addresses are
never logged, and the secret opens nothing else.
"""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from fieldops import clock
from fieldops.api.access import allow, current_actor, unit
from fieldops.db import db, writing
from fieldops.domain.permissions import Permission
from fieldops.domain.tracks import Ping, read_ping, read_traccar
from fieldops.gateways.gpx import read_gpx
from fieldops.services.phones import tracking
from fieldops.services.visits.access import local_day
from fieldops.wiring import wiring

blp = Blueprint("tracks", __name__, url_prefix="/api/v1", description="Tracks of trackers")


class TrackerOut(Schema):
    """What the tracker is set to; the identifier is shown once."""

    address = fields.String()
    identifier = fields.String()


class TookOut(Schema):
    """What became of the positions of a file."""

    kept = fields.Integer()
    known = fields.Integer()
    thinned = fields.Integer()
    vague = fields.Integer()
    off_duty = fields.Integer()
    out_of_time = fields.Integer()
    unreadable = fields.Integer()


class MileageQuery(Schema):
    """From which day to which, both counted; today where neither is named."""

    since = fields.Date(load_default=None)
    until = fields.Date(load_default=None)


class MileageLineOut(Schema):
    """How far an agent went on a day."""

    agent_id = fields.UUID()
    agent_code = fields.String(attribute="agent.code")
    day = fields.Date()
    metres = fields.Integer()
    points = fields.Integer()
    updated_at = fields.AwareDateTime()


class MileageOut(Schema):
    """Days and agents for which a tracker measured anything."""

    items = fields.List(fields.Nested(MileageLineOut))


@blp.route("/tracks")
class Tracks(MethodView):
    """Where trackers send their positions."""

    @allow(Permission.ANYONE, offline=False)
    def get(self) -> Response:
        """Take a position from the parameters of the address, as OsmAnd sends it."""
        with writing():
            return _take(read_ping(request.args, clock.wall_time()))

    @allow(Permission.ANYONE, offline=False)
    def post(self) -> Response:
        """Take a position from a form, or from the JSON of the newer Traccar client."""
        at = clock.wall_time()
        if request.is_json:
            return _take(read_traccar(request.get_json(silent=True), at))
        return _take(read_ping({**request.args, **request.form}, at))


@blp.route("/devices/<uuid:device_id>/tracker")
class Tracker(MethodView):
    """The tracker beside a phone."""

    @allow(Permission.WORK_VISITS, offline=False)
    @blp.response(201, TrackerOut)
    def post(self, device_id: UUID) -> dict[str, str]:
        """Make what a tracker is set to; one that was connected before is refused from now on."""
        with unit() as session:
            secret = tracking.connect(
                session, device_id, actor=current_actor(), at=clock.wall_time()
            )
        path = url_for("tracks.Tracks")
        address = wiring().settings.absolute(path, host_url=request.host_url)
        return {"address": address, "identifier": secret}

    @allow(Permission.WORK_VISITS)
    @blp.response(204)
    def delete(self, device_id: UUID) -> None:
        """Disconnect it."""
        with unit() as session:
            tracking.disconnect(session, device_id, actor=current_actor())


@blp.route("/devices/<uuid:device_id>/tracks")
class TrackFiles(MethodView):
    """Tracks that are handed in after the day."""

    @allow(Permission.WORK_VISITS, offline=False)
    @blp.response(200, TookOut)
    def post(self, device_id: UUID) -> dict[str, int]:
        """Take a GPX file, sent as the body; the same again changes nothing."""
        policy = wiring().phones.tracks
        fixes, unreadable = read_gpx(request.stream, most=policy.most_points)
        with unit() as session:
            took = tracking.take_file(
                session, device_id, fixes, policy=policy,
                actor=current_actor(), now=clock.now(), at=clock.wall_time(),
            )  # fmt: skip
        return {name: getattr(took, name) for name in took.__slots__} | {"unreadable": unreadable}


@blp.route("/mileage")
class Mileage(MethodView):
    """Ways by trackers."""

    @allow(Permission.SIGNED_IN, reads="mileage")
    @blp.arguments(MileageQuery, location="query")
    @blp.response(200, MileageOut)
    def get(self, query: dict[str, date | None]) -> Any:
        """How far agents went on these days: all of them, or the caller if he is an agent."""
        actor = current_actor()
        today = local_day(db.session(), actor, clock.now())
        first = query["since"] or query["until"] or today
        last = query["until"] or max(first, today)
        return {"items": tracking.driven(db.session(), actor, first=first, last=last)}


def _take(ping: Ping) -> Response:
    """Trackers send again what is not answered with 200, so that whatever was read is settled."""
    with unit() as session:
        tracking.take_ping(
            session, ping, policy=wiring().phones.tracks, now=clock.now(), at=clock.wall_time()
        )
    return Response(status=200)
