"""Folds the breaks out of the time that PyVRP sees, since it knows no breaks.

Where most teams of a day rest at about the same hour, that span is cut out of everybody's clock:
a moment before it keeps its number, a moment after it moves forward by the length of the rest.
Windows and shifts are folded alike, so that a route that is feasible in folded time has room for
the rest close to the usual hour. The few routes where it falls differently are mended later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median_low

from routing.team import Team


@dataclass(frozen=True, slots=True)
class Fold:
    """Spans (start, duration) that are cut out of the clock, in order."""

    spans: tuple[tuple[int, int], ...]

    def __call__(self, moment: int) -> int:
        """The folded time of a moment."""
        return moment - self.cut(0, moment)

    def cut(self, since: int, until: int) -> int:
        """How many seconds between two moments are cut out."""
        return sum(
            max(0, min(until, start + length) - max(since, start)) for start, length in self.spans
        )


def fold_of(teams: Sequence[Team]) -> Fold:
    """The fold that suits the teams: one span for each rest that at least half of a day share."""
    spans: list[tuple[int, int]] = []
    for day in sorted({team.day for team in teams}):
        crowd = [team for team in teams if team.day == day]
        free = day * 86_400
        for turn in range(max(len(team.breaks) for team in crowd)):
            resting = [team for team in crowd if len(team.breaks) > turn]
            if 2 * len(resting) < len(crowd):
                break
            length = median_low(team.breaks[turn].duration for team in resting)
            start = max(free, median_low(_middle(team, turn) for team in resting))
            spans.append((start, length))
            free = start + length
    return Fold(tuple(spans))


def _middle(team: Team, turn: int) -> int:
    rest = team.breaks[turn]
    earliest = max(rest.window[0], team.opens)
    return (earliest + min(rest.window[1], team.closes - rest.duration)) // 2
