"""How large a file may be in each direction before it is refused."""

from dataclasses import dataclass

from fieldops.domain.errors import FieldFault, InvalidInput


@dataclass(frozen=True, slots=True)
class Limits:
    """Counts, characters and bytes; a spreadsheet itself stops at 1,048,576 rows."""

    columns: int = 200
    cell_chars: int = 10_000
    line_chars: int = 200_000
    rows: int = 2_000_000
    file_bytes: int = 1 << 30
    unpacked_bytes: int = 2 << 30
    unpacked_ratio: int = 300
    # The texts of a workbook must stand in memory while it is read; a CSV file has no such need.
    text_bytes: int = 128 << 20
    archive_entries: int = 2_000


def refused(reason: str, message: str, cure: str = "", line: int | None = None) -> InvalidInput:
    """An `InvalidInput` about the file as a whole, with a stable reason and the line if known."""
    where = f"Line {line}: " if line else ""
    return InvalidInput(
        where + message,
        faults=[FieldFault("file", where + message, cure)],
        reason=reason,
        line=line,
    )
