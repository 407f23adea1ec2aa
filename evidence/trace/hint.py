"""A hint at a link: its signs with their weights, what is shown, missing and contradicted."""

from dataclasses import dataclass

from evidence.trace.link_model import HintModel, hint_models
from evidence.trace.observation import Observation


@dataclass(frozen=True, slots=True)
class HintLine:
    """One sign of a hint: its decibans, and the observations that show it."""

    sign: str
    decibans: float
    grounds: tuple[Observation, ...]


@dataclass(frozen=True, slots=True)
class Hint:
    """That a counterparty (`relative`) or a new firm (`phoenix`) may be close to the debtor.

    `subject` is the asset that was handed over or the old firm, `about` the observation that names
    the counterparty or the new firm. Prior and lines add up to the odds, in decibans.
    """

    kind: str
    person: str
    subject: str
    about: Observation
    lines: tuple[HintLine, ...]

    @property
    def model(self) -> HintModel:
        """The weights of this kind of hint."""
        return hint_models()[self.kind]

    @property
    def decibans(self) -> float:
        """The sum of prior and lines."""
        return self.model.prior + sum(line.decibans for line in self.lines)

    @property
    def feeds(self) -> bool:
        """Whether it weighs enough for the flags to count its signs."""
        return self.decibans >= self.model.feeds

    @property
    def shown(self) -> tuple[str, ...]:
        """The elements that a sign shows."""
        seen = {line.sign for line in self.lines}
        return tuple(one for one in self.model.elements if one in seen)

    @property
    def missing(self) -> tuple[str, ...]:
        """The elements that nothing shows."""
        return tuple(one for one in self.model.elements if one not in self.shown)

    @property
    def contradicted(self) -> tuple[str, ...]:
        """The signs that speak against it."""
        return tuple(line.sign for line in self.lines if line.decibans < 0)

    @property
    def grounds(self) -> tuple[str, ...]:
        """The ids of all observations on which it rests."""
        seen = (self.about, *(o for line in self.lines for o in line.grounds))
        return tuple(dict.fromkeys(o.id for o in seen))
