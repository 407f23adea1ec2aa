"""A committed visit given to another crew by hand: judged, with what it costs."""

from typing import Any
from uuid import UUID

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import fields

from fieldops import clock
from fieldops.api.access import allow, current_actor, unit
from fieldops.api.plan_schemas import ChangeOut, MoveIn
from fieldops.api.problems import of_error
from fieldops.api.versions import etag, required_version
from fieldops.domain.permissions import Permission
from fieldops.models import Visit
from fieldops.services.planning.living import moving
from fieldops.services.rulings import ContactForbidden
from fieldops.wiring import wiring

blp = Blueprint("assigning", __name__, url_prefix="/api/v1/visits", description="Visits by hand")


class AssignIn(MoveIn):
    """The shift whose crew takes the visit, and the place in its route, counted from 0."""

    shift_id = fields.UUID(required=True)


@blp.route("/<uuid:visit_id>/assign")
class Assign(MethodView):
    """A visit goes to another crew."""

    @allow(Permission.PLAN_VISITS)
    @blp.arguments(AssignIn)
    @blp.response(200, ChangeOut)
    def post(self, where: dict[str, Any], visit_id: UUID) -> Any:
        """Assign it, judged at its new time; with `dry_run` only the cost is told."""
        version = required_version()
        with unit() as session:
            change = moving.assign_visit(
                session,
                visit_id,
                version=version,
                book=wiring().rulebook,
                actor=current_actor(),
                now=clock.now(),
                **where,
            )
            if isinstance(change, ContactForbidden):
                return of_error(change)
            return change, 200, etag(session.get_one(Visit, visit_id).version)
