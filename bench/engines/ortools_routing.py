"""OR-Tools' routing solver: cheapest insertion in parallel, then guided local search, one core."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from itertools import pairwise
from typing import Any

from bench.engines.allowance import Allowance
from bench.engines.faults import UnsupportedError
from bench.engines.orders import InfeasibleOrderError, Order, plan_from
from bench.engines.sheet import Sheet, capacity, loads, sheet_of, start_windows
from bench.rows import UnavailableError
from routing import Plan, Problem, Stop

ABLE = ("shift.max_work", "shift.max_stops")
MOST_STOPS = 3_000
TIME, LOAD, COUNT = "time", "load", "count"


def plan(problem: Problem, allowance: Allowance, seed: int) -> Plan:
    """OR-Tools' plan; it takes no seed. Raises the errors of every engine."""
    try:
        solver: Any = import_module("ortools.constraint_solver.pywrapcp")
        enums: Any = import_module("ortools.constraint_solver.routing_enums_pb2")
    except ImportError as missing:
        raise UnavailableError(f"OR-Tools is not installed ({missing})") from missing
    if len(problem.stops) > MOST_STOPS:
        raise UnsupportedError(f"its matrices are lists of numbers; above {MOST_STOPS} not run")
    sheet = sheet_of(problem, ABLE)
    manager = solver.RoutingIndexManager(
        len(sheet.points), len(problem.shifts), sheet.starts, sheet.ends
    )
    model = solver.RoutingModel(manager)
    model.SetArcCostEvaluatorOfAllVehicles(model.RegisterTransitMatrix(sheet.costs.tolist()))
    model.SetFixedCostOfAllVehicles(problem.objective.per_shift)
    _limit(model, sheet)
    _open(model, manager, sheet)
    asked = solver.DefaultRoutingSearchParameters()
    asked.first_solution_strategy = enums.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    asked.local_search_metaheuristic = enums.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    asked.time_limit.FromTimedelta(timedelta(seconds=allowance.left(sheet.stops)))
    answer = model.SolveWithParameters(asked)
    if answer is None:
        raise InfeasibleOrderError("it found no solution")
    return plan_from(problem, _orders(model, manager, answer, sheet), sheet.ground)


def _limit(model: Any, sheet: Sheet) -> None:
    """Time with service, loads and numbers of stops as dimensions of the model."""
    shifts, stops = sheet.problem.shifts, sheet.problem.stops
    service = [stop.service for stop in stops] + [0] * (len(sheet.points) - sheet.stops)
    times = [
        [way + own if way or own else 0 for way in row]
        for own, row in zip(service, sheet.seconds.tolist(), strict=True)
    ]
    latest = max(shift.window[1] for shift in shifts)
    model.AddDimension(model.RegisterTransitMatrix(times), latest, latest, False, TIME)
    clock = model.GetDimensionOrDie(TIME)
    for at, shift in enumerate(shifts):
        clock.CumulVar(model.Start(at)).SetRange(*shift.window)
        clock.CumulVar(model.End(at)).SetRange(*shift.window)
        if shift.max_work is not None:
            clock.SetSpanUpperBoundForVehicle(shift.max_work, at)
    rest = [0] * (len(sheet.points) - sheet.stops)
    if loads(sheet):
        demand = model.RegisterUnaryTransitVector([stop.demand for stop in stops] + rest)
        most = [capacity(shift) for shift in shifts]
        model.AddDimensionWithVehicleCapacity(demand, 0, most, True, LOAD)
    if any(shift.max_stops is not None for shift in shifts):
        one = model.RegisterUnaryTransitVector([1] * len(stops) + rest)
        most = [len(stops) if shift.max_stops is None else shift.max_stops for shift in shifts]
        model.AddDimensionWithVehicleCapacity(one, 0, most, True, COUNT)


def _open(model: Any, manager: Any, sheet: Sheet) -> None:
    """The windows of the stops, and what leaving one out costs."""
    clock = model.GetDimensionOrDie(TIME)
    latest = max(shift.window[1] for shift in sheet.problem.shifts)
    for row, stop in enumerate(sheet.problem.stops):
        index = manager.NodeToIndex(row)
        if not stop.must:
            model.AddDisjunction([index], stop.value)
        windows = [(opens, min(closes, latest)) for opens, closes in _windows(stop, latest)]
        if not windows:
            model.VehicleVar(index).SetValues([-1])
            continue
        clock.CumulVar(index).SetRange(windows[0][0], windows[-1][1])
        for (_, closes), (opens, _) in pairwise(windows):
            clock.CumulVar(index).RemoveInterval(closes + 1, opens - 1)


def _windows(stop: Stop, latest: int) -> list[tuple[int, int]]:
    return [window for window in start_windows(stop) if window[0] <= latest]


def _orders(model: Any, manager: Any, answer: Any, sheet: Sheet) -> list[Order]:
    orders: list[Order] = []
    for at in range(len(sheet.problem.shifts)):
        stops: list[int] = []
        index = answer.Value(model.NextVar(model.Start(at)))
        while not model.IsEnd(index):
            stops.append(manager.IndexToNode(index))
            index = answer.Value(model.NextVar(index))
        orders.append(Order(at, tuple(stops)))
    return orders
