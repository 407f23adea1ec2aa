"""Where an address lies: how well that is known, by whom it was said, and what else it may be."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Protocol, TypeAlias

from fieldops.domain.positions import Datum, Position


class Grade(StrEnum):
    """How finely a position is known, from the door to nothing. Compare with `at_least`."""

    DOOR = "door"
    STREET = "street"
    TOWNSHIP = "township"
    COUNTY = "county"
    CITY = "city"
    NONE = "none"

    @property
    def rank(self) -> int:
        """5 for a door down to 0 for none."""
        return _RANKS[self]

    def at_least(self, other: "Grade") -> bool:
        """Whether this grade is as fine as the other, or finer."""
        return self.rank >= other.rank


_RANKS = {grade: rank for rank, grade in enumerate(reversed(Grade))}


def is_doubtful(grade: Grade) -> bool:
    """Worse than a street: a visit there is planned only when somebody says so."""
    return not grade.at_least(Grade.STREET)


@dataclass(frozen=True, slots=True)
class Located:
    """One place. `position` is WGS-84; `datum` is what the provider's own figures were in.

    `level` is the provider's own word for what it matched, `confidence` from 0 to 1 or None where
    it gives none, `raw_reference` what finds the place again at the provider (its id or code).
    """

    position: Position
    grade: Grade
    provider: str
    level: str
    confidence: float | None
    datum: Datum
    raw_reference: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class PlaceCandidate:
    """One of several places that an address may mean; the gazetteer may know no centre for it."""

    label: str
    reference: str
    grade: Grade
    provider: str
    position: Position | None


@dataclass(frozen=True, slots=True)
class AmbiguousPlace:
    """Several places fit; a person chooses."""

    candidates: tuple[PlaceCandidate, ...]


class WhyNot(StrEnum):
    """Why an address was not located."""

    NO_RESULT = "no-result"
    TOO_COARSE = "too-coarse"
    UNREADABLE = "unreadable"
    NO_CENTRE = "no-centre-known"


@dataclass(frozen=True, slots=True)
class NotLocated:
    """Asked and answered: no such place is known. A failure to ask is an error, never this."""

    reason: WhyNot
    provider: str


Outcome: TypeAlias = Located | AmbiguousPlace | NotLocated


class Geocoder(Protocol):
    """Whoever can say where an address lies."""

    @property
    def name(self) -> str:
        """A short stable name, kept beside every position it gives."""
        ...

    def locate(self, address: str) -> Outcome:
        """Locate, or raise when the question could not be put or was not answered."""
        ...


def as_record(outcome: Outcome) -> Mapping[str, Any]:
    """The outcome as plain JSON values, for a cache; `from_record` reads it back."""
    if isinstance(outcome, Located):
        position: Any = [outcome.position.lat, outcome.position.lon]
        record = {
            "kind": "located",
            "position": position,
            "grade": outcome.grade.value,
            "provider": outcome.provider,
            "level": outcome.level,
            "confidence": outcome.confidence,
            "datum": outcome.datum.value,
            "raw_reference": outcome.raw_reference,
            "label": outcome.label,
        }
    elif isinstance(outcome, AmbiguousPlace):
        record = {
            "kind": "ambiguous",
            "candidates": [
                {
                    "label": c.label,
                    "reference": c.reference,
                    "grade": c.grade.value,
                    "provider": c.provider,
                    "position": [c.position.lat, c.position.lon] if c.position else None,
                }
                for c in outcome.candidates
            ],
        }
    else:
        record = {
            "kind": "not-located",
            "reason": outcome.reason.value,
            "provider": outcome.provider,
        }
    return MappingProxyType(record)


def from_record(record: Mapping[str, Any]) -> Outcome:
    """Read `as_record`'s values back; raises KeyError, TypeError or ValueError for other shapes."""
    kind = record["kind"]
    if kind == "located":
        lat, lon = record["position"]
        return Located(
            Position(lat, lon),
            Grade(record["grade"]),
            record["provider"],
            record["level"],
            record["confidence"],
            Datum(record["datum"]),
            record["raw_reference"],
            record["label"],
        )
    if kind == "ambiguous":
        return AmbiguousPlace(
            tuple(
                PlaceCandidate(
                    c["label"],
                    c["reference"],
                    Grade(c["grade"]),
                    c["provider"],
                    Position(*c["position"]) if c["position"] else None,
                )
                for c in record["candidates"]
            )
        )
    if kind == "not-located":
        return NotLocated(WhyNot(record["reason"]), record["provider"])
    raise ValueError(f"unknown kind of outcome {kind!r}")
