"""Calls for help and overdue crews: raised, answered, ended; and who is called when nobody does."""

from typing import Any
from uuid import UUID

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import EXCLUDE, Schema, fields, validate

from fieldops import clock
from fieldops.api.access import allow, current_actor, unit
from fieldops.api.paging import PageQuery, page_of, paged
from fieldops.db import db
from fieldops.domain.permissions import Permission
from fieldops.domain.safety import AlarmKind, Ending
from fieldops.models import Alarm, CallContact
from fieldops.services import alarms, call_list
from fieldops.wiring import wiring

blp = Blueprint("alarms", __name__, url_prefix="/api/v1", description="Calls for help")


class CallIn(Schema):
    """A phone's call for help: none of it need be there, and none that is wrong keeps help away."""

    key = fields.Raw(load_default=None, metadata={"description": "Makes a repeated call one"})
    device_at = fields.Raw(load_default=None, metadata={"description": "The phone's clock"})
    position = fields.Raw(load_default=None, metadata={"description": "lat, lon, datum"})
    accuracy_metres = fields.Raw(load_default=None)
    fix_age_seconds = fields.Raw(load_default=None)
    visit_id = fields.Raw(load_default=None)

    class Meta:
        """What is not known is left aside."""

        unknown = EXCLUDE


class WordsIn(Schema):
    """A person's words, if any."""

    words = fields.String(load_default="", validate=validate.Length(max=500))


class CalledIn(Schema):
    """Who of the call list was called, and whether he answered."""

    contact_id = fields.UUID(required=True)
    answered = fields.Boolean(required=True)


class EndIn(Schema):
    """How the alarm ended, and how that is known."""

    ending = fields.String(required=True, validate=validate.OneOf(alarms.ENDINGS))
    reason = fields.String(required=True, validate=validate.Length(1, 500))


class AlarmsQuery(PageQuery):
    """Which alarms."""

    ended = fields.Boolean(load_default=None)


class ActOut(Schema):
    """One line of what was done."""

    kind = fields.String()
    at = fields.AwareDateTime()
    account_id = fields.UUID(allow_none=True)
    contact_id = fields.UUID(allow_none=True)
    note = fields.String(allow_none=True)


class AlarmOut(Schema):
    """One alarm with all that was done about it."""

    id = fields.UUID()
    kind = fields.String(metadata={"enum": [*AlarmKind]})
    agent_id = fields.UUID()
    visit_id = fields.UUID(allow_none=True)
    lat = fields.Float(allow_none=True)
    lon = fields.Float(allow_none=True)
    accuracy_metres = fields.Float(allow_none=True)
    fix_age_seconds = fields.Float(allow_none=True)
    device_at = fields.AwareDateTime(allow_none=True)
    raised_at = fields.AwareDateTime()
    next_at = fields.AwareDateTime(allow_none=True)
    acknowledged_at = fields.AwareDateTime(allow_none=True)
    acknowledged_by = fields.UUID(allow_none=True)
    ended_at = fields.AwareDateTime(allow_none=True)
    ending = fields.String(allow_none=True, metadata={"enum": [*Ending]})
    ended_reason = fields.String(allow_none=True)
    acts = fields.List(fields.Nested(ActOut))


class CallContactIn(Schema):
    """Somebody who is called; a lower place is called sooner."""

    place = fields.Integer(required=True, validate=validate.Range(1, 100))
    name = fields.String(required=True, validate=validate.Length(1, 100))
    phone = fields.String(required=True, validate=validate.Regexp(call_list.PHONE))


class CallContactOut(Schema):
    """Somebody of the call list."""

    id = fields.UUID()
    place = fields.Integer()
    name = fields.String()
    phone = fields.String()


@blp.route("/alarms")
class Alarms(MethodView):
    """The alarms of the organisation."""

    @allow(Permission.SIGNED_IN, reads="alarms")
    @blp.arguments(AlarmsQuery, location="query")
    @blp.response(200, page_of(AlarmOut))
    def get(self, query: dict[str, Any]) -> Any:
        """List alarms in the order of ids; who does not answer them sees his own."""
        return paged(*alarms.listed(db.session(), current_actor(), **query))

    @allow(Permission.CALL_FOR_HELP)
    @blp.arguments(CallIn)
    @blp.response(201, AlarmOut)
    def post(self, body: dict[str, Any]) -> Alarm:
        """Call for help; the answer says that the alarm is raised, and its lines who was told."""
        call = alarms.read_call(body)
        with unit() as session:
            return alarms.call_for_help(
                session, call, policy=wiring().safety, actor=current_actor(), now=clock.now()
            )


@blp.route("/alarms/<uuid:alarm_id>/acknowledge")
class Acknowledged(MethodView):
    """Taking an alarm in hand."""

    @allow(Permission.ANSWER_ALARMS)
    @blp.response(200, AlarmOut)
    def post(self, alarm_id: UUID) -> Alarm:
        """Say that one has it in hand; nobody else is told any more."""
        with unit() as session:
            return alarms.acknowledge(session, alarm_id, actor=current_actor(), now=clock.now())


@blp.route("/alarms/<uuid:alarm_id>/calls")
class Calls(MethodView):
    """Calls to the people of the call list."""

    @allow(Permission.ANSWER_ALARMS)
    @blp.arguments(CalledIn)
    @blp.response(200, AlarmOut)
    def post(self, body: dict[str, Any], alarm_id: UUID) -> Alarm:
        """Note who was called and whether he answered; an answer takes the alarm in hand."""
        actor, now = current_actor(), clock.now()
        with unit() as session:
            return alarms.note_call(session, alarm_id, **body, actor=actor, now=now)


@blp.route("/alarms/<uuid:alarm_id>/safe")
class SafeWord(MethodView):
    """The agent's own word."""

    @allow(Permission.CALL_FOR_HELP)
    @blp.arguments(WordsIn)
    @blp.response(200, AlarmOut)
    def post(self, body: dict[str, Any], alarm_id: UUID) -> Alarm:
        """Say that one is safe; a word can be forced, so the office still ends the alarm."""
        with unit() as session:
            return alarms.say_safe(
                session, alarm_id, body["words"], actor=current_actor(), now=clock.now()
            )


@blp.route("/alarms/<uuid:alarm_id>/end")
class Ended(MethodView):
    """The end of an alarm."""

    @allow(Permission.ANSWER_ALARMS)
    @blp.arguments(EndIn)
    @blp.response(200, AlarmOut)
    def post(self, body: dict[str, Any], alarm_id: UUID) -> Alarm:
        """End an alarm with how it ended and how that is known."""
        actor, now = current_actor(), clock.now()
        with unit() as session:
            return alarms.end(session, alarm_id, **body, actor=actor, now=now)


@blp.route("/call-list")
class CallList(MethodView):
    """Who is called when nobody answers an alarm."""

    @allow(Permission.ANSWER_ALARMS, reads="call-list")
    @blp.response(200, CallContactOut(many=True))
    def get(self) -> Any:
        """List them in the order in which they are called."""
        return call_list.people(db.session(), current_actor())

    @allow(Permission.SET_CALL_LIST)
    @blp.arguments(CallContactIn)
    @blp.response(201, CallContactOut)
    def post(self, body: dict[str, Any]) -> CallContact:
        """Add somebody."""
        with unit() as session:
            return call_list.add(session, **body, actor=current_actor(), now=clock.now())


@blp.route("/call-list/<uuid:contact_id>/remove")
class Removed(MethodView):
    """Taking somebody off the list."""

    @allow(Permission.SET_CALL_LIST)
    @blp.response(200, CallContactOut)
    def post(self, contact_id: UUID) -> CallContact:
        """Take somebody off the list; that he was called stays recorded."""
        with unit() as session:
            return call_list.remove(session, contact_id, actor=current_actor(), now=clock.now())
