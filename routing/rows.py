"""Every place where a stop could be put into a team's route, as arrays: one row for each.

A row of an insertion stands between two neighbours of a route; a row of an exchange stands in the
place of one stop. Both say what they replace, so that one set of formulas judges either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Literal

import numpy as np

from routing.draft import Draft
from routing.ground import Integers
from routing.schedule import NEVER, TOO_LATE
from routing.sweeps import sweep

NOWHERE = -1
"""The place after the last stop of a shift that may end anywhere."""

NOBODY = -1
"""The stop that an insertion puts out of its place."""

UNLIMITED = 10**15

Kind = Literal["insertion", "exchange"]

FEW = 3
"""Up to so many routes their timetables are asked one by one: the draft keeps them anyway."""


@dataclass(frozen=True, slots=True)
class Rows:
    """n places in routes, ordered by team and position.

    `before` and `after` are the neighbouring places, `old` the stop that has to go. `ready` and
    `due` (n, counts of breaks) are the times of the neighbours. `gone` is the cost and `less` the
    work that fall away; what a first stop costs besides its way is taken from `gone`.
    """

    team: Integers
    position: Integers
    before: Integers
    after: Integers
    old: Integers
    ready: Integers
    due: Integers
    gone: Integers
    less: Integers

    def __len__(self) -> int:
        return len(self.team)

    def of(self, at: Integers | slice) -> Rows:
        """Only these rows."""
        return Rows(*(getattr(self, one.name)[at] for one in fields(self)))


def joined(parts: Sequence[Rows]) -> Rows:
    """The rows of several teams as one, in the order given."""
    return Rows(
        *(np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(Rows))
    )


def rows_of(draft: Draft, teams: Sequence[int], kind: Kind) -> Rows:
    """The rows of these teams, whose routes take another stop as far as their number goes."""
    most = max((len(team.breaks) for team in draft.teams), default=0)
    listed = [_outline(draft, team, kind) for team in teams]
    team, position, before, after, old = np.concatenate(
        [np.zeros((5, 0), dtype=np.int64), *listed], axis=1
    )
    ready, due = _times(draft, teams, [one[1] for one in listed], kind, most)
    gone, less = _replaced(draft, team, before, after, old)
    return Rows(team, position, before, after, old, ready, due, gone, less)


def _outline(draft: Draft, team: int, kind: Kind) -> Integers:
    """Team, position, neighbours and who has to go, as (5, rows)."""
    unit, route = draft.teams[team], draft.routes[team]
    path = [unit.start, *route, NOWHERE if unit.end is None else unit.end]
    positions = _positions(draft, team, kind)
    step = 1 if kind == "insertion" else 2
    columns = [
        [team] * len(positions),
        list(positions),
        [path[at] for at in positions],
        [path[at + step] for at in positions],
        [NOBODY if kind == "insertion" else route[at] for at in positions],
    ]
    return np.array(columns, dtype=np.int64).reshape(5, len(positions))


def _positions(draft: Draft, team: int, kind: Kind) -> range:
    """Positions behind the head; none where the route may not take the stop by number."""
    limit, count = draft.teams[team].max_stops, len(draft.routes[team])
    after = count + (1 if kind == "insertion" else 0)
    if limit is not None and after > limit:
        return range(0)
    return range(draft.heads[team], after)


def _times(
    draft: Draft, teams: Sequence[int], positions: Sequence[Integers], kind: Kind, most: int
) -> tuple[Integers, Integers]:
    step = 1 if kind == "insertion" else 2
    rows = np.repeat(np.arange(len(teams)), [len(one) for one in positions])
    at = np.concatenate([np.zeros(0, dtype=np.int64), *positions])
    if len(teams) > FEW:
        swept = sweep(draft, teams, most)
        return swept.ready[rows, at], swept.due[rows, at + step]
    ready = np.full((len(at), most + 1), NEVER)
    due = np.full((len(at), most + 1), TOO_LATE)
    for number, team in enumerate(teams):
        table = draft.table(team)
        mine = rows == number
        count = len(draft.teams[team].breaks) + 1
        if mine.any():
            ready[mine, :count] = np.array(table.ready)[at[mine]]
            due[mine, :count] = np.array(table.due)[at[mine] + step]
    return ready, due


def _replaced(
    draft: Draft, team: Integers, before: Integers, after: Integers, old: Integers
) -> tuple[Integers, Integers]:
    """Cost and work of the ways, and of the stop between them, that a new stop replaces."""
    used = np.array([bool(draft.routes[one]) for one in team.tolist()], dtype=np.bool_)
    out = old != NOBODY
    first, second = np.where(out, old, after), np.where(out, after, NOWHERE)
    to_first = _legs(draft, before, first, used)
    to_second = _legs(draft, old, second, out)
    work = to_first[1] + to_second[1] + _each(old, draft.clock.service.__getitem__)
    cost = _costs(draft, *to_first) + _costs(draft, *to_second)
    if draft.problem.objective.per_shift:
        members = _each(team, lambda one: len(draft.teams[one].members))
        cost -= np.where(used, 0, draft.problem.objective.per_shift * members)
    if draft.options:
        cost += _each(old, lambda one: draft.option_cost(one, draft.chosen[one]))
    if draft.prefers:
        teams = team.tolist()
        pairs = zip(teams, old.tolist(), strict=True)
        cost += np.array([0 if o < 0 else draft.stop_cost(t, o) for t, o in pairs], dtype=np.int64)
    return cost, work


def _each(numbers: Integers, of: Callable[[int], int]) -> Integers:
    """What is said of each number, nought of NOBODY."""
    return np.array([0 if one < 0 else of(one) for one in numbers.tolist()], dtype=np.int64)


def _legs(
    draft: Draft, origins: Integers, targets: Integers, where: Iterable[bool]
) -> tuple[Integers, Integers]:
    """Metres and seconds of legs, nought where there is none."""
    metres, seconds = np.zeros((2, len(origins)), dtype=np.int64)
    at = np.flatnonzero((targets != NOWHERE) & np.asarray(where, dtype=np.bool_))
    metres[at], seconds[at] = draft.ground.pairs(origins[at], targets[at])
    return metres, seconds


def _costs(draft: Draft, metres: Integers, seconds: Integers) -> Integers:
    weights = draft.problem.objective
    return weights.metres * metres + weights.seconds * seconds
