"""Where the caller is signed in: listed, and ended one by one."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from fieldops import clock
from fieldops.api.access import allow, current_actor, current_sign_in, unit
from fieldops.db import db
from fieldops.domain.permissions import Permission
from fieldops.services import sign_ins

blp = Blueprint(
    "sign_ins", __name__, url_prefix="/api/v1/auth/sign-ins", description="Where one is signed in"
)


class SignInOut(Schema):
    """One sign-in that still holds."""

    id = fields.UUID()
    kind = fields.String(metadata={"enum": [one.value for one in sign_ins.SignInKind]})
    device = fields.String(
        metadata={"description": "Browser and system, or what the phone is called"}
    )
    opened_at = fields.AwareDateTime()
    seen_at = fields.AwareDateTime(
        allow_none=True, metadata={"description": "When it was last in use, to some minutes"}
    )
    ends_at = fields.AwareDateTime(
        allow_none=True, metadata={"description": "When it ends unused; null for a phone"}
    )
    is_this = fields.Boolean(metadata={"description": "Whether this very call came by it"})


class SignInsOut(Schema):
    """Those that still hold."""

    items = fields.List(fields.Nested(SignInOut))


class OthersEndedOut(Schema):
    """How many ended."""

    ended = fields.Integer()


@blp.route("")
class SignIns(MethodView):
    """The caller's."""

    @allow(Permission.SIGNED_IN)
    @blp.response(200, SignInsOut)
    def get(self) -> dict[str, Sequence[Any]]:
        """List one's own, the present one first."""
        found = sign_ins.own(
            db.session(), current_actor(), this=current_sign_in(), now=clock.wall_time()
        )
        return {"items": found}


@blp.route("/end-others")
class OthersEnd(MethodView):
    """All but the present one."""

    @allow(Permission.SIGNED_IN)
    @blp.response(200, OthersEndedOut)
    def post(self) -> dict[str, int]:
        """End all of one's own but this one; phones stay, for the office ends them."""
        with unit() as session:
            ended = sign_ins.end_others(
                session, this=current_sign_in(), actor=current_actor(), now=clock.wall_time()
            )
        return {"ended": ended}


@blp.route("/<uuid:sign_in_id>/end")
class OneEnds(MethodView):
    """One of them."""

    @allow(Permission.SIGNED_IN)
    @blp.response(200, SignInOut)
    def post(self, sign_in_id: UUID) -> Any:
        """End one of one's own at once; a phone is ended by the office."""
        with unit() as session:
            return sign_ins.end_own(
                session, sign_in_id, this=current_sign_in(), actor=current_actor(),
                now=clock.wall_time(),
            )  # fmt: skip
