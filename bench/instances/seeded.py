"""Problems from a seed, for machines without the files: like the standard ones, but our own."""

from __future__ import annotations

import random
from typing import Any

HOUR = 3600
TENTH = 10
SIDE = 500.0
SERVICE = 10 * TENTH
HORIZON = 1000 * TENTH
LOAD = 200
STOPS_A_VEHICLE, LEAST_VEHICLES = 4, 25
EXTENT_DEGREES = 0.12
MIDDLE = (30.66, 104.07)
SHIFT_HOURS = ((8.5, 18.0), (9.0, 18.0), (10.0, 20.0), (12.5, 20.0))
PRIORITIES = (1, 2, 2, 3, 3, 3, 4, 5)


def seeded_benchmark(stops: int, seed: int) -> Any:
    """So many must stops with windows and demands around one depot in the plane.

    Half of the stops lie in clusters; four in five have a window, wide enough that a vehicle of
    its own can always reach the stop and return. Distances are truncated to one decimal.
    """
    source = random.Random(seed)
    middles = [_point(source) for _ in range(max(2, stops // 50))]
    depot = {"x": SIDE / 2, "y": SIDE / 2}
    vehicles = max(min(stops, LEAST_VEHICLES), stops // STOPS_A_VEHICLE)
    return {
        "horizon_days": 1,
        "stops": [_planar_stop(source, number, middles) for number in range(1, stops + 1)],
        "shifts": [
            {"id": f"k{one}", "start": depot, "end": depot, "window": [0, HORIZON], "load": LOAD}
            for one in range(1, vehicles + 1)
        ],
        "travel": {"kind": "planar", "scale": TENTH, "round": "down"},
        "objective": {"metres": 1, "seconds": 0, "per_shift": 0},
    }


def _point(source: random.Random) -> tuple[float, float]:
    return source.uniform(0, SIDE), source.uniform(0, SIDE)


def _planar_stop(
    source: random.Random, number: int, middles: list[tuple[float, float]]
) -> dict[str, Any]:
    x, y = _point(source)
    if number % 2:
        x, y = (min(SIDE, max(0.0, source.gauss(one, SIDE / 25))) for one in source.choice(middles))
    way = TENTH * ((x - SIDE / 2) ** 2 + (y - SIDE / 2) ** 2) ** 0.5
    first, last = int(way) + 1, HORIZON - int(way) - 2 - SERVICE
    opens, closes = 0, last
    if source.random() < 0.8:
        width = source.randint(60, 240) * TENTH
        middle = source.randint(first, last)
        opens, closes = max(0, middle - width // 2), min(last, middle + width // 2)
    return {
        "id": f"v{number}",
        "x": round(x, 3),
        "y": round(y, 3),
        "service": SERVICE,
        "windows": [[opens, closes + SERVICE]],
        "priority": 1,
        "demand": source.randint(5, 40),
    }


def seeded_field_day(visits: int, agents: int, seed: int, *, plain: bool = False) -> Any:
    """A day of visits in a city with so many agents; `plain` without crews and breaks."""
    source = random.Random(seed)
    middles = [_position(source, MIDDLE, EXTENT_DEGREES / 2) for _ in range(max(2, agents // 4))]
    return {
        "horizon_days": 1,
        "stops": [_visit(source, number, middles, plain) for number in range(1, visits + 1)],
        "shifts": [_shift(source, number, agents, plain) for number in range(1, agents + 1)],
        "travel": {"kind": "geodesic", "speed_kmh": 24, "detour": 1.35},
        "objective": {"metres": 1, "seconds": 0, "per_shift": 0},
    }


def _position(
    source: random.Random, middle: tuple[float, float], spread: float
) -> tuple[float, float]:
    return source.gauss(middle[0], spread / 2), source.gauss(middle[1], spread / 2)


def _visit(
    source: random.Random, number: int, middles: list[tuple[float, float]], plain: bool
) -> dict[str, Any]:
    lat, lon = _position(source, source.choice(middles), EXTENT_DEGREES / 4)
    evening = source.random() < 0.1
    pair = source.random() < 0.25
    return {
        "id": f"v{number}",
        "lat": round(lat, 6),
        "lon": round(lon, 6),
        "service": source.choice((600, 900, 1200)),
        "windows": [[17 * HOUR if evening else 8 * HOUR, 20 * HOUR]],
        "priority": source.choice(PRIORITIES),
        "crew": 2 if pair and not plain else 1,
    }


def _shift(source: random.Random, number: int, agents: int, plain: bool) -> dict[str, Any]:
    lat, lon = _position(source, MIDDLE, EXTENT_DEGREES / 2)
    place = {"lat": round(lat, 6), "lon": round(lon, 6)}
    opens, closes = (int(HOUR * one) for one in source.choice(SHIFT_HOURS))
    shift: dict[str, Any] = {"id": f"s{number}", "agent": f"a{number}", "start": place}
    shift |= {"end": place, "window": [opens, closes]}
    if plain:
        return shift
    partner = number + 1 if number % 2 else number - 1
    if partner <= agents:
        shift["crew_with"] = f"s{partner}"
    if opens < 12 * HOUR:
        shift["breaks"] = [{"window": [int(11.5 * HOUR), 13 * HOUR], "duration": 45 * 60}]
    return shift
