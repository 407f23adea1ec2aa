"""VROOM with both cores: the highest level of exploration, or the lowest for optional visits.

On days with more visits than fit, the lowest level left to finish serves more than the highest one
cut short. VROOM knows priorities from 0 to 100 that come before travel, so prizes become those.
"""

from __future__ import annotations

import os
from datetime import timedelta
from importlib import import_module
from typing import Any

import numpy as np

from bench.engines.allowance import Allowance
from bench.engines.orders import Order, plan_from
from bench.engines.sheet import FOREVER, Sheet, loads, sheet_of, start_windows
from bench.rows import UnavailableError
from routing import Plan, Problem

ABLE = ("shift.max_stops", "shift.breaks")
PROFILE = "car"
HIGHEST_PRIORITY, MUST_PRIORITY = 40, 100
HIGHEST_LEVEL, LOWEST_LEVEL = 5, 0


def plan(problem: Problem, allowance: Allowance, seed: int) -> Plan:
    """VROOM's plan; it takes no seed. Raises UnavailableError and UnsupportedError."""
    try:
        vroom: Any = import_module("vroom")
    except ImportError as missing:
        raise UnavailableError(f"pyvroom is not installed ({missing})") from missing
    sheet = sheet_of(problem, ABLE)
    asked = vroom.Input()
    asked.set_durations_matrix(PROFILE, sheet.seconds.astype(np.uint32))
    asked.set_costs_matrix(PROFILE, sheet.costs.astype(np.uint32))
    _add_vehicles(vroom, asked, sheet)
    _add_jobs(vroom, asked, sheet)
    must = all(stop.must for stop in problem.stops)
    answer = asked.solve(
        exploration_level=HIGHEST_LEVEL if must else LOWEST_LEVEL,
        nb_threads=len(os.sched_getaffinity(0)),
        timeout=timedelta(seconds=allowance.left(sheet.stops)),
    ).to_dict()
    orders = [
        Order(
            int(route["vehicle"]),
            tuple(int(step["id"]) for step in route["steps"] if step["type"] == "job"),
        )
        for route in answer["routes"]
    ]
    return plan_from(problem, orders, sheet.ground)


def _add_vehicles(vroom: Any, asked: Any, sheet: Sheet) -> None:
    carry = loads(sheet)
    for at, shift in enumerate(sheet.problem.shifts):
        given: dict[str, Any] = {"start": sheet.starts[at]}
        if shift.end is not None:
            given["end"] = sheet.ends[at]
        if carry:
            given["capacity"] = [FOREVER if shift.load is None else shift.load]
        if shift.max_stops is not None:
            given["max_tasks"] = shift.max_stops
        if sheet.problem.objective.per_shift:
            given["costs"] = vroom.VehicleCosts(fixed=sheet.problem.objective.per_shift)
        given["breaks"] = [
            vroom.Break(number, [vroom.TimeWindow(*rest.window)], service=rest.duration)
            for number, rest in enumerate(shift.breaks)
        ]
        window = vroom.TimeWindow(*shift.window)
        asked.add_vehicle(vroom.Vehicle(at, time_window=window, **given))


def _add_jobs(vroom: Any, asked: Any, sheet: Sheet) -> None:
    carry = loads(sheet)
    most = max((stop.value for stop in sheet.problem.stops if not stop.must), default=1)
    for row, stop in enumerate(sheet.problem.stops):
        share = max(1, round(HIGHEST_PRIORITY * stop.value / max(1, most)))
        windows = start_windows(stop)
        if not windows:
            continue
        given: dict[str, Any] = {"delivery": vroom.Amount([stop.demand])} if carry else {}
        asked.add_job(
            vroom.Job(
                row,
                location=row,
                default_service=stop.service,
                priority=MUST_PRIORITY if stop.must else share,
                time_windows=[vroom.TimeWindow(*window) for window in windows],
                **given,
            )
        )
