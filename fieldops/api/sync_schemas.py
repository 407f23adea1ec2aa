"""The phone's exchange on the wire: batches of entries, their answers, and what changed."""

from marshmallow import Schema, fields, validate

from fieldops.api.alarms import CallIn, WordsIn
from fieldops.api.complaints import ComplaintIn
from fieldops.api.disputes import DisputeIn
from fieldops.api.holds import HoldIn
from fieldops.api.incidents import IncidentIn
from fieldops.api.living_schemas import ChangeLineOut, HeldVisitsOut
from fieldops.api.requests import RequestIn
from fieldops.api.visit_schemas import ArriveIn, CancelIn, DayVisitOut, OutcomeIn
from fieldops.domain.phones import MOST_ENTRIES, AuthorWord, EntryKind, EntryState

_LARGEST = 2**53 - 1
STATUSES = ["applied", "known", "held", "conflict", "refused"]


class LeaveIn(Schema):
    """Nothing more is to be said."""


class ForSafetyIn(CancelIn):
    """Why the crew calls the visit off."""

    class Meta:
        """That it is for safety is what the kind says."""

        exclude = ("for_safety",)


class AuthorWordIn(Schema):
    """What the agent says of an earlier entry of his that does not fit what stands."""

    sequence = fields.Integer(required=True, strict=True, validate=validate.Range(1, _LARGEST))
    says = fields.String(required=True, validate=validate.OneOf([*AuthorWord]))
    words = fields.String(load_default="", validate=validate.Length(max=500))


BODIES: dict[EntryKind, type[Schema]] = {
    EntryKind.ARRIVE: ArriveIn,
    EntryKind.OUTCOME: OutcomeIn,
    EntryKind.LEAVE: LeaveIn,
    EntryKind.CANCEL: ForSafetyIn,
    EntryKind.HOLD: HoldIn,
    EntryKind.COMPLAINT: ComplaintIn,
    EntryKind.DISPUTE: DisputeIn,
    EntryKind.REQUEST: RequestIn,
    EntryKind.INCIDENT: IncidentIn,
    EntryKind.ALARM: CallIn,
    EntryKind.SAFE: WordsIn,
    EntryKind.WORD: AuthorWordIn,
}
"""Each kind has the body of its endpoint."""


class EntryIn(Schema):
    """One act that was written down offline."""

    sequence = fields.Integer(required=True, strict=True, validate=validate.Range(1, _LARGEST))
    key = fields.String(required=True, validate=validate.Regexp(r"[!-~]{1,64}\Z"))
    kind = fields.String(required=True, validate=validate.OneOf([*EntryKind]))
    visit_id = fields.UUID(load_default=None, allow_none=True)
    based_on = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(0, _LARGEST)
    )
    at = fields.AwareDateTime(required=True, format="iso")
    body = fields.Dict(load_default=dict)


class SyncIn(Schema):
    """A batch of one phone, and what it says of itself; each entry is judged by itself."""

    device_id = fields.UUID(required=True)
    sent_at = fields.AwareDateTime(
        load_default=None,
        allow_none=True,
        format="iso",
        metadata={"description": "The phone's clock now: what it is off is reckoned from it"},
    )
    entries = fields.List(
        fields.Dict(),
        load_default=list,
        validate=validate.Length(max=MOST_ENTRIES),
        metadata={"description": "sequence, key, kind, visit_id, based_on, at, body"},
    )
    oldest = fields.Integer(
        load_default=None,
        allow_none=True,
        strict=True,
        validate=validate.Range(1, _LARGEST),
        metadata={"description": "The lowest number that the phone still keeps, or its next one"},
    )
    cursor = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=4_000),
        metadata={"description": "What the phone has: the office sees which changes came"},
    )
    app_version = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 40))
    pending = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(0, 1_000_000)
    )
    storage_persisted = fields.Boolean(
        load_default=None, allow_none=True, truthy={True}, falsy={False}
    )
    battery_percent = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(0, 100)
    )


class EntryAnswerOut(Schema):
    """What became of one entry; for one that is known, `result` says what became of it before."""

    index = fields.Integer(allow_none=True)
    sequence = fields.Integer(allow_none=True)
    status = fields.String(metadata={"enum": STATUSES})
    result = fields.String(metadata={"enum": [*EntryState]}, allow_none=True)
    version = fields.Integer(allow_none=True)
    overlaps = fields.Boolean()
    problem = fields.Dict(allow_none=True)


class HintRuleOut(Schema):
    """One rule and its sentence."""

    rule = fields.String()
    effect = fields.Function(lambda one: one.effect.value, metadata={"type": "string"})
    en = fields.Function(lambda one: one.message.en, metadata={"type": "string"})
    zh = fields.Function(lambda one: one.message.zh, metadata={"type": "string"})


class VisitHintOut(Schema):
    """What the rulebook says of a visit at its planned time; the door asks again."""

    visit_id = fields.UUID()
    allowed = fields.Boolean()
    against = fields.List(fields.Nested(HintRuleOut))
    needs = fields.List(fields.Nested(HintRuleOut))
    next_legal = fields.AwareDateTime(allow_none=True)


class PhoneShiftOut(Schema):
    """The agent's working day."""

    starts_at = fields.AwareDateTime()
    ends_at = fields.AwareDateTime()
    breaks = fields.List(fields.Dict())
    absent_reason = fields.String(allow_none=True)


class OwnTermsOut(Schema):
    """Up to where an agent agrees himself; what goes beyond is an offer to the office."""

    most_instalments = fields.Integer()
    longest_days = fields.Integer()
    first_percent = fields.Integer()
    first_within_days = fields.Integer()


class TermsOut(Schema):
    """What nobody may go beyond, and the caller's own bounds, null where he may not agree."""

    most_instalments = fields.Integer()
    longest_days = fields.Integer()
    own = fields.Nested(OwnTermsOut, allow_none=True)


class HouseOut(Schema):
    """What the house has set for phones."""

    heartbeat_seconds = fields.Integer()
    instalments = fields.Nested(TermsOut)


class NonceOut(Schema):
    """A number for the camera, to be sent with what it takes."""

    value = fields.String()
    issued_at = fields.AwareDateTime()
    expires_at = fields.AwareDateTime()


class ChangesOut(Schema):
    """What changed since the cursor; `order` to `house` are null where nothing changed.

    `full` says that the visits are all there are, and not a difference.
    """

    cursor = fields.String()
    full = fields.Boolean()
    day = fields.Date()
    server_time = fields.AwareDateTime()
    visits = fields.List(fields.Nested(DayVisitOut))
    removed = fields.List(fields.UUID())
    order = fields.List(fields.UUID(), allow_none=True)
    hints = fields.List(fields.Nested(VisitHintOut))
    holds = fields.List(fields.Nested(HeldVisitsOut), allow_none=True)
    changes = fields.List(fields.Nested(ChangeLineOut), allow_none=True)
    shift = fields.Nested(PhoneShiftOut, allow_none=True)
    house = fields.Nested(HouseOut, allow_none=True)
    nonce = fields.Nested(NonceOut, allow_none=True)


class SyncOut(Schema):
    """The answers in the order of the entries, then of those that had waited and were now done."""

    cursor = fields.String(allow_none=True)
    decided_through = fields.Integer()
    waiting = fields.List(fields.Integer())
    answers = fields.List(fields.Nested(EntryAnswerOut))


class SinceCursorQuery(Schema):
    """Since which cursor, on which day, and for which phone a number for the camera is wanted."""

    since = fields.String(load_default=None, validate=validate.Length(max=4_000))
    day = fields.Date(load_default=None)
    device_id = fields.UUID(load_default=None)
