"""Papers as workbooks: numbers stay numbers, and no cell calculates."""

import io
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook

from fieldops.domain.paper import Cell, Paper, Table
from fieldops.gateways.paper_files import as_csv
from fieldops.gateways.paper_workbook import as_xlsx


def _book(*tables: Table) -> Any:
    paper = Paper("报表", "zh-CN", [("机构", "=cmd()")], tables, "页脚")
    return load_workbook(io.BytesIO(as_xlsx(paper)))


def _of(cell: Cell) -> Any:
    return _book(Table("a", ["x"], [[cell]]))["a"]["A2"]


def test_the_facts_come_first_and_each_table_has_a_sheet_of_its_own() -> None:
    book = _book(
        Table("联系", ["渠道", "数量"], [["电话", 3]], "说明"), Table("空", ["a", "b"], [])
    )
    assert book.sheetnames == ["报表", "联系", "空"]
    rows = [[cell.value for cell in row] for row in book["联系"].iter_rows()]
    assert rows == [["渠道", "数量"], ["电话", 3], [None, None], ["说明", None]]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", " =HYPERLINK(1)", "＝1"])
def test_text_is_never_a_formula(text: str) -> None:
    cell = _of(text)
    assert cell.data_type == "s"
    assert cell.value.startswith("'")


def test_numbers_are_numbers_also_below_nothing() -> None:
    assert _of(-3).value == -3
    assert _of(Decimal("12.50")).value == 12.5
    assert _of(-3).data_type == "n"


def test_a_number_below_nothing_is_no_formula_in_a_csv_either() -> None:
    paper = Paper("t", "en", [], [Table("a", ["x"], [[-3, "-3"]])], "")
    assert as_csv(paper).decode("utf-8-sig").splitlines()[1] == "a,-3,'-3"


def test_what_a_workbook_cannot_hold_is_left_out() -> None:
    assert _of("a\x00b\x0b").value == "a b "
    assert len(_of("x" * 40_000).value) == 32_767


def test_sheets_whose_headings_a_workbook_refuses_get_names_it_takes() -> None:
    book = _book(Table("a/b: " + "x" * 40, ["x"], []), Table("a/b: " + "x" * 40, ["x"], []))
    assert len(set(book.sheetnames)) == 3
    assert all(len(name) <= 31 for name in book.sheetnames)
