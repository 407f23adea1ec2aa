"""The page of field reports, its charts and tables, and its files."""

import io
from collections.abc import Callable

import pytest
from openpyxl import load_workbook

from tests.builders.visits import START
from tests.builders.worlds import World
from tests.web.conftest import Reader

Reads = Callable[[str], Reader]
DAY = START.date()


def test_a_day_is_told_with_charts_and_a_table_for_each(world: World, reads: Reads) -> None:
    page = reads("dispatcher").get(f"/reports?day={DAY}").text
    # The service's own sign stands on every page.
    assert page.count("<svg") - 1 == page.count("<figure") > 2
    assert page.count("<figure") <= page.count("<table")
    assert "A1" in page


def test_a_week_has_a_column_for_each_of_its_days(world: World, reads: Reads) -> None:
    page = reads("counsel").get(f"/reports?kind=week&day={DAY}").text
    assert "11-23" in page
    assert "11-29" in page
    assert 'id="agents"' not in page


def test_a_portfolio_is_chosen_first_and_told_then(world: World, reads: Reads) -> None:
    reader = reads("admin")
    assert "甲银行" in reader.get("/reports?kind=portfolio").text
    page = reader.get("/reports?kind=portfolio&creditor=甲银行").text
    assert "<svg" in page
    assert 'id="saved"' not in page


def test_a_day_without_anything_says_so(world: World, reads: Reads) -> None:
    page = reads("auditor").get("/reports?day=2031-01-01").text
    assert 'class="empty"' in page
    assert '<figure class="chart' not in page


@pytest.mark.parametrize(
    "query",
    [
        "day=yesterday", "day=9999-12-31", "kind=week&day=0001-01-01",
        "kind=portfolio&creditor=x&since=2026-11-24&until=2026-11-01",
    ],
)  # fmt: skip
def test_days_that_cannot_be_are_refused_on_the_page(
    world: World, reads: Reads, query: str
) -> None:
    answer = reads("admin").get(f"/reports?{query}")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize("query", ["import=x", "import=01a20b51-0000-7000-8000-000000000001"])
def test_an_import_that_is_not_there_is_not_found(world: World, reads: Reads, query: str) -> None:
    assert reads("admin").get(f"/reports?kind=portfolio&{query}").status_code == 404


def test_the_same_comes_as_csv_in_the_language_asked_for(world: World, reads: Reads) -> None:
    reader = reads("compliance")
    answer = reader.get(f"/reports/file.csv?day={DAY}&language=zh-CN")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "外访报表" in answer.data.decode("utf-8-sig")
    english = reader.get(f"/reports/file.csv?kind=week&day={DAY}&language=en")
    assert "Field report" in english.data.decode("utf-8-sig")
    assert "attachment" in english.headers["Content-Disposition"]


def test_the_same_comes_as_a_workbook(world: World, reads: Reads) -> None:
    answer = reads("admin").get("/reports/file.xlsx?kind=portfolio&creditor=甲银行&language=en")
    book = load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames[:2] == ["Field report", "Visits"]
    assert [cell.value for cell in book["Visits"][1]][:2] == ["Day", "Planned"]
    assert reads("admin").get("/reports/file.doc").status_code == 404


def test_a_file_of_nothing_is_still_a_file(world: World, reads: Reads) -> None:
    answer = reads("admin").get("/reports/file.pdf?day=2031-01-01&language=en")
    assert answer.data.startswith(b"%PDF")


def test_who_reads_a_report_is_kept(world: World, reads: Reads) -> None:
    reads("dispatcher").get("/reports")
    assert "reports" in reads("admin").get("/protection/readings").text
