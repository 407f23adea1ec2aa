"""The shape of a field report."""

from typing import Any

from marshmallow import Schema, fields

from fieldops.services.reports import Kind


class ReachedOut(Schema):
    """Attempts by one channel, those that reached somebody, and how many persons it was."""

    channel = fields.String()
    attempts = fields.Integer()
    completed = fields.Integer()
    persons = fields.Integer()


class VisitedOut(Schema):
    """What became of visits; planned is the sum of made, open, missed and cancelled."""

    planned = fields.Integer()
    made = fields.Integer()
    open = fields.Integer()
    missed = fields.Integer()
    cancelled = fields.Integer()
    met = fields.Integer()
    outcomes = fields.Dict(keys=fields.String(), values=fields.Integer())


class DayOut(VisitedOut):
    """The visits of one day."""

    day = fields.Date()


class SumOut(Schema):
    """How many there were in one currency and what they come to."""

    currency = fields.String()
    number = fields.Integer()
    amount = fields.Decimal(as_string=True)


class DrivenOut(Schema):
    """Ways and hours of the committed plans."""

    metres = fields.Integer()
    person_seconds = fields.Integer()
    routes = fields.Integer()


class ComparedOut(Schema):
    """The plans beside the naive ones; saved are kilometres, for as many visits."""

    plans = fields.Integer()
    kilometres = fields.Float()
    served = fields.Integer()
    naive_kilometres = fields.Float()
    naive_served = fields.Integer()
    saved_kilometres = fields.Float(attribute="saved", allow_none=True)


class CostsOut(Schema):
    """hours x per_hour + kilometres x per_kilometre; null where no rate is stated."""

    currency = fields.String(attribute="rates.currency")
    per_hour = fields.Decimal(attribute="rates.per_hour", as_string=True, allow_none=True)
    per_kilometre = fields.Decimal(attribute="rates.per_kilometre", as_string=True, allow_none=True)
    whole = fields.Decimal(as_string=True, allow_none=True)
    per_visit = fields.Decimal(as_string=True, allow_none=True)
    per_met = fields.Decimal(as_string=True, allow_none=True)


class FlaggedOut(Schema):
    """The flags of one kind that were raised, by how they stand now."""

    code = fields.String()
    raised = fields.Integer()
    confirmed = fields.Integer()
    dismissed = fields.Integer()
    open = fields.Integer()


class ReviewedOut(Schema):
    """How long flags waited for their first review."""

    steps = fields.Method("steps_of")
    waiting = fields.Integer()
    mean_seconds = fields.Float(allow_none=True)

    def steps_of(self, found: Any) -> dict[str, int]:
        """How many for each step of time."""
        return dict(found.steps)


class ItemsOut(Schema):
    """Items received, and how many of them have findings that do not hold."""

    number = fields.Integer()
    doubtful = fields.Integer()
    infected = fields.Integer()
    checks = fields.Method("checks_of")

    def checks_of(self, found: Any) -> dict[str, int]:
        """How many for each check."""
        return dict(found.checks)


class RefusedOut(Schema):
    """How often one rule refused a contact, and of how many cases."""

    rule = fields.String()
    contacts = fields.Integer()
    cases = fields.Integer()


class OfAgentOut(Schema):
    """The visits of one agent."""

    agent_id = fields.UUID(attribute="agent.id")
    code = fields.String(attribute="agent.code")
    visits = fields.Nested(VisitedOut, attribute="visited")


class FieldReportOut(Schema):
    """Everything that is told; `agents` is null for a caller who may not compare them."""

    kind = fields.Enum(Kind, by_value=True, attribute="asked.kind")
    creditor = fields.String(attribute="asked.creditor", allow_none=True)
    import_id = fields.UUID(attribute="asked.import_id", allow_none=True)
    first = fields.Date(attribute="asked.first")
    last = fields.Date(attribute="asked.last")
    made_at = fields.AwareDateTime()
    contacts = fields.List(fields.Nested(ReachedOut))
    visits = fields.Nested(VisitedOut, attribute="visits.all")
    days = fields.Method("days_of", metadata={"type": "array"})
    cancelled = fields.Dict(
        keys=fields.String(), values=fields.Integer(), attribute="visits.causes"
    )
    promises = fields.List(fields.Nested(SumOut))
    payments = fields.List(fields.Nested(SumOut))
    driven = fields.Nested(DrivenOut)
    compared = fields.Nested(ComparedOut, allow_none=True)
    costs = fields.Nested(CostsOut)
    flags = fields.List(fields.Nested(FlaggedOut))
    reviewed = fields.Nested(ReviewedOut)
    items = fields.Nested(ItemsOut)
    refusals = fields.List(fields.Nested(RefusedOut))
    agents = fields.List(fields.Nested(OfAgentOut), allow_none=True)

    def days_of(self, report: Any) -> list[Any]:
        """The visits of each day that has any."""
        shape = DayOut()
        days = sorted(report.visits.days.items())
        return [{**shape.dump(visited), "day": day.isoformat()} for day, visited in days]
