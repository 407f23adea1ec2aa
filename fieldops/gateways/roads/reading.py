"""Reading what a road engine answers, strictly: JSON that is none, tables of another shape, and
numbers that are no times are refused; a null is a pair between which no way leads."""

import json
from typing import Any, Final, NoReturn

import numpy as np
from numpy.typing import NDArray

from fieldops.domain.travel.engine import MOST, NO_WAY, UNREADABLE, Cells, EngineFailed

Floats = NDArray[np.float64]
_NUMBERS: Final = frozenset({int, float, type(None)})


def decoded(body: bytes) -> Any:
    """The JSON of an answer; NaN and Infinity, which JSON does not know, are refused."""
    try:
        return json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError) as wrong:
        start = body[:40].decode(errors="replace")
        raise EngineFailed(UNREADABLE, f"the answer is no JSON: it begins {start!r}") from wrong


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def grid(value: object, rows: int, columns: int, name: str) -> Floats:
    """A list of lists of numbers as (rows, columns); None becomes NaN.

    Raises EngineFailed for another shape, for what is no number, is negative, or beyond belief.
    """
    if not isinstance(value, list) or len(value) != rows:
        raise EngineFailed(UNREADABLE, f"{name} is not a list of {rows} rows")
    for row in value:
        _check_row(row, columns, name)
    try:
        table: Floats = np.array(value, dtype=np.float64).reshape(rows, columns)
    except OverflowError as huge:
        raise EngineFailed(UNREADABLE, f"{name} holds a number beyond all range") from huge
    odd = table[(table < 0) | (table > MOST)]
    if odd.size:
        raise EngineFailed(UNREADABLE, f"{name} holds {odd[0]:g}, which is out of range")
    return table


def _check_row(row: object, columns: int, name: str) -> None:
    if not isinstance(row, list) or len(row) != columns:
        raise EngineFailed(UNREADABLE, f"a row of {name} is not a list of {columns} numbers")
    for kind in set(map(type, row)) - _NUMBERS:
        raise EngineFailed(UNREADABLE, f"{name} holds a {kind.__name__} where a number belongs")


def cells(seconds: Floats, metres: Floats) -> tuple[Cells, Cells]:
    """Both tables in whole numbers; where either is lacking there is no way."""
    lacks = np.isnan(seconds) | np.isnan(metres)
    return _whole(seconds, lacks), _whole(metres, lacks)


def _whole(table: Floats, lacks: NDArray[np.bool_]) -> Cells:
    rounded = np.floor(np.where(lacks, 0.0, table) + 0.5)
    return np.where(lacks, NO_WAY, rounded).astype(np.int32)
