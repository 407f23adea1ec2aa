"""Decide from its first bytes what a file is, and hand it to the reader for that kind."""

import io
from collections.abc import Iterator
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, Final, cast

from fieldops.domain.casefile.rows import RawRow
from fieldops.gateways.spreadsheets.delimited import delimited_rows
from fieldops.gateways.spreadsheets.limits import Limits, refused
from fieldops.gateways.spreadsheets.workbooks import workbook_rows

_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_ZIP: Final = b"PK\x03\x04"
_FOREIGN: Final = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"\x1f\x8b": "gzip",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7z",
    b"\x7fELF": "ELF",
    b"GIF8": "GIF",
    b"MZ\x90": "EXE",
    b"{\\rtf": "RTF",
}
_MARKUP: Final = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"<head")
_SAVE_AS: Final = "Save it as CSV or XLSX. 请另存为 CSV 或 XLSX 后再导入。"
_CHUNK: Final = 1 << 20
_IN_MEMORY: Final = 8 << 20
_DEFAULT: Final = Limits()


def open_rows(
    source: str | Path | BinaryIO,
    filename: str = "",
    *,
    sheet: str | None = None,
    limits: Limits = _DEFAULT,
) -> Iterator[RawRow]:
    """Stream the rows of a CSV or XLSX file, judged by content and not by its extension.

    `source`: a path, or a binary stream that stays the caller's to close; `filename` is only used
    in messages; `sheet` names a worksheet (the first visible one otherwise). Raises `InvalidInput`
    before the first row for what is no table, and while iterating where a file breaks off or
    passes a limit.
    """
    if isinstance(source, str | Path):
        with Path(source).open("rb") as stream:
            yield from _rows(stream, filename or Path(source).name, sheet, limits)
        return
    if source.seekable():
        yield from _rows(source, filename, sheet, limits)
        return
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
        yield from _rows(_spooled(source, spool, limits), filename, sheet, limits)


def _spooled(source: BinaryIO, spool: "SpooledTemporaryFile[bytes]", limits: Limits) -> BinaryIO:
    """Copy a stream that cannot go back into a temporary file that can."""
    size = 0
    while chunk := source.read(_CHUNK):
        size += len(chunk)
        _check_size(size, limits)
        spool.write(chunk)
    spool.seek(0)
    return cast("BinaryIO", spool)


def _rows(stream: BinaryIO, filename: str, sheet: str | None, limits: Limits) -> Iterator[RawRow]:
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    _check_size(size, limits)
    head = stream.read(8192)
    stream.seek(0)
    if not head.strip():
        raise refused("empty_file", f"The file {filename} is empty. 文件为空。")
    if head.startswith(_ZIP):
        return workbook_rows(stream, sheet, limits)
    _refuse_foreign(head, stream)
    return delimited_rows(stream, limits)


def _check_size(size: int, limits: Limits) -> None:
    if size > limits.file_bytes:
        most = limits.file_bytes >> 20
        raise refused("file_too_large", f"Larger than {most} MiB. 文件过大。", "Split it. 请拆分。")


def _refuse_foreign(head: bytes, stream: BinaryIO) -> None:
    if head.startswith(_OLD_OFFICE):
        if _contains(stream, _ENCRYPTED):
            message = "The workbook is protected by a password. 文件已加密。"
            raise refused("encrypted", message, "Remove the password. 请取消密码后再导入。")
        raise refused("old_xls", "This is the old .xls format. 旧版 .xls 格式。", _SAVE_AS)
    for magic, kind in _FOREIGN.items():
        if head.startswith(magic):
            raise refused("not_a_table", f"This is a {kind} file, no table. 不是表格。", _SAVE_AS)
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_MARKUP):
        message = "This is a web page or XML under another name. 实为网页或 XML 文件。"
        raise refused("not_a_table", message, _SAVE_AS)


def _contains(stream: BinaryIO, needle: bytes) -> bool:
    """Search a stream piece by piece, with an overlap for what lies across a border."""
    tail = b""
    stream.seek(0)
    while chunk := stream.read(_CHUNK):
        if needle in tail + chunk:
            return True
        tail = chunk[-len(needle) :]
    return False
