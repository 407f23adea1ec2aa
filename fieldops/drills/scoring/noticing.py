"""Which moves were noticed, how late, and how often an alarm was false.

An alarm is the first date, after the belief was below the threshold, at which it is at or above
it; it is false if he had not gone. A move counts if he stayed away for 8 weeks and 26 weeks were
left to notice it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fieldops.drills.scoring.reading import Booleans, Floats, Person

WITHIN = 26
LEAST_AWAY = 8
WEEKS_A_YEAR = 52.0
BUDGET = 0.1
"""False alarms per person and year."""


@dataclass(frozen=True, slots=True)
class Move:
    """One move that counts; `delay` is in weeks, None if it was not noticed in time."""

    person: int
    week: int
    delay: int | None


@dataclass(frozen=True, slots=True)
class Noticed:
    """What one threshold comes to; `false` and `calm_years` are by person."""

    threshold: float
    moves: tuple[Move, ...]
    false: Floats
    calm_years: Floats

    @property
    def share(self) -> float | None:
        """Share of the moves that were noticed within 26 weeks; None without a move."""
        return len(self.delays) / len(self.moves) if self.moves else None

    @property
    def delays(self) -> list[int]:
        """Weeks from a move to its notice, in order."""
        return sorted(one.delay for one in self.moves if one.delay is not None)

    @property
    def false_per_year(self) -> float:
        """False alarms per person and year in which he had not gone."""
        years = float(self.calm_years.sum())
        return float(self.false.sum()) / years if years else 0.0


class Watch:
    """Everybody's states at the dates, ready to be judged at many thresholds."""

    def __init__(
        self, persons: Sequence[Person], weeks: Sequence[int], length: int, moved: Booleans
    ) -> None:
        self._weeks = np.array(weeks)
        self._moved = moved
        self._counted = [
            (index, week, end)
            for index, person in enumerate(persons)
            for week, end in _counted(person, length)
        ]
        self.calm_years = np.array(
            [sum(state != "M" for state in one.states) / WEEKS_A_YEAR for one in persons]
        )

    def at(self, believed: Floats, threshold: float) -> Noticed:
        """Judge one threshold."""
        above = believed >= threshold
        first = above.copy()
        first[:, 1:] &= ~above[:, :-1]
        false = (first & ~self._moved).sum(axis=1).astype(float)
        moves = tuple(self._noticed(above, *one) for one in self._counted)
        return Noticed(threshold, moves, false, self.calm_years)

    def within_budget(self, believed: Floats, budget: float = BUDGET) -> Noticed | None:
        """The threshold that notices most at so few false alarms; None if there is none."""
        levels = np.quantile(believed, np.linspace(0.02, 0.999, 160))
        best: Noticed | None = None
        for threshold in np.unique(np.append(levels, 0.5)):
            found = self.at(believed, float(threshold))
            if found.false_per_year > budget:
                continue
            if best is None or (found.share or 0.0) > (best.share or 0.0):
                best = found
        return best

    def _noticed(self, above: Booleans, person: int, week: int, end: int) -> Move:
        later = np.flatnonzero(above[person] & (self._weeks > week))
        if not len(later):
            return Move(person, week, None)
        at = int(self._weeks[later[0]])
        in_time = at - week <= WITHIN and at <= end
        return Move(person, week, at - week if in_time else None)


def _counted(person: Person, length: int) -> list[tuple[int, int]]:
    """The moves that count, each with the week in which he came back or the end."""
    found = []
    for week in person.moves:
        if week < 0 or week + WITHIN >= length:
            continue
        rest = person.states[week:]
        away = len(rest) - len(rest.lstrip("M"))
        if away >= LEAST_AWAY:
            found.append((week, week + away))
    return found
