"""Papers of tables: a PDF that opens, and a CSV in which no cell is a formula."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldops.domain.paper import Paper, Table
from fieldops.gateways.paper_files import as_csv, as_pdf, safe_cell

PAPER = Paper(
    "合规报告", "zh-CN", [("机构", "=cmd()")],
    [Table("一、联系", ["方式", "数量"], [["电话", "3"], ["@短信", "2"]]), Table("空", ["a"], [])],
    "页脚",
)  # fmt: skip


def _lines(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_each_line_of_the_csv_names_its_table() -> None:
    assert _lines(as_csv(PAPER)) == [
        ["合规报告", "机构", "'=cmd()"],
        ["一、联系", "方式", "数量"],
        ["一、联系", "电话", "3"],
        ["一、联系", "'@短信", "2"],
        ["空", "a"],
    ]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "\r=1", "＝1"])
def test_what_a_spreadsheet_would_calculate_is_quoted(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@given(st.text(max_size=20))
def test_no_cell_ever_begins_a_formula(text: str) -> None:
    assert not safe_cell(text).lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_the_pdf_is_the_same_each_time() -> None:
    drawn = as_pdf(PAPER)
    assert drawn.startswith(b"%PDF-")
    assert drawn == as_pdf(PAPER)
