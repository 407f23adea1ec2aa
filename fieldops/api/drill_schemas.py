"""The report of a drill on the wire, field by field; docs/formats.md says what each means."""

from typing import Any

from marshmallow import Schema, fields, validate

FORM = "fieldops-drill-report-1"
MOST = 2_000


def _number(**more: Any) -> fields.Float:
    return fields.Float(required=True, allow_nan=False, **more)


def _maybe() -> fields.Float:
    return fields.Float(required=True, allow_none=True, allow_nan=False)


def _count() -> fields.Integer:
    return fields.Integer(required=True, strict=True, validate=validate.Range(0))


def _name() -> fields.String:
    return fields.String(required=True, validate=validate.Length(1, 200))


def _share() -> fields.Float:
    return _number(validate=validate.Range(0, 1))


def _named(values: fields.Field[Any]) -> fields.Dict:
    """A few hundred figures by name."""
    return fields.Dict(
        keys=fields.String(validate=validate.Length(1, 200)),
        values=values,
        required=True,
        validate=validate.Length(max=500),
    )


def _many(item: type[Schema]) -> fields.List[Any]:
    return fields.List(fields.Nested(item), required=True, validate=validate.Length(max=MOST))


class IntervalSchema(Schema):
    """From where to where a figure lies with 95 % confidence."""

    low = _number()
    high = _number()


class BinSchema(Schema):
    """One bin of the reliability diagram."""

    count = _count()
    said = _share()
    true = _share()


class DelaySchema(Schema):
    """How many moves were noticed within so many weeks."""

    weeks = _count()
    moves = _count()


class NoticedSchema(Schema):
    """Moves noticed at the threshold that keeps false alarms within the budget."""

    within_weeks = _count()
    budget = _number()
    threshold = _share()
    moves = _count()
    share = _maybe()
    share_interval = fields.Nested(IntervalSchema, required=True, allow_none=True)
    false_per_year = _number()
    false_interval = fields.Nested(IntervalSchema, required=True, allow_none=True)
    median_delay = _maybe()
    median_delay_interval = fields.Nested(IntervalSchema, required=True, allow_none=True)
    delays = _many(DelaySchema)


class QualitySchema(Schema):
    """How good probabilities were."""

    brier = _share()
    ece = _share()
    auc = _maybe()
    log_loss = _number()
    bins = fields.List(fields.Nested(BinSchema), required=True, validate=validate.Length(equal=10))


class ResidenceSchema(QualitySchema):
    """How well it was known who had gone."""

    brier_interval = fields.Nested(IntervalSchema, required=True)
    ece_interval = fields.Nested(IntervalSchema, required=True)
    noticed = fields.Nested(NoticedSchema, required=True, allow_none=True)


class AssetsSchema(QualitySchema):
    """How well evasive disposals were told from honest ones."""

    count = _count()
    evasive = _count()
    recall_at_precision = _share()
    precision = _share()
    missing = _count()


class KindSchema(Schema):
    """One kind of debtor."""

    kind = _name()
    persons = _count()
    brier = _share()
    ece = _share()
    auc = _maybe()
    moves = _count()
    share = _maybe()
    median_delay = _maybe()
    false_per_year = _maybe()


class FlagSchema(Schema):
    """One code of flag: how many, and how many persons were gone then."""

    code = _name()
    flags = _count()
    gone = fields.Integer(required=True, strict=True, allow_none=True)


class AgentSchema(Schema):
    """One agent: how often he found nobody, and how surprising that is."""

    agent = _name()
    kind = fields.String(required=True, allow_none=True, validate=validate.Length(1, 40))
    visits = _count()
    nobody = _share()
    expected = _share()
    surplus = _number()


class AgentsSchema(Schema):
    """Which agents stand out, and whether rightly."""

    inventing = _count()
    stand_out = _count()
    rightly = _count()
    auc = _maybe()
    shown = _many(AgentSchema)


class ReasonSchema(Schema):
    """One thing to mend, with persons in whom it shows most."""

    what = fields.String(required=True, validate=validate.OneOf(["kind", "source", "agent"]))
    name = _name()
    share = _number()
    detail = fields.Dict(
        keys=fields.String(),
        values=fields.Float(allow_none=True, allow_nan=False),
        required=True,
        validate=validate.Length(max=20),
    )
    examples = fields.List(_name(), required=True, validate=validate.Length(max=20))


class WorldSchema(Schema):
    """The world that was played."""

    seed = fields.Integer(required=True, strict=True)
    start = fields.AwareDateTime(required=True, format="iso")
    weeks = _count()
    persons = _count()
    observations = _count()
    dates = _count()
    moves = _count()
    kinds = _named(_count())
    habits = _named(_number())


class BaselinesSchema(Schema):
    """What simple counting comes to in the same run."""

    last_observation = fields.Nested(ResidenceSchema, required=True)
    majority_of_last_5 = fields.Nested(ResidenceSchema, required=True)


class ReportSchema(Schema):
    """A whole report."""

    form = fields.String(required=True, validate=validate.Equal(FORM))
    world = fields.Nested(WorldSchema, required=True)
    models = fields.List(_name(), required=True, validate=validate.Length(max=100))
    missing_beliefs = _count()
    residence = fields.Nested(ResidenceSchema, required=True)
    baselines = fields.Nested(BaselinesSchema, required=True)
    kinds = _many(KindSchema)
    flags = _many(FlagSchema)
    assets = fields.Nested(AssetsSchema, required=True, allow_none=True)
    agents = fields.Nested(AgentsSchema, required=True)
    mend = _many(ReasonSchema)
