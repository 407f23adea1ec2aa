"""What the interface says of pairs, entities and shared things."""

from typing import Any

from marshmallow import Schema, fields, validate

from fieldops.api.paging import PageQuery
from fieldops.domain.linkage import Verdict, explained, limit_text
from fieldops.models import IdentityPair
from fieldops.services import identity


class PairsQuery(PageQuery):
    """Which pairs: those that wait, are joined by score alone, were judged, or are cut."""

    queue = fields.String(load_default="possible", validate=validate.OneOf([*identity.QUEUES]))


class PairIn(Schema):
    """Two persons whom somebody wants to judge."""

    person_id = fields.UUID(required=True)
    other_id = fields.UUID(required=True)


class JudgementIn(Schema):
    """What is said of a pair, and why."""

    verdict = fields.String(required=True, validate=validate.OneOf(identity.VERDICTS))
    reason = fields.String(required=True, validate=validate.Length(1, 500))


class ScopeIn(Schema):
    """Whether records of different creditors are compared, and for what purpose."""

    across_creditors = fields.Boolean(required=True)
    purpose = fields.String(required=True, validate=validate.Length(1, 500))


class ScopeOut(Schema):
    """One decision about it."""

    id = fields.UUID()
    across_creditors = fields.Boolean()
    purpose = fields.String()
    account_id = fields.UUID(allow_none=True)
    at = fields.AwareDateTime()


class JudgementOut(Schema):
    """One judgement."""

    verdict = fields.String()
    reason = fields.String()
    account_id = fields.UUID()
    at = fields.AwareDateTime()


class LineOut(Schema):
    """One comparison; the decibans of all lines add up to the score."""

    attribute = fields.String()
    level = fields.String()
    decibans = fields.Float()
    share = fields.Float()
    en = fields.String()
    zh = fields.String()


class PairOut(Schema):
    """Two records, the score with its lines, and what people hold of it."""

    id = fields.UUID()
    low_id = fields.UUID()
    high_id = fields.UUID()
    decibans = fields.Float()
    verdict = fields.String(metadata={"enum": [*Verdict]})
    limit = fields.String()
    limit_en = fields.Function(lambda pair: limit_text(pair.limit)[0], metadata={"type": "string"})
    limit_zh = fields.Function(lambda pair: limit_text(pair.limit)[1], metadata={"type": "string"})
    lines = fields.Method("lines_of", metadata={"type": "array"})
    model_version = fields.String()
    across = fields.Boolean()
    standing = fields.String(allow_none=True)
    cut_low_id = fields.UUID(allow_none=True)
    cut_high_id = fields.UUID(allow_none=True)
    scored_at = fields.AwareDateTime()
    judgements = fields.List(fields.Nested(JudgementOut))

    def lines_of(self, pair: IdentityPair) -> Any:
        """The lines with their sentences."""
        return LineOut(many=True).dump(explained(pair.lines, pair.decibans))


class SideCaseOut(Schema):
    """A case in which a person has a part."""

    case_id = fields.UUID()
    number = fields.String()
    creditor = fields.String()
    role = fields.String()


class SideOut(Schema):
    """One record, masked to the reader's need."""

    person_id = fields.UUID()
    name = fields.String(attribute="person.name")
    id_number = fields.String(attribute="person.id_number", allow_none=True)
    phones = fields.String(attribute="person.phones", allow_none=True)
    is_masked = fields.Boolean(attribute="person.is_masked")
    starred = fields.Dict()
    cases = fields.List(fields.Nested(SideCaseOut))
    addresses = fields.List(fields.String())


class PairSidesOut(Schema):
    """A pair side by side."""

    pair = fields.Nested(PairOut)
    sides = fields.List(fields.Nested(SideOut))


class CutOut(Schema):
    """A link that joins nobody, because of two who must not meet."""

    low_id = fields.UUID(attribute="edge.low")
    high_id = fields.UUID(attribute="edge.high")
    apart = fields.List(fields.UUID())


class JudgedOut(Schema):
    """A pair after a judgement, and the links that the judgement cut."""

    pair = fields.Nested(PairOut)
    cuts = fields.List(fields.Nested(CutOut))


class EntityOut(Schema):
    """All records of one person, the links that join them and those that are cut."""

    id = fields.UUID()
    members = fields.List(fields.Nested(SideOut))
    links = fields.List(fields.Nested(PairOut))
    cuts = fields.List(fields.Nested(PairOut))


class OtherOut(Schema):
    """Somebody who has the same thing."""

    person_id = fields.UUID()
    same = fields.Boolean()
    cases = fields.List(fields.Nested(SideCaseOut))


class SharedOut(Schema):
    """A telephone, door, vehicle or firm that others have as well."""

    kind = fields.String()
    others = fields.List(fields.Nested(OtherOut))
