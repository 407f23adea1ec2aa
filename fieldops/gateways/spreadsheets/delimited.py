"""Stream the rows of a CSV file: any usual encoding and delimiter, in constant memory."""

import csv
import io
import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from fieldops.domain.casefile.rows import RawRow
from fieldops.domain.errors import InvalidInput
from fieldops.gateways.spreadsheets.encodings import find_encoding
from fieldops.gateways.spreadsheets.limits import Limits, refused

_DELIMITERS: Final = ",;\t"
_QUOTED: Final = re.compile(r'"[^"]*"')
_HINT: Final = re.compile(r"sep=(.)\s*", re.IGNORECASE)
_LOOKED_AT: Final = 10
_QUOTES: Final = "Close every quotation mark and double those inside. 请检查引号是否成对。"
_SPLIT: Final = "Split the file or remove what does not belong. 请拆分文件。"


def delimited_rows(stream: BinaryIO, limits: Limits) -> Iterator[RawRow]:
    """Stream rows of texts; `line` is the line on which the row begins."""
    head = stream.read(8192)
    codec = find_encoding(stream, head)
    text = io.TextIOWrapper(stream, encoding=codec, newline="")
    try:
        lines = _Lines(text, limits)
        delimiter, skipped = lines.sniff()
        yield from _parsed(lines, delimiter, skipped, limits)
    finally:
        text.detach()


class _Lines:
    """The lines of a text, each bounded in length, with the first few kept to be looked at."""

    def __init__(self, text: io.TextIOWrapper, limits: Limits) -> None:
        self._text = text
        self._most = limits.line_chars
        self._kept: list[str] = []
        self._number = 0

    def sniff(self) -> tuple[str, int]:
        """Give the delimiter and how many lines to skip (one for Excel's `sep=;`)."""
        self._kept = [line for line in (self._read() for _ in range(_LOOKED_AT)) if line]
        hint = _HINT.fullmatch(self._kept[0]) if self._kept else None
        if hint:
            del self._kept[0]
            return hint[1], 1
        for line in self._kept:
            bare = _QUOTED.sub("", line)
            counts = {delimiter: bare.count(delimiter) for delimiter in _DELIMITERS}
            best = max(counts, key=lambda delimiter: counts[delimiter])
            if counts[best]:
                return best, 0
        return ",", 0

    def __iter__(self) -> Iterator[str]:
        kept, self._kept = self._kept, []
        yield from kept
        while line := self._read():
            yield line

    def _read(self) -> str:
        line = self._text.readline(self._most + 1)
        self._number += 1
        if len(line) > self._most:
            message = f"A line of more than {self._most} characters. 行过长。"
            raise refused("line_too_long", message, _SPLIT, self._number)
        return line


def _parsed(lines: _Lines, delimiter: str, skipped: int, limits: Limits) -> Iterator[RawRow]:
    reader = csv.reader(iter(lines), delimiter=delimiter, strict=True)
    count = 0
    while True:
        line = reader.line_num + 1 + skipped
        try:
            cells = next(reader, None)
        except csv.Error as error:
            message = f"The quotation marks are not closed or misplaced ({error}). 引号有误。"
            raise refused("quotes_broken", message, _QUOTES, line) from error
        if cells is None:
            return
        count += 1
        if count > limits.rows:
            raise refused(
                "too_many_rows", f"More than {limits.rows} rows. 行数过多。", _SPLIT, line
            )
        fault = _excess(cells, line, limits)
        if fault:
            raise fault
        yield RawRow(line, tuple(cells))


def _excess(cells: list[str], line: int, limits: Limits) -> InvalidInput | None:
    if len(cells) > limits.columns:
        message = f"More than {limits.columns} columns. 列数过多。"
        return refused("too_many_columns", message, _SPLIT, line)
    if cells and max(map(len, cells)) > limits.cell_chars:
        message = f"A cell of more than {limits.cell_chars} characters. 单元格过长。"
        return refused("cell_too_long", message, _QUOTES, line)
    return None
