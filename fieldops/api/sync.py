"""Sync: a phone hands in what it wrote offline, and is told what changed."""

from datetime import datetime
from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from fieldops import clock
from fieldops.api import handing_in
from fieldops.api import sync_schemas as schemas
from fieldops.api.access import allow, current_actor, shows_nobody, unit
from fieldops.api.sync_reading import read_entry
from fieldops.api.sync_telling import changes, read_cursor
from fieldops.domain.permissions import Permission
from fieldops.services.phones import devices, journal
from fieldops.services.planning.living import telling
from fieldops.services.visits import within_reach
from fieldops.wiring import wiring

blp = Blueprint("sync", __name__, url_prefix="/api/v1", description="Phones that were offline")


@blp.route("/sync")
class Sync(MethodView):
    """One phone's exchange."""

    @allow(Permission.WORK_VISITS, reads="day")
    @blp.arguments(schemas.SinceCursorQuery, location="query")
    @blp.response(200, schemas.ChangesOut)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """What changed since the cursor; without one, or with one of another day, all of it."""
        told = changes(**query)
        if not told["visits"]:
            # Phones ask often and mostly in vain: that is no reading of anybody's data.
            shows_nobody()
        return told

    @allow(Permission.WORK_VISITS, offline=False)
    @blp.arguments(schemas.SyncIn)
    @blp.response(200, schemas.SyncOut)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Take a batch down, and apply each entry in its turn, once; the answer names each."""
        device_id, now = body["device_id"], clock.now()
        _note(body, now)
        read = [
            read_entry(index, raw, sent_at=body["sent_at"], now=now)
            for index, raw in enumerate(body["entries"])
        ]
        actor = current_actor()
        taken = handing_in.take(device_id, read, actor=actor, now=now)
        if body["oldest"] is not None:
            with unit() as session:
                journal.give_up_before(session, device_id, body["oldest"], actor=actor, now=now)
        done = handing_in.apply(device_id, actor=actor, now=now)
        return {
            "cursor": body["cursor"],
            **handing_in.answered(device_id, taken, done, actor=actor),
        }


def _note(body: dict[str, Any], now: datetime) -> None:
    said = devices.Report(**{name: body[name] for name in devices.Report.__slots__})
    cursor, actor = read_cursor(body["cursor"]), current_actor()
    with unit() as session:
        devices.note(
            session, body["device_id"], said, least=wiring().phones.least, actor=actor,
            at=clock.wall_time(),
        )  # fmt: skip
        # A phone that was away for weeks still hands in: its old day is nobody's question any more.
        if cursor is not None and within_reach(session, cursor.day, actor=actor, now=now):
            telling.seen(session, actor, cursor.day, until=cursor.at, now=now)
