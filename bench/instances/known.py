"""The best costs that are known, in the units of the problems made here."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path
from typing import Any

import vrplib

from bench.instances.faults import InstanceError
from bench.instances.opening import problem_json

PUBLISHED = {
    "R108": 932.1,
    "RC106": 1372.7,
    "R208": 701.0,
    "C104": 822.9,
    "R1_2_4": 3047.6,
    "RC2_2_5": 2491.4,
    "R1_4_4": 7266.2,
    "RC2_4_5": 5392.3,
    "C1_6_3": 13757.0,
    "R1_10_4": 42440.7,
    "RC2_10_5": 25797.5,
    "C1_10_3": 40060.0,
}
"""Best known distances, truncated to one decimal before they are summed."""


def best_known(path: Path) -> int | None:
    """The cost of the `.sol` beside the file, reckoned anew, or the published one; else None.

    Reckoning it anew spares us the question in which unit each author wrote his cost. Raises
    InstanceError for a `.sol` that does not fit its instance.
    """
    beside = path.with_suffix(".sol")
    if beside.is_file():
        return _cost(problem_json(path), beside)
    published = PUBLISHED.get(path.stem)
    return None if published is None else round(10 * published)


def _cost(problem: dict[str, Any], path: Path) -> int:
    try:
        routes: list[list[int]] = vrplib.read_solution(path)["routes"]
    except Exception as wrong:
        # As with instances: a foreign form fails with whatever its parsing happens to meet.
        raise InstanceError(f"{path.name}: cannot be read as a solution ({wrong})") from wrong
    stops = {stop["id"]: stop for stop in problem["stops"]}
    shifts = problem["shifts"]
    served = [f"v{row}" for route in routes for row in route]
    if len(routes) > len(shifts) or len(set(served)) < len(served) or set(served) - set(stops):
        raise InstanceError(f"{path.name}: does not fit the instance beside it")
    cost = 0
    for shift, route in zip(shifts, routes, strict=False):
        way = [shift["start"], *(stops[f"v{row}"] for row in route), shift["end"]]
        cost += sum(_metres(problem, *leg) for leg in pairwise(way))
    prizes = [int(stops[name].get("prize") or 0) for name in set(stops) - set(served)]
    return cost + sum(prizes)


def _metres(problem: dict[str, Any], origin: dict[str, Any], target: dict[str, Any]) -> int:
    way = math.hypot(origin["x"] - target["x"], origin["y"] - target["y"])
    up = 0.5 if problem["travel"]["round"] == "nearest" else 0.0
    scale: float = problem["travel"]["scale"]
    return math.floor(way * scale + up)
