"""OSRM: its table service, over HTTP and as the bindings answer it.

The format is that of https://project-osrm.org/docs (table service): `durations` in seconds and
`distances` in metres by rows, null where no way leads; each of `sources` and `destinations` bears
the `distance` in metres between the place asked for and the road it was put on.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from fieldops.domain.travel.engine import (
    REFUSED,
    UNREADABLE,
    Cells,
    EngineFailed,
    PlaceRefused,
    Points,
)
from fieldops.gateways.roads.asking import Server
from fieldops.gateways.roads.reading import Floats, cells, grid

DIGITS = 6


class Osrm:
    """One server and profile. `farthest` is how far from a road a place may lie, in metres."""

    name = "osrm"

    def __init__(self, server: Server, profile: str = "driving", farthest: float = 500.0) -> None:
        self.key = f"osrm {server.url} {profile}"
        self._server = server
        self._path = f"/table/v1/{profile}/"
        self._farthest = farthest

    def ask(self, origins: Points, targets: Points) -> tuple[Cells, Cells]:
        """Seconds and metres of one block; raises EngineFailed or PlaceRefused."""
        every = np.concatenate([origins, targets])
        places = ";".join(f"{lon:.{DIGITS}f},{lat:.{DIGITS}f}" for lat, lon in every.tolist())
        split = len(origins)
        told = self._server.get(
            self._path + places,
            {
                "annotations": "duration,distance",
                "sources": _numbers(range(split)),
                "destinations": _numbers(range(split, len(every))),
                "generate_hints": "false",
            },
            len(origins) * len(targets),
        )
        return read_table(told.json, len(origins), len(targets), self._farthest)


def _numbers(numbers: Sequence[int]) -> str:
    return ";".join(map(str, numbers))


def read_table(told: object, rows: int, columns: int, farthest: float) -> tuple[Cells, Cells]:
    """The tables of an answer; raises EngineFailed for any other than a whole and sound one."""
    if not isinstance(told, dict):
        raise EngineFailed(UNREADABLE, "the answer is no JSON object")
    code = told.get("code")
    if code == "NoSegment":
        raise PlaceRefused(str(told.get("message", code)))
    if code != "Ok":
        raise EngineFailed(REFUSED, f"{code}: {told.get('message', '')}")
    seconds = grid(told.get("durations"), rows, columns, "durations")
    metres = grid(told.get("distances"), rows, columns, "distances")
    _forget_guesses(told.get("fallback_speed_cells"), seconds)
    seconds[_far(told.get("sources"), rows, farthest), :] = np.nan
    seconds[:, _far(told.get("destinations"), columns, farthest)] = np.nan
    return cells(seconds, metres)


def _forget_guesses(guessed: object, seconds: Floats) -> None:
    """A server may fill gaps with a straight line at some speed; our own estimate is told."""
    for pair in guessed if isinstance(guessed, list) else ():
        if not isinstance(pair, list) or len(pair) != 2:
            raise EngineFailed(UNREADABLE, "fallback_speed_cells holds no pairs")
        row, column = pair
        if not (isinstance(row, int) and isinstance(column, int)):
            raise EngineFailed(UNREADABLE, "fallback_speed_cells holds no numbers")
        if not (0 <= row < len(seconds) and 0 <= column < seconds.shape[1]):
            raise EngineFailed(UNREADABLE, "fallback_speed_cells points outside the table")
        seconds[row, column] = np.nan


def _far(waypoints: object, count: int, farthest: float) -> list[int]:
    """The numbers of the places that were put on a road farther away than is believed."""
    if waypoints is None:
        return []
    if not isinstance(waypoints, list) or len(waypoints) != count:
        raise EngineFailed(UNREADABLE, f"the answer does not name {count} places")
    return [at for at, one in enumerate(waypoints) if _snapped(one) > farthest]


def _snapped(waypoint: object) -> float:
    away: Any = waypoint.get("distance") if isinstance(waypoint, Mapping) else None
    if away is None:
        return 0.0
    if isinstance(away, bool) or not isinstance(away, int | float):
        raise EngineFailed(UNREADABLE, "a place's distance from the road is no number")
    return float(away)
