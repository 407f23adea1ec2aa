"""How likely somebody answers the door: by day, hour and kind of address, learned from outcomes.

Four levels lean on each other: the organisation, the kind of address, the hour on that kind of
day, and the address itself. Each level is a Beta distribution whose prior mean is what the level
above says, so that few outcomes change little and many decide.
"""

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from fieldops.domain.visiting import Outcome

DAY_MINUTES = 1_440

ANSWERED = frozenset(
    {
        Outcome.MET_DEBTOR,
        Outcome.MET_FAMILY,
        Outcome.NEW_OCCUPANT,
        Outcome.REFUSED,
        Outcome.PROMISE,
        Outcome.PAYMENT,
    }
)
"""Outcomes at which somebody opened. Those that are neither here nor `no_answer`, such as a
wrong address, say nothing about the hour."""


class DayKind(StrEnum):
    """The kinds of day between which people's hours differ."""

    WEEKDAY = "weekday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


class Band(NamedTuple):
    """Some hours of the day, in minutes after midnight: `[opens, closes)`."""

    name: str
    opens: int
    closes: int


class Slot(NamedTuple):
    """A band on a kind of day."""

    day: DayKind
    band: str


class Attempt(NamedTuple):
    """One visit that found somebody or nobody, at its local time."""

    kind: str
    address: Hashable
    at: datetime
    answered: bool


@dataclass(frozen=True, slots=True)
class Prior:
    """What is held before anything was seen; weights count in outcomes.

    `odds` are ratios against a weekday morning, by kind of address; a kind that is not named has
    the same chance at all hours.
    """

    bands: tuple[Band, ...]
    mean: float
    weight: float
    kind_weight: float
    slot_weight: float
    address_weight: float
    odds: Mapping[str, Mapping[Slot, float]] = field(default_factory=dict)

    def slot(self, local: datetime) -> Slot:
        """Where a local time lies."""
        minute = local.hour * 60 + local.minute
        band = next(one for one in self.bands if one.opens <= minute < one.closes)
        weekend = {5: DayKind.SATURDAY, 6: DayKind.SUNDAY}
        return Slot(weekend.get(local.weekday(), DayKind.WEEKDAY), band.name)


class Chance(NamedTuple):
    """The chance of an answer, and on how many outcomes of that hour and kind it rests."""

    value: float
    outcomes: int

    def to_json(self) -> dict[str, Any]:
        """Rounded to what it is good for."""
        return {"chance": round(self.value, 2), "outcomes": self.outcomes}


@dataclass
class _Tally:
    seen: Counter[Hashable] = field(default_factory=Counter)
    answered: Counter[Hashable] = field(default_factory=Counter)

    def add(self, cell: Hashable, answered: bool) -> None:
        self.seen[cell] += 1
        self.answered[cell] += answered

    def posterior(self, cell: Hashable, mean: float, weight: float) -> float:
        """The mean of Beta(weight·mean + answered, weight·(1 - mean) + not answered)."""
        return (weight * mean + self.answered[cell]) / (weight + self.seen[cell])


@dataclass(frozen=True)
class Chances:
    """What the outcomes of an organisation teach, on top of a prior."""

    prior: Prior
    tally: _Tally = field(default_factory=_Tally)
    _shifts: dict[str, float] = field(default_factory=dict)

    def at(self, kind: str, slot: Slot, address: Hashable = None) -> Chance:
        """The chance at an address of that kind; its own earlier attempts in the slot count."""
        value = self._slot_mean(kind, slot)
        if address is not None:
            own = ("address", address, slot)
            value = self.tally.posterior(own, value, self.prior.address_weight)
        return Chance(value, self.tally.seen[("slot", kind, slot)])

    def _slot_mean(self, kind: str, slot: Slot) -> float:
        overall = self.tally.posterior("all", self.prior.mean, self.prior.weight)
        mean = self.tally.posterior(("kind", kind), overall, self.prior.kind_weight)
        shifted = _shifted(mean, self._odds(kind, slot) - self._usual(kind))
        return self.tally.posterior(("slot", kind, slot), shifted, self.prior.slot_weight)

    def _odds(self, kind: str, slot: Slot) -> float:
        return math.log(self.prior.odds.get(kind, {}).get(slot, 1.0))

    def _usual(self, kind: str) -> float:
        """The mean log odds of the hours at which this kind was visited, or of all hours.

        The mean of a kind was learned at those hours; seen from them the others are better or
        worse.
        """
        if kind not in self._shifts:
            slots = list(self.prior.odds.get(kind, {}))
            seen = [self.tally.seen[("slot", kind, slot)] + 1 for slot in slots]
            total = sum(n * self._odds(kind, slot) for n, slot in zip(seen, slots, strict=True))
            self._shifts[kind] = total / sum(seen) if slots else 0.0
        return self._shifts[kind]


def learned(prior: Prior, attempts: Iterable[Attempt]) -> Chances:
    """The chances after these outcomes, in any order."""
    tally = _Tally()
    for one in attempts:
        slot = prior.slot(one.at)
        for cell in (
            "all",
            ("kind", one.kind),
            ("slot", one.kind, slot),
            ("address", one.address, slot),
        ):
            tally.add(cell, one.answered)
    return Chances(prior, tally)


def _shifted(mean: float, log_odds: float) -> float:
    return 1 / (1 + math.exp(-(math.log(mean / (1 - mean)) + log_odds)))
