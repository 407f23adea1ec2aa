"""One line of an agent file, read into an `AgentRow` or refused with all that is wrong with it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time
from typing import Final

from fieldops.domain.casefile.cases import read_position
from fieldops.domain.casefile.cells import RowCells
from fieldops.domain.casefile.fields import read_date, read_integer, read_time
from fieldops.domain.casefile.rows import Fault, Refusal
from fieldops.domain.casefile.terms import Point, read_skills
from fieldops.domain.identity import Unreadable, read_name, unreadable
from fieldops.domain.identity.widths import narrow

_CODE: Final = re.compile(r"[^\s'\"<>\\,;]{1,64}")
_MOST_BREAK: Final = 240
_MOST_STOPS: Final = 200
_MOST_MINUTES: Final = 1_440


@dataclass(frozen=True, slots=True)
class AgentRow:
    """A field agent as the file gives him; shift and break are local wall times of each day.

    `trained_until` may have lapsed: whether that bars a visit is the rulebook's to say. A day
    holds at most `most_stops` visits and `most_minutes` of travel and visits, where given.
    """

    line: int
    code: str
    name: str
    start: Point | None
    shift_start: time
    shift_end: time
    break_start: time | None
    break_minutes: int
    skills: tuple[str, ...]
    partner_code: str
    trained_until: date | None
    most_stops: int | None = None
    most_minutes: int | None = None
    notes: tuple[Fault, ...] = ()


def read_agent(cells: RowCells) -> AgentRow | Refusal:
    """Read one row. All its faults are listed in the refusal, not only the first."""
    code = _code(cells, "code", cells.required("code", 64))
    text = cells.required("name", 400)
    name = cells.keep("name", read_name(text)) if text else None
    start = read_position(cells)
    shift = _shift(cells)
    break_start = cells.read_cell("break_start", read_time)
    minutes = cells.read("break_minutes", _minutes)
    skills = cells.read("skills", read_skills)
    partner = _code(cells, "partner_code", cells.text("partner_code", 64))
    trained = cells.read_cell("trained_until", read_date)
    most = cells.read("most_stops", _stops), cells.read("most_minutes", _day_minutes)
    if partner and partner == code:
        cells.refuse("partner_code", unreadable("partner_self"))
    if minutes and break_start is None and not cells.faults:
        cells.note("break_start", "break_without_start")
    if shift and break_start and minutes and not shift[0] <= break_start < shift[1]:
        cells.note("break_start", "break_outside_shift")
    if start is None and not cells.faults:
        cells.note("longitude", "start_missing")
    if cells.faults or shift is None:
        return Refusal(cells.line, code, tuple(cells.faults))
    return AgentRow(
        line=cells.line,
        code=code,
        name=name or "",
        start=start,
        shift_start=shift[0],
        shift_end=shift[1],
        break_start=break_start,
        break_minutes=minutes or 0,
        skills=skills or (),
        partner_code=partner,
        trained_until=trained,
        most_stops=most[0],
        most_minutes=most[1],
        notes=tuple(cells.notes),
    )


def partner_doubts(agents: Iterable[AgentRow]) -> Iterator[tuple[AgentRow, Unreadable]]:
    """After the whole file: partners that are not in it, or that name somebody else."""
    by_code = {agent.code: agent for agent in agents}
    for agent in by_code.values():
        if not agent.partner_code:
            continue
        partner = by_code.get(agent.partner_code)
        if partner is None:
            yield agent, unreadable("partner_unknown", code=agent.partner_code)
        elif partner.partner_code != agent.code:
            yield agent, unreadable("partner_not_mutual", code=agent.partner_code)


def _code(cells: RowCells, field: str, text: str) -> str:
    code = narrow(text)
    if code and not _CODE.fullmatch(code):
        cells.refuse(field, unreadable("code_form", text=code))
    return code


def _shift(cells: RowCells) -> tuple[time, time] | None:
    for field in ("shift_start", "shift_end"):
        cells.required(field)
    start = cells.read_cell("shift_start", read_time)
    end = cells.read_cell("shift_end", read_time)
    if start is None or end is None:
        return None
    if end <= start:
        cells.refuse("shift_end", unreadable("shift_order"))
    return start, end


def _minutes(text: str) -> int | Unreadable:
    return read_integer(text, 0, _MOST_BREAK, "分钟|分|min(?:utes)?")


def _stops(text: str) -> int | Unreadable:
    return read_integer(text, 1, _MOST_STOPS, "户|个|次|visits?|stops?")


def _day_minutes(text: str) -> int | Unreadable:
    return read_integer(text, 1, _MOST_MINUTES, "分钟|分|min(?:utes)?")
