"""PyVRP alone: one process on one core, its default parameters, the model its own docs make.

What must be served is required, the rest has its prize. Its routes have a longest duration in
place of `max_work`, as the published instances mean it: stricter, because waiting counts.
"""

from __future__ import annotations

import warnings
from typing import Any

from pyvrp import Client, ClientGroup, Depot, Location, ProblemData, Result, VehicleType
from pyvrp import solve as pyvrp_solve
from pyvrp.exceptions import PenaltyBoundWarning

from bench.engines.allowance import Allowance
from bench.engines.orders import InfeasibleOrderError, Order, plan_from
from bench.engines.sheet import Sheet, capacity, fleets, sheet_of, start_windows
from routing import Plan, Problem

ABLE = ("shift.max_work", "shift.max_stops")


class _Until:
    """Ends the search when the wall time is up: PyVRP's own clock starts only after its set-up."""

    def __init__(self, allowance: Allowance, stops: int) -> None:
        self._allowance, self._stops = allowance, stops

    def __call__(self, best_cost: int) -> bool:
        """Whether the time is up, asked once before each iteration."""
        return self._allowance.over(self._stops)


def plan(problem: Problem, allowance: Allowance, seed: int) -> Plan:
    """The best plan that PyVRP finds. Raises UnsupportedError and InfeasibleOrderError."""
    sheet = sheet_of(problem, ABLE)
    owners: list[int] = []
    data = _data(sheet, owners)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PenaltyBoundWarning)
        stop = _Until(allowance, sheet.stops)
        result = pyvrp_solve(data, stop, seed=seed, collect_stats=False)
    if not result.is_feasible():
        raise InfeasibleOrderError("it found no feasible solution")
    return plan_from(problem, _orders(sheet, result, owners), sheet.ground)


def _data(sheet: Sheet, owners: list[int]) -> ProblemData:
    clients, groups = _clients(sheet, owners)
    depots = range(sheet.stops, len(sheet.points))
    # PyVRP's own annotation of a matrix names no array type that numpy has.
    costs: Any = sheet.costs
    seconds: Any = sheet.seconds
    return ProblemData(
        [Location(x, y) for x, y in sheet.points],
        clients,
        [Depot(row) for row in depots],
        [_fleet(sheet, members) for members in fleets(sheet)],
        [costs],
        [seconds],
        groups,
    )


def _clients(sheet: Sheet, owners: list[int]) -> tuple[list[Client], list[ClientGroup]]:
    """A client for each window; the clients of one stop are a group, of which one is served."""
    clients: list[Client] = []
    groups: list[ClientGroup] = []
    for row, stop in enumerate(sheet.problem.stops):
        windows = start_windows(stop)
        several = len(windows) > 1
        if several:
            members = range(len(clients), len(clients) + len(windows))
            groups.append(ClientGroup(list(members), required=stop.must))
        for opens, closes in windows:
            owners.append(row)
            clients.append(
                Client(
                    row,
                    delivery=[stop.demand, 1],
                    service_duration=stop.service,
                    tw_early=opens,
                    tw_late=closes,
                    prize=0 if stop.must else stop.value,
                    required=stop.must and not several,
                    group=len(groups) - 1 if several else None,
                )
            )
    return clients, groups


def _fleet(sheet: Sheet, members: list[int]) -> VehicleType:
    shift = sheet.problem.shifts[members[0]]
    most = sheet.stops if shift.max_stops is None else shift.max_stops
    made = VehicleType(
        num_available=len(members),
        capacity=[capacity(shift), most],
        start_depot=sheet.starts[members[0]] - sheet.stops,
        end_depot=sheet.ends[members[0]] - sheet.stops,
        fixed_cost=sheet.problem.objective.per_shift,
        tw_early=shift.window[0],
        tw_late=shift.window[1],
    )
    return made if shift.max_work is None else made.replace(shift_duration=shift.max_work)


def _orders(sheet: Sheet, result: Result, owners: list[int]) -> list[Order]:
    free = [list(members) for members in fleets(sheet)]
    return [
        Order(
            free[route.vehicle_type()].pop(0),
            tuple(owners[one.idx] for one in route if one.is_client()),
        )
        for route in result.best.routes()
    ]
