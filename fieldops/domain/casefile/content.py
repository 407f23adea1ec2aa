"""A key of what a row says, so that the same file brought again is known to be unchanged."""

from dataclasses import fields
from datetime import date, time
from decimal import Decimal
from hashlib import sha256
from typing import Final

from fieldops.domain.casefile.agents import AgentRow
from fieldops.domain.casefile.cases import CaseRow
from fieldops.domain.casefile.terms import Point
from fieldops.domain.identity import IdNumber

# The line number and the notes are about the file, not about the case.
_NOT_CONTENT: Final = frozenset({"line", "notes"})
# Columns that came later count where they are filled: the keys of older rows stay as they were.
_LATER: Final = frozenset(
    {
        (CaseRow, "skills"),
        (CaseRow, "starred_id"),
        (CaseRow, "starred_phones"),
        (AgentRow, "most_stops"),
        (AgentRow, "most_minutes"),
    }
)


def _names(kind: type[CaseRow] | type[AgentRow]) -> tuple[str, ...]:
    named = (f.name for f in fields(kind) if f.name not in _NOT_CONTENT)
    return tuple(name for name in named if (kind, name) not in _LATER)


_CASE_NAMES: Final = _names(CaseRow)
_AGENT_NAMES: Final = _names(AgentRow)


def content_key(row: CaseRow | AgentRow) -> str:
    """SHA-256 (hex) of the meaningful fields, whatever way of writing them the file chose."""
    names = _CASE_NAMES if isinstance(row, CaseRow) else _AGENT_NAMES
    written = [type(row).__name__, *(_written(getattr(row, name)) for name in names)]
    later = sorted(name for kind, name in _LATER if isinstance(row, kind))
    written += [f"{name}={_written(value)}" for name in later if (value := getattr(row, name))]
    # No field can hold a control character, so the separator cannot be forged.
    return sha256("\x1f".join(written).encode("utf-8", "surrogatepass")).hexdigest()


def _written(value: object) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return "\x00"
    if isinstance(value, IdNumber):
        return value.value
    if isinstance(value, Point):
        return f"{value.lat.normalize():f} {value.lon.normalize():f} {value.datum}"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, tuple):
        return "\x1e".join(str(part) for part in value)
    return str(value)
