"""When the service of a stop may start, in the folded time that PyVRP sees, and what that costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from routing.draft import Draft
from routing.problem import Stop, Window
from routing.schedule import NEVER
from routing.solver.lunch import Fold
from routing.team import Team


@dataclass(frozen=True, slots=True)
class Opening:
    """The service may start from `opens` to `closes`, folded, and costs so much extra then."""

    opens: int
    closes: int
    cost: int = 0


def openings_of(draft: Draft, stop: int, teams: Sequence[int], fold: Fold) -> list[Opening]:
    """The stop's windows as starts of its service, joined where nobody works in between.

    A visit that never fits keeps an impossible hour, so that it exists but is not served.
    """
    one = draft.problem.stops[stop]
    may = draft.eligible(stop)
    units = [draft.teams[team] for team in teams if may[team]]
    units = units or [draft.teams[team] for team in teams]
    earliest = min(unit.opens for unit in units)
    latest = max(unit.closes for unit in units)
    found: list[Opening] = []
    for (opens, closes), cost in _priced(one, (earliest, latest), units):
        low, high = fold(max(opens, earliest)), fold(min(closes, latest)) - one.service
        if high >= low:
            found.append(Opening(low, high, cost))
    return found or [Opening(NEVER, NEVER)]


def _priced(one: Stop, always: Window, units: Sequence[Team]) -> list[tuple[Window, int]]:
    if one.windows is None:
        return [(always, 0)]
    costs = one.window_costs or (0,) * len(one.windows)
    joined: list[tuple[Window, int]] = []
    for (opens, closes), cost in zip(one.windows, costs, strict=True):
        if joined and joined[-1][1] == cost and not _worked(units, joined[-1][0][1], opens):
            joined[-1] = (joined[-1][0][0], max(closes, joined[-1][0][1])), cost
        else:
            joined.append(((opens, closes), cost))
    return joined


def _worked(units: Sequence[Team], since: int, until: int) -> bool:
    """Whether anybody works between two moments."""
    return any(unit.opens < until and unit.closes > since for unit in units)
