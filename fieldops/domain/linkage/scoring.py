"""The score of a pair: prior and logged weights that add up, and what they suffice for.

A number alone joins nobody. "Same" needs an equal identity number and a name that does not
contradict it, or the same name and something else that is the person's own; whatever is starred, or
only near, counts half. Two different whole identity numbers are never the same by a score.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from fieldops.domain.linkage.comparing import levels
from fieldops.domain.linkage.model import MODEL, Model
from fieldops.domain.linkage.records import Record

# How far a level carries "same" beside the name: whole or half.
_SUPPORT: Final = {
    ("phone", "equal"): 1.0,
    ("phone", "compatible"): 0.5,
    ("phone", "slipped"): 0.5,
    ("address", "door"): 1.0,
    ("address", "house"): 0.5,
    ("plate", "equal"): 1.0,
    ("code", "equal"): 0.5,
    ("id_number", "compatible"): 0.5,
}
# The support that "same" needs beside a name at each level; a name not listed never suffices.
_NEEDED: Final = {
    "exact": 1.0,
    "exact_short": 1.0,
    "homophone": 2.0,
    "spelled_alike": 2.0,
}
_HOUSEHOLD: Final = ("phone", "address", "plate")


class Verdict(StrEnum):
    """What a score suffices for: joined, asked of a person, or neither."""

    SAME = "same"
    POSSIBLE = "possible"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Line:
    """One comparison: its level, its weight as counted, and the share of it that counts."""

    attribute: str
    level: str
    decibans: float
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Score:
    """`total` is prior and lines in decibans; `limit` says what kept the verdict below "same"."""

    prior: float
    lines: tuple[Line, ...]
    verdict: Verdict
    limit: str
    version: str

    @property
    def total(self) -> float:
        """The logged odds of one person, in decibans."""
        return self.prior + sum(line.decibans for line in self.lines)

    @property
    def probability(self) -> float:
        """The odds as a probability: exact only where the comparisons are independent."""
        return float(1 / (1 + 10 ** (-max(min(self.total, 300.0), -300.0) / 10)))


def score(a: Record, b: Record, model: Model = MODEL) -> Score:
    """Compare two records of one organisation; the same whichever comes first."""
    if a.is_firm != b.is_firm:
        return Score(model.prior, (), Verdict.DIFFERENT, "person_and_firm", model.version)
    found = levels(a, b)
    lines = _weighed(found, model)
    total = model.prior + sum(line.decibans for line in lines)
    verdict, limit = _judged(found, total, model)
    return Score(model.prior, lines, verdict, limit, model.version)


def _weighed(found: dict[str, str], model: Model) -> tuple[Line, ...]:
    weights = {one: model.weights[one, level] for one, level in found.items()}
    shares = dict.fromkeys(found, 1.0)
    if found.get("name") == "different" or found.get("id_number") == "different":
        # Different people who share a household: the second thing they share was to be expected.
        shared = sorted(
            (one for one in _HOUSEHOLD if weights.get(one, 0.0) > 0),
            key=lambda one: (-weights[one], one),
        )
        shares |= dict.fromkeys(shared[1:], model.household_share)
    return tuple(
        Line(one, level, weights[one] * shares[one], shares[one]) for one, level in found.items()
    )


def _judged(found: dict[str, str], total: float, model: Model) -> tuple[Verdict, str]:
    limit = _limit(found)
    if total >= model.same and not limit:
        return Verdict.SAME, ""
    if total >= model.possible or found.get("id_number") == "equal":
        return Verdict.POSSIBLE, limit or "too_little"
    return Verdict.DIFFERENT, limit or "too_little"


def _limit(found: dict[str, str]) -> str:
    """Why these agreements cannot join two records however much they weigh; "" if they can."""
    name, number = found.get("name", ""), found.get("id_number", "")
    if number == "different":
        return "different_numbers"
    if name in ("", "different"):
        return "different_names"
    if number == "equal":
        return ""
    support = sum(_SUPPORT.get(one, 0.0) for one in found.items())
    needed = _NEEDED.get(name)
    if needed is None:
        return "name_not_certain"
    return "" if support >= needed else "one_weak_key"
