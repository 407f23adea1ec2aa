"""Asking in order: the position given, the cache, the providers, and last the gazetteer.

Failing to ask is kept apart from being told that there is no such place: failures are listed, are
never cached, and where nobody at all could answer the chain raises.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from geopy.exc import GeopyError

from fieldops.domain.errors import Unavailable
from fieldops.domain.locating import (
    AmbiguousPlace,
    Geocoder,
    Grade,
    Located,
    NotLocated,
    Outcome,
    PlaceCandidate,
    WhyNot,
    is_doubtful,
)
from fieldops.domain.positions import GivenPosition, metres_between
from fieldops.gateways.geocoders.caching import AnswerCache, cache_key, seconds_to_keep
from fieldops.gateways.geocoders.settling import SPREAD_METRES, as_candidate


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two geocoders lie apart, and whether that is within what their grades allow."""

    providers: tuple[str, str]
    metres: float
    agrees: bool


@dataclass(frozen=True, slots=True)
class Failure:
    """A provider that could not be asked: which, the kind of failure, and its message."""

    provider: str
    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the chain found, who was asked in vain, and who agreed with whom."""

    outcome: Outcome
    agreements: tuple[Agreement, ...] = ()
    failures: tuple[Failure, ...] = ()
    from_cache: bool = False


class Chain:
    """`locate(address)` for the outcome alone, `answer(...)` for the grounds as well.

    `corroborate` asks a second provider as well; where the two contradict each other both are
    candidates and a person chooses.
    """

    name = "chain"

    def __init__(
        self,
        providers: Sequence[Geocoder],
        gazetteer: Geocoder,
        cache: AnswerCache,
        *,
        corroborate: bool = False,
    ) -> None:
        self._providers = tuple(providers)
        self._gazetteer = gazetteer
        self._cache = cache
        self._wanted = 2 if corroborate else 1

    def locate(self, address: str) -> Outcome:
        """The outcome alone; raises Unavailable where nobody could answer."""
        return self.answer(address).outcome

    def answer(self, address: str, given: GivenPosition | None = None) -> Answer:
        """Locate, keeping the grounds. Raises Unavailable where nobody could answer."""
        if not address.strip() and given is None:
            return Answer(NotLocated(WhyNot.UNREADABLE, self.name))
        if given is not None:
            return self._check_given(address, given)
        outcomes, failures, cached = self._ask_providers(address)
        local = self._gazetteer.locate(address)
        if failures and not outcomes and isinstance(local, NotLocated):
            names = ", ".join(failure.provider for failure in failures)
            raise Unavailable(f"no geocoder could be asked: {names}", providers=names)
        return replace(_combine(outcomes, local), failures=tuple(failures), from_cache=cached)

    def _check_given(self, address: str, given: GivenPosition) -> Answer:
        """What was given stands; the gazetteer only says whether it lies where the text says."""
        located = Located(
            given.as_wgs84(), Grade.DOOR, "given", "given", None, given.datum, label=address[:200]
        )
        local = self._gazetteer.locate(address)
        seen = (_agreement(located, local),) if isinstance(local, Located) else ()
        return Answer(located, agreements=seen)

    def _ask_providers(self, address: str) -> tuple[list[Outcome], list[Failure], bool]:
        outcomes: list[Outcome] = []
        failures: list[Failure] = []
        from_cache = 0
        for provider in self._providers:
            key = cache_key(provider.name, address)
            outcome = self._cache.get(key)
            if outcome is not None:
                from_cache += 1
            else:
                try:
                    outcome = provider.locate(address)
                except GeopyError as error:
                    failures.append(Failure(provider.name, type(error).__name__, str(error)[:200]))
                    continue
                self._cache.put(key, outcome, seconds_to_keep(outcome))
            outcomes.append(outcome)
            if sum(_is_good(each) for each in outcomes) >= self._wanted:
                break
        return outcomes, failures, bool(outcomes) and from_cache == len(outcomes)


def _is_good(outcome: Outcome) -> bool:
    return isinstance(outcome, Located) and not is_doubtful(outcome.grade)


def _combine(outcomes: Sequence[Outcome], local: Outcome) -> Answer:
    """The finest position, checked against the next provider and against the named division."""
    located = sorted(
        (each for each in outcomes if isinstance(each, Located)),
        key=lambda each: -each.grade.rank,
    )
    ambiguous = [each for each in outcomes if isinstance(each, AmbiguousPlace)]
    if not located or (ambiguous and is_doubtful(located[0].grade)):
        return Answer(_without_position(ambiguous, located, local))
    best, agreements = located[0], []
    rivals: list[PlaceCandidate] = []
    for other in (*located[1:], *([local] if isinstance(local, Located) else [])):
        agreement = _agreement(best, other)
        agreements.append(agreement)
        if not agreement.agrees:
            rivals.append(as_candidate(other))
    if not rivals:
        finest = max(
            [best, *([local] if isinstance(local, Located) else [])],
            key=lambda each: each.grade.rank,
        )
        return Answer(finest, tuple(agreements))
    return Answer(AmbiguousPlace((as_candidate(best), *rivals)), tuple(agreements))


def _without_position(
    ambiguous: Sequence[AmbiguousPlace], located: Sequence[Located], local: Outcome
) -> Outcome:
    if ambiguous:
        return AmbiguousPlace(
            tuple(candidate for each in ambiguous for candidate in each.candidates)
            + tuple(as_candidate(each) for each in located)
        )
    return local


_FARTHEST_FROM_CENTRE = {Grade.TOWNSHIP: 30_000.0, Grade.COUNTY: 150_000.0, Grade.CITY: 400_000.0}
"""Beyond this a position cannot well lie in the division whose centre is meant. Generous, because
divisions in the west are large; it catches the wrong city, not the wrong street."""


def _agreement(best: Located, other: Located) -> Agreement:
    metres = metres_between(best.position, other.position)
    allowed = max(SPREAD_METRES[best.grade], SPREAD_METRES[other.grade])
    if other.provider == "gazetteer":
        allowed = _FARTHEST_FROM_CENTRE[other.grade]
    return Agreement((best.provider, other.provider), metres, metres <= allowed)
