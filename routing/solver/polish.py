"""The last pass over a plan: what PyVRP left out is inserted, or takes the place of a lesser stop.

It works on true times with true breaks, so that the slack that was reserved is used.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from routing.draft import Draft
from routing.solver.repair import make_room, worth
from routing.solver.stopping import Allowance

ROUNDS = 20
NEAR_TEAMS = 40


def polish(draft: Draft, allowance: Allowance) -> None:
    """Improves a draft until nothing helps, the rounds are over or the time is up."""
    near = _Near(draft)
    for _ in range(ROUNDS):
        changed = sum(draft.cheapen(team) for team in range(len(draft.teams))) > 0
        changed |= _drop_the_dear(draft)
        changed |= _insert_all(draft, near, allowance)
        changed |= _exchange_all(draft, near, allowance)
        changed |= _force_musts(draft, allowance)
        if not changed or allowance.over():
            return


class _Near:
    """The teams worth trying for a stop: all of them, or of many the nearest."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._many = len(draft.teams) > NEAR_TEAMS and draft.ground.points is not None

    def teams(self, stop: int) -> Iterable[int]:
        """Team numbers, in ascending order."""
        points = self._draft.ground.points
        if not self._many or points is None:
            return range(len(self._draft.teams))
        if self._draft.problem.stops[stop].must:
            return range(len(self._draft.teams))
        centres = np.array(
            [
                points[route].mean(axis=0) if route else points[team.start]
                for route, team in zip(self._draft.routes, self._draft.teams, strict=True)
            ]
        )
        gaps = ((centres - points[stop]) ** 2).sum(axis=1)
        gaps[~np.array(self._draft.eligible(stop))] = np.inf
        return sorted(int(one) for one in np.argsort(gaps, kind="stable")[:NEAR_TEAMS])


def _by_worth(draft: Draft) -> list[int]:
    return sorted(draft.unserved, key=lambda stop: (-worth(draft, stop), stop))


def _drop_the_dear(draft: Draft) -> bool:
    """Takes out stops that cost more than they are worth; those of a head stay."""
    changed = False
    for team, route in enumerate(draft.routes):
        for at in range(len(route) - 1, draft.heads[team] - 1, -1):
            if draft.saved(team, at) > worth(draft, route[at]):
                old, options = list(route), draft.choices(route)
                draft.remove(team, at)
                # Without the triangle inequality a shorter route may come too late.
                if draft.feasible(team):
                    changed = True
                else:
                    draft.set_route(team, old, options)
    return changed


def _insert_all(draft: Draft, near: _Near, allowance: Allowance) -> bool:
    changed = False
    for stop in _by_worth(draft):
        if allowance.over():
            break
        slot = draft.cheapest(stop, near.teams(stop))
        if slot is not None and slot.cost < worth(draft, stop):
            draft.insert(stop, slot)
            changed = True
    return changed


def _exchange_all(draft: Draft, near: _Near, allowance: Allowance) -> bool:
    changed = False
    for stop in _by_worth(draft):
        if allowance.over():
            break
        pinned = draft.problem.stops[stop].pinned
        if pinned is None or pinned.sequence is None:
            changed |= _exchange(draft, near, stop)
    return changed


def _exchange(draft: Draft, near: _Near, stop: int) -> bool:
    """Puts the stop in place of the one by whose loss most is gained, if anything is."""
    may = draft.eligible(stop)
    own = worth(draft, stop)
    best, chosen = 0, None
    for team in near.teams(stop):
        if not may[team]:
            continue
        for at in range(draft.heads[team], len(draft.routes[team])):
            more = own - worth(draft, draft.routes[team][at])
            if more - draft.swapped(team, stop, at) <= best:
                continue
            slot = draft.swap(team, stop, at)
            if slot is not None and more - slot.cost > best:
                best, chosen = more - slot.cost, slot
    if chosen is None:
        return False
    draft.replace(chosen.team, chosen.position, stop, chosen.option)
    return True


def _force_musts(draft: Draft, allowance: Allowance) -> bool:
    changed = False
    for stop in _by_worth(draft):
        if draft.problem.stops[stop].must and not allowance.over():
            changed |= make_room(draft, stop)
    return changed
