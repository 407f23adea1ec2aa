"""Files as they come: encodings, delimiters, workbooks, and what is not a table at all."""

import contextlib
import io
import tracemalloc
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from fieldops.domain.casefile import RawRow
from fieldops.domain.errors import InvalidInput
from fieldops.gateways.spreadsheets import Limits, open_rows

TEXT = "编号,姓名\r\n1,张三\r\n2,李四\r\n"
EXPECTED = [("编号", "姓名"), ("1", "张三"), ("2", "李四")]


def cells(content: bytes, limits: Limits | None = None) -> list[tuple[object, ...]]:
    return [row.cells for row in open_rows(io.BytesIO(content), "f", limits=limits or Limits())]


def reason(content: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(InvalidInput) as caught:
        cells(content, limits)
    return str(caught.value.extra["reason"])


def workbook(*rows: list[object], title: str = "案件") -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def archive(**entries: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return out.getvalue()


def with_sheet(sheet: bytes) -> bytes:
    """A real workbook whose sheet is replaced by other XML."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(["a"]))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, sheet if "sheet1" in name and "rels" not in name else old.read(name))
    return out.getvalue()


@pytest.mark.parametrize(
    "codec", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_a_file_is_read_in_any_usual_encoding(codec: str) -> None:
    assert cells(TEXT.encode(codec)) == EXPECTED


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_file_is_read_with_any_usual_delimiter(delimiter: str) -> None:
    assert cells(TEXT.replace(",", delimiter).encode()) == EXPECTED


def test_the_delimiter_named_by_excel_is_believed_and_lines_still_count() -> None:
    rows = list(open_rows(io.BytesIO(b"sep=;\na;b\n1;2\n")))
    assert rows == [RawRow(2, ("a", "b")), RawRow(3, ("1", "2"))]


def test_a_row_over_several_lines_is_numbered_by_its_first() -> None:
    rows = list(open_rows(io.BytesIO(b'a,b\n"x\ny",1\nz,2\n')))
    assert [row.line for row in rows] == [1, 2, 4]


def test_a_workbook_keeps_numbers_and_dates() -> None:
    day = datetime(2027, 3, 31)  # noqa: DTZ001  # A workbook's dates know no zone.
    content = workbook(["编号", "日期"], [1.5, day], ["510105199608011234", None])
    assert cells(content) == [("编号", "日期"), (1.5, day), ("510105199608011234",)]


def test_a_workbook_under_the_name_of_a_csv_is_known_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    path.write_bytes(workbook(["a"]))
    assert [row.cells for row in open_rows(path)] == [("a",)]


def test_a_sheet_is_found_by_name_and_an_unknown_one_refused() -> None:
    content = workbook(["a"])
    assert list(open_rows(io.BytesIO(content), sheet="案件"))
    with pytest.raises(InvalidInput, match="案件"):
        list(open_rows(io.BytesIO(content), sheet="x"))


def test_a_stream_that_cannot_go_back_is_read() -> None:
    class OneWay(io.BytesIO):
        def seekable(self) -> bool:
            return False

    assert [row.cells for row in open_rows(OneWay(TEXT.encode()))] == EXPECTED


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "empty_file"),  # nothing
        (b" \r\n ", "empty_file"),  # blanks only
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old_xls"),  # Excel 97
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "encrypted",
        ),  # a workbook with a password
        (b"%PDF-1.7\n", "not_a_table"),  # a print-out
        (b"\x89PNG\r\n\x1a\n", "not_a_table"),  # a screenshot
        (b"<html><table>", "not_a_table"),  # a web page named .xls
        (b"a,b\n\x00\x00\x00\x01\x02", "binary"),  # noughts on both sides
        (archive(readme=b"x"), "not_a_table"),  # some other archive
        (archive(**{"xl/workbook.bin": b"x"}), "xlsb"),  # the binary format
        (archive(**{"xl/workbook.xml": b"<a"}), "workbook_damaged"),  # no workbook inside
        (workbook(["a"])[:-200], "workbook_damaged"),  # cut off
        (workbook(["a"])[:400], "workbook_damaged"),  # cut off early
        (TEXT.encode("utf-8") * 9 + "张".encode()[:2], "encoding_broken"),  # cut within a character
        (b"a,b\n\xff\xff\xff\n", "encoding_broken"),  # in no encoding
        (b'a,b\n"1,2\n3,4\n', "quotes_broken"),  # a quotation mark never closed
        (b'a,b\n"x"y,2\n', "quotes_broken"),  # text after the closing mark
    ],
)
def test_what_is_not_a_whole_table_is_refused(content: bytes, expected: str) -> None:
    assert reason(content) == expected


@pytest.mark.parametrize(
    ("content", "limits", "expected"),
    [
        (b"a,b,c\n", Limits(columns=2), "too_many_columns"),
        (b"aaaa,b\n", Limits(cell_chars=3), "cell_too_long"),
        (b"a" * 50, Limits(line_chars=20), "line_too_long"),
        (b"a\nb\nc\n", Limits(rows=2), "too_many_rows"),
        (b"a\nb\nc\n", Limits(file_bytes=3), "file_too_large"),
        (workbook(["a", "b", "c"]), Limits(columns=2), "too_many_columns"),
        (workbook(["aaaa"]), Limits(cell_chars=3), "cell_too_long"),
        (workbook(["a"], ["b"], ["c"]), Limits(rows=2), "too_many_rows"),
        (workbook(["a"]), Limits(unpacked_bytes=100), "workbook_too_large"),
        (workbook(["a"]), Limits(text_bytes=100), "workbook_too_large"),
        (
            archive(**{"xl/workbook.xml": b"<a/>", "xl/b.xml": bytes(5 << 20)}),
            Limits(),
            "workbook_bomb",
        ),
    ],
)
def test_a_limit_is_kept(content: bytes, limits: Limits, expected: str) -> None:
    assert reason(content, limits) == expected


SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'


@pytest.mark.parametrize(
    ("sheet", "expected"),
    [
        (
            b'<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
            + SHEET
            + b'<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row>'
            + b"</sheetData></worksheet>",
            "workbook_damaged",
        ),  # entities that multiply
        (SHEET + b'<row r="1"><c r="ZZZZ1"><v>1</v></c></row>', "workbook_damaged"),  # no column
        (
            SHEET
            + b'<row r="99999999"><c r="A99999999"><v>1</v></c></row></sheetData></worksheet>',
            "too_many_rows",
        ),
        (SHEET + b'<row r="1"><c r="A1"><v>1</v></c>', "workbook_damaged"),  # never closed
    ],
)
def test_a_hostile_sheet_is_refused(sheet: bytes, expected: str) -> None:
    assert reason(with_sheet(sheet), Limits(rows=1000)) == expected


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    def peak(rows: int) -> int:
        path = tmp_path / f"{rows}.csv"
        path.write_text("C-0001,张三,四川省成都市金牛区交桂三巷343号\n" * rows, encoding="utf-8")
        tracemalloc.start()
        count = sum(1 for _ in open_rows(path))
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert count == rows
        return top

    peak(10)  # What is loaded once is not counted.
    assert peak(80_000) < peak(40_000) * 1.3


@settings(max_examples=100)
@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_but_invalid_input(content: bytes) -> None:
    with contextlib.suppress(InvalidInput):
        assert all(row.line > 0 for row in open_rows(io.BytesIO(content)))
