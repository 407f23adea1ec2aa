"""Valhalla: its matrix service, over HTTP and as the bindings answer it.

The format is that of https://valhalla.github.io/valhalla/api/matrix/api-reference: the short form
has `durations` in seconds and `distances` in kilometres (or miles, see `units`) by rows; servers
that know only the long form answer a list of cells a row. Null where no way leads.
"""

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

NO_EDGE = 171
"""The error code for a place that no road is near to."""
METRES = {"kilometers": 1000.0, "km": 1000.0, "miles": 1609.344, "mi": 1609.344}


class Valhalla:
    """One server and costing. `farthest` is how far from a road a place may lie, in metres."""

    name = "valhalla"

    def __init__(self, server: Server, costing: str = "auto", farthest: float = 500.0) -> None:
        self.key = f"valhalla {server.url} {costing}"
        self._server = server
        self._costing = costing
        self._farthest = farthest

    def ask(self, origins: Points, targets: Points) -> tuple[Cells, Cells]:
        """Seconds and metres of one block; raises EngineFailed or PlaceRefused."""
        told = self._server.post(
            "/sources_to_targets",
            question(origins, targets, self._costing, self._farthest),
            len(origins) * len(targets),
        )
        return read_matrix(told.json, len(origins), len(targets))


def question(origins: Points, targets: Points, costing: str, farthest: float) -> dict[str, Any]:
    """The question as JSON."""
    return {
        "sources": _places(origins, farthest),
        "targets": _places(targets, farthest),
        "costing": costing,
        "units": "kilometers",
        "verbose": False,
    }


def _places(points: Points, farthest: float) -> list[dict[str, float]]:
    return [
        {"lat": lat, "lon": lon, "search_cutoff": farthest} for lat, lon in points.round(6).tolist()
    ]


def read_matrix(told: object, rows: int, columns: int) -> tuple[Cells, Cells]:
    """The tables of an answer; raises EngineFailed for any other than a whole and sound one."""
    if not isinstance(told, dict):
        raise EngineFailed(UNREADABLE, "the answer is no JSON object")
    if "error" in told or "error_code" in told:
        detail = f"{told.get('error_code')}: {told.get('error', '')}"
        if told.get("error_code") == NO_EDGE:
            raise PlaceRefused(detail)
        raise EngineFailed(REFUSED, detail)
    unit = METRES.get(str(told.get("units", "kilometers")))
    if unit is None:
        raise EngineFailed(UNREADABLE, f"distances are in {str(told.get('units'))[:40]!r}")
    matrix = told.get("sources_to_targets")
    seconds, lengths = (
        _short(matrix, rows, columns) if isinstance(matrix, dict) else _long(matrix, rows, columns)
    )
    return cells(seconds, lengths * unit)


def _short(matrix: dict[str, Any], rows: int, columns: int) -> tuple[Floats, Floats]:
    return (
        grid(matrix.get("durations"), rows, columns, "durations"),
        grid(matrix.get("distances"), rows, columns, "distances"),
    )


def _long(matrix: object, rows: int, columns: int) -> tuple[Floats, Floats]:
    if not isinstance(matrix, list) or len(matrix) != rows:
        raise EngineFailed(UNREADABLE, f"sources_to_targets is not a list of {rows} rows")
    return _part(matrix, rows, columns, "time"), _part(matrix, rows, columns, "distance")


def _part(matrix: list[Any], rows: int, columns: int, key: str) -> Floats:
    table = np.full((rows, columns), np.nan)
    for at, row in enumerate(matrix):
        if not isinstance(row, list) or len(row) != columns:
            raise EngineFailed(UNREADABLE, f"a row is not a list of {columns} cells")
        if not all(
            isinstance(cell, dict) and _is_here(cell, at, to) for to, cell in enumerate(row)
        ):
            raise EngineFailed(UNREADABLE, "cells are not where their numbers say")
        table[at] = grid([[cell.get(key) for cell in row]], 1, columns, key)[0]
    return table


def _is_here(cell: dict[str, Any], origin: int, target: int) -> bool:
    """The long form numbers its cells; a cell without numbers is taken to be in its place."""
    numbers = cell.get("from_index", origin), cell.get("to_index", target)
    return numbers == (origin, target)
