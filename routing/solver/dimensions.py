"""Says with loads what PyVRP cannot be told otherwise: who may serve whom, and who with whom.

A stop that only some teams may serve has a weight in a dimension of its own kind, in which the
other teams can carry nothing; stops that may not meet have one in a dimension where everybody can
carry just one of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from routing.draft import Draft

HEAVY = 100
"""What weighs one here, since PyVRP's dearest price for a unit too much is below some prizes."""

MOST = 24
"""More dimensions would slow the search down; what is left out is mended after it."""


@dataclass(slots=True)
class Dimensions:
    """Weights of the stops and limits of the teams, both by dimension."""

    stops: Sequence[int]
    teams: Sequence[int]
    weights: list[list[int]] = field(default_factory=list)
    limits: list[list[int]] = field(default_factory=list)

    def add(self, weights: list[int], limits: list[int]) -> None:
        """Adds a dimension unless there are too many already."""
        if len(self.weights) < MOST:
            self.weights.append(weights)
            self.limits.append(limits)

    def of_stop(self, at: int) -> list[int]:
        """What the stop at this position weighs."""
        return [weights[at] for weights in self.weights]

    def of_team(self, at: int) -> list[int]:
        """What the team at this position can carry."""
        return [limits[at] for limits in self.limits]


def dimensions_of(draft: Draft, stops: Sequence[int], teams: Sequence[int]) -> Dimensions:
    """Everything that loads can say about these stops and teams."""
    made = Dimensions(stops, teams)
    _add_loads(draft, made)
    _add_kinds(draft, made)
    _add_enmities(draft, made)
    return made


def _add_loads(draft: Draft, made: Dimensions) -> None:
    stops, everything = draft.problem.stops, len(made.stops)
    limits = [draft.teams[team].max_stops for team in made.teams]
    if any(limit is not None and limit < everything for limit in limits):
        left = [
            everything if limit is None else max(0, limit - len(draft.routes[team]))
            for team, limit in zip(made.teams, limits, strict=True)
        ]
        made.add([1] * everything, left)
    loads = [draft.teams[team].load for team in made.teams]
    if any(load is not None for load in loads):
        total = sum(stops[stop].demand for stop in made.stops)
        carried = [sum(stops[one].demand for one in draft.routes[team]) for team in made.teams]
        room = [
            total if load is None else max(0, load - used)
            for load, used in zip(loads, carried, strict=True)
        ]
        made.add([stops[stop].demand for stop in made.stops], room)


def _add_kinds(draft: Draft, made: Dimensions) -> None:
    kinds: dict[tuple[bool, ...], list[int]] = {}
    for at, stop in enumerate(made.stops):
        may = draft.eligible(stop)
        kinds.setdefault(tuple(may[team] for team in made.teams), []).append(at)
    for kind, members in sorted(kinds.items(), key=lambda item: -len(item[1])):
        if not all(kind):
            weights = [0] * len(made.stops)
            for at in members:
                weights[at] = HEAVY
            made.add(weights, [HEAVY * len(members) if may else 0 for may in kind])


def _add_enmities(draft: Draft, made: Dimensions) -> None:
    """One dimension for each group in which nobody may meet anybody, found greedily."""
    at = {stop: number for number, stop in enumerate(made.stops)}
    open_pairs = {
        (one, other)
        for one in made.stops
        for other in draft.apart.get(one, ())
        if one < other and other in at
    }
    while open_pairs and len(made.weights) < MOST:
        group = list(min(open_pairs))
        for one in sorted(draft.apart[group[0]]):
            if one in at and one not in group and all(one in draft.apart[two] for two in group):
                group.append(one)
        open_pairs -= {(min(a, b), max(a, b)) for a in group for b in group if a != b}
        weights = [0] * len(made.stops)
        for one in group:
            weights[at[one]] = HEAVY
        served = [any(one in draft.apart[group[0]] for one in draft.routes[t]) for t in made.teams]
        made.add(weights, [0 if met else HEAVY for met in served])
