"""Data protection: reveals, readings, restrictions, retention, and the registers."""

from typing import Any
from uuid import UUID

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from fieldops import clock
from fieldops.api.access import allow, current_actor, unit
from fieldops.api.holds import HoldOut, LiftIn
from fieldops.api.paging import PageQuery, page_of, paged
from fieldops.db import db
from fieldops.domain.data_rights import RevealField, RevealReason
from fieldops.domain.permissions import Permission
from fieldops.models import Hold, ProtectionRecord, Restriction, RetentionSwitch
from fieldops.services.protection import (
    copying,
    hearing,
    preserving,
    registers,
    restricting,
    retention,
    revealing,
    scope,
)
from fieldops.services.protection.registers import Register
from fieldops.wiring import wiring

blp = Blueprint(
    "protection", __name__, url_prefix="/api/v1/protection", description="Data protection"
)
_WORDS = validate.Length(1, 200)


class NeedIn(Schema):
    """Why it is needed: a reason of the list, and words."""

    reason = fields.Enum(RevealReason, by_value=True, required=True)
    words = fields.String(required=True, validate=_WORDS)


class RevealIn(NeedIn):
    """Which value is asked for, and why."""

    field = fields.Enum(RevealField, by_value=True, required=True)


class RevealedOut(Schema):
    """The values in full."""

    values = fields.List(fields.String())


class ReadingsQuery(Schema):
    """Whose readings, and where the page begins: before this id."""

    person_id = fields.UUID(load_default=None)
    before = fields.UUID(load_default=None)
    limit = fields.Integer(load_default=100, validate=validate.Range(1, 500))


class ReadingOut(Schema):
    """That somebody read something, when and for what purpose."""

    id = fields.UUID()
    account_id = fields.UUID(allow_none=True)
    role = fields.String()
    purpose = fields.String()
    subject = fields.String()
    at = fields.AwareDateTime()


class ReadingsOut(Schema):
    """One page of readings, the newest first."""

    items = fields.List(fields.Nested(ReadingOut))
    next = fields.UUID(allow_none=True)


class RestrictionOut(Schema):
    """A person who rests."""

    id = fields.UUID()
    person_id = fields.UUID()
    ground = fields.String(metadata={"enum": [*restricting.GROUNDS]})
    source = fields.String()
    placed_at = fields.AwareDateTime()
    until = fields.AwareDateTime(allow_none=True)
    lifted_at = fields.AwareDateTime(allow_none=True)


class RestrictionsOut(Schema):
    """Everybody who rests."""

    items = fields.List(fields.Nested(RestrictionOut))


class PartsQuery(Schema):
    """Which part: that in the case of this number, or all."""

    number = fields.String(load_default="", validate=validate.Length(max=100))


class PartOut(Schema):
    """A part in a case, by which complaints, disputes, requests and legal events are sent."""

    party_id = fields.UUID()
    case_id = fields.UUID()
    role = fields.String()


class PartsOut(Schema):
    """The parts in cases of somebody who rests."""

    items = fields.List(fields.Nested(PartOut))


class LegalHoldIn(Schema):
    """Why a record must be kept, and the paper that says so."""

    reason = fields.String(required=True, validate=validate.Length(1, 500))
    evidence = fields.String(load_default=None, allow_none=True, validate=_WORDS)


class SwitchIn(Schema):
    """On or off; to switch on, the hash of the rules whose dry run was looked at."""

    on = fields.Boolean(required=True)
    rules_hash = fields.String(load_default="", validate=validate.Length(max=64))


class SwitchOut(Schema):
    """How the switch stands."""

    on = fields.Boolean()
    rules_hash = fields.String()
    at = fields.AwareDateTime()


class RegisterEntryIn(Schema):
    """An entry of a register; `contents` has the fields of that register."""

    title = fields.String(required=True, validate=_WORDS)
    contents = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    happened_at = fields.AwareDateTime(required=True, format="iso")
    replaces_id = fields.UUID(load_default=None, allow_none=True)


class RegisterEntryOut(Schema):
    """An entry as it is kept."""

    id = fields.UUID()
    register = fields.String(metadata={"enum": [*Register]})
    state = fields.String(metadata={"enum": ["open", "closed"]})
    title = fields.String()
    contents = fields.Dict()
    happened_at = fields.AwareDateTime()
    due_at = fields.AwareDateTime(allow_none=True)
    told_at = fields.AwareDateTime(allow_none=True)
    replaces_id = fields.UUID(allow_none=True)
    recorded_at = fields.AwareDateTime()


@blp.route("/persons/<uuid:person_id>/reveal")
class Revealing(MethodView):
    """A masked value in full, once."""

    @allow(Permission.REVEAL_DATA, offline=False)
    @blp.arguments(RevealIn)
    @blp.response(200, RevealedOut)
    def post(self, body: dict[str, Any], person_id: UUID) -> dict[str, Any]:
        """Show it to this reader, whose reason is kept; nothing of the answer is stored."""
        with unit() as session:
            values = revealing.reveal(
                session, person_id, **body, actor=current_actor(), now=clock.now()
            )
        return {"values": values}


@blp.route("/persons/<uuid:person_id>/record")
class RestrictedRecord(MethodView):
    """The record of somebody who rests."""

    @allow(Permission.OPEN_RESTRICTED, offline=False)
    @blp.arguments(NeedIn)
    @blp.response(200, content_type="application/json")
    def post(self, body: dict[str, Any], person_id: UUID) -> dict[str, Any]:
        """Open it with a reason, which is kept."""
        with unit() as session:
            return copying.open_restricted(
                session, person_id, **body, rights=wiring().data_rights, actor=current_actor(),
                now=clock.now(), at=clock.wall_time(),
            )  # fmt: skip


@blp.route("/readings")
class Readings(MethodView):
    """Who read what."""

    @allow(Permission.READ_AUDIT, reads="readings")
    @blp.arguments(ReadingsQuery, location="query")
    @blp.response(200, ReadingsOut)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """List readings, the newest first, of one person or of all."""
        session, actor, person_id = db.session(), current_actor(), query.pop("person_id")
        whose = None if person_id is None else scope.of_person(session, person_id, actor)
        rows, following = revealing.access_log(session, actor, scope=whose, **query)
        return {"items": rows, "next": following}


@blp.route("/restrictions")
class Restrictions(MethodView):
    """Who rests."""

    @allow(Permission.READ_PROTECTION, reads="restrictions")
    @blp.response(200, RestrictionsOut)
    def get(self) -> dict[str, Any]:
        """List the restrictions that stand, the newest first."""
        return {"items": restricting.listed(db.session(), current_actor())}


@blp.route("/restrictions/<uuid:restriction_id>/parts")
class RestrictedParts(MethodView):
    """The parts in cases of whoever rests."""

    @allow(Permission.OPEN_RESTRICTED, reads="restriction")
    @blp.arguments(PartsQuery, location="query")
    @blp.response(200, PartsOut)
    def get(self, query: dict[str, Any], restriction_id: UUID) -> dict[str, Any]:
        """List them by id and role alone, to take down what he asks or what happened in court."""
        found = hearing.parts(db.session(), restriction_id, **query, actor=current_actor())
        return {"items": found}


@blp.route("/restrictions/<uuid:restriction_id>/lift")
class LiftRestriction(MethodView):
    """The end of a restriction."""

    @allow(Permission.ANSWER_DATA_REQUESTS)
    @blp.response(200, RestrictionOut)
    def post(self, restriction_id: UUID) -> Restriction:
        """End it; the person is found again."""
        with unit() as session:
            return restricting.lift(session, restriction_id, actor=current_actor(), now=clock.now())


@blp.route("/persons/<uuid:person_id>/legal-hold")
class LegalHold(MethodView):
    """A legal hold over somebody who rests."""

    @allow(Permission.OPEN_RESTRICTED)
    @blp.arguments(LegalHoldIn)
    @blp.response(201, HoldOut)
    def post(self, body: dict[str, Any], person_id: UUID) -> Hold:
        """Have nothing of it erased until counsel lifts the hold; the person rests on."""
        with unit() as session:
            return preserving.place(
                session, person_id, **body, rights=wiring().rights, actor=current_actor(),
                now=clock.now(),
            )  # fmt: skip


@blp.route("/legal-holds/<uuid:hold_id>/lift")
class LiftLegalHold(MethodView):
    """The end of a legal hold over somebody who rests."""

    @allow(Permission.OPEN_RESTRICTED)
    @blp.arguments(LiftIn)
    @blp.response(200, HoldOut)
    def post(self, body: dict[str, Any], hold_id: UUID) -> Hold:
        """Lift it, as counsel may; the person rests on, and the schedule counts again."""
        with unit() as session:
            return preserving.lift(
                session, hold_id, **body, rights=wiring().rights, actor=current_actor(),
                now=clock.now(),
            )  # fmt: skip


@blp.route("/retention/switch")
class Switch(MethodView):
    """Erasing by the clock."""

    @allow(Permission.SWITCH_RETENTION)
    @blp.arguments(SwitchIn)
    @blp.response(200, SwitchOut)
    def post(self, body: dict[str, Any]) -> RetentionSwitch:
        """Switch it on or off; on only by rules whose dry run was looked at."""
        with unit() as session:
            return retention.switch(
                session, on=body["on"], seen=body["rules_hash"], rules=wiring().retention,
                actor=current_actor(), at=clock.wall_time(),
            )  # fmt: skip


@blp.route("/retention/preview")
class RetentionPreview(MethodView):
    """The dry run."""

    @allow(Permission.READ_PROTECTION, reads="retention")
    @blp.response(200, content_type="application/json")
    def get(self) -> dict[str, Any]:
        """Tell what a run would do now, and name the first hundred cases; nothing is changed.

        Counts go to ten thousand; one more says that there are more.
        """
        found = retention.preview(
            db.session(), current_actor().organisation_id, wiring().retention,
            at=clock.wall_time(),
        )  # fmt: skip
        return {
            "rules_hash": found.rules_hash,
            "due": [{"case_id": str(one.case_id), "rule": one.rule.id} for one in found.due],
            "due_count": found.due_count,
            "kept": [{"case_id": str(one.case_id), "by": one.by} for one in found.kept],
            "kept_count": found.kept_count,
            "prunable": found.prunable,
        }


@blp.route("/registers/<string:register>")
class Entries(MethodView):
    """The entries of one register."""

    @allow(Permission.READ_PROTECTION)
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, page_of(RegisterEntryOut))
    def get(self, query: dict[str, Any], register: str) -> Any:
        """List them, oldest first."""
        named = registers.named(register)
        return paged(*registers.listed(db.session(), current_actor(), named, **query))

    @allow(Permission.KEEP_REGISTERS)
    @blp.arguments(RegisterEntryIn)
    @blp.response(201, RegisterEntryOut)
    def post(self, body: dict[str, Any], register: str) -> ProtectionRecord:
        """Add an entry; a breach gets its clock."""
        with unit() as session:
            return registers.enter(
                session, registers.named(register), **body, rights=wiring().data_rights,
                actor=current_actor(), now=clock.now(),
            )  # fmt: skip


@blp.route("/entries/<uuid:record_id>/told")
class Told(MethodView):
    """That a breach was told."""

    @allow(Permission.KEEP_REGISTERS)
    @blp.response(200, RegisterEntryOut)
    def post(self, record_id: UUID) -> ProtectionRecord:
        """Note that authority and persons were told; the first time counts."""
        with unit() as session:
            return registers.told(session, record_id, actor=current_actor(), now=clock.now())
