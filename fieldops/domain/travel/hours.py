"""By the hour of the day: how much longer a way takes than it usually does, on working days and
at weekends. Every factor is 1 until enough legs in its hours say otherwise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from fieldops.domain.travel.fitting import Drawn, Fitted, drawn
from fieldops.domain.travel.legs import Leg

HOURS: Final = (0, 7, 9, 11, 14, 17, 19, 24)
"""Where the bands of hours begin and end: night, morning rush, forenoon, noon, ..."""
ENOUGH: Final = 30
"""Legs without which a band keeps its factor of 1."""
LEAST, GREATEST = 0.5, 2.5


@dataclass(frozen=True, slots=True)
class Band:
    """Hours from `since` until `until`, the legs driven in them, and what they say."""

    since: int
    until: int
    factor: float
    legs: int

    @property
    def counts(self) -> bool:
        """Whether there were legs enough to say anything."""
        return self.legs >= ENOUGH


def bands(
    legs: Sequence[Leg], cities: Mapping[str, Fitted], whole: Fitted, *, weekend: bool
) -> list[Band]:
    """The factor of every band, against the pace of each leg's own city; in order, without gaps."""
    of_kind = [leg for leg in legs if leg.is_weekend == weekend]
    return [_band(since, until, of_kind, cities, whole) for since, until in pairwise(HOURS)]


def _band(
    since: int, until: int, legs: Sequence[Leg], cities: Mapping[str, Fitted], whole: Fitted
) -> Band:
    pairs = [
        (leg.metres * cities.get(leg.city, whole).quotient, leg.seconds)
        for leg in legs
        if since <= leg.middle.hour < until
    ]
    found: Drawn = drawn(pairs, 1.0)
    if found.legs < ENOUGH:
        return Band(since, until, 1.0, found.legs)
    return Band(since, until, round(min(max(found.used, LEAST), GREATEST), 2), found.legs)


def traffic(found: Sequence[Band]) -> tuple[tuple[int, int, float], ...]:
    """The bands in which driving takes another time than usual: (from, to, factor) in seconds of
    the day, ascending and disjoint."""
    return tuple(
        (one.since * 3600, one.until * 3600, one.factor)
        for one in found
        if one.counts and one.factor != 1.0
    )
