"""The running day on the wire: how it stands, what may be done with it, what phones receive."""

from marshmallow import Schema, fields, validate

from fieldops.api.visit_schemas import DayVisitOut
from fieldops.domain.rulebook.vocabulary import HoldKind, HoldScope
from fieldops.services.planning.living.recording import LONGEST_REASON
from fieldops.services.planning.living.replanning import LONGEST_BUDGET

KINDS = ["replan", "absence", "urgent", "delay", "cancel", "move"]
STATES = ["proposed", "applied", "discarded"]
_MINUTES = validate.Range(1, 720)
_POSITIONS = validate.Range(0, 50_000)


def _reason() -> fields.String:
    return fields.String(required=True, validate=validate.Length(1, LONGEST_REASON))


class EtaOut(Schema):
    """A stop that is still open, at the times that can now be kept."""

    stop_id = fields.UUID()
    address_id = fields.UUID()
    arrives_at = fields.AwareDateTime()
    starts_at = fields.AwareDateTime()
    finishes_at = fields.AwareDateTime()


class ShiftStandingOut(Schema):
    """How one shift stands; `heading` is the address to which it is on its way."""

    shift_id = fields.UUID()
    is_absent = fields.Boolean()
    done = fields.Integer()
    free_at = fields.AwareDateTime()
    heading = fields.UUID(allow_none=True)
    returns_at = fields.AwareDateTime(allow_none=True)
    stops = fields.List(fields.Nested(EtaOut))


class LateOut(Schema):
    """A visit, or the end of a shift (address null), that comes too late."""

    shift_id = fields.UUID()
    address_id = fields.UUID(allow_none=True)
    minutes = fields.Integer()


class StandingOut(Schema):
    """A running day: where everybody is and what is late."""

    now = fields.AwareDateTime()
    shifts = fields.List(fields.Nested(ShiftStandingOut))
    late = fields.List(fields.Nested(LateOut))


class ReplanIn(Schema):
    """Why the rest of the day is planned again, and who is lost from now on."""

    reason = _reason()
    absent = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=500))
    budget = fields.Float(
        load_default=1.0,
        allow_nan=False,
        validate=validate.Range(0, LONGEST_BUDGET, min_inclusive=False),
        metadata={"description": "Seconds that the search may take"},
    )


class MyDelayOut(Schema):
    """A delay as it was taken; `figures.late` lists what is now too late."""

    id = fields.UUID()
    kind = fields.String(metadata={"enum": KINDS})
    state = fields.String(metadata={"enum": STATES})
    reason = fields.String()
    figures = fields.Dict()


class ChangeRecordOut(MyDelayOut):
    """A change of a day: proposed or made; `told` is what each shift is told."""

    plan_id = fields.UUID()
    base_version = fields.Integer()
    told = fields.Dict()
    seen = fields.Dict()
    created_at = fields.AwareDateTime()
    applied_at = fields.AwareDateTime(allow_none=True)


class UrgentQuery(Schema):
    """Where the urgent visit is to be."""

    address_id = fields.UUID(required=True)


class ChoiceOut(Schema):
    """A place for an urgent visit; `position` counts the open stops of the route from 0."""

    shift_id = fields.UUID()
    position = fields.Integer()
    starts_at = fields.AwareDateTime()
    finishes_at = fields.AwareDateTime()
    delta_metres = fields.Integer()
    delta_seconds = fields.Integer()
    visits_later = fields.Integer()
    minutes_later = fields.Integer()


class ChoicesOut(Schema):
    """The best places, the cheapest first; the reasons where there is none."""

    choices = fields.List(fields.Nested(ChoiceOut))
    reasons = fields.List(fields.Dict())


class UrgentIn(Schema):
    """The place that was chosen; without a position the cheapest one of that shift."""

    address_id = fields.UUID(required=True)
    shift_id = fields.UUID(required=True)
    position = fields.Integer(load_default=None, allow_none=True, validate=_POSITIONS, strict=True)
    dry_run = fields.Boolean(load_default=False)
    reason = _reason()


class MyDelayIn(Schema):
    """Late by so many minutes, or stuck until a time: one of the two."""

    minutes = fields.Integer(load_default=None, allow_none=True, validate=_MINUTES, strict=True)
    until = fields.AwareDateTime(load_default=None, allow_none=True, format="iso")
    reason = _reason()


class DelayIn(MyDelayIn):
    """The same, with the shift that is late."""

    shift_id = fields.UUID(required=True)


class CallOffIn(Schema):
    """The visit that is called off; its version stands in If-Match."""

    visit_id = fields.UUID(required=True)
    reason = _reason()


class SinceQuery(Schema):
    """The `as_of` of the last answer, or when the day was last fetched whole."""

    since = fields.AwareDateTime(required=True, format="iso")


class ChangeLineOut(Schema):
    """What was done to the day, and why."""

    id = fields.UUID()
    kind = fields.String(metadata={"enum": KINDS})
    reason = fields.String()
    applied_at = fields.AwareDateTime()


class HeldVisitsOut(Schema):
    """A hold and the visits of the day on which it bears; why it stands is not for the door."""

    id = fields.UUID()
    kind = fields.String(metadata={"enum": [*HoldKind]})
    scope = fields.String(metadata={"enum": [*HoldScope]})
    starts_at = fields.AwareDateTime()
    ends_at = fields.AwareDateTime(allow_none=True)
    lifted_at = fields.AwareDateTime(allow_none=True)
    visits = fields.List(fields.UUID())


class ToldOut(Schema):
    """The difference of an agent's day; `order` are all his visits in driving order."""

    day = fields.Date()
    as_of = fields.AwareDateTime()
    items = fields.List(fields.Nested(DayVisitOut))
    removed = fields.List(fields.UUID())
    order = fields.List(fields.UUID())
    changes = fields.List(fields.Nested(ChangeLineOut))
    holds = fields.List(fields.Nested(HeldVisitsOut))


class SeenIn(Schema):
    """The `as_of` up to which the phone has everything."""

    until = fields.AwareDateTime(required=True, format="iso")


class SeenOut(Schema):
    """How many changes were noted as seen."""

    seen = fields.Integer()
