"""How fast crews really travel: robust figures from driven legs, drawn towards what is assumed.

For legs without road metres only the *quotient* can be told: seconds for each metre as the crow
flies, which is detour times pace. Where a road engine says how long the road is, both are told
apart. Each figure minimises the sum of absolute errors (a median weighted by length), so that a few
odd legs move it little, and is then drawn towards the assumed one as if `PRIOR_LEGS` legs had shown
that: with 40 legs of one length half of the way is gone, with 400 ten elevenths.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fieldops.domain.travel.legs import Leg

PRIOR_LEGS: Final = 40.0
"""How many legs the assumed figures are worth: about a week of one crew."""
HEAVIEST: Final = 10_000.0
"""Metres above which a leg weighs no more, so that a few journeys do not speak for the streets."""
SLOWEST, FASTEST = 3.0, 120.0
STRAIGHTEST, CROOKEDEST = 1.0, 5.0


@dataclass(frozen=True, slots=True)
class Assumed:
    """What is taken to be true before anybody has driven: km/h on the road, and the detour."""

    speed_kmh: float
    detour: float

    @property
    def quotient(self) -> float:
        """Seconds for each metre as the crow flies."""
        return self.detour * 3.6 / self.speed_kmh


@dataclass(frozen=True, slots=True)
class Drawn:
    """One figure: as the legs say it, as it is used, and how much of the way the legs moved it."""

    observed: float | None
    used: float
    legs: int
    share: float


@dataclass(frozen=True, slots=True)
class Fitted:
    """Speed and detour of one city, or of several together.

    `is_separable` says whether roads were known, so that speed and detour are told apart; else the
    detour is the assumed one and only their quotient is learned. `observed` is the quotient as the
    legs say it, undrawn.
    """

    speed_kmh: float
    detour: float
    legs: int
    share: float
    is_separable: bool = False
    observed: float | None = None

    @property
    def quotient(self) -> float:
        """Seconds for each metre as the crow flies."""
        return self.detour * 3.6 / self.speed_kmh


def drawn(pairs: Sequence[tuple[float, float]], assumed: float) -> Drawn:
    """The ratio y/x over pairs (x, y), both above 0, drawn towards the assumed one in logarithms.

    The evidence counts as (sum of weights)^2 / sum of squared weights legs of one length.
    """
    if not pairs:
        return Drawn(None, assumed, 0, 0.0)
    weights = [min(x, HEAVIEST) for x, _ in pairs]
    observed = weighted_median([y / x for x, y in pairs], weights)
    evidence = sum(weights) ** 2 / sum(one * one for one in weights)
    share = evidence / (evidence + PRIOR_LEGS)
    used = math.exp(share * math.log(observed) + (1 - share) * math.log(assumed))
    return Drawn(observed, used, len(pairs), share)


def weighted_median(values: Sequence[float], weights: Sequence[float]) -> float:
    """The value at which half of the weight is reached. Raises ValueError without any."""
    if not values:
        raise ValueError("a median needs a value")
    half = sum(weights) / 2
    reached = 0.0
    ordered = sorted(zip(values, weights, strict=True))
    for value, weight in ordered:
        reached += weight
        if reached >= half:
            return value
    return ordered[-1][0]


def fit(legs: Sequence[Leg], assumed: Assumed) -> Fitted:
    """The figures of legs that belong together, such as those of one city."""
    roads = [(leg, float(leg.road_metres)) for leg in legs if leg.road_metres]
    quotient = drawn([(leg.metres, leg.seconds) for leg in legs], assumed.quotient)
    if not roads:
        return _bounded(3.6 * assumed.detour / quotient.used, assumed.detour, quotient, False)
    detour = drawn([(leg.metres, road) for leg, road in roads], assumed.detour)
    # The quotient rests on all legs; the roads only say which part of it is detour.
    return _bounded(3.6 * detour.used / quotient.used, detour.used, quotient, True)


def _bounded(speed: float, detour: float, quotient: Drawn, is_separable: bool) -> Fitted:
    return Fitted(
        min(max(speed, SLOWEST), FASTEST),
        min(max(detour, STRAIGHTEST), CROOKEDEST),
        quotient.legs,
        quotient.share,
        is_separable,
        quotient.observed,
    )


def by_city(legs: Iterable[Leg], assumed: Assumed) -> dict[str, Fitted]:
    """The figures of each city; "" is for legs in no known city."""
    groups: dict[str, list[Leg]] = {}
    for leg in legs:
        groups.setdefault(leg.city, []).append(leg)
    return {city: fit(own, assumed) for city, own in sorted(groups.items())}


def together(cities: Mapping[str, Fitted], places: Mapping[str, int], whole: Fitted) -> Fitted:
    """One pair of figures for a plan over several cities, each weighing as many places as it has.

    A city where nobody has driven yet takes the figures of the whole organisation.
    """
    parts = [(cities.get(city, whole), count) for city, count in places.items() if count > 0]
    if not parts:
        return whole
    total = sum(count for _, count in parts)

    def mean(values: Sequence[tuple[float, int]]) -> float:
        weight = sum(count for _, count in values)
        return math.exp(sum(math.log(value) * count for value, count in values) / weight)

    seen = [(one.observed, count) for one, count in parts if one.observed is not None]

    return Fitted(
        mean([(one.speed_kmh, count) for one, count in parts]),
        mean([(one.detour, count) for one, count in parts]),
        min(whole.legs, sum({id(one): one.legs for one, _ in parts}.values())),
        sum(one.share * count for one, count in parts) / total,
        any(one.is_separable for one, _ in parts),
        mean(seen) if seen else None,
    )


@dataclass(frozen=True, slots=True)
class RoadPace:
    """How long a metre of road really takes, over all legs whose road is known.

    `shortest` and `longest` bound the middle four fifths of those roads in metres: an engine's word
    is compared on ways of such lengths alone, because longer ways are faster.
    """

    seconds_a_metre: float
    share: float
    legs: int
    shortest: float
    longest: float


def road_pace(legs: Iterable[Leg]) -> RoadPace | None:
    """The pace on known roads, or None where no road is known."""
    pairs = [(float(leg.road_metres), leg.seconds) for leg in legs if leg.road_metres]
    if not pairs:
        return None
    found = drawn(pairs, 1.0)
    roads = sorted(metres for metres, _ in pairs)
    tenth = len(roads) // 10
    return RoadPace(
        found.observed or found.used,
        found.share,
        found.legs,
        roads[tenth],
        roads[len(roads) - 1 - tenth],
    )
