"""Stream the rows of an XLSX workbook with openpyxl, after weighing the archive it comes in."""

import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import BinaryIO, Final
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook

from fieldops.domain.casefile.rows import Cell, RawRow
from fieldops.domain.errors import FieldopsError, InvalidInput
from fieldops.gateways.spreadsheets.limits import Limits, refused

_SPLIT: Final = "Save the sheet as CSV UTF-8, or split it. 请另存为 CSV UTF-8 或拆分。"
_SAVE_AS: Final = "Save it as XLSX or CSV. 请另存为 XLSX 或 CSV。"
# What openpyxl and the libraries under it raise on damaged or hostile workbooks.
_DAMAGE: Final = (
    zipfile.BadZipFile, InvalidFileException, ParseError, ValueError, KeyError, TypeError,
    IndexError, AttributeError, EOFError, OSError, NotImplementedError, RuntimeError, SyntaxError,
    zipfile.LargeZipFile, OverflowError,
)  # fmt: skip


def workbook_rows(stream: BinaryIO, sheet: str | None, limits: Limits) -> Iterator[RawRow]:
    """Stream the rows of one worksheet; `line` is the row's number in the sheet."""
    book = None
    try:
        _weigh(stream, limits)
        stream.seek(0)
        book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        yield from _sheet_rows(book, sheet, limits)
    except FieldopsError:
        raise
    except _DAMAGE as error:
        message = f"The workbook is damaged or cut off ({type(error).__name__}). 文件损坏或不完整。"
        raise refused("workbook_damaged", message, "Save it again. 请重新保存。") from error
    finally:
        if book is not None:
            book.close()


def _weigh(stream: BinaryIO, limits: Limits) -> None:
    """Look at the archive's directory before anything is unpacked."""
    with zipfile.ZipFile(stream) as archive:
        entries = archive.infolist()
    names = {entry.filename for entry in entries}
    if any(entry.flag_bits & 1 for entry in entries):
        raise refused("encrypted", "The archive is encrypted. 文件已加密。", "Remove the password.")
    if "xl/workbook.bin" in names:
        raise refused("xlsb", "This is the binary .xlsb format. .xlsb 格式。", _SAVE_AS)
    if "xl/workbook.xml" not in names:
        raise refused("not_a_table", "A ZIP archive, no workbook. 不是工作簿。", _SAVE_AS)
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > limits.archive_entries or unpacked > limits.unpacked_bytes:
        raise refused("workbook_too_large", "The workbook unpacks too large. 解压后过大。", _SPLIT)
    if unpacked > (1 << 20) and unpacked > packed * limits.unpacked_ratio:
        raise refused("workbook_bomb", "The workbook is packed too tightly. 压缩比异常。", _SPLIT)
    texts = sum(e.file_size for e in entries if not e.filename.startswith("xl/worksheets/"))
    if texts > limits.text_bytes:
        raise refused("workbook_too_large", "Too much text in the workbook. 文本过多。", _SPLIT)


def _sheet_rows(book: Workbook, name: str | None, limits: Limits) -> Iterator[RawRow]:
    sheets = {s.title: s for s in book.worksheets}
    if name is not None and name not in sheets:
        message = (
            f"No sheet of that name; there are: {', '.join(list(sheets)[:20])}. 找不到工作表。"
        )
        raise refused("sheet_unknown", message)
    visible = [s for s in sheets.values() if s.sheet_state == "visible"] or list(sheets.values())
    if not visible:
        raise refused("empty_file", "The workbook has no worksheet. 没有工作表。")
    sheet = sheets[name] if name is not None else visible[0]
    # The size a sheet states of itself is often wrong and would cut rows off.
    sheet.reset_dimensions()
    for line, cells in enumerate(sheet.iter_rows(values_only=True), 1):
        if line > limits.rows:
            raise refused(
                "too_many_rows", f"More than {limits.rows} rows. 行数过多。", _SPLIT, line
            )
        values = _values(cells)
        fault = _excess(values, line, limits)
        if fault:
            raise fault
        yield RawRow(line, values)


def _values(cells: Sequence[object]) -> tuple[Cell, ...]:
    """The row's cells without the blanks at its end; an elapsed time becomes a time of day."""
    end = len(cells)
    while end and cells[end - 1] is None:
        end -= 1
    return tuple(_value(cell) for cell in cells[:end])


def _value(cell: object) -> Cell:
    if cell is None or isinstance(cell, str | int | float | date | datetime | time):
        return cell
    if isinstance(cell, timedelta) and timedelta(0) <= cell < timedelta(days=1):
        minutes, seconds = divmod(cell.seconds, 60)
        return time(*divmod(minutes, 60), seconds)
    return str(cell)


def _excess(cells: tuple[Cell, ...], line: int, limits: Limits) -> InvalidInput | None:
    if len(cells) > limits.columns:
        message = f"More than {limits.columns} columns. 列数过多。"
        return refused("too_many_columns", message, _SPLIT, line)
    if any(isinstance(cell, str) and len(cell) > limits.cell_chars for cell in cells):
        message = f"A cell of more than {limits.cell_chars} characters. 单元格过长。"
        return refused("cell_too_long", message, _SPLIT, line)
    return None
