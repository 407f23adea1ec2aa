"""Hands stops and teams to PyVRP and brings its routes back.

One profile for all; every team whose start, end, hours and loads are the same is one vehicle type;
a stop with several windows becomes a group of clients of which one is served.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pyvrp import Client, ClientGroup, Depot, Location, ProblemData, VehicleType
from pyvrp import solve as pyvrp_solve
from pyvrp.exceptions import PenaltyBoundWarning

from routing.draft import Draft
from routing.ground import places_of
from routing.problem import Place, Window
from routing.schedule import NEVER
from routing.solver.dimensions import Dimensions, dimensions_of
from routing.solver.lunch import Fold, fold_of
from routing.solver.stopping import Allowance, Stopper

MUST_PRIZE = 288_000
PATIENCE = 0.3


@dataclass(frozen=True, slots=True)
class Order:
    """The stops that the search gave to one team, in order, after its head."""

    team: int
    stops: tuple[int, ...]


def optimise(
    draft: Draft, stops: Sequence[int], teams: Sequence[int], allowance: Allowance, seed: int
) -> list[Order]:
    """Orders for the teams; windows and breaks hold only roughly, so each must be settled."""
    if not stops or not teams:
        return []
    must = any(draft.problem.stops[stop].must for stop in stops)
    model = _Model(draft, stops, teams, required=must)
    stopper = Stopper(allowance, PATIENCE if must else 1.0)
    orders = model.search(stopper, seed)
    if orders is None:
        # Not every must can be served: they get a dominating prize and the search starts anew.
        model = _Model(draft, stops, teams, required=False)
        orders = model.search(Stopper(allowance), seed)
    return orders or []


class _Model:
    def __init__(
        self, draft: Draft, stops: Sequence[int], teams: Sequence[int], *, required: bool
    ) -> None:
        self.draft, self.stops, self.teams = draft, stops, teams
        self.required = required
        self.fold = fold_of([draft.teams[team] for team in teams])
        self.owners: list[int] = []
        self.by_type: list[list[int]] = []
        self.data = self._data()

    def search(self, stopper: Stopper, seed: int) -> list[Order] | None:
        """Runs PyVRP; None when what is required cannot all be served."""
        if not self.by_type:
            return None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PenaltyBoundWarning)
            result = pyvrp_solve(self.data, stopper, seed=seed, collect_stats=False)
        if self.required and not result.best.is_feasible():
            return None
        free = [list(members) for members in self.by_type]
        orders: list[Order] = []
        for route in result.best.routes():
            served = tuple(self.owners[one.idx] for one in route if one.is_client())
            orders.append(Order(free[route.vehicle_type()].pop(0), served))
        return orders

    def _data(self) -> ProblemData:
        canonical = _canonical_places(self.draft)
        places = list(self.stops)
        row = {place: at for at, place in enumerate(places)}

        def row_of(place: int) -> int:
            place = canonical.get(place, place)
            if place not in row:
                row[place] = len(places)
                places.append(place)
            return row[place]

        ends = [
            (row_of(self._start(team)), None if end is None else row_of(end))
            for team in self.teams
            for end in (self.draft.teams[team].end,)
        ]
        costs, times = self._matrices(places)
        dims = dimensions_of(self.draft, self.stops, self.teams)
        nowhere = len(places)
        depots = {at: number for number, at in enumerate(range(len(self.stops), nowhere + 1))}
        # A head's last stop is a place of its own row too, so starts may lie among other places.
        clients, groups = self._clients(dims, int(costs.max()))
        return ProblemData(
            [Location(0, 0) for _ in range(nowhere + 1)],
            clients,
            [Depot(at) for at in depots],
            self._types(ends, depots, dims, nowhere),
            [costs],
            [times],
            groups,
        )

    def _start(self, team: int) -> int:
        route = self.draft.routes[team]
        return route[-1] if route else self.draft.teams[team].start

    def _matrices(self, places: list[int]) -> tuple[Any, Any]:
        """Costs and seconds, with one more place, reached from everywhere for nothing.

        They are Any because PyVRP's own annotation of a matrix names no valid array type.
        """
        metres, seconds = self.draft.ground.block(places, places)
        weights = self.draft.problem.objective
        costs = np.zeros((len(places) + 1, len(places) + 1), dtype=np.int64)
        times = np.zeros_like(costs)
        costs[:-1, :-1] = weights.metres * metres + weights.seconds * seconds
        times[:-1, :-1] = seconds
        np.fill_diagonal(costs, 0)
        np.fill_diagonal(times, 0)
        return costs, times

    def _clients(self, dims: Dimensions, dearest: int) -> tuple[list[Client], list[ClientGroup]]:
        clients: list[Client] = []
        groups: list[ClientGroup] = []
        best = max(self.draft.problem.stops[stop].value for stop in self.stops)
        must_prize = max(MUST_PRIZE, 2 * best, 4 * dearest)
        for at, stop in enumerate(self.stops):
            one = self.draft.problem.stops[stop]
            needed = self.required and one.must and self._servable(stop)
            prize = max(one.value, must_prize) if one.must else one.value
            windows = _start_windows(self.draft, stop, self.teams, self.fold)
            group = len(groups) if len(windows) > 1 else None
            if group is not None:
                numbers = range(len(clients), len(clients) + len(windows))
                groups.append(ClientGroup(list(numbers), required=needed))
            for opens, closes in windows:
                self.owners.append(stop)
                clients.append(
                    Client(
                        at,
                        delivery=dims.of_stop(at),
                        service_duration=one.service,
                        tw_early=opens,
                        tw_late=closes,
                        prize=prize,
                        required=needed and group is None,
                        group=group,
                    )
                )
        return clients, groups

    def _servable(self, stop: int) -> bool:
        return self.draft.cheapest(stop, self.teams) is not None

    def _types(
        self,
        ends: list[tuple[int, int | None]],
        depots: dict[int, int],
        dims: Dimensions,
        nowhere: int,
    ) -> list[VehicleType]:
        alike: dict[tuple[object, ...], list[int]] = {}
        made: list[VehicleType] = []
        per_shift = self.draft.problem.objective.per_shift
        for at, team in enumerate(self.teams):
            hours = self._hours(team)
            if hours is None:
                continue
            unit, route = self.draft.teams[team], self.draft.routes[team]
            start, end = ends[at]
            fixed = 0 if route else per_shift * len(unit.members)
            key = (start, end, hours, tuple(dims.of_team(at)), fixed)
            alike.setdefault(key, []).append(team)
            if len(alike[key]) > 1:
                continue
            made.append(
                VehicleType(
                    capacity=dims.of_team(at),
                    start_depot=depots[start],
                    end_depot=depots[nowhere if end is None else end],
                    tw_early=hours[0],
                    tw_late=hours[1],
                    fixed_cost=fixed,
                )
            )
        self.by_type = list(alike.values())
        return [
            kind.replace(num_available=len(members))
            for kind, members in zip(made, self.by_type, strict=True)
        ]

    def _hours(self, team: int) -> tuple[int, int] | None:
        """Folded working time, less what the team rests longer than the fold allows for."""
        unit = self.draft.teams[team]
        ready = self.draft.table(team).ready[-1]
        taken = min(range(len(ready)), key=lambda at: ready[at])
        owed = sum(one.duration for one in unit.breaks[taken:])
        folded = self.fold.cut(ready[taken], unit.closes)
        opens = self.fold(ready[taken])
        closes = self.fold(unit.closes) - max(0, owed - folded)
        return (opens, closes) if opens <= closes else None


def _canonical_places(draft: Draft) -> dict[int, int]:
    """For each start and end the first place with the same position, so that shifts compare."""
    first: dict[Place, int] = {}
    same: dict[int, int] = {}
    for number, place in enumerate(places_of(draft.problem)):
        if number >= len(draft.problem.stops) and place != Place():
            named = place.at is not None or draft.problem.travel.kind != "matrix"
            same[number] = first.setdefault(place, number) if named else number
    return same


def _start_windows(
    draft: Draft, stop: int, teams: Sequence[int], fold: Fold
) -> list[tuple[int, int]]:
    """Folded windows for the start of the service, joined where nobody works in between."""
    one = draft.problem.stops[stop]
    may = draft.eligible(stop)
    hours = [
        (draft.teams[team].opens, draft.teams[team].closes) for team in teams if may[team]
    ] or [(draft.teams[team].opens, draft.teams[team].closes) for team in teams]
    earliest, latest = min(pair[0] for pair in hours), max(pair[1] for pair in hours)
    windows = [(earliest, latest)] if one.windows is None else _joined(one.windows, hours)
    starts: list[tuple[int, int]] = []
    for opens, closes in windows:
        low, high = fold(max(opens, earliest)), fold(min(closes, latest)) - one.service
        if high >= low:
            starts.append((low, high))
    # A visit that never fits keeps an impossible hour, so that its client exists but is not served.
    return starts or [(NEVER, NEVER)]


def _joined(windows: Sequence[Window], hours: Sequence[Window]) -> list[Window]:
    joined: list[Window] = []
    for opens, closes in windows:
        if joined and not any(start < opens and end > joined[-1][1] for start, end in hours):
            joined[-1] = (joined[-1][0], max(closes, joined[-1][1]))
        else:
            joined.append((opens, closes))
    return joined
