"""Look into one row by field name and gather its faults and notes while doing so."""

from collections.abc import Callable
from typing import Final, TypeVar

from fieldops.domain.casefile.fields import CELL_ERRORS, cell_text, is_empty
from fieldops.domain.casefile.headings import Headings
from fieldops.domain.casefile.mapping import HeadingMapping
from fieldops.domain.casefile.rows import Cell, Fault, RawRow
from fieldops.domain.identity import Unreadable, unreadable
from fieldops.domain.identity.widths import has_control, has_lost_characters

T = TypeVar("T")
LONGEST_TEXT: Final = 2_000


class RowCells:
    """The cells of one row by field, with the faults that refuse it and the notes that do not."""

    __slots__ = ("_cells", "_headings", "_mapping", "faults", "line", "notes")

    def __init__(self, row: RawRow, headings: Headings, mapping: HeadingMapping) -> None:
        self.line = row.line
        self.faults: list[Fault] = []
        self.notes: list[Fault] = []
        self._cells = row.cells
        self._headings = headings
        self._mapping = mapping
        beyond = row.cells[headings.width :]
        if beyond and any(cell_text(cell) for cell in beyond):
            # A comma inside an unquoted address shifts all that follows: nothing there is safe.
            self.refuse("row", unreadable("row_too_long", cells=len(row.cells)))

    def has_column(self, field: str) -> bool:
        """Whether the file has a column for this field."""
        return field in self._headings.columns

    def cell(self, field: str) -> Cell:
        """The cell as the file holds it, or the mapping's default; None where there is neither."""
        for index in self._headings.columns.get(field, ()):
            if index < len(self._cells) and not is_empty(cell_text(self._cells[index])):
                return self._cells[index]
        return self._mapping.defaults.get(field)

    def text(self, field: str, most: int = LONGEST_TEXT) -> str:
        """The cell as tidy text, "" where blank; refuses control characters and errors."""
        text = cell_text(self.cell(field))
        if text in CELL_ERRORS:
            self.refuse(field, unreadable("cell_error", text=text))
        elif len(text) > most:
            self.refuse(field, unreadable("text_long", length=len(text), most=most))
        elif has_lost_characters(text):
            self.refuse(field, unreadable("characters_lost"))
        elif has_control(text):
            self.refuse(field, unreadable("characters_control"))
        else:
            return text
        return ""

    def texts(self, field: str) -> str:
        """All columns of a field that may have several, joined by a slash."""
        cells = (
            self._cells[i] for i in self._headings.columns.get(field, ()) if i < len(self._cells)
        )
        texts = (str(cell) if isinstance(cell, str) else cell_text(cell) for cell in cells)
        return "/".join(text for text in texts if not is_empty(text.strip()))

    def required(self, field: str, most: int = LONGEST_TEXT) -> str:
        """Text that must be there; a blank is a fault."""
        before = len(self.faults)
        text = self.text(field, most)
        if not text and len(self.faults) == before:
            self.refuse(field, unreadable("value_missing"))
        return text

    def read(self, field: str, reader: Callable[[str], T | Unreadable]) -> T | None:
        """Read a cell's text where there is one; what cannot be read becomes a fault."""
        text = self.text(field)
        return self.keep(field, reader(text)) if text else None

    def read_cell(self, field: str, reader: Callable[[Cell], T | Unreadable]) -> T | None:
        """Read a cell that may be a date, a time or a number in a workbook."""
        return self.keep(field, reader(self.cell(field))) if self.text(field) else None

    def keep(self, field: str, value: T | Unreadable) -> T | None:
        """Pass a value on, or note why there is none."""
        if isinstance(value, Unreadable):
            self.refuse(field, value)
            return None
        return value

    def refuse(self, field: str, problem: Unreadable) -> None:
        """Add a fault: the row will not be taken."""
        self.faults.append(self._fault(field, problem))

    def note(self, field: str, reason: str, **given: object) -> None:
        """Add something that a person should look at; the row is taken all the same."""
        self.notes.append(self._fault(field, unreadable(reason, **given)))

    def _fault(self, field: str, problem: Unreadable) -> Fault:
        return Fault(field, self._headings.written.get(field, ""), problem)
