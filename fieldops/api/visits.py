"""Visits: the office's list, the agent's day, and the four acts at the door."""

from typing import Any
from uuid import UUID

from flask import Response
from flask.views import MethodView
from flask_smorest import Blueprint

from fieldops import clock
from fieldops.api import problems
from fieldops.api.access import allow, current_actor, unit
from fieldops.api.paging import page_of, paged
from fieldops.api.versions import etag, required_version
from fieldops.api.visit_schemas import (
    ArrivedOut,
    ArriveIn,
    CancelIn,
    DayOut,
    DayQuery,
    DayVisitOut,
    OutcomeIn,
    PresenceIn,
    VisitOut,
    VisitsQuery,
)
from fieldops.db import db
from fieldops.domain.permissions import Permission
from fieldops.models import Visit
from fieldops.services import visits
from fieldops.services.rulings import ContactForbidden
from fieldops.services.visits.access import local_day
from fieldops.wiring import wiring

blp = Blueprint("visits", __name__, url_prefix="/api/v1", description="Visits at the door")

Versioned = tuple[Visit, int, dict[str, str]]


@blp.route("/visits")
class Visits(MethodView):
    """The organisation's visits."""

    @allow(Permission.READ_VISITS, reads="visits")
    @blp.arguments(VisitsQuery, location="query")
    @blp.response(200, page_of(VisitOut))
    def get(self, query: dict[str, Any]) -> Any:
        """List visits in the order of ids: of a day or a case, or changed since a time."""
        session, actor = db.session(), current_actor()
        return paged(*visits.listed(session, actor, **query))


@blp.route("/me/day")
class MyDay(MethodView):
    """The caller's day in the field."""

    @allow(Permission.WORK_VISITS, reads="day")
    @blp.arguments(DayQuery, location="query")
    @blp.response(200, DayOut)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """List the visits where the caller is agent or partner, in driving order."""
        session, actor, now = db.session(), current_actor(), clock.now()
        day = query["day"] or local_day(session, actor, now)
        return {"day": day, "items": visits.my_day(session, actor, day, now=now)}


@blp.route("/visits/<uuid:visit_id>")
class OneVisit(MethodView):
    """One visit."""

    @allow(Permission.SIGNED_IN, reads="visit")
    @blp.response(200, DayVisitOut)
    def get(self, visit_id: UUID) -> Any:
        """Show a visit with what its crew must know; an agent sees only those of his days."""
        session = db.session()
        visit = visits.visible(session, visit_id, actor=current_actor(), now=clock.now())
        (described,) = visits.described(session, [visit])
        return described, 200, etag(visit.version)


@blp.route("/visits/<uuid:visit_id>/arrive")
class Arrive(MethodView):
    """Standing at the door."""

    @allow(Permission.WORK_VISITS)
    @blp.arguments(ArriveIn)
    @blp.response(200, ArrivedOut)
    @blp.alt_response(422, description="The rulebook forbids the contact, or the input is wrong")
    def post(self, body: dict[str, Any], visit_id: UUID) -> Any:
        """Say that one stands at the door; each of the crew does so for himself."""
        parts = wiring()
        with unit() as session:
            found = visits.arrive(
                session,
                visit_id,
                visits.read_arrival(body),
                book=parts.rulebook,
                radius_metres=parts.settings.arrival_radius_metres,
                together=parts.together,
                actor=current_actor(),
                now=clock.now(),
            )
        if isinstance(found, ContactForbidden):
            # Answered and not raised: the ruling is kept even under an idempotency key.
            return refused(found)
        return found, 200, etag(found.visit.version)


@blp.route("/visits/<uuid:visit_id>/presence")
class Presence(MethodView):
    """Being at the door still."""

    @allow(Permission.WORK_VISITS)
    @blp.arguments(PresenceIn)
    @blp.response(200, VisitOut)
    def post(self, body: dict[str, Any], visit_id: UUID) -> Versioned:
        """Say where one is while the visit goes on: one who is far from his partner has parted.

        The last place alone is kept, and none before the own arrival or after the outcome.
        """
        parts = wiring()
        with unit() as session:
            visit = visits.see(
                session,
                visit_id,
                visits.read_sighting(body),
                book=parts.rulebook,
                together=parts.together,
                actor=current_actor(),
                now=clock.now(),
            )
        return visit, 200, etag(visit.version)


@blp.route("/visits/<uuid:visit_id>/outcome")
class RecordOutcome(MethodView):
    """What came of the visit."""

    @allow(Permission.WORK_VISITS)
    @blp.arguments(OutcomeIn)
    @blp.response(200, VisitOut)
    def post(self, body: dict[str, Any], visit_id: UUID) -> Versioned:
        """Record the outcome, based on the version in If-Match."""
        version, outcome = required_version(), body.pop("outcome")
        with unit() as session:
            visit = visits.record_outcome(
                session,
                visit_id,
                outcome,
                body,
                version=version,
                book=wiring().rulebook,
                terms=wiring().terms,
                actor=current_actor(),
                now=clock.now(),
            )
        return visit, 200, etag(visit.version)


@blp.route("/visits/<uuid:visit_id>/leave")
class Leave(MethodView):
    """Leaving the door."""

    @allow(Permission.WORK_VISITS)
    @blp.response(200, VisitOut)
    def post(self, visit_id: UUID) -> Versioned:
        """Leave after the outcome is recorded, based on the version in If-Match."""
        version, actor = required_version(), current_actor()
        with unit() as session:
            visit = visits.leave(
                session, visit_id, version=version, book=wiring().rulebook, actor=actor,
                now=clock.now(),
            )  # fmt: skip
        return visit, 200, etag(visit.version)


@blp.route("/visits/<uuid:visit_id>/cancel")
class Cancel(MethodView):
    """Calling a visit off."""

    @allow(Permission.SIGNED_IN)
    @blp.arguments(CancelIn)
    @blp.response(200, VisitOut)
    def post(self, body: dict[str, Any], visit_id: UUID) -> Versioned:
        """Call a visit off, based on the version in If-Match; its crew does so for safety alone."""
        version, actor, now = required_version(), current_actor(), clock.now()
        with unit() as session:
            visit = visits.cancel(session, visit_id, **body, version=version, actor=actor, now=now)
        return visit, 200, etag(visit.version)


def refused(refusal: ContactForbidden) -> Response:
    """The problem document of a refusal by the rulebook."""
    return problems.of_error(refusal)
