"""Stops that look for a place, and their ways to the neighbours they would have there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from routing.draft import Draft
from routing.ground import Integers
from routing.problem import Window
from routing.rows import NOWHERE, Rows
from routing.sweeps import Hours, padded_hours

Choices = list[tuple[tuple[Window, ...], int]]


@dataclass(frozen=True, slots=True)
class Cases:
    """Stops to be placed; one with options of windows at several costs is a case for each.

    `first` is the first case of each stop, `extra` what an option costs.
    """

    stops: Integers
    hours: Hours
    extra: Integers
    first: Integers


@dataclass(frozen=True, slots=True)
class Ways:
    """Ways between cases and the neighbours of rows, each (cases, rows).

    `cost` counts both, `there` and `onward` are the seconds to the stop and from it.
    """

    cost: Integers
    there: Integers
    onward: Integers


def cases_of(draft: Draft, stops: Sequence[int], *, plain: bool = False) -> Cases:
    """Each stop once, or (unless `plain`) once for each of its options."""
    of: list[int] = []
    windows: list[Sequence[Window]] = []
    extra: list[int] = []
    first: list[int] = []
    for stop in stops:
        first.append(len(of))
        options = None if plain else draft.options.get(stop)
        choices: Choices = [(draft.clock.windows[stop], 0)]
        if options is not None:
            choices = [(option.windows, option.cost) for option in options]
        for own, cost in choices:
            of.append(stop)
            windows.append(own)
            extra.append(cost)
    hours = padded_hours([draft.clock.service[stop] for stop in of], windows)
    return Cases(np.array(of, dtype=np.int64), hours, np.array(extra, dtype=int), np.array(first))


def ways_of(draft: Draft, cases: Cases, rows: Rows) -> Ways:
    """The ways from the rows' neighbours to the cases and from the cases on."""
    places, at = np.unique(np.concatenate([rows.before, rows.after]), return_inverse=True)
    before, after = at[: len(rows)], at[len(rows) :]
    nowhere = bool(len(places)) and int(places[0]) == NOWHERE
    # Nowhere stands first; any place will do in its stead until its ways are set to nought.
    real = np.where(places == NOWHERE, max(0, int(places[-1])), places) if nowhere else places
    metres, seconds = draft.ground.block(cases.stops.tolist(), real.tolist())
    back = metres, seconds
    if not draft.ground.symmetric:
        m, s = draft.ground.block(real.tolist(), cases.stops.tolist())
        back = m.T, s.T
    if nowhere:
        metres, seconds = metres.copy(), seconds.copy()
        metres[:, 0] = seconds[:, 0] = 0
    weights = draft.problem.objective
    to = weights.metres * back[0] + weights.seconds * back[1]
    on = weights.metres * metres + weights.seconds * seconds
    cost = np.take(to, before, axis=1)
    cost += np.take(on, after, axis=1)
    return Ways(cost, np.take(back[1], before, axis=1), np.take(seconds, after, axis=1))
