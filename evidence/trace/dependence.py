"""Who has already said the same: what a repetition adds, and who takes back his word."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DependenceRule:
    """The k-th same word counts ratio**m; m counts earlier words, forgotten over memory_days."""

    ratio: float
    memory_days: float


@dataclass(slots=True)
class _Heard:
    times: float
    at: float
    first: float
    spoken: float


class Witnesses:
    """What every witness of one (person, address) has said so far, in order of observation."""

    def __init__(self) -> None:
        self._heard: dict[tuple[str, str], _Heard] = {}
        self._claim: dict[str, str] = {}

    def turned(self, group: str, claim: str) -> bool:
        """True if this witness last claimed the opposite; remembers the new claim."""
        if claim == "none":
            return False
        before = self._claim.get(group)
        self._claim[group] = claim
        return before is not None and before != claim

    def allowed(
        self,
        word: tuple[str, str],
        at: float,
        weight: float,
        rule: DependenceRule,
        *,
        lasting: bool,
    ) -> float:
        """Share (0 to 1) of `weight` (natural log, any sign) that this word still adds.

        `word` is (witness, kind), `at` is in days. The first word counts in full. A later one
        counts ratio**m, and never so much that the odds gain more than the first word gave them:
        with the first word worth a factor L and T already said, at most ln(1 + (L - 1) exp(-T)).
        As probability is concave in the odds, a repetition then never moves the belief further
        than the first word did. `lasting` words (claims of having moved) keep that bound for ever;
        for others it loosens with the memory, as a second sighting a year later is a new one.
        """
        size = abs(weight)
        heard = self._heard.get(word)
        if heard is None:
            self._heard[word] = _Heard(1.0, at, size, size)
            return 1.0
        fade = math.exp(-(at - heard.at) / rule.memory_days)
        heard.times *= fade
        if not lasting:
            heard.spoken *= fade
        bound = math.log1p(math.expm1(heard.first) * math.exp(-heard.spoken))
        added = min(size * rule.ratio**heard.times, bound)
        heard.times += 1.0
        heard.spoken += added
        heard.at = at
        return added / size if size else 1.0
