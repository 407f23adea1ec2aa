"""The running day over HTTP: how it stands, and every change of it by the office."""

from typing import Any
from uuid import UUID

from flask.views import MethodView
from flask_smorest import Blueprint

from fieldops import clock
from fieldops.api import living_schemas as schemas
from fieldops.api.access import allow, current_actor, unit
from fieldops.api.paging import PageQuery, page_of, paged
from fieldops.api.problems import of_error
from fieldops.api.versions import etag, required_version
from fieldops.db import db
from fieldops.domain.permissions import Permission
from fieldops.models import DayChange, Plan
from fieldops.services.planning.living import delaying, replanning, telling, urgent
from fieldops.services.planning.pace import Pace
from fieldops.services.rulings import ContactForbidden
from fieldops.wiring import wiring

blp = Blueprint("living", __name__, url_prefix="/api/v1", description="The day in progress")


def _pace() -> Pace:
    return Pace(visit_minutes=wiring().settings.visit_minutes)


def _answer(session: Any, change: DayChange | ContactForbidden) -> Any:
    """The change with the plan's new version, or the refusal, which is kept."""
    if isinstance(change, ContactForbidden):
        return of_error(change)
    return change, 200, etag(session.get_one(Plan, change.plan_id).version)


@blp.route("/plans/<uuid:plan_id>/day")
class StandingDay(MethodView):
    """A committed plan as its day runs."""

    @allow(Permission.READ_PLANS, reads="plan")
    @blp.response(200, schemas.StandingOut)
    def get(self, plan_id: UUID) -> Any:
        """Where every crew is, when it will be where in the present order, and what is late."""
        found = telling.standing(db.session(), plan_id, actor=current_actor(), now=clock.now())
        return found, 200, etag(found.plan.version)


@blp.route("/plans/<uuid:plan_id>/replan")
class Replan(MethodView):
    """The rest of the day, planned again."""

    @allow(Permission.PLAN_VISITS)
    @blp.arguments(schemas.ReplanIn)
    @blp.response(201, schemas.ChangeRecordOut)
    def post(self, wanted: dict[str, Any], plan_id: UUID) -> Any:
        """Propose it: from where everybody is now, without those who are lost, nothing done yet.

        What is done or under way stays; the others keep their agent where nothing else is gained.
        """
        version = required_version()
        with unit() as session:
            return replanning.propose(
                session,
                plan_id,
                **wanted,
                version=version,
                book=wiring().rulebook,
                actor=current_actor(),
                now=clock.now(),
            )


@blp.route("/plans/<uuid:plan_id>/changes")
class DayChanges(MethodView):
    """The changes of a plan's day."""

    @allow(Permission.READ_PLANS)
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, page_of(schemas.ChangeRecordOut))
    def get(self, query: dict[str, Any], plan_id: UUID) -> Any:
        """List them, oldest first: who did what and why, and whose phone has it."""
        return paged(*telling.listed(db.session(), plan_id, current_actor(), **query))


@blp.route("/plans/<uuid:plan_id>/changes/<uuid:change_id>/apply")
class AppliedChange(MethodView):
    """A proposal becomes true."""

    @allow(Permission.PLAN_VISITS)
    @blp.response(200, schemas.ChangeRecordOut)
    def post(self, plan_id: UUID, change_id: UUID) -> Any:
        """Apply it at the times that hold now, every changed visit judged again."""
        version = required_version()
        with unit() as session:
            change = replanning.apply(
                session,
                plan_id,
                change_id,
                version=version,
                book=wiring().rulebook,
                actor=current_actor(),
                now=clock.now(),
            )
            return _answer(session, change)


@blp.route("/plans/<uuid:plan_id>/changes/<uuid:change_id>/discard")
class DiscardedChange(MethodView):
    """A proposal is thrown away."""

    @allow(Permission.PLAN_VISITS)
    @blp.response(200, schemas.ChangeRecordOut)
    def post(self, plan_id: UUID, change_id: UUID) -> Any:
        """Discard it."""
        with unit() as session:
            return replanning.discard(
                session, plan_id, change_id, actor=current_actor(), now=clock.now()
            )


@blp.route("/plans/<uuid:plan_id>/urgent")
class Urgent(MethodView):
    """A visit that cannot wait."""

    @allow(Permission.PLAN_VISITS, reads="plan")
    @blp.arguments(schemas.UrgentQuery, location="query")
    @blp.response(200, schemas.ChoicesOut)
    def get(self, query: dict[str, Any], plan_id: UUID) -> Any:
        """The three best places for it from now on, with what each costs and whom it delays."""
        # A refusal is only told here: nothing was asked to be done.
        found = urgent.choices(
            db.session(),
            plan_id,
            query["address_id"],
            book=wiring().rulebook,
            pace=_pace(),
            actor=current_actor(),
            now=clock.now(),
        )
        return of_error(found) if isinstance(found, ContactForbidden) else found

    @allow(Permission.PLAN_VISITS)
    @blp.arguments(schemas.UrgentIn)
    @blp.response(200, schemas.ChangeRecordOut)
    def post(self, wanted: dict[str, Any], plan_id: UUID) -> Any:
        """Put it there, judged with every visit that it makes later; `dry_run` tells the price."""
        version, address_id = required_version(), wanted.pop("address_id")
        with unit() as session:
            change = urgent.take(
                session,
                plan_id,
                address_id,
                **wanted,
                version=version,
                book=wiring().rulebook,
                pace=_pace(),
                actor=current_actor(),
                now=clock.now(),
            )
            return _answer(session, change)


@blp.route("/plans/<uuid:plan_id>/delays")
class Delays(MethodView):
    """Someone is late."""

    @allow(Permission.PLAN_VISITS)
    @blp.arguments(schemas.DelayIn)
    @blp.response(200, schemas.ChangeRecordOut)
    def post(self, told: dict[str, Any], plan_id: UUID) -> Any:
        """Roll his delay forward: same order, new times, and a list of what is now too late."""
        version = required_version()
        with unit() as session:
            change = delaying.delay(
                session,
                plan_id,
                **told,
                version=version,
                book=wiring().rulebook,
                actor=current_actor(),
                now=clock.now(),
            )
            return _answer(session, change)


@blp.route("/visits/call-off")
class CallOff(MethodView):
    """A visit of a running day is called off."""

    @allow(Permission.CANCEL_VISITS)
    @blp.arguments(schemas.CallOffIn)
    @blp.response(200, schemas.ChangeRecordOut)
    def post(self, wanted: dict[str, Any]) -> Any:
        """Call it off, and let the rest of its route move up as far as that is lawful."""
        version = required_version()
        with unit() as session:
            change = delaying.cancel_visit(
                session,
                wanted["visit_id"],
                wanted["reason"],
                version=version,
                book=wiring().rulebook,
                actor=current_actor(),
                now=clock.now(),
            )
            return _answer(session, change)
