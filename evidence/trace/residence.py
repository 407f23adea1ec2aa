"""The residence filter: HOME, AWAY and MOVED in continuous time for one person at one address.

MOVED against the rest is a two-state chain whose hazards do not depend on whether the person was
away, and AWAY against HOME is a second chain among those who have not moved. Kept apart like this,
a likelihood in favour of MOVED can only raise the belief, now and at every later date, which a
joint three-state chain does not promise. The reference for the predict and update steps is any
text on hidden Markov models; nothing here depends on the clock or on the order of upload.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evidence.trace.dependence import DependenceRule, Witnesses
from evidence.trace.model import Emission, ResidenceModel
from evidence.trace.observation import Grade, Observation

DAYS_PER_YEAR = 365.25
_SMALLEST = 1e-12
_LARGEST = 1.0 - _SMALLEST


@dataclass(frozen=True, slots=True)
class Word:
    """What a kind from a class of source with a grade says: the table, its likelihoods shrunk."""

    emission: Emission
    likelihood: tuple[float, float, float]
    turned: tuple[float, float, float]
    reliability: float
    rule: DependenceRule


@dataclass(frozen=True, slots=True)
class Step:
    """One observation made ready for the filter: `at` in days since 1970."""

    at: float
    observation: Observation
    group: str
    word: Word

    @property
    def order(self) -> tuple[float, str]:
        return self.at, self.observation.id


@dataclass(frozen=True, slots=True)
class Update:
    """What one step did: natural-log weight for MOVED, its share kept, and the drift before it."""

    step: Step
    weight: float
    share: float
    turned: bool
    drift: float


class Filter:
    """The state of belief after the steps so far; `advance` must be called in order."""

    def __init__(self, model: ResidenceModel) -> None:
        self._moving = _chain(model.move, model.come_back_for_good)
        self._leaving = _chain(model.leave, model.come_back)
        self._witnesses = Witnesses()
        self.at: float | None = None
        self.moved = model.prior_moved
        self.away = model.prior_away

    def advance(self, step: Step) -> Update:
        """Predict up to the step, then weigh it."""
        drift = self._predict(step.at)
        word = step.word
        emission = word.emission
        turned = self._witnesses.turned(step.group, emission.claim)
        home, away, moved = word.turned if turned else word.likelihood
        before = self.away
        weight = math.log(moved / ((1.0 - before) * home + before * away))
        share = self._witnesses.allowed(
            (step.group, emission.kind),
            step.at,
            weight,
            word.rule,
            lasting=emission.claim == "moved",
        )
        tilt = before * (away / home) ** share
        self.away = _bounded(tilt / (1.0 - before + tilt))
        odds = self.moved / (1.0 - self.moved) * math.exp(weight * share)
        self.moved = _bounded(odds / (1.0 + odds))
        return Update(step, weight * share, share, turned, drift)

    def at_date(self, at: float) -> tuple[float, float, float]:
        """(p_home, p_away, p_moved) at a later moment, without changing the filter."""
        if self.at is None:
            moved, away = self.moved, self.away
        else:
            moved, away = self._faded(max(at, self.at))
        return (1.0 - moved) * (1.0 - away), (1.0 - moved) * away, moved

    def _predict(self, at: float) -> float:
        if self.at is None:
            self.at = at
            return 0.0
        before = logit(self.moved)
        self.moved, self.away = self._faded(at)
        self.at = at
        return logit(self.moved) - before

    def _faded(self, at: float) -> tuple[float, float]:
        years = (at - (self.at if self.at is not None else at)) / DAYS_PER_YEAR
        return relax(self.moved, *self._moving, years), relax(self.away, *self._leaving, years)


def relax(p: float, rate: float, rest: float, years: float) -> float:
    """Probability of the second state of a two-state chain after `years`, exactly.

    It goes from p to `rest` at `rate`, which is the sum of both hazards.
    """
    kept = math.exp(-rate * years)
    return _bounded(p * kept + rest * (1.0 - kept))


def _chain(into: float, out: float) -> tuple[float, float]:
    """Rate and rest of a two-state chain with these hazards into and out of the second state."""
    total = into + out
    return total, into / total


def logit(p: float) -> float:
    """Natural log of the odds of p."""
    return math.log(p / (1.0 - p))


def run(model: ResidenceModel, steps: Sequence[Step]) -> tuple[Filter, list[Update]]:
    """Filter the steps, which must be in order, from the prior."""
    state = Filter(model)
    return state, [state.advance(step) for step in steps]


def prepare(model: ResidenceModel, observations: Iterable[Observation]) -> list[Step]:
    """Steps of the observations whose kind speaks of residence, in order of observation."""
    words: dict[tuple[str, str, Grade | None], Word | None] = {}
    steps = []
    for o in observations:
        if o.address is None:
            continue
        said = o.kind, o.source_class, o.grade
        if said not in words:
            words[said] = _word(model, *said)
        if (word := words[said]) is None:
            continue
        # A device whose clock ran ahead cannot have seen what it had already reported.
        at = min(o.observed_at, o.recorded_at).timestamp() / 86400.0
        steps.append(Step(at, o, o.group, word))
    steps.sort(key=lambda step: (step.at, step.observation.id))
    return steps


def _word(model: ResidenceModel, kind: str, source_class: str, grade: Grade | None) -> Word | None:
    emission = model.emission(kind, source_class)
    if emission is None:
        return None
    kept = model.reliability_of(source_class, grade)
    return Word(
        emission,
        shrink(emission.likelihood, kept),
        shrink(emission.turned, kept),
        kept,
        model.dependence_of(source_class),
    )


def shrink(likelihood: tuple[float, float, float], kept: float) -> tuple[float, float, float]:
    """Mix the likelihoods with a background that says nothing; the order of states stays."""
    home, away, moved = likelihood
    background = (home + away + moved) / 3.0 * (1.0 - kept)
    return kept * home + background, kept * away + background, kept * moved + background


def _bounded(p: float) -> float:
    if p < _SMALLEST:
        return _SMALLEST
    return p if p < _LARGEST else _LARGEST
