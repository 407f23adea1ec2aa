"""A printed paper of tables, in one language: what PDF, CSV and workbook are all drawn from."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

Cell = str | int | Decimal
"""What stands in a cell: words, or a number, which is never taken for a formula."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table under its heading; `note` says what its counts mean, or that there is nothing."""

    heading: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole paper; `facts` are the lines that say of whom, of when and by what rules it is."""

    title: str
    language: str
    facts: Sequence[tuple[str, str]]
    tables: Sequence[Table]
    foot: str
