"""A field day from a case file and an agent file, read as the application reads them.

Rows that the application refuses and rows without coordinates are left out. Visits last 15 minutes
between 08:00 and 20:00, or from 17:00 where the remark says that somebody is only in at night.
Credit-card debtors, and doors with a dog, are visited by two agents; each returns to his start.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from pathlib import Path
from typing import Any, Literal

from bench.instances.faults import InstanceError
from fieldops.domain.casefile.agents import AgentRow
from fieldops.domain.casefile.cases import CaseRow
from fieldops.domain.casefile.reading import Reading, read_agents, read_cases
from fieldops.domain.casefile.rows import Refusal
from fieldops.domain.casefile.terms import Point
from fieldops.domain.errors import InvalidInput
from fieldops.domain.positions import Datum, GivenPosition
from fieldops.gateways.spreadsheets.delimited import delimited_rows
from fieldops.gateways.spreadsheets.limits import Limits

HOUR = 3600
SERVICE = 900
DAY_OPENS, EVENING_OPENS, DAY_CLOSES = 8 * HOUR, 17 * HOUR, 20 * HOUR
EVENING = "仅晚间在家"
DOG = "有犬"
CARD = "信用卡"
BREAK_EARLIER, BREAK_LATER = HOUR // 2, HOUR
"""How far a break may begin before and after its usual time."""

Crews = Literal["some", "all"]


def field_day(cases: Path, agents: Path, *, plain: bool = False, crews: Crews = "some") -> Any:
    """The day as a dict that `routing.read_problem` takes; `plain` without crews and breaks.

    With `crews` "all" two agents visit everybody. Raises InstanceError for a file that cannot be
    read or without anybody in it.
    """
    stops = [_stop(row, row.position, plain, crews) for row in _cases(cases) if row.position]
    team = [(row, row.start) for row in _agents(agents) if row.start]
    if not stops or not team:
        raise InstanceError(f"{(agents if stops else cases).name}: nobody in it has coordinates")
    codes = {row.code for row, _ in team}
    return {
        "horizon_days": 1,
        "stops": stops,
        "shifts": [_shift(row, start, plain, codes) for row, start in team],
        "travel": {"kind": "geodesic", "speed_kmh": 24, "detour": 1.35},
        "objective": {"metres": 1, "seconds": 0, "per_shift": 0},
    }


def left_out(cases: Path) -> tuple[int, int]:
    """How many rows of a case file are refused, and how many lack coordinates."""
    refused = lost = 0
    with cases.open("rb") as stream:
        for row in read_cases(delimited_rows(stream, Limits())):
            refused += isinstance(row, Refusal)
            lost += isinstance(row, CaseRow) and row.position is None
    return refused, lost


def _cases(path: Path) -> Iterator[CaseRow]:
    with _opened(path) as stream:
        try:
            reading: Reading[CaseRow] = read_cases(delimited_rows(stream, Limits()))
            yield from (row for row in reading if isinstance(row, CaseRow))
        except InvalidInput as wrong:
            raise InstanceError(f"{path.name}: {wrong}") from wrong


def _agents(path: Path) -> Iterator[AgentRow]:
    with _opened(path) as stream:
        try:
            reading: Reading[AgentRow] = read_agents(delimited_rows(stream, Limits()))
            yield from (row for row in reading if isinstance(row, AgentRow))
        except InvalidInput as wrong:
            raise InstanceError(f"{path.name}: {wrong}") from wrong


def _opened(path: Path) -> Any:
    try:
        return path.open("rb")
    except OSError as broken:
        raise InstanceError(f"{path.name}: {broken.strerror or broken}") from broken


def _stop(row: CaseRow, point: Point, plain: bool, crews: Crews) -> dict[str, Any]:
    opens = EVENING_OPENS if EVENING in row.remark else DAY_OPENS
    pair = crews == "all" or CARD in row.product or DOG in row.remark
    return {
        "id": row.case_number,
        **_position(point),
        "service": SERVICE,
        "windows": [[opens, DAY_CLOSES]],
        "priority": row.priority,
        "crew": 2 if pair and not plain else 1,
    }


def _shift(row: AgentRow, start: Point, plain: bool, codes: set[str]) -> dict[str, Any]:
    place = _position(start)
    opens, closes = _seconds(row.shift_start), _seconds(row.shift_end)
    shift: dict[str, Any] = {"id": row.code, "agent": row.code, "start": place, "end": place}
    shift |= {"window": [opens, closes], "skills": list(row.skills)}
    if plain:
        return shift
    shift["breaks"] = _breaks(row, opens, closes)
    if row.partner_code in codes:
        shift["crew_with"] = row.partner_code
    return shift


def _breaks(row: AgentRow, opens: int, closes: int) -> list[dict[str, Any]]:
    """The break where it begins inside the shift, movable as far as the shift lets it."""
    if row.break_start is None or not row.break_minutes:
        return []
    usual, duration = _seconds(row.break_start), 60 * row.break_minutes
    earliest = max(opens, usual - BREAK_EARLIER)
    latest = min(closes - duration, usual + BREAK_LATER)
    if not opens <= usual < closes or latest < earliest:
        return []
    return [{"window": [earliest, latest], "duration": duration}]


def _seconds(clock: time) -> int:
    return HOUR * clock.hour + 60 * clock.minute + clock.second


def _position(point: Point) -> dict[str, float]:
    given = GivenPosition(float(point.lat), float(point.lon), Datum(point.datum))
    wgs84 = given.as_wgs84()
    return {"lat": round(wgs84.lat, 7), "lon": round(wgs84.lon, 7)}
