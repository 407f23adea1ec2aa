"""What passes through the reading of a file: raw rows in, faults and refusals out."""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import TypeAlias

from fieldops.domain.identity import Unreadable

Cell: TypeAlias = str | int | float | bool | Decimal | date | datetime | time | None


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row as it stands in the file: its line (from 1, where it begins) and its cells."""

    line: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong, or to be looked at, in one field; `heading` as the file writes it."""

    field: str
    heading: str
    problem: Unreadable

    @property
    def reason(self) -> str:
        """The stable code of what is wrong."""
        return self.problem.reason


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that is not taken, with every fault found in it; `key` is its number where known."""

    line: int
    key: str
    faults: tuple[Fault, ...]
