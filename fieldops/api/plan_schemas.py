"""Plans, routes and stops as clients read and write them."""

from marshmallow import Schema, fields, validate

from fieldops.api.paging import PageQuery
from fieldops.domain.planning.stored import planned_chance
from fieldops.services.planning.requesting import LARGEST_SEED, LONGEST_BUDGET, MOST_DAYS

STATES = ["solving", "proposed", "committed", "discarded", "failed"]
_POSITIONS = validate.Range(0, 50_000)


class PlanIn(Schema):
    """Which days are to be planned, and how long the solver may think."""

    day = fields.Date(required=True)
    days = fields.Integer(load_default=1, validate=validate.Range(1, MOST_DAYS), strict=True)
    budget = fields.Float(
        load_default=None,
        allow_none=True,
        validate=validate.Range(0, LONGEST_BUDGET, min_inclusive=False),
        metadata={"description": "Seconds; the setting when left out"},
    )
    seed = fields.Integer(load_default=1, validate=validate.Range(0, LARGEST_SEED), strict=True)
    keep = fields.UUID(
        load_default=None,
        allow_none=True,
        metadata={"description": "What is pinned in this plan stays with its crew"},
    )


class PlanQuery(PageQuery):
    """Which plans are wanted."""

    day = fields.Date(load_default=None)
    state = fields.String(load_default=None, validate=validate.OneOf(STATES))


class StopOut(Schema):
    """A place in a plan: with its times, or unserved with its reasons."""

    id = fields.UUID()
    case_id = fields.UUID()
    address_id = fields.UUID()
    route_id = fields.UUID(allow_none=True)
    sequence = fields.Integer(allow_none=True)
    arrives_at = fields.AwareDateTime(allow_none=True)
    starts_at = fields.AwareDateTime(allow_none=True)
    finishes_at = fields.AwareDateTime(allow_none=True)
    metres = fields.Integer(allow_none=True)
    seconds = fields.Integer(allow_none=True)
    windows = fields.List(fields.List(fields.String()))
    reasons = fields.List(fields.Dict())
    worth = fields.Dict(
        allow_none=True,
        metadata={"description": "Prize in metres and its parts, hours, who is preferred"},
    )
    chance = fields.Function(
        lambda stop: planned_chance(stop.worth, stop.starts_at, stop.finishes_at),
        metadata={
            "type": ["object", "null"],
            "description": "Of an answer then, at best, and outcomes behind it",
        },
    )


class RouteOut(Schema):
    """One crew's day."""

    id = fields.UUID()
    shift_id = fields.UUID()
    partner_shift_id = fields.UUID(allow_none=True)
    departs_at = fields.AwareDateTime()
    returns_at = fields.AwareDateTime()
    metres = fields.Integer()
    seconds = fields.Integer()
    breaks = fields.List(fields.Dict())


class PlanOut(Schema):
    """A plan and its figures, the naive plan's among them."""

    id = fields.UUID()
    day = fields.Date()
    days = fields.Integer()
    state = fields.String(metadata={"enum": STATES})
    version = fields.Integer()
    budget_seconds = fields.Float()
    seed = fields.Integer()
    figures = fields.Dict()
    created_at = fields.AwareDateTime()
    decided_at = fields.AwareDateTime(allow_none=True)


class WholePlanOut(PlanOut):
    """A plan with its routes and stops."""

    routes = fields.List(fields.Nested(RouteOut))
    stops = fields.List(fields.Nested(StopOut))


class CommitIn(Schema):
    """How to take what has become unlawful since the plan was made."""

    drop_forbidden = fields.Boolean(
        load_default=False, metadata={"description": "Leave those stops out and commit the rest"}
    )


class CommittedOut(Schema):
    """What became of a committed plan."""

    plan = fields.Nested(PlanOut)
    visits = fields.Integer()
    dropped = fields.List(fields.Dict())


class MoveIn(Schema):
    """Where a stop goes: a shift and a place in its route, counted from 0; null takes it out."""

    shift_id = fields.UUID(required=True, allow_none=True)
    position = fields.Integer(load_default=None, allow_none=True, validate=_POSITIONS, strict=True)
    dry_run = fields.Boolean(load_default=False)


class ShiftedOut(Schema):
    """A stop whose time or crew is another after the change."""

    stop_id = fields.UUID()
    shift_id = fields.UUID()
    starts_at = fields.AwareDateTime()
    finishes_at = fields.AwareDateTime()


class ChangeOut(Schema):
    """What a change by hand costs."""

    plan = fields.Nested(PlanOut)
    delta_metres = fields.Integer()
    delta_seconds = fields.Integer()
    shifted = fields.List(fields.Nested(ShiftedOut))
    dry_run = fields.Boolean()
