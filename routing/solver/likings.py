"""Tells PyVRP which team serves which stop dearer: a profile of costs for teams that are alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from routing.draft import Draft

CELLS = 24_000_000
"""So many cells all profiles' matrices may have together; of 8 bytes each, and twice."""


@dataclass(frozen=True, slots=True)
class Likings:
    """For each team its profile, and for each profile what each stop costs more there."""

    profile_of: tuple[int, ...]
    extra: tuple[tuple[int, ...], ...]


def likings_of(draft: Draft, stops: Sequence[int], teams: Sequence[int], places: int) -> Likings:
    """The profiles of a region with so many places; one for all where they would need too much.

    What is left out here is still counted, and mended, when the plan is polished.
    """
    indifferent = Likings((0,) * len(teams), ((0,) * len(stops),))
    if not any(stop in draft.prefers for stop in stops):
        return indifferent
    known: dict[tuple[int, ...], int] = {}
    profile_of = []
    for team in teams:
        costs = tuple(draft.stop_cost(team, stop) for stop in stops)
        profile_of.append(known.setdefault(costs, len(known)))
    if len(known) * places * places > CELLS:
        return indifferent
    return Likings(tuple(profile_of), tuple(known))
