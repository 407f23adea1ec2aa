"""Reads a problem from JSON, strictly, and writes it back.

`read_problem` either returns a Problem that every other module may trust or raises ProblemError.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from itertools import pairwise
from typing import TypeGuard

from routing import fields
from routing.fields import Fields, ProblemError
from routing.problem import (
    DAY,
    Band,
    Break,
    Geodesic,
    Matrix,
    Objective,
    Pin,
    Place,
    Planar,
    Problem,
    Shift,
    Stop,
    Travel,
    Window,
)
from routing.references import check_references

MAX_STOPS = 50_000
MAX_SHIFTS = 20_000
MAX_DAYS = 366
MAX_MATRIX = 6_000
MAX_WINDOWS = 400
MAX_PRIZE = 10**8
MAX_BANDS = 200
MAX_PREFERRED = 1_000

_ROUNDINGS = {
    "nearest": "nearest",
    "down": "down",
    "truncate": "down",
    "floor": "down",
    "up": "up",
    "ceil": "up",
}


def read_problem(value: object) -> Problem:
    """A decoded JSON value as a Problem; ProblemError names the first value that is wrong."""
    top = Fields(value, "$")
    days = top.get("horizon_days", fields.whole(1, MAX_DAYS), 1)
    travel = top.need("travel", _travel)
    kind = travel.kind
    stops = fields.each(
        top.raw("stops"), "$.stops", MAX_STOPS, lambda one, path: _stop(one, path, kind)
    )
    shifts = fields.each(
        top.raw("shifts"), "$.shifts", MAX_SHIFTS, lambda one, path: _shift(one, path, kind, days)
    )
    objective = top.get("objective", _objective, Objective())
    top.close()
    problem = Problem(stops, shifts, travel, objective, days)
    check_references(problem)
    return problem


def _stop(value: object, path: str, kind: str) -> Stop:
    of = Fields(value, path)
    windows, costs = _priced_windows(of)
    stop = Stop(
        id=of.need("id", fields.text),
        place=_position(of, kind, own=True),
        service=of.get("service", fields.whole(0, 30 * DAY), 0),
        windows=windows,
        priority=of.get("priority", fields.whole(1, 5), 3),
        prize=of.get("prize", fields.whole(0, MAX_PRIZE), None),
        skills=of.get("skills", fields.names, frozenset()),
        crew=of.get("crew", fields.whole(1, 2), 1),
        not_with=of.get("not_with", fields.names, frozenset()),
        pinned=of.get("pinned", _pin, None),
        earliest_day=of.get("earliest_day", fields.whole(0, MAX_DAYS), None),
        demand=of.get("demand", fields.whole(0, 10**9), 0),
        window_costs=costs,
        prefers=of.get("prefers", _prefers, ()),
        not_same_day=of.get("not_same_day", fields.names, frozenset()),
    )
    of.close()
    return stop


def _priced_windows(of: Fields) -> tuple[tuple[Window, ...] | None, tuple[int, ...] | None]:
    """The windows in ascending order, and the costs beside them."""
    windows = of.get("windows", _windows, None)
    costs = of.get("window_costs", _costs, None)
    if windows is None or costs is None:
        if costs is not None:
            raise ProblemError(of.at("window_costs"), "needs windows to belong to")
        return (None if windows is None else tuple(sorted(windows))), None
    if len(costs) != len(windows):
        told = f"has {len(costs)} entries; there are {len(windows)} windows"
        raise ProblemError(of.at("window_costs"), told)
    pairs = sorted(zip(windows, costs, strict=True))
    return tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs)


def _windows(value: object, path: str) -> tuple[Window, ...] | None:
    return fields.each(value, path, MAX_WINDOWS, fields.window)


def _costs(value: object, path: str) -> tuple[int, ...] | None:
    return fields.each(value, path, MAX_WINDOWS, fields.whole(0, MAX_PRIZE))


def _prefers(value: object, path: str) -> tuple[tuple[str, int], ...]:
    """What each agent's serving is worth, by agent in ascending order of their names."""
    if not isinstance(value, Mapping):
        raise ProblemError(path, "must be a JSON object of agents and what they are worth")
    if len(value) > MAX_PREFERRED:
        raise ProblemError(path, f"names {len(value)} agents; at most {MAX_PREFERRED} are taken")
    worth = fields.whole(0, MAX_PRIZE)
    pairs = (
        (fields.text(agent, path), worth(one, f"{path}.{str(agent)[: fields.MAX_TEXT]}"))
        for agent, one in value.items()
    )
    return tuple(sorted(pairs))


def _pin(value: object, path: str) -> Pin | None:
    of = Fields(value, path)
    pin = Pin(
        of.need("shift", fields.text),
        of.get("sequence", fields.whole(0, MAX_STOPS), None),
    )
    of.close()
    return pin


def _shift(value: object, path: str, kind: str, days: int) -> Shift:
    of = Fields(value, path)
    shift_id = of.need("id", fields.text)
    start = _place(of.get("start", _same, None), of.at("start"), kind)
    shift = Shift(
        id=shift_id,
        agent=of.get("agent", fields.text, shift_id),
        start=start,
        window=of.need("window", fields.window),
        end=_end(of, kind),
        day=of.get("day", fields.whole(0, days - 1), 0),
        breaks=of.get("breaks", _breaks, ()),
        skills=of.get("skills", fields.names, frozenset()),
        max_stops=of.get("max_stops", fields.whole(0, MAX_STOPS), None),
        crew_with=of.get("crew_with", fields.text, None),
        load=of.get("load", fields.whole(0, 10**12), None),
        max_work=of.get("max_work", fields.seconds, None),
        fair_work=of.get("fair_work", fields.seconds, None),
    )
    of.close()
    _check_day(shift, of.at("window"))
    return shift


def _same(value: object, path: str) -> object:
    return value


def _end(of: Fields, kind: str) -> Place | None:
    return _place(of.raw("end"), of.at("end"), kind) if of.has("end") else None


def _check_day(shift: Shift, path: str) -> None:
    """Times count from the start of the horizon; a shift written in hours of its own day is a
    mistake that would otherwise put the whole plan onto the wrong day."""
    first = shift.day * DAY
    if not first <= shift.window[0] < first + DAY:
        raise ProblemError(
            path,
            f"opens at {shift.window[0]}, but day {shift.day} runs from {first} to "
            f"{first + DAY}; times count from the start of the horizon",
        )


def _breaks(value: object, path: str) -> tuple[Break, ...]:
    return tuple(sorted(fields.each(value, path, 8, _break), key=lambda one: one.window))


def _break(value: object, path: str) -> Break:
    of = Fields(value, path)
    rest = Break(of.need("window", fields.window), of.need("duration", fields.whole(0, DAY)))
    of.close()
    return rest


def _place(value: object, path: str, kind: str) -> Place:
    if value is None and kind == "matrix":
        return Place()
    of = Fields(value, path)
    if kind == "matrix" and of.has("at"):
        place = Place(at=of.need("at", fields.text))
    else:
        place = _position(of, kind, own=False)
    of.close()
    return place


def _position(of: Fields, kind: str, *, own: bool) -> Place:
    """The position keys of a stop (`own`, among its others) or of a start or end."""
    if kind == "planar":
        plane = fields.number(-1e9, 1e9)
        return Place(x=of.need("x", plane), y=of.need("y", plane))
    latitude, longitude = fields.number(-90, 90), fields.number(-180, 180)
    if kind == "matrix" and not (of.has("lat") or of.has("lon")):
        return Place()
    return Place(lat=of.need("lat", latitude), lon=of.need("lon", longitude))


def _travel(value: object, path: str) -> Travel:
    of = Fields(value, path)
    kind = of.need("kind", fields.text)
    readers = {"geodesic": _geodesic, "planar": _planar, "matrix": _matrix}
    if kind not in readers:
        raise ProblemError(of.at("kind"), "must be geodesic, matrix or planar")
    travel = readers[kind](of)
    of.close()
    return travel


def _geodesic(of: Fields) -> Travel:
    return Geodesic(
        of.get("speed_kmh", fields.number(0.1, 1_000), 24.0),
        of.get("detour", fields.number(1, 20), 1.35),
        of.get("traffic", _traffic, ()),
    )


def _planar(of: Fields) -> Travel:
    scale = of.get("scale", fields.number(1e-6, 1e6), 1.0)
    rounding = _ROUNDINGS.get(of.get("round", fields.text, "nearest"))
    if rounding == "nearest":
        return Planar(scale, "nearest")
    if rounding == "down":
        return Planar(scale, "down")
    if rounding == "up":
        return Planar(scale, "up")
    raise ProblemError(of.at("round"), "must be nearest, down or up")


def _matrix(of: Fields) -> Travel:
    order = fields.each(of.raw("order"), of.at("order"), MAX_MATRIX, fields.text)
    if len(set(order)) != len(order):
        raise ProblemError(of.at("order"), "names a place twice")
    return Matrix(
        _square(of.raw("seconds"), of.at("seconds"), len(order)),
        _square(of.raw("metres"), of.at("metres"), len(order)),
        order,
        of.get("traffic", _traffic, ()),
    )


def _traffic(value: object, path: str) -> tuple[Band, ...]:
    """Hours of the day with their factors, in ascending order and without overlap."""
    bands = fields.each(value, path, MAX_BANDS, _band)
    for at, (one, other) in enumerate(pairwise(bands), start=1):
        if other[0] < one[1]:
            told = f"begins at {other[0]}, before the one before it ends at {one[1]}"
            raise ProblemError(f"{path}[{at}]", told)
    return bands


def _band(value: object, path: str) -> Band:
    parts = fields.sequence(value, path, 3)
    if len(parts) != 3:
        raise ProblemError(path, "must be [from, to, factor]")
    second = fields.whole(0, DAY)
    opens, closes = second(parts[0], f"{path}[0]"), second(parts[1], f"{path}[1]")
    if closes <= opens:
        raise ProblemError(path, f"ends ({closes}) before it begins ({opens})")
    return opens, closes, fields.number(0.2, 5)(parts[2], f"{path}[2]")


def _square(value: object, path: str, size: int) -> tuple[tuple[int, ...], ...]:
    def row(one: object, where: str) -> tuple[int, ...]:
        if _plain_row(one, size):
            return tuple(one)
        read = fields.each(one, where, size, fields.metres)
        if len(read) != size:
            raise ProblemError(where, f"has {len(read)} entries; order names {size} places")
        return read

    rows = fields.each(value, path, size, row)
    if len(rows) != size:
        raise ProblemError(path, f"has {len(rows)} rows; order names {size} places")
    return rows


def _plain_row(value: object, size: int) -> TypeGuard[list[int]]:
    """A row without anything to complain about; millions of cells are not read one by one."""
    return (
        isinstance(value, list)
        and len(value) == size > 0
        and all(type(one) is int for one in value)
        and min(value) >= 0
        and max(value) <= fields.MAX_METRES
    )


def _objective(value: object, path: str) -> Objective:
    of = Fields(value, path)
    weight = fields.whole(0, 10_000)
    objective = Objective(
        of.get("metres", weight, 1),
        of.get("seconds", weight, 0),
        of.get("per_shift", fields.whole(0, MAX_PRIZE), 0),
        of.get("unfair", weight, 0),
    )
    of.close()
    return objective


def problem_to_json(problem: Problem) -> dict[str, object]:
    """The problem as `read_problem` takes it."""
    travel = asdict(problem.travel)
    if "rounding" in travel:
        travel["round"] = travel.pop("rounding")
    return {
        "horizon_days": problem.horizon_days,
        "stops": [stop_to_json(stop) for stop in problem.stops],
        "shifts": [_shift_to_json(shift) for shift in problem.shifts],
        "travel": travel,
        "objective": asdict(problem.objective),
    }


def _place_to_json(place: Place) -> dict[str, object]:
    return {key: value for key, value in asdict(place).items() if value is not None}


def stop_to_json(stop: Stop) -> dict[str, object]:
    """A stop as it stands in the JSON of its problem."""
    return {
        "id": stop.id,
        **_place_to_json(stop.place),
        "service": stop.service,
        "windows": None if stop.windows is None else [list(one) for one in stop.windows],
        "priority": stop.priority,
        "prize": stop.prize,
        "skills": sorted(stop.skills),
        "crew": stop.crew,
        "not_with": sorted(stop.not_with),
        "pinned": None if stop.pinned is None else asdict(stop.pinned),
        "earliest_day": stop.earliest_day,
        "demand": stop.demand,
        "window_costs": None if stop.window_costs is None else list(stop.window_costs),
        "prefers": dict(stop.prefers),
        "not_same_day": sorted(stop.not_same_day),
    }


def _shift_to_json(shift: Shift) -> dict[str, object]:
    return {
        "id": shift.id,
        "agent": shift.agent,
        "day": shift.day,
        "start": _place_to_json(shift.start) or None,
        "end": None if shift.end is None else _place_to_json(shift.end),
        "window": list(shift.window),
        "breaks": [{"window": list(one.window), "duration": one.duration} for one in shift.breaks],
        "skills": sorted(shift.skills),
        "max_stops": shift.max_stops,
        "crew_with": shift.crew_with,
        "load": shift.load,
        "max_work": shift.max_work,
        "fair_work": shift.fair_work,
    }
