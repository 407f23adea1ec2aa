"""Says a region in PyVRP's words and brings its routes back.

Every team whose start, end, hours, loads and likings are the same is one vehicle type; a stop with
several windows becomes a group of clients of which one is served. Windows and breaks hold only
roughly, so that each order that comes back must be settled by true times.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from pyvrp import Client, ClientGroup, Depot, Location, ProblemData, Route, Solution, VehicleType

from routing.draft import Draft
from routing.ground import places_of
from routing.problem import Place
from routing.solver.dimensions import Dimensions, dimensions_of
from routing.solver.likings import Likings, likings_of
from routing.solver.lunch import fold_of
from routing.solver.openings import Opening, openings_of
from routing.solver.tasks import Orders, Region

MUST_PRIZE = 288_000


class Model:
    """One region as PyVRP's data; the stops of `required` may not be left out.

    `offset` is what PyVRP's cost has too much, since it misses the prizes of all the clients that
    stand for one stop, of which only one can be served.
    """

    def __init__(self, draft: Draft, region: Region, required: frozenset[int]) -> None:
        self.draft, self.stops, self.teams = draft, region.stops, region.teams
        self.required = required
        self.fold = fold_of([draft.teams[team] for team in region.teams])
        self.owners: list[int] = []
        self.hours: list[Opening] = []
        self.clients_of: dict[int, list[int]] = {}
        self.by_type: list[list[int]] = []
        self.offset = 0
        self.data = self._data()

    def start(self, orders: Orders) -> Solution:
        """Orders as a plan of PyVRP's; what breaks a rule here is mended by the search."""
        routes: list[Route] = []
        for kind, members in enumerate(self.by_type):
            for team in members:
                if orders.get(team):
                    routes.append(Route(self.data, self._visits(team, orders[team]), kind))
        return Solution(self.data, routes)

    def _visits(self, team: int, order: tuple[int, ...]) -> list[int]:
        """The clients for an order: of several windows the first that can still be reached."""
        here, visits = self._place(team), []
        now = self.fold(self.draft.table(team).ready[-1][0])
        for stop in order:
            now += self.draft.ground.seconds(here, stop)
            choices = self.clients_of[stop]
            open_still = (one for one in choices if self.hours[one].closes >= now)
            chosen = next(open_still, choices[-1])
            visits.append(chosen)
            now = max(now, self.hours[chosen].opens) + self.draft.problem.stops[stop].service
            here = stop
        return visits

    def orders(self, found: Solution) -> Orders:
        """A plan of PyVRP's as orders."""
        free = [list(members) for members in self.by_type]
        return {
            free[route.vehicle_type()].pop(0): tuple(
                self.owners[one.idx] for one in route if one.is_client()
            )
            for route in found.routes()
        }

    def _place(self, team: int) -> int:
        route = self.draft.routes[team]
        return route[-1] if route else self.draft.teams[team].start

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
            (row_of(self._place(team)), None if end is None else row_of(end))
            for team in self.teams
            for end in (self.draft.teams[team].end,)
        ]
        dims = dimensions_of(self.draft, self.stops, self.teams)
        likings = likings_of(self.draft, self.stops, self.teams, len(places))
        costs, times = self._matrices(places, likings)
        nowhere = len(places)
        # A head's last stop is a place of its own row too, so starts may lie among other places.
        depots = {at: number for number, at in enumerate(range(len(self.stops), nowhere + 1))}
        clients, groups = self._clients(dims, int(costs[0].max()))
        kinds = self._types(ends, depots, dims, likings)
        return ProblemData(
            [Location(0, 0) for _ in range(nowhere + 1)],
            clients,
            [Depot(at) for at in depots],
            kinds,
            costs,
            times,
            groups,
        )

    def _matrices(self, places: list[int], likings: Likings) -> tuple[list[Any], list[Any]]:
        """Costs and seconds by profile, with one more place, reached from everywhere for nothing.

        They are Any because PyVRP's own annotation of a matrix names no valid array type.
        """
        metres, seconds = self.draft.ground.block(places, places)
        weights = self.draft.problem.objective
        costs = np.zeros((len(places) + 1, len(places) + 1), dtype=np.int64)
        times = np.zeros_like(costs)
        costs[:-1, :-1] = weights.metres * metres + weights.seconds * seconds
        times[:-1, :-1] = np.ceil(seconds * self._jam())
        by_profile = []
        for extra in likings.extra:
            one = costs.copy() if len(likings.extra) > 1 else costs
            one[:, : len(self.stops)] += np.array(extra, dtype=np.int64)
            np.fill_diagonal(one, 0)
            by_profile.append(one)
        np.fill_diagonal(times, 0)
        return by_profile, [times] * len(by_profile)

    def _jam(self) -> float:
        """How much longer than nominal a drive takes in the hours of these teams, on average."""
        traffic = self.draft.clock.traffic
        opens = min(self.draft.teams[team].opens for team in self.teams)
        closes = max(self.draft.teams[team].closes for team in self.teams)
        if traffic is None or closes <= opens:
            return 1.0
        return (traffic.arrive(opens, closes - opens) - opens) / (closes - opens)

    def _clients(self, dims: Dimensions, dearest: int) -> tuple[list[Client], list[ClientGroup]]:
        clients: list[Client] = []
        groups: list[ClientGroup] = []
        best = max(self.draft.problem.stops[stop].value for stop in self.stops)
        must_prize = max(MUST_PRIZE, 2 * best, 4 * dearest)
        for at, stop in enumerate(self.stops):
            one = self.draft.problem.stops[stop]
            needed = stop in self.required
            prize = max(one.value, must_prize) if one.must else one.value
            hours = openings_of(self.draft, stop, self.teams, self.fold)
            group = len(groups) if len(hours) > 1 else None
            self.clients_of[stop] = list(range(len(clients), len(clients) + len(hours)))
            if group is not None:
                groups.append(ClientGroup(self.clients_of[stop], required=needed))
            prizes = [max(0, prize - hour.cost) for hour in hours]
            self.offset += sum(prizes) - max(prizes)
            for hour, worth in zip(hours, prizes, strict=True):
                self.owners.append(stop)
                self.hours.append(hour)
                clients.append(
                    Client(
                        at,
                        delivery=dims.of_stop(at),
                        service_duration=one.service,
                        tw_early=hour.opens,
                        tw_late=hour.closes,
                        prize=worth,
                        required=needed and group is None,
                        group=group,
                    )
                )
        return clients, groups

    def _types(
        self,
        ends: list[tuple[int, int | None]],
        depots: dict[int, int],
        dims: Dimensions,
        likings: Likings,
    ) -> list[VehicleType]:
        alike: dict[tuple[object, ...], list[int]] = {}
        made: list[VehicleType] = []
        nowhere = max(depots)
        for at, team in enumerate(self.teams):
            kind = self._kind(team)
            if kind is None:
                continue
            start, end = ends[at]
            profile = likings.profile_of[at]
            limits = (kind.shift_duration, kind.max_overtime, kind.unit_overtime_cost)
            hours = (kind.tw_early, kind.tw_late, kind.fixed_cost)
            key = (start, end, hours, limits, tuple(dims.of_team(at)), profile)
            alike.setdefault(key, []).append(team)
            if len(alike[key]) == 1:
                made.append(
                    kind.replace(
                        capacity=dims.of_team(at),
                        start_depot=depots[start],
                        end_depot=depots[nowhere if end is None else end],
                        profile=profile,
                    )
                )
        self.by_type = list(alike.values())
        if not made:
            # PyVRP wants a vehicle even where nobody has any time; none is ever asked for routes.
            return [VehicleType(capacity=dims.of_team(0))]
        return [
            kind.replace(num_available=len(members))
            for kind, members in zip(made, self.by_type, strict=True)
        ]

    def _kind(self, team: int) -> VehicleType | None:
        """Folded working time, less what the team rests longer than the fold allows for."""
        unit, route = self.draft.teams[team], self.draft.routes[team]
        ready = self.draft.table(team).ready[-1]
        taken = min(range(len(ready)), key=lambda at: ready[at])
        owed = sum(one.duration for one in unit.breaks[taken:])
        folded = self.fold.cut(ready[taken], unit.closes)
        opens = self.fold(ready[taken])
        closes = self.fold(unit.closes) - max(0, owed - folded)
        if opens > closes:
            return None
        per_shift = self.draft.problem.objective.per_shift
        fixed = 0 if route else per_shift * len(unit.members)
        kind = VehicleType(tw_early=opens, tw_late=closes, fixed_cost=fixed)
        return self._limited(team, kind)

    def _limited(self, team: int, kind: VehicleType) -> VehicleType:
        """Limits of work, said of the whole duration: waiting counts here, so they are strict."""
        unit, done = self.draft.teams[team], self.draft.work(team)
        hours = kind.tw_late - kind.tw_early
        most = hours if unit.max_work is None else min(hours, max(0, unit.max_work - done))
        dear = self.draft.problem.objective.unfair
        if unit.fair_work is None or not dear:
            return kind if most >= hours else kind.replace(shift_duration=most)
        fair = min(most, max(0, unit.fair_work - done))
        return kind.replace(shift_duration=fair, max_overtime=most - fair, unit_overtime_cost=dear)


def _canonical_places(draft: Draft) -> dict[int, int]:
    """For each start and end the first place with the same position, so that shifts compare."""
    first: dict[Place, int] = {}
    same: dict[int, int] = {}
    for number, place in enumerate(places_of(draft.problem)):
        if number >= len(draft.problem.stops) and place != Place():
            named = place.at is not None or draft.problem.travel.kind != "matrix"
            same[number] = first.setdefault(place, number) if named else number
    return same
