"""What the rulebook says of a contact: asked in advance, and kept when it was given."""

from typing import Any
from uuid import UUID

from flask import request
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from fieldops import clock
from fieldops.api.access import allow, current_actor, unit
from fieldops.api.paging import PageQuery, page_of, paged
from fieldops.db import db
from fieldops.domain.permissions import Permission
from fieldops.domain.rulebook.cases import read_case
from fieldops.domain.rulebook.vocabulary import Authority, Effect, Gate
from fieldops.services import replaying, rulings
from fieldops.wiring import wiring

blp = Blueprint("rulings", __name__, url_prefix="/api/v1/rulings", description="The rulebook")

GATES = [*Gate, rulings.ASKED]


class RulingIn(Schema):
    """A proposed contact; what is left out or null is harmless, except the agents of a visit."""

    name = fields.String(allow_none=True)
    policies = fields.Boolean(
        allow_none=True, metadata={"description": "false leaves out rules of our own"}
    )
    contact = fields.Dict(required=True)
    creditor = fields.Dict(allow_none=True)
    debt = fields.Dict(allow_none=True)
    debtor = fields.Dict(allow_none=True)
    history = fields.List(fields.Dict(), allow_none=True)
    holds = fields.List(fields.Dict(), allow_none=True)
    consents = fields.List(fields.Dict(), allow_none=True)
    overrides = fields.List(fields.Dict(), allow_none=True)
    facts = fields.Dict(
        allow_none=True,
        metadata={"description": "What was found at the door and at the close"},
    )
    gate = fields.String(allow_none=True, validate=validate.OneOf([*Gate]))
    expect = fields.Dict(allow_none=True, metadata={"description": "Read, and not looked at"})


class ViolationOut(Schema):
    """One broken rule."""

    rule = fields.String()
    effect = fields.String(metadata={"enum": [*Effect]})
    authority = fields.String(metadata={"enum": [*Authority]})
    source = fields.String()
    params = fields.Dict()
    found = fields.Dict()
    overridable_by = fields.List(fields.String())


class RulingOut(Schema):
    """A ruling; `next_legal` is null when no later time mends it."""

    allowed = fields.Boolean()
    violations = fields.List(fields.Nested(ViolationOut))
    warnings = fields.List(fields.Nested(ViolationOut))
    next_legal = fields.String(allow_none=True, metadata={"format": "date-time"})
    rule_pack = fields.String()


class KeptRulingOut(Schema):
    """A ruling as it was given and kept."""

    id = fields.UUID()
    gate = fields.String(metadata={"enum": GATES})
    subject = fields.String()
    case_id = fields.UUID(allow_none=True)
    allowed = fields.Boolean()
    violations = fields.List(fields.Nested(ViolationOut))
    next_legal = fields.AwareDateTime(allow_none=True)
    overrides = fields.List(
        fields.Dict(),
        allow_none=True,
        metadata={"description": "Rule and override_id of each override that let it through"},
    )
    rule_pack = fields.String()
    inputs_hash = fields.String()
    account_id = fields.UUID(allow_none=True)
    agent_id = fields.UUID(allow_none=True)
    at = fields.AwareDateTime()


class ReplayOut(Schema):
    """A kept ruling and what the same inputs come to under the packs of then."""

    kept = fields.Nested(KeptRulingOut)
    replayed = fields.Nested(RulingOut)
    differs = fields.List(
        fields.String(),
        metadata={
            "description": "inputs, allowed, violations, overrides, next_legal; empty when the same"
        },
    )


class RulingQuery(PageQuery):
    """Which kept rulings are wanted."""

    case_id = fields.UUID(load_default=None)
    allowed = fields.Boolean(load_default=None)
    gate = fields.String(load_default=None, validate=validate.OneOf(GATES))
    rule = fields.String(load_default=None, validate=validate.Length(1, 40))
    agent_id = fields.UUID(load_default=None)


@blp.route("")
class Rulings(MethodView):
    """Rulings are asked for one at a time; those that were given are read page by page."""

    @allow(Permission.JUDGE_CONTACTS)
    @blp.arguments(RulingIn)
    @blp.response(200, RulingOut)
    def post(self, _shape: dict[str, Any]) -> dict[str, Any]:
        """Judge a proposed contact. Nothing follows from it but that the question is kept."""
        case = read_case(request.get_data(as_text=True))
        with unit() as session:
            ruling = rulings.judge_and_keep(
                session,
                rulings.ASKED,
                f"contact:{case.name}"[:200],
                case.proposal,
                wiring().rulebook,
                case_id=None,
                actor=current_actor(),
                now=clock.now(),
                policies=case.policies,
            )
        return ruling.to_json()

    @allow(Permission.READ_AUDIT, reads="rulings")
    @blp.arguments(RulingQuery, location="query")
    @blp.response(200, page_of(KeptRulingOut))
    def get(self, query: dict[str, Any]) -> Any:
        """List the rulings that were kept, oldest first."""
        return paged(*rulings.kept(db.session(), current_actor(), **query))


@blp.route("/<uuid:ruling_id>/replay")
class Replay(MethodView):
    """A kept ruling, judged again."""

    @allow(Permission.READ_AUDIT, reads="rulings")
    @blp.response(200, ReplayOut)
    def get(self, ruling_id: UUID) -> dict[str, Any]:
        """Judge a kept ruling's inputs again by the very packs that judged them then.

        409 for a ruling from before inputs were kept.
        """
        found = replaying.replay(db.session(), ruling_id, actor=current_actor())
        return {
            "kept": found.record,
            "replayed": found.ruling.to_json(),
            "differs": list(found.differs),
        }
