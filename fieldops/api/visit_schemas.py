"""The shapes of visits on the wire: what a phone sends at the door and what it is told."""

from dataclasses import fields as dataclass_fields
from typing import Any

from marshmallow import Schema, fields, validate

from fieldops.api.paging import UpdatedPageQuery
from fieldops.domain.answers import PaymentMethod, Witness
from fieldops.domain.instalments import MOST_LINES
from fieldops.domain.positions import Datum
from fieldops.domain.rulebook.proposal import DoorFacts
from fieldops.domain.visiting import (
    Ability,
    Outcome,
    Sighting,
    Statement,
    VisitState,
    Willingness,
)


def _word(words: Any, **more: Any) -> fields.String:
    return fields.String(validate=validate.OneOf([word.value for word in words]), **more)


def _fact() -> fields.Boolean:
    # Only true and false: "on" and "y" are how mistakes look.
    return fields.Boolean(truthy={True}, falsy={False}, allow_none=True)


FactsIn = Schema.from_dict({one.name: _fact() for one in dataclass_fields(DoorFacts)}, name="Facts")


class PositionIn(Schema):
    """Degrees as the device gave them, with the datum they came in."""

    lat = fields.Float(required=True, allow_nan=False)
    lon = fields.Float(required=True, allow_nan=False)
    datum = _word(Datum, required=True)


class ArriveIn(Schema):
    """One agent's word that he stands at the door."""

    position = fields.Nested(PositionIn, required=True)
    accuracy_metres = fields.Float(
        required=True, allow_nan=False, validate=validate.Range(0, 100_000)
    )
    fix_age_seconds = fields.Float(
        required=True, allow_nan=False, validate=validate.Range(0, 2_678_400)
    )
    is_mock = fields.Boolean(load_default=None, allow_none=True)
    device_at = fields.AwareDateTime(required=True, format="iso")
    facts = fields.Nested(FactsIn, load_default=dict)


class PresenceIn(Schema):
    """Where the phone of one of the crew is while the visit goes on."""

    position = fields.Nested(PositionIn, required=True)
    accuracy_metres = fields.Float(
        required=True, allow_nan=False, validate=validate.Range(0, 100_000)
    )
    fix_age_seconds = fields.Float(
        required=True, allow_nan=False, validate=validate.Range(0, 2_678_400)
    )


class StatementIn(Schema):
    """What somebody at the door said, by the class of who said it."""

    who = _word(Witness, required=True)
    says = _word(Statement, required=True)


class SightingIn(Schema):
    """What was seen; a vehicle needs its plate."""

    sighting = _word(Sighting, required=True)
    asset = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=100))


class InstalmentIn(Schema):
    """One instalment: so much by a day."""

    amount = fields.Decimal(required=True, as_string=True)
    due_on = fields.Date(required=True)


class PromiseIn(Schema):
    """So much by a day; with instalments, the whole and the day of the first of them."""

    amount = fields.Decimal(required=True, as_string=True)
    due_on = fields.Date(required=True)
    instalments = fields.List(
        fields.Nested(InstalmentIn),
        load_default=list,
        validate=validate.Length(max=MOST_LINES),
        metadata={"description": "Two or more, in the order of their days; or none"},
    )


class PaymentIn(Schema):
    """So much, received so."""

    amount = fields.Decimal(required=True, as_string=True)
    method = _word(PaymentMethod, required=True)


class OutcomeIn(Schema):
    """What came of the visit."""

    outcome = _word(Outcome, required=True)
    statements = fields.List(
        fields.Nested(StatementIn), load_default=list, validate=validate.Length(max=50)
    )
    sightings = fields.List(
        fields.Nested(SightingIn), load_default=list, validate=validate.Length(max=50)
    )
    ability = _word(Ability, load_default=None, allow_none=True)
    willingness = _word(Willingness, load_default=None, allow_none=True)
    promise = fields.Nested(PromiseIn, load_default=None, allow_none=True)
    payment = fields.Nested(PaymentIn, load_default=None, allow_none=True)
    facts = fields.Nested(FactsIn, load_default=dict)
    note = fields.String(load_default="", validate=validate.Length(max=2_000))


class CancelIn(Schema):
    """Why the visit is called off."""

    reason = fields.String(required=True, validate=validate.Length(1, 500))
    for_safety = fields.Boolean(load_default=False)


class VisitsQuery(UpdatedPageQuery):
    """Which visits."""

    day = fields.Date(load_default=None)
    case_id = fields.UUID(load_default=None)


class DayQuery(Schema):
    """Which day; today if left out."""

    day = fields.Date(load_default=None)


class VisitOut(Schema):
    """One visit; `version` is its ETag."""

    id = fields.UUID()
    plan_id = fields.UUID()
    case_id = fields.UUID()
    party_id = fields.UUID()
    address_id = fields.UUID()
    agent_id = fields.UUID()
    partner_id = fields.UUID(allow_none=True)
    day = fields.Date()
    sequence = fields.Integer()
    planned_start = fields.AwareDateTime()
    planned_finish = fields.AwareDateTime()
    state = fields.String(metadata={"enum": [state.value for state in VisitState]})
    version = fields.Integer()
    arrived_at = fields.AwareDateTime(allow_none=True)
    left_at = fields.AwareDateTime(allow_none=True)
    outcome = fields.String(allow_none=True)
    recorded_at = fields.AwareDateTime(allow_none=True)
    remarks = fields.List(fields.Dict())
    cancelled_reason = fields.String(allow_none=True)
    updated_at = fields.AwareDateTime()


class ArrivalOut(Schema):
    """One agent's arrival."""

    id = fields.UUID()
    agent_id = fields.UUID()
    device_at = fields.AwareDateTime()
    received_at = fields.AwareDateTime()
    lat = fields.Float()
    lon = fields.Float()
    given_position = fields.Dict()
    accuracy_metres = fields.Float()
    fix_age_seconds = fields.Float()
    is_mock = fields.Boolean(allow_none=True)
    distance_metres = fields.Float(allow_none=True)
    badge_shown = fields.Boolean(allow_none=True)
    authorisation_shown = fields.Boolean(allow_none=True)
    recorder_on = fields.Boolean(allow_none=True)


class ArrivedOut(Schema):
    """The visit after an arrival, how many of its crew came, and why it waits for the others."""

    visit = fields.Nested(VisitOut)
    arrival = fields.Nested(ArrivalOut)
    present = fields.Integer()
    waits_for = fields.List(
        fields.String(), metadata={"description": "Rules that ask for more than are there"}
    )


class PlaceOut(Schema):
    """The address to be visited."""

    id = fields.UUID()
    text = fields.String()
    kind = fields.String()
    grade = fields.String()
    lat = fields.Float(allow_none=True)
    lon = fields.Float(allow_none=True)


class DayVisitOut(Schema):
    """One visit with what its crew must know; the debtor is masked."""

    visit = fields.Nested(VisitOut)
    address = fields.Nested(PlaceOut, attribute="visit.address")
    to_know = fields.Dict()
    windows = fields.List(fields.List(fields.String()))
    may_speak_to = fields.List(fields.Dict())
    earlier = fields.List(fields.Dict())
    crew = fields.List(fields.Dict())
    navigation = fields.Dict(keys=fields.String(), values=fields.String())
    arrivals = fields.List(fields.Nested(ArrivalOut))
    answers = fields.Dict(allow_none=True)
    payment = fields.Dict(allow_none=True)
    called_off = fields.Dict(
        allow_none=True, metadata={"description": "Why it was called off, in `zh` and `en`"}
    )


class DayOut(Schema):
    """An agent's day, in driving order."""

    day = fields.Date()
    items = fields.List(fields.Nested(DayVisitOut))
