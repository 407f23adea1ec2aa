"""Cuts a large problem into regions: stops near each other, and the teams that go there.

The first cut deals territories to teams. Every later cut goes through the middles of the routes
there are, along an axis that turns from round to round, so that what was a border comes to lie
inside a region.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from routing.draft import Draft
from routing.expecting import expected_way
from routing.solver.quick import expected
from routing.solver.tasks import Orders, Region
from routing.territories import cluster

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

STOPS = 400
"""About so many served stops make a region: enough to move between, few enough to be quick."""

ROUTES = 12
"""A region of fewer routes than this has more border than inside."""

CLIENTS, LEAST_ROUTES = 2_500, 4
"""So many clients are cut even where few of them are served, since setting up a search takes a
time that grows with their square; but never to regions of fewer routes."""

DEPOT_STOPS, DEPOT_TEAMS = 1_000, 3
"""Where so many teams share each start, a cut deals whole depots away: only so many stops make
that worth while."""

WORTH_CUTTING = 1.2
"""A problem that would make fewer regions than this stays whole."""

LANDMARKS = 8
"""Places whose distances stand for coordinates where a matrix came without any."""


TURN = math.pi * (math.sqrt(5) - 1) / 2
"""The golden angle: cuts that turn by it never come back to an earlier one."""


def how_many(draft: Draft, stops: Sequence[int], hands: int) -> int:
    """The number of regions: one for a small problem, else a multiple of the hands at work."""
    guess = expected(draft, stops, range(len(draft.teams)))
    size = DEPOT_STOPS if _has_depots(draft) else STOPS
    count = min(guess.served / size, guess.routes / ROUTES)
    crowded = min(clients_of(draft, stops) / CLIENTS, guess.routes / LEAST_ROUTES)
    count = max(count, crowded)
    return hands * max(1, round(count / hands)) if count >= WORTH_CUTTING else 1


def _has_depots(draft: Draft) -> bool:
    """Whether teams start from a few places that many share, and not all from one."""
    if draft.ground.points is None or not draft.teams:
        return False
    starts = draft.ground.points[[team.start for team in draft.teams]]
    count = len(np.unique(starts, axis=0))
    return count > 1 and count * DEPOT_TEAMS <= len(draft.teams)


def clients_of(draft: Draft, stops: Sequence[int]) -> int:
    """How many clients PyVRP is given for these stops: one for each of their windows."""
    return sum(max(1, len(draft.problem.stops[stop].windows or ())) for stop in stops)


class Cutter:
    """Cuts the open stops of a draft, again and again."""

    def __init__(self, draft: Draft, stops: Sequence[int], seed: int) -> None:
        self._draft = draft
        self._stops = np.array(stops, dtype=np.int64)
        self._seed = seed
        self._angle = float(np.random.default_rng(seed).uniform(0.0, math.pi))
        self._points = _flat(_positions(draft))

    def whole(self) -> Region:
        """Everything in one region."""
        return Region(tuple(self._stops.tolist()), tuple(range(len(self._draft.teams))))

    def first(self, count: int) -> list[Region]:
        """Territories of about equal work, with the teams that start nearest."""
        if count == 1:
            return [self.whole()]
        service = [self._draft.problem.stops[stop].service for stop in self._stops.tolist()]
        work = np.array(service, dtype=np.float64) + expected_way(
            self._draft.problem, self._draft.ground
        )
        labels = cluster(self._points[self._stops], work, count, seed=self._seed)
        teams = self._dealt(labels, count)
        stops = [self._stops[labels == one].tolist() for one in range(count)]
        return [Region(tuple(a), tuple(b)) for a, b in zip(stops, teams, strict=True) if b]

    def _dealt(self, labels: Integers, count: int) -> list[list[int]]:
        """Deals the teams out, crews of two first: to the region that lacks most their kind."""
        stops, teams = self._draft.problem.stops, self._draft.teams
        groups = [self._stops[labels == one] for one in range(count)]
        empty = np.zeros(2)
        points = [self._points[group] for group in groups]
        centres = np.array([one.mean(axis=0) if len(one) else empty for one in points])
        starts = np.array([self._points[team.start] for team in teams])
        gaps = ((centres[:, None, :] - starts[None, :, :]) ** 2).sum(axis=2)
        shares: list[list[int]] = [[] for _ in range(count)]
        for crew in (2, 1):
            mine = [at for at, team in enumerate(teams) if len(team.members) == crew]
            need = np.array(
                [1.0 + sum(stops[one].crew == crew for one in group.tolist()) for group in groups]
            )
            given = np.zeros(count)
            free = gaps.copy()
            free[:, [at for at in range(len(teams)) if at not in set(mine)]] = np.inf
            for _ in mine:
                region = int(np.argmin(given / need))
                team = int(np.argmin(free[region]))
                free[:, team] = np.inf
                given[region] += max(1, teams[team].working)
                shares[region].append(team)
        return [sorted(share) for share in shares]

    def again(self, orders: Orders, count: int) -> list[Region]:
        """Regions of neighbouring routes; unserved stops go where they lie, idle teams in turn."""
        if count == 1:
            return [self.whole()]
        self._angle += TURN
        busy = [team for team in range(len(self._draft.teams)) if orders.get(team)]
        middles = np.array([self._points[list(orders[team])].mean(axis=0) for team in busy])
        served = {stop for team in busy for stop in orders[team]}
        free = np.array([one for one in self._stops.tolist() if one not in served], dtype=np.int64)
        weights = np.array([float(len(orders[team])) for team in busy])
        cut = _Cut(middles, weights, self._points[free], count, self._angle)
        stops: list[list[int]] = [free[cut.loose == one].tolist() for one in range(count)]
        teams: list[list[int]] = [[] for _ in range(count)]
        for team, label in zip(busy, cut.labels.tolist(), strict=True):
            teams[label].append(team)
            stops[label] += orders[team]
        idle = (team for team in range(len(self._draft.teams)) if not orders.get(team))
        for turn, team in enumerate(idle):
            teams[turn % count].append(team)
        pairs = zip(stops, teams, strict=True)
        return [Region(tuple(sorted(a)), tuple(sorted(b))) for a, b in pairs if b]


class _Cut:
    """Labels for weighted points, in halves of halves, and for loose points beside them."""

    def __init__(
        self, points: Floats, weights: Floats, loose: Floats, count: int, angle: float
    ) -> None:
        self.labels = np.zeros(len(points), dtype=np.int64)
        self.loose = np.zeros(len(loose), dtype=np.int64)
        self._points, self._weights, self._loose_points = points, weights, loose
        self._next = 0
        everything = np.arange(len(points)), np.arange(len(loose))
        self._halve(*everything, count, angle)

    def _halve(self, fixed: Integers, loose: Integers, count: int, angle: float) -> None:
        if count == 1 or len(fixed) < 2:
            self.labels[fixed] = self.loose[loose] = self._next
            self._next += 1
            return
        axis = np.array([math.cos(angle), math.sin(angle)])
        along = self._points[fixed] @ axis
        order = np.argsort(along, kind="stable")
        less = count // 2
        sums = np.cumsum(self._weights[fixed][order])
        at = int(np.searchsorted(sums, sums[-1] * less / count))
        at = min(max(at, 1), len(fixed) - 1)
        border = (along[order[at - 1]] + along[order[at]]) / 2
        below = self._loose_points[loose] @ axis < border
        turned = angle + math.pi / 2
        self._halve(fixed[order[:at]], loose[below], less, turned)
        self._halve(fixed[order[at:]], loose[~below], count - less, turned)


def _positions(draft: Draft) -> Floats:
    """Coordinates of all places; of a bare matrix the ways to and from some landmarks."""
    if draft.ground.points is not None:
        return draft.ground.points
    size = len(draft.problem.stops) + 2 * len(draft.problem.shifts)
    step = max(1, size // LANDMARKS)
    marks = list(range(0, size, step))[:LANDMARKS]
    there, _ = draft.ground.block(range(size), marks)
    back, _ = draft.ground.block(marks, range(size))
    ways: Floats = (there + back.T).astype(np.float64)
    return ways


def _flat(points: Floats) -> Floats:
    """The two directions in which the points spread most, as (n, 2)."""
    centred = points - points.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    plane: Floats = np.zeros((len(points), 2))
    chosen = axes[:, ::-1][:, :2]
    plane[:, : chosen.shape[1]] = centred @ chosen
    return plane
