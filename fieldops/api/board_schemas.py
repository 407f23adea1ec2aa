"""What the dispatcher's board asks for, and the answers that are no GeoJSON."""

from marshmallow import Schema, ValidationError, fields, validate
from webargs.fields import DelimitedList

from fieldops.api.paging import MAX_LIMIT, PageQuery
from fieldops.domain.geojson import DATUMS, WGS84
from fieldops.services.planning.board.marks import MOST_MARKS
from fieldops.services.planning.pinning import MOST_AT_ONCE


class DatumQuery(Schema):
    """The datum of the map on which the answer is drawn."""

    datum = fields.String(
        load_default=WGS84,
        validate=validate.OneOf(DATUMS),
        metadata={"description": "Positions come in WGS-84 unless the map is in another datum"},
    )


class BoardDayQuery(DatumQuery):
    """Which day of the plan."""

    day = fields.Date(required=True)


class ShapesQuery(DatumQuery):
    """Whose territories are wanted beside the districts."""

    plan_id = fields.UUID(load_default=None)


def _check_box(value: list[float]) -> None:
    if len(value) != 4 or value[0] > value[2] or value[1] > value[3]:
        raise ValidationError("Not a box of degrees.")


class WaitingQuery(DatumQuery):
    """Who waits: by number, priority and part of the map."""

    plan_id = fields.UUID(load_default=None)
    number = fields.String(load_default="", validate=validate.Length(max=100))
    priority = fields.Integer(load_default=None, validate=validate.Range(1, 5))
    bbox = DelimitedList(
        fields.Float(allow_nan=False, validate=validate.Range(-180, 180)),
        load_default=list,
        validate=_check_box,
        metadata={"description": "west,south,east,north in the datum of the map"},
    )


class PoolQuery(WaitingQuery):
    """A page of those who wait."""

    after = fields.String(load_default=None, validate=validate.Length(max=60))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, MAX_LIMIT))


class MarksQuery(WaitingQuery):
    """All who wait at once."""

    limit = fields.Integer(load_default=MOST_MARKS, validate=validate.Range(1, MOST_MARKS))


class WeekQuery(PageQuery):
    """The first of the seven days."""

    day = fields.Date(required=True)


class DayLoadOut(Schema):
    """One agent's day: his shift, and the route that counts for it, if there is one."""

    day = fields.Date()
    shift_id = fields.UUID(allow_none=True)
    absent_reason = fields.String(allow_none=True)
    opens_at = fields.String()
    closes_at = fields.String()
    shift_minutes = fields.Integer()
    plan_id = fields.UUID()
    plan_state = fields.String()
    visits = fields.Integer()
    work_minutes = fields.Integer()
    metres = fields.Integer()


class AgentWeekOut(Schema):
    """An agent with his seven days."""

    id = fields.UUID()
    code = fields.String()
    name = fields.String()
    partner_code = fields.String(allow_none=True)
    days = fields.List(fields.Nested(DayLoadOut))


class WeekOut(Schema):
    """Agents by days, page by page."""

    days = fields.List(fields.Date())
    items = fields.List(fields.Nested(AgentWeekOut))
    next = fields.UUID(allow_none=True)


class CompareQuery(Schema):
    """With which plan; the present one of these days when left out."""

    other = fields.UUID(load_default=None, data_key="with")


class OtherPlanOut(Schema):
    """The plan that it was held against."""

    id = fields.UUID()
    state = fields.String()
    created_at = fields.AwareDateTime()


class DifferenceOut(Schema):
    """A visit that one plan makes otherwise: its crew in this plan and in the other."""

    case_id = fields.UUID()
    number = fields.String()
    act = fields.String(metadata={"enum": ["removed", "added", "moved", "retimed"]})
    crew = fields.String(allow_none=True)
    former = fields.String(allow_none=True)
    at = fields.AwareDateTime(allow_none=True)


class ComparedPlansOut(Schema):
    """Figures of this plan and of the other, side by side; at most 500 lines."""

    other = fields.Nested(OtherPlanOut, allow_none=True)
    figures = fields.Dict()
    value = fields.List(fields.Dict(allow_none=True), allow_none=True)
    counts = fields.Dict()
    lines = fields.List(fields.Nested(DifferenceOut))


class PinsIn(Schema):
    """Stops that stay with their crew from now on, or are let go."""

    stop_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(1, MOST_AT_ONCE))
    pinned = fields.Boolean(load_default=True)
