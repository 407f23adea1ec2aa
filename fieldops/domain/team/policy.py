"""The kinds of records of agents and the criteria of agencies, read strictly from their file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from fieldops.domain.errors import FieldopsError
from fieldops.domain.rulebook.reading import Reader, from_toml, refuse
from fieldops.domain.rulebook.records import Text
from fieldops.domain.rulebook.vocabulary import Provenance

FORM = "fieldops-team-1"
HOLDERS = ("agent", "agency")


class TeamPolicyInvalid(FieldopsError):
    """The file of the team does not say what it must; the message names the field."""

    slug = "team-policy-invalid"
    title_en = "The file of team records is not valid"
    title_zh = "人员档案配置有误"


@dataclass(frozen=True, slots=True)
class RecordKind:
    """One kind of record, of an agent or an agency, and how long it may be good for.

    One that is signed has no result; one that `must_end` names its last day.
    """

    kind: str
    days: int
    signed: bool
    of: str
    must_end: bool
    title: Text
    source: str
    provenance: Provenance

    def latest_end(self, begins: date) -> date | None:
        """The last day that a record which begins then may have; None for any or none."""
        return begins + timedelta(days=self.days) if self.days else None


@dataclass(frozen=True, slots=True)
class Criterion:
    """By what an agency is judged, and how much it weighs."""

    name: str
    weight: int
    title: Text


@dataclass(frozen=True, slots=True)
class Doubts:
    """From when on what an agent hands in is put before compliance.

    `surplus` are standard deviations by which he finds nobody home more often than others at the
    same doors; shares are of his items and visits. Fewer than `least` say nothing.
    """

    surplus: int
    least: int
    items_percent: int
    visits_percent: int
    repeated: int


@dataclass(frozen=True, slots=True)
class TeamPolicy:
    """All kinds of records by their name, how agencies are judged, and when evidence is doubted."""

    kinds: Mapping[str, RecordKind]
    warn: timedelta
    criteria: tuple[Criterion, ...]
    evaluate_every: timedelta
    pass_mark: int
    doubts: Doubts

    def of(self, holder: str) -> dict[str, RecordKind]:
        """The kinds that an "agent" or an "agency" holds."""
        return {name: kind for name, kind in self.kinds.items() if kind.of == holder}

    def total(self, scores: Mapping[str, int]) -> float:
        """The weighted mean of scores from 0 to 100, of every criterion one."""
        whole = sum(one.weight for one in self.criteria)
        return sum(scores[one.name] * one.weight for one in self.criteria) / whole


def policy_from_toml(content: str) -> TeamPolicy:
    """The policy that a file states; raises TeamPolicyInvalid naming the field."""
    return from_toml(content, "team/records.toml", TeamPolicyInvalid, _policy)


def _policy(reader: Reader) -> TeamPolicy:
    if reader.text("form", required=True) != FORM:
        refuse("form", "is another form", f"write {FORM}")
    warn = timedelta(days=reader.whole("warn_days", 1, 366))
    kinds = [_kind(one) for one in reader.children("record")]
    criteria = tuple(_criterion(one) for one in reader.children("criterion"))
    evaluation = reader.child("evaluation")
    found = TeamPolicy(
        kinds={one.kind: one for one in kinds},
        warn=warn,
        criteria=criteria,
        evaluate_every=timedelta(days=evaluation.whole("every_days", 1, 3_660)),
        pass_mark=evaluation.whole("pass_mark", 0, 100),
        doubts=_doubts(reader.child("doubts")),
    )
    evaluation.text("source", required=True)
    evaluation.word("provenance", Provenance)
    evaluation.done()
    names = [one.name for one in criteria]
    for key, stated in (("record", [one.kind for one in kinds]), ("criterion", names)):
        if not stated or len(set(stated)) != len(stated):
            refuse(key, "is missing or stands twice", "state each once")
    return found


def _doubts(reader: Reader) -> Doubts:
    found = Doubts(
        surplus=reader.whole("surplus", 1, 100),
        least=reader.whole("least", 1, 10_000),
        items_percent=reader.whole("items_percent", 1, 100),
        visits_percent=reader.whole("visits_percent", 1, 100),
        repeated=reader.whole("repeated", 1, 10_000),
    )
    reader.text("source", required=True)
    reader.word("provenance", Provenance)
    reader.done()
    return found


def _kind(reader: Reader) -> RecordKind:
    found = RecordKind(
        kind=reader.text("kind", required=True),
        days=reader.whole("days", 0, 36_600),
        signed=reader.flag("signed"),
        of=_holder(reader),
        must_end=reader.flag("must_end"),
        title=_text(reader.child("title")),
        source=reader.text("source", required=True),
        provenance=reader.word("provenance", Provenance),
    )
    reader.done()
    return found


def _holder(reader: Reader) -> str:
    found = reader.text("of") or HOLDERS[0]
    if found not in HOLDERS:
        refuse(reader.at("of"), f"{found[:40]!r} holds no records", f"write {' or '.join(HOLDERS)}")
    return found


def _criterion(reader: Reader) -> Criterion:
    found = Criterion(
        name=reader.text("name", required=True),
        weight=reader.whole("weight", 1, 1_000),
        title=_text(reader.child("title")),
    )
    reader.done()
    return found


def _text(reader: Reader) -> Text:
    found = Text(reader.text("zh", required=True), reader.text("en", required=True))
    reader.done()
    return found
