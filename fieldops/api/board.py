"""The data of the dispatcher's board: GeoJSON of a day, of who waits, of areas; and the week."""

import gzip
import json
from typing import Any
from uuid import UUID

from flask import Response, request
from flask.views import MethodView
from flask_smorest import Blueprint

from fieldops import clock
from fieldops.api import board_schemas as schemas
from fieldops.api.access import allow, current_actor, unit
from fieldops.api.paging import paged
from fieldops.api.plan_schemas import PlanOut
from fieldops.api.versions import etag, required_version
from fieldops.db import db
from fieldops.domain.permissions import Permission
from fieldops.services.planning import pinning
from fieldops.services.planning.board import comparing, day, live, marks, pool, shapes, week

blp = Blueprint("board", __name__, url_prefix="/api/v1", description="The dispatcher's board")

GEOJSON = "application/geo+json"
_SMALL, _QUICKLY = 20_000, 1
COLLECTION = "A GeoJSON FeatureCollection; `datum` says in which datum its positions are"


def _geojson(collection: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    text = json.dumps(collection, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    answer = Response(text.encode(), content_type=GEOJSON, headers=headers)
    answer.vary.add("Accept-Encoding")
    # A day of thousands is some megabytes of names and numbers that pack well.
    if answer.content_length > _SMALL and request.accept_encodings["gzip"]:
        answer.set_data(gzip.compress(answer.get_data(), _QUICKLY, mtime=0))
        answer.content_encoding = "gzip"
    return answer


@blp.route("/plans/<uuid:plan_id>/day.geojson")
class PlanDay(MethodView):
    """One day of a plan for the map, the lists and the timeline."""

    @allow(Permission.READ_PLANS, reads="plan")
    @blp.arguments(schemas.BoardDayQuery, location="query")
    @blp.response(200, {"type": "object"}, content_type=GEOJSON, description=COLLECTION)
    def get(self, query: dict[str, Any], plan_id: UUID) -> Response:
        """Its routes as lines and their stops as points; who is not served is in the pool."""
        found = day.day_of_plan(
            db.session(), plan_id, **query, actor=current_actor(), now=clock.now()
        )
        return _geojson(found)


@blp.route("/plans/<uuid:plan_id>/live.geojson")
class LiveDay(MethodView):
    """The agents of a running day."""

    @allow(Permission.READ_PLANS, reads="plan")
    @blp.arguments(schemas.DatumQuery, location="query")
    @blp.response(200, {"type": "object"}, content_type=GEOJSON, description=COLLECTION)
    def get(self, query: dict[str, Any], plan_id: UUID) -> Response:
        """A point where each agent's phone last said that it was, and when; null where never."""
        found = live.running(
            db.session(), plan_id, **query, actor=current_actor(), now=clock.now(),
            at=clock.wall_time(),
        )  # fmt: skip
        return _geojson(found, etag(found["version"]))


@blp.route("/plans/<uuid:plan_id>/compare")
class Compared(MethodView):
    """A plan beside another one."""

    @allow(Permission.READ_PLANS, reads="plan")
    @blp.arguments(schemas.CompareQuery, location="query")
    @blp.response(200, schemas.ComparedPlansOut)
    def get(self, query: dict[str, Any], plan_id: UUID) -> Any:
        """What it does otherwise than the present plan of its days, or than the one named."""
        return comparing.compared(db.session(), plan_id, query["other"], actor=current_actor())


@blp.route("/plans/<uuid:plan_id>/pins")
class Pins(MethodView):
    """Stops that stay with their crew."""

    @allow(Permission.PLAN_VISITS)
    @blp.arguments(schemas.PinsIn)
    @blp.response(200, PlanOut)
    def post(self, wanted: dict[str, Any], plan_id: UUID) -> Any:
        """Pin them, or let them go; whatever is planned again keeps to it."""
        version = required_version()
        with unit() as session:
            plan = pinning.pin(
                session, plan_id, **wanted, version=version, actor=current_actor(), now=clock.now()
            )
        return plan, 200, etag(plan.version)


@blp.route("/board/pool.geojson")
class Pool(MethodView):
    """Who waits for a visit."""

    @allow(Permission.READ_PLANS, reads="pool")
    @blp.arguments(schemas.PoolQuery, location="query")
    @blp.response(
        200, {"type": "object"}, content_type=GEOJSON,
        description=COLLECTION + "; `next` and `Link` name the next page",
    )  # fmt: skip
    def get(self, query: dict[str, Any]) -> Response:
        """Addresses of open cases that no route of the plan serves, the most pressing first."""
        wanted, datum = _wanted(query)
        found, following = pool.waiting(db.session(), wanted, datum=datum, actor=current_actor())
        return _geojson(found, paged((), following)[2])


@blp.route("/board/marks.geojson")
class Marks(MethodView):
    """The marks of all who wait."""

    @allow(Permission.READ_PLANS, reads="pool")
    @blp.arguments(schemas.MarksQuery, location="query")
    @blp.response(
        200, {"type": "object"}, content_type=GEOJSON,
        description=COLLECTION + "; each property is a list in the order of the points, and "
        "`more` says that others lie beyond the limit",
    )  # fmt: skip
    def get(self, query: dict[str, Any]) -> Response:
        """The pool in one answer, so little of each address that tens of thousands fit."""
        wanted, datum = _wanted(query)
        return _geojson(marks.marks(db.session(), wanted, datum=datum, actor=current_actor()))


def _wanted(query: dict[str, Any]) -> tuple[pool.Wanted, str]:
    datum, box = query.pop("datum"), query.pop("bbox")
    return pool.Wanted(**query, box=tuple(box) if box else None), datum


@blp.route("/board/areas.geojson")
class Areas(MethodView):
    """The areas behind the marks."""

    @allow(Permission.READ_PLANS)
    @blp.arguments(schemas.ShapesQuery, location="query")
    @blp.response(200, {"type": "object"}, content_type=GEOJSON, description=COLLECTION)
    def get(self, query: dict[str, Any]) -> Response:
        """Polygons of territories and districts; they are drawn from addresses, not surveyed."""
        return _geojson(shapes.shapes(db.session(), **query, actor=current_actor()))


@blp.route("/board/week")
class Week(MethodView):
    """The loads of a week."""

    @allow(Permission.READ_PLANS)
    @blp.arguments(schemas.WeekQuery, location="query")
    @blp.response(200, schemas.WeekOut)
    def get(self, query: dict[str, Any]) -> Any:
        """Agents by days, with the visits and hours that are planned so far."""
        first = query.pop("day")
        found, following = week.week(db.session(), first, **query, actor=current_actor())
        return found, 200, paged((), following)[2]
