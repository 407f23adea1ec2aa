"""Court and preservation events of a case, and the clocks that they start, renew and end."""

from typing import Any
from uuid import UUID

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from evidence.trace.clock_rules import BOOK
from fieldops import clock
from fieldops.api.access import allow, current_actor, unit
from fieldops.db import db
from fieldops.domain.permissions import Permission
from fieldops.models import LegalEvent
from fieldops.services import legal_events

blp = Blueprint("legal-events", __name__, url_prefix="/api/v1", description="Legal clocks")


class LegalEventIn(Schema):
    """What happened in the case; a seizure names the one thing that was seized."""

    kind = fields.String(required=True, validate=validate.OneOf(legal_events.KINDS))
    at = fields.AwareDateTime(required=True)
    subject = fields.String(load_default="", validate=validate.Length(max=200))
    note = fields.String(load_default="", validate=validate.Length(max=500))


class EventWithdrawIn(Schema):
    """Why it is withdrawn."""

    reason = fields.String(required=True, validate=validate.Length(1, 500))


class LegalEventOut(Schema):
    """One event; it is never edited, only withdrawn."""

    id = fields.UUID()
    case_id = fields.UUID()
    kind = fields.String(metadata={"enum": [*legal_events.KINDS]})
    subject = fields.String()
    at = fields.AwareDateTime()
    note = fields.String(allow_none=True)
    account_id = fields.UUID(allow_none=True)
    recorded_at = fields.AwareDateTime()
    withdrawn_at = fields.AwareDateTime(allow_none=True)
    withdrawn_reason = fields.String(allow_none=True)


class ClockOut(Schema):
    """One period: what started it, when it ends, and what ended it."""

    name = fields.String()
    subject = fields.String()
    state = fields.String(metadata={"enum": ["waiting", "running", "ended"]})
    formula = fields.String()
    event = fields.String()
    started_by = fields.String()
    starts = fields.String()
    ends = fields.String()
    ended_by = fields.String()
    ended_at = fields.String()
    late = fields.Boolean()
    rest_day = fields.Boolean()
    basis = fields.String()
    provenance = fields.String()
    note = fields.String()


class CaseClocksOut(Schema):
    """What was recorded of a case, and its clocks; those of flags stand on the flags."""

    events = fields.List(fields.Nested(LegalEventOut))
    clocks = fields.List(fields.Nested(ClockOut))


class StepOut(Schema):
    """A word so long before the end, and how it goes out."""

    name = fields.String()
    way = fields.String(metadata={"enum": ["now", "today", "digest"]})


class RuleOut(Schema):
    """A clock as the law has it: formula, source, and how far that is confirmed."""

    name = fields.String()
    zh = fields.String()
    en = fields.String()
    of = fields.String(metadata={"enum": ["flag", "case", "subject"]})
    event = fields.String()
    formula = fields.String()
    restarted_by = fields.Function(lambda rule: sorted(rule.restarted_by))
    ended_by = fields.Function(lambda rule: sorted(rule.ended_by))
    alerts = fields.List(fields.Nested(StepOut))
    jurisdiction = fields.String()
    basis = fields.String()
    source = fields.String()
    provenance = fields.String(metadata={"enum": ["text", "secondary", "unconfirmed", "policy"]})


class RulesOut(Schema):
    """All clocks, and how days are counted."""

    count = fields.Dict()
    clocks = fields.List(fields.Nested(RuleOut))


@blp.route("/clocks")
class Clocks(MethodView):
    """The clocks that this service knows."""

    @allow(Permission.SIGNED_IN)
    @blp.response(200, RulesOut)
    def get(self) -> Any:
        """Show every clock with its formula, its source and how far that is confirmed."""
        return {"count": BOOK.count, "clocks": list(BOOK.rules.values())}


@blp.route("/cases/<uuid:case_id>/legal-events")
class LegalEvents(MethodView):
    """The events of a case."""

    @allow(Permission.READ_TRACE, reads="legal-events")
    @blp.response(200, CaseClocksOut)
    def get(self, case_id: UUID) -> Any:
        """Show the events, the latest first, and the clocks of the case."""
        session, actor = db.session(), current_actor()
        found = legal_events.of_case(session, case_id, actor=actor)
        return {"events": found, "clocks": legal_events.clocks_of(session, case_id, actor=actor)}

    @allow(Permission.RECORD_LEGAL_EVENTS)
    @blp.arguments(LegalEventIn)
    @blp.response(201, LegalEventOut)
    def post(self, body: dict[str, Any], case_id: UUID) -> LegalEvent:
        """Record an event; every clock of the case and of its flags is counted again."""
        report = legal_events.EventReport(case_id=case_id, **body)
        actor, now = current_actor(), clock.now()
        with unit() as session:
            return legal_events.record(session, report, actor=actor, now=now)


@blp.route("/legal-events/<uuid:event_id>/withdraw")
class WithdrawnEvent(MethodView):
    """The withdrawal of an event."""

    @allow(Permission.RECORD_LEGAL_EVENTS)
    @blp.arguments(EventWithdrawIn)
    @blp.response(200, LegalEventOut)
    def post(self, body: dict[str, Any], event_id: UUID) -> LegalEvent:
        """Withdraw an event with its reason; it stays readable, and moves no clock any more."""
        actor, now = current_actor(), clock.now()
        with unit() as session:
            return legal_events.withdraw(session, event_id, **body, actor=actor, now=now)
