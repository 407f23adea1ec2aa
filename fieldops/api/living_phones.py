"""What phones ask of the running day: the difference since a time; and what agents tell of it."""

from datetime import date
from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from fieldops import clock
from fieldops.api import living_schemas as schemas
from fieldops.api.access import allow, current_actor, unit
from fieldops.db import db
from fieldops.domain.errors import NotFound
from fieldops.domain.permissions import Permission
from fieldops.services.planning.living import delaying, telling
from fieldops.wiring import wiring

blp = Blueprint("living_phones", __name__, url_prefix="/api/v1", description="A phone's day")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise NotFound(f"{text} is no day; write it as 2026-11-24.") from wrong


@blp.route("/days/<string:day>/changes")
class Changes(MethodView):
    """What changed of the caller's day."""

    @allow(Permission.WORK_VISITS, reads="day")
    @blp.arguments(schemas.SinceQuery, location="query")
    @blp.response(200, schemas.ToldOut)
    def get(self, query: dict[str, Any], day: str) -> Any:
        """His visits that are new or changed since, those that are his no longer, and the order."""
        return telling.changes_since(
            db.session(), current_actor(), _day(day), since=query["since"], now=clock.now()
        )


@blp.route("/days/<string:day>/changes/seen")
class SeenChanges(MethodView):
    """A phone has the changes."""

    @allow(Permission.WORK_VISITS)
    @blp.arguments(schemas.SeenIn)
    @blp.response(200, schemas.SeenOut)
    def post(self, told: dict[str, Any], day: str) -> Any:
        """Note that this phone has everything up to a time, so that the office sees it."""
        with unit() as session:
            count = telling.seen(
                session, current_actor(), _day(day), until=told["until"], now=clock.now()
            )
        return {"seen": count}


@blp.route("/me/delay")
class MyDelay(MethodView):
    """The caller is late."""

    @allow(Permission.WORK_VISITS)
    @blp.arguments(schemas.MyDelayIn)
    @blp.response(200, schemas.MyDelayOut)
    def post(self, told: dict[str, Any]) -> Any:
        """Say so: the later visits of today's route get new times, and the office sees it."""
        with unit() as session:
            return delaying.my_delay(
                session,
                **told,
                book=wiring().rulebook,
                actor=current_actor(),
                now=clock.now(),
            )
