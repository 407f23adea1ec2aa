"""Small problems for tests, with a default for everything."""

from __future__ import annotations

from typing import Any

from routing import Plan, Problem, read_problem

Json = dict[str, Any]
HOUR = 3600


def stop(name: str, x: float = 0, y: float = 0, **more: Any) -> Json:
    return {"id": name, "x": x, "y": y, "service": 10, **more}


def shift(name: str, x: float = 0, y: float = 0, **more: Any) -> Json:
    place = {"x": x, "y": y}
    return {"id": name, "start": place, "end": place, "window": [0, 10 * HOUR], **more}


def planar(stops: list[Json], shifts: list[Json], **more: Any) -> Json:
    return {"stops": stops, "shifts": shifts, "travel": {"kind": "planar"}, **more}


def problem(stops: list[Json], shifts: list[Json], **more: Any) -> Problem:
    return read_problem(planar(stops, shifts, **more))


def served(plan: Plan) -> list[list[str]]:
    return [[leg.stop for leg in route.legs] for route in plan.routes]
