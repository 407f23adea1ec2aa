"""From a provider's matches to one outcome: the finest count, and far apart is ambiguous."""

from collections.abc import Sequence
from typing import Any

from geopy.exc import GeocoderParseError

from fieldops.domain.locating import (
    AmbiguousPlace,
    Grade,
    Located,
    NotLocated,
    Outcome,
    PlaceCandidate,
    WhyNot,
)
from fieldops.domain.positions import Datum, GivenPosition, Position, metres_between

SPREAD_METRES = {
    Grade.DOOR: 200.0,
    Grade.STREET: 1_000.0,
    Grade.TOWNSHIP: 5_000.0,
    Grade.COUNTY: 20_000.0,
    Grade.CITY: 50_000.0,
}
"""How far apart two matches of one grade may lie and still be the same answer. Chosen to be about
the size of what the grade names."""

_MOST_CANDIDATES = 10


def settle(matches: Sequence[Located], provider: str) -> Outcome:
    """One outcome for all matches, which come best first."""
    if not matches:
        return NotLocated(WhyNot.NO_RESULT, provider)
    usable = [match for match in matches if match.grade is not Grade.NONE]
    if not usable:
        return NotLocated(WhyNot.TOO_COARSE, provider)
    finest = max(match.grade.rank for match in usable)
    best = [match for match in usable if match.grade.rank == finest]
    apart = _apart(best)
    if len(apart) == 1:
        return best[0]
    return AmbiguousPlace(tuple(as_candidate(match) for match in apart[:_MOST_CANDIDATES]))


def as_candidate(match: Located) -> PlaceCandidate:
    """A match as one candidate among several."""
    return PlaceCandidate(
        match.label, match.raw_reference, match.grade, match.provider, match.position
    )


def _apart(matches: Sequence[Located]) -> list[Located]:
    """One of each group of matches that lie together."""
    apart: list[Located] = []
    for match in matches:
        spread = SPREAD_METRES[match.grade]
        if all(metres_between(match.position, other.position) > spread for other in apart):
            apart.append(match)
    return apart


def position_from(lat: Any, lon: Any, datum: Datum) -> Position:
    """WGS-84 from a provider's figures; raises GeocoderParseError where they are none."""
    try:
        return GivenPosition(float(lat), float(lon), datum).as_wgs84()
    except (TypeError, ValueError) as error:
        raise GeocoderParseError("the provider's answer holds no position") from error


def text_of(value: Any) -> str:
    """A provider's text; AMap writes [] for what is empty."""
    return value if isinstance(value, str) else ""
