"""A paper of tables as an XLSX workbook: a sheet for each table, none of whose cells calculates."""

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from fieldops.domain.paper import Cell, Paper
from fieldops.gateways.paper_files import safe_cell

_BOLD: Final = Font(bold=True)
# What the name of a sheet may not hold, and how long it may be.
_NO_NAME: Final = re.compile(r"[\[\]:*?/\\']")
_LONGEST_NAME, _LONGEST_TEXT = 31, 32_767
_WIDEST = 60


def as_xlsx(paper: Paper) -> bytes:
    """The workbook, written row by row: its facts on the first sheet, then the tables."""
    book = Workbook(write_only=True)
    book.properties.title, book.properties.creator = paper.title, ""
    names = _names([paper.title, *(table.heading for table in paper.tables)])
    _sheet(book, next(names), [(paper.title,)], [*paper.facts, (paper.foot,)])
    for table in paper.tables:
        notes = [(), (table.note,)] if table.note else []
        _sheet(book, next(names), [table.head], [*table.rows, *notes])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet(
    book: Any, name: str, head: Sequence[Sequence[Cell]], rows: Iterable[Sequence[Cell]]
) -> None:
    sheet = book.create_sheet(name)
    rows = list(rows)
    for number, width in enumerate(_widths([*head, *rows])):
        sheet.column_dimensions[chr(ord("A") + number)].width = width
    for row in head:
        sheet.append([_cell(sheet, value, bold=True) for value in row])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])


def _cell(sheet: Any, value: Cell, *, bold: bool = False) -> Any:
    if isinstance(value, str):
        text = ILLEGAL_CHARACTERS_RE.sub(" ", safe_cell(value))[:_LONGEST_TEXT]
        cell = WriteOnlyCell(sheet, text)
        # Text it stays, whatever openpyxl would make of its first letter.
        cell.data_type = "s"
    else:
        cell = WriteOnlyCell(sheet, value)  # type: ignore[arg-type]  # Takes Decimal too.
    if bold:
        cell.font = _BOLD
    return cell


def _widths(rows: Sequence[Sequence[Cell]]) -> Iterator[int]:
    """A width for each column by its longest text; Chinese letters are twice as wide."""
    for column in range(max((len(row) for row in rows if len(row) > 1), default=1)):
        texts = [str(row[column]) for row in rows if len(row) > max(column, 1)]
        longest = max(
            (sum(1 + (letter > "\u2e80") for letter in text) for text in texts), default=20
        )
        yield min(max(longest + 2, 10), _WIDEST)


def _names(headings: Iterable[str]) -> Iterator[str]:
    """A name for each sheet: short, without what is forbidden, and none twice."""
    taken: set[str] = set()
    for number, heading in enumerate(headings, 1):
        name = _NO_NAME.sub(" ", heading)[:_LONGEST_NAME].strip() or str(number)
        if name.lower() in taken:
            name = f"{number} {name}"[:_LONGEST_NAME]
        taken.add(name.lower())
        yield name
