"""The belief about one person at one address at one date, with a line for every observation."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from evidence.trace.model import Emission, Model
from evidence.trace.observation import Observation
from evidence.trace.replay import by_place, once
from evidence.trace.residence import Update, logit, prepare, run, shrink

DECIBAN = 10.0 / math.log(10.0)


@dataclass(frozen=True, slots=True)
class Line:
    """What one observation adds to the log-odds of having moved, in decibans.

    `full` is what the table gives after the grade, `decibans` what is kept (`share` of it, with the
    reason); `turned` if the witness took back an earlier word, `graded` the per cent that a grade
    keeps; `drift` is what time alone did between the observation before and this one.
    """

    observation: Observation
    decibans: float
    share: float
    turned: bool
    graded: int | None
    as_of: datetime
    drift: float
    group: str
    claim: str

    @property
    def full(self) -> float:
        """Decibans before the share."""
        return self.decibans / self.share if self.share else 0.0

    @property
    def age(self) -> timedelta:
        """How long before the belief it was seen."""
        return max(self.as_of - self.observation.observed_at, timedelta(0))

    @property
    def reason(self) -> str:
        """Why it weighs otherwise than the table says; empty where it does not."""
        return reason(self.group, self.share, turned=self.turned, graded=self.graded)


@dataclass(frozen=True, slots=True)
class Belief:
    """Three probabilities, and prior + drift + lines = `decibans` of having moved."""

    person: str
    address: str
    as_of: datetime
    p_home: float
    p_away: float
    p_moved: float
    version: str
    prior: float
    drift: float
    lines: tuple[Line, ...]

    @property
    def decibans(self) -> float:
        """10 log10 of the odds of having moved."""
        return DECIBAN * logit(self.p_moved)


def believe(
    observations: Iterable[Observation],
    person: str,
    addresses: Iterable[str],
    as_of: datetime,
    model: Model,
) -> dict[str, Belief]:
    """Belief by address, from what was recorded by `as_of` (aware); any order of observations."""
    if as_of.tzinfo is None:
        raise ValueError("as_of must be an aware datetime")
    # The date comes first: whatever is recorded later under an old id changes nothing shown before.
    known = (o for o in observations if o.person == person and o.recorded_at <= as_of)
    places = by_place(model.residence, once(known))
    return {a: _belief(model, person, a, as_of, places.get((person, a), [])) for a in addresses}


def _belief(
    model: Model, person: str, address: str, as_of: datetime, known: list[Observation]
) -> Belief:
    state, updates = run(model.residence, prepare(model.residence, known))
    p_home, p_away, p_moved = state.at_date(as_of.timestamp() / 86400.0)
    prior = DECIBAN * logit(model.residence.prior_moved)
    lines = tuple(_line(update, as_of) for update in updates)
    drift = DECIBAN * logit(p_moved) - prior - sum(line.decibans for line in lines)
    return Belief(
        person, address, as_of, p_home, p_away, p_moved, model.version, prior, drift, lines
    )


def _line(update: Update, as_of: datetime) -> Line:
    step = update.step
    word, observation = step.word, step.observation
    return Line(
        observation,
        DECIBAN * update.weight,
        update.share,
        update.turned,
        None if observation.grade is None else round(100 * word.reliability),
        as_of,
        DECIBAN * update.drift,
        step.group,
        word.emission.claim,
    )


def reason(group: str, share: float, *, turned: bool, graded: int | None) -> str:
    """Why a word of a witness weighs otherwise than the table says, from what a line holds."""
    reasons = []
    if share < 1.0:
        reasons.append(f"{group} said so before / 同一来源重复")
    if turned:
        reasons.append("takes back an earlier word / 改口")
    if graded is not None:
        reasons.append(f"grade keeps {graded}% / 按来源等级折减")
    return "; ".join(reasons)


def p_moved_after(belief: Belief, emission: Emission, model: Model, share: float = 1.0) -> float:
    """p_moved if an ungraded source reported this kind at the date of the belief.

    `share` is what is left to a source that has spoken before; a new one has all of it.
    """
    home, away, moved = shrink(emission.likelihood, model.residence.ceiling)
    stays = belief.p_home + belief.p_away
    against = (belief.p_home * home + belief.p_away * away) / stays
    odds = belief.p_moved / stays * math.pow(moved / against, share)
    return odds / (1.0 + odds)


def residence_shares(beliefs: Iterable[Belief]) -> dict[str | None, float]:
    """How the candidate addresses of one person share probability; None is "none of these"."""
    odds: dict[str | None, float] = {b.address: (1.0 - b.p_moved) / b.p_moved for b in beliefs}
    odds[None] = 1.0
    total = sum(odds.values())
    return {address: value / total for address, value in odds.items()}
