"""Plans over HTTP: asked for, read, changed by hand, committed, discarded and carried away."""

from typing import Any
from uuid import UUID

from flask import Response
from flask.views import MethodView
from flask_smorest import Blueprint

from fieldops import clock
from fieldops.api import plan_schemas as schemas
from fieldops.api.access import allow, current_actor, unit
from fieldops.api.paging import page_of, paged
from fieldops.api.problems import of_error
from fieldops.api.versions import etag, required_version
from fieldops.db import db
from fieldops.domain.permissions import Permission
from fieldops.models import Plan
from fieldops.services import scoped
from fieldops.services.planning import committing, moving, requesting
from fieldops.services.planning.exports import calendar, geojson, gpx, sheet
from fieldops.services.rulings import ContactForbidden
from fieldops.wiring import wiring

blp = Blueprint("plans", __name__, url_prefix="/api/v1/plans", description="Plans and routes")


@blp.route("")
class Plans(MethodView):
    """Plans are asked for; a worker solves them."""

    @allow(Permission.PLAN_VISITS)
    @blp.arguments(schemas.PlanIn)
    @blp.response(202, schemas.PlanOut)
    def post(self, wanted: dict[str, Any]) -> Any:
        """Ask for a plan; its progress is under /jobs/plan/{id}."""
        budget = wanted.pop("budget") or wiring().settings.plan_budget_seconds
        with unit() as session:
            plan = requesting.request_plan(
                session, **wanted, budget=budget, actor=current_actor(), now=clock.now()
            )
        return plan, 202, {**etag(plan.version), "Location": f"/api/v1/plans/{plan.id}"}

    @allow(Permission.READ_PLANS)
    @blp.arguments(schemas.PlanQuery, location="query")
    @blp.response(200, page_of(schemas.PlanOut))
    def get(self, query: dict[str, Any]) -> Any:
        """List plans, oldest first."""
        return paged(*requesting.list_plans(db.session(), current_actor(), **query))


@blp.route("/<uuid:plan_id>")
class OnePlan(MethodView):
    """One plan."""

    @allow(Permission.READ_PLANS, reads="plan")
    @blp.response(200, schemas.WholePlanOut)
    def get(self, plan_id: UUID) -> Any:
        """The plan with its routes and stops."""
        plan = scoped.get(db.session(), Plan, plan_id, current_actor())
        whole = {name: getattr(plan, name) for name in schemas.PlanOut().fields}
        whole["routes"] = requesting.routes_of(db.session(), plan)
        whole["stops"] = requesting.stops_of(db.session(), plan)
        return whole, 200, etag(plan.version)


@blp.route("/<uuid:plan_id>/commit")
class CommittedPlan(MethodView):
    """A plan becomes visits."""

    @allow(Permission.PLAN_VISITS)
    @blp.arguments(schemas.CommitIn)
    @blp.response(200, schemas.CommittedOut)
    def post(self, how: dict[str, Any], plan_id: UUID) -> Any:
        """Commit it, every stop judged again; what is forbidden is listed and nothing done."""
        version = required_version()
        with unit() as session:
            done = committing.commit_plan(
                session,
                plan_id,
                version=version,
                book=wiring().rulebook,
                actor=current_actor(),
                now=clock.now(),
                **how,
            )
        if isinstance(done, ContactForbidden):
            return of_error(done)
        dropped = [one.to_json() for one in done.dropped]
        body = {"plan": done.plan, "visits": done.visits, "dropped": dropped}
        return body, 200, etag(done.plan.version)


@blp.route("/<uuid:plan_id>/discard")
class DiscardedPlan(MethodView):
    """A plan is thrown away."""

    @allow(Permission.PLAN_VISITS)
    @blp.response(200, schemas.PlanOut)
    def post(self, plan_id: UUID) -> Any:
        """Discard it."""
        version = required_version()
        with unit() as session:
            plan = requesting.discard_plan(
                session, plan_id, version=version, actor=current_actor(), now=clock.now()
            )
        return plan, 200, etag(plan.version)


@blp.route("/<uuid:plan_id>/stops/<uuid:stop_id>/move")
class MovedStop(MethodView):
    """A stop is moved by hand."""

    @allow(Permission.PLAN_VISITS)
    @blp.arguments(schemas.MoveIn)
    @blp.response(200, schemas.ChangeOut)
    def post(self, where: dict[str, Any], plan_id: UUID, stop_id: UUID) -> Any:
        """Move it, judged at its new time; with `dry_run` only the cost is told."""
        version = required_version()
        with unit() as session:
            change = moving.move_stop(
                session,
                plan_id,
                stop_id,
                version=version,
                book=wiring().rulebook,
                actor=current_actor(),
                now=clock.now(),
                **where,
            )
        if isinstance(change, ContactForbidden):
            return of_error(change)
        return change, 200, etag(change.plan.version)


@blp.route("/<uuid:plan_id>/routes.geojson")
class RoutesGeoJson(MethodView):
    """Routes for a map."""

    @allow(Permission.READ_PLANS, reads="plan")
    @blp.response(
        200, {"type": "object"}, content_type="application/geo+json",
        description="A GeoJSON FeatureCollection",
    )  # fmt: skip
    def get(self, plan_id: UUID) -> Response:
        """Lines of the routes and points of the stops."""
        return Response(geojson.written(_sheet(plan_id)), content_type="application/geo+json")


@blp.route("/<uuid:plan_id>/routes/<uuid:route_id>.gpx")
class RouteGpx(MethodView):
    """A route for a navigation device."""

    @allow(Permission.READ_PLANS, reads="plan")
    @blp.response(
        200, {"type": "string"}, content_type=gpx.MEDIA_TYPE, description="A GPX 1.1 file"
    )
    def get(self, plan_id: UUID, route_id: UUID) -> Response:
        """The route as GPX."""
        found = _sheet(plan_id)
        return Response(gpx.written(found, found.route(route_id)), content_type=gpx.MEDIA_TYPE)


@blp.route("/<uuid:plan_id>/routes/<uuid:route_id>.ics")
class RouteCalendar(MethodView):
    """A route for a calendar."""

    @allow(Permission.READ_PLANS, reads="plan")
    @blp.response(
        200, {"type": "string"}, content_type=calendar.MEDIA_TYPE, description="An iCalendar file"
    )
    def get(self, plan_id: UUID, route_id: UUID) -> Response:
        """The visits of the route as events."""
        found = _sheet(plan_id)
        content = calendar.written(found, found.route(route_id))
        return Response(content, content_type=calendar.MEDIA_TYPE)


def _sheet(plan_id: UUID) -> sheet.Sheet:
    plan = scoped.get(db.session(), Plan, plan_id, current_actor())
    return sheet.of_plan(db.session(), plan)
