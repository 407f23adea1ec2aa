"""Who may be one person: candidates to judge, entities and why, judgements, and the switch."""

from typing import Any
from uuid import UUID

from flask.views import MethodView
from flask_smorest import Blueprint

from fieldops import clock
from fieldops.api import identity_schemas as schemas
from fieldops.api.access import allow, current_actor, unit
from fieldops.api.paging import page_of, paged
from fieldops.db import db
from fieldops.domain.permissions import Permission
from fieldops.models import IdentityPair, IdentityScope
from fieldops.services import identity
from fieldops.wiring import wiring

blp = Blueprint(
    "identity", __name__, url_prefix="/api/v1/identity", description="The same person across cases"
)


@blp.route("/pairs")
class Pairs(MethodView):
    """Pairs of records that may be one person."""

    @allow(Permission.READ_IDENTITY, reads="identity")
    @blp.arguments(schemas.PairsQuery, location="query")
    @blp.response(200, page_of(schemas.PairOut))
    def get(self, query: dict[str, Any]) -> Any:
        """List a queue, the heaviest score first."""
        return paged(*identity.pairs_to_judge(db.session(), current_actor(), **query))

    @allow(Permission.JUDGE_IDENTITY)
    @blp.arguments(schemas.PairIn)
    @blp.response(201, schemas.PairOut)
    def post(self, body: dict[str, Any]) -> IdentityPair:
        """Bring up two persons whom no score brought up; the same pair twice is one."""
        one, other = body["person_id"], body["other_id"]
        actor, now = current_actor(), clock.now()
        with unit() as session:
            return identity.propose(session, one, other, wiring().gazetteer, actor=actor, now=now)


@blp.route("/pairs/<uuid:pair_id>")
class Pair(MethodView):
    """One pair."""

    @allow(Permission.READ_IDENTITY, reads="identity-pair")
    @blp.response(200, schemas.PairSidesOut)
    def get(self, pair_id: UUID) -> dict[str, Any]:
        """Show both records side by side, masked to the reader's need, with the score's lines."""
        session, actor = db.session(), current_actor()
        pair = identity.get_pair(session, pair_id, actor)
        both = identity.sides(session, [pair.low_id, pair.high_id], actor)
        return {"pair": pair, "sides": [both[pair.low_id], both[pair.high_id]]}


@blp.route("/pairs/<uuid:pair_id>/judgements")
class Judgements(MethodView):
    """What people say of a pair."""

    @allow(Permission.JUDGE_IDENTITY)
    @blp.arguments(schemas.JudgementIn)
    @blp.response(201, schemas.JudgedOut)
    def post(self, body: dict[str, Any], pair_id: UUID) -> identity.Judged:
        """Judge a pair or withdraw what was said; nothing said before is erased."""
        actor, now = current_actor(), clock.now()
        with unit() as session:
            return identity.judge(session, pair_id, **body, actor=actor, now=now)


@blp.route("/entities/<uuid:person_id>")
class Entities(MethodView):
    """All records of a person."""

    @allow(Permission.READ_IDENTITY, reads="identity-entity")
    @blp.response(200, schemas.EntityOut)
    def get(self, person_id: UUID) -> identity.Entity:
        """Show the members and why they are held to be one person."""
        return identity.entity_of(db.session(), person_id, current_actor())


@blp.route("/scope")
class Scope(MethodView):
    """Whether records of different creditors are compared."""

    @allow(Permission.READ_IDENTITY)
    @blp.response(200, schemas.ScopeOut(many=True))
    def get(self) -> Any:
        """List every decision, the newest first; none means off."""
        return identity.scopes(db.session(), current_actor())

    @allow(Permission.SET_IDENTITY_SCOPE)
    @blp.arguments(schemas.ScopeIn)
    @blp.response(201, schemas.ScopeOut)
    def post(self, body: dict[str, Any]) -> IdentityScope:
        """Switch it on or off, with the purpose; off works at once, on compares everybody again."""
        across, purpose = body["across_creditors"], body["purpose"]
        with unit() as session:
            return identity.set_scope(
                session, across, purpose, actor=current_actor(), now=clock.now()
            )
