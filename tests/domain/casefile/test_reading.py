"""A whole file: headings, duplicates, blank lines, the report, and the shared example files."""

import re
from pathlib import Path

import pytest

from fieldops.domain.casefile import (
    CaseRow,
    RawRow,
    Refusal,
    fields_of,
    parse_mapping,
    read_agents,
    read_cases,
    read_either,
    report_headings,
    report_lines,
)
from fieldops.domain.casefile.seen import FirstLines
from fieldops.domain.casefile.wording import WORDINGS, worded
from fieldops.domain.errors import InvalidInput
from fieldops.gateways.spreadsheets import open_rows
from tests.domain.casefile.builders import AGENT, CASE, table

ROOT = Path(__file__).parents[3]
SHARED = ROOT.parent / "shared" / "data" / "cases"
PLANTED = [
    (12, "id_number", "id_checksum"),
    (22, "longitude", "coordinate_range"),
    (32, "amount", "number_in_words"),
    (42, "case_number", "duplicate"),
    (52, "address", "value_missing"),
    (62, "days_overdue", "number_negative"),
    (72, "datum", "datum_unknown"),
    (82, "phone", "phone_short"),
    (92, "longitude", "coordinate_swapped"),
]


def renamed(**names: str) -> list[RawRow]:
    return table({names.get(heading, heading): cell for heading, cell in CASE.items()})


def test_headings_are_read_whatever_their_width_and_decoration() -> None:
    rows = renamed(案件编号="\ufeff* Case Number", 地址="地 址（必填）", 债务人="ＮＡＭＥ")
    assert isinstance(next(read_cases(rows)), CaseRow)


def test_title_rows_above_the_headings_are_passed_over() -> None:
    rows = [RawRow(1, ("某银行委外清单",)), RawRow(2, ()), *table(CASE)]
    assert isinstance(next(read_cases(rows)), CaseRow)


def test_unknown_headings_are_reported_and_ignored() -> None:
    reading = read_cases(table(CASE | {"星座": "白羊"}))
    assert isinstance(next(reading), CaseRow)
    assert [line.heading for line in report_headings(reading.headings)] == ["星座"]


def test_missing_headings_are_one_error_that_names_them_and_the_mapping() -> None:
    with pytest.raises(InvalidInput) as caught:
        read_cases(renamed(案件编号="Ref", 地址="Where"))
    assert [fault.field for fault in caught.value.faults] == ["case_number", "address"]
    assert '= "address"' in caught.value.faults[1].cure


def test_two_columns_for_one_field_are_refused() -> None:
    with pytest.raises(InvalidInput, match="Two columns hold name"):
        read_cases(table(CASE | {"姓名": "x"}))


def test_a_file_without_rows_is_refused() -> None:
    with pytest.raises(InvalidInput):
        read_cases([])


@pytest.mark.parametrize(
    "content",
    [
        b'[columns]\n"Ref" = "case_number"\n"Where" = "address"\n',
        b'{"columns": {"REF": "case_number", "where": "address"}}',
        b'{"Ref": "case_number", "Where": "address"}',
    ],
)
def test_a_mapping_names_foreign_headings(content: bytes) -> None:
    mapping = parse_mapping(content, fields_of("cases"))
    rows = renamed(案件编号="Ref", 地址="Where")
    assert isinstance(next(read_cases(rows, mapping)), CaseRow)


def test_a_mapping_can_ignore_a_column() -> None:
    mapping = parse_mapping('"姓名" = "ignore"'.encode(), fields_of("cases"))
    assert isinstance(next(read_cases(table(CASE | {"姓名": "x"}), mapping)), CaseRow)


@pytest.mark.parametrize(
    "content",
    [
        b'"Ref" = "casenumber"',  # no such field
        b"[columns]\nRef = 1.5",  # not a text
        b"[colums]\nRef = 'name'",  # a table misspelt
        b"{",  # broken JSON
        b"\xff\xfe",  # not UTF-8
        b"[" * 5000,  # nested without end
        b" " * 100_001,  # too large
    ],
)
def test_a_bad_mapping_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidInput):
        parse_mapping(content, fields_of("cases"))


def test_a_duplicate_number_is_refused_with_the_line_of_the_first() -> None:
    first, second = read_cases(table(CASE, CASE | {"案件编号": "ｃ-1"}))
    assert isinstance(first, CaseRow)
    assert isinstance(second, Refusal)
    assert second.faults[0].problem.given == (("line", "2"),)


def test_blank_lines_are_skipped() -> None:
    rows = [*table(CASE), RawRow(3, ("", None, " ")), RawRow(4, ())]
    assert len(list(read_cases(rows))) == 1


def test_the_kind_of_a_file_is_told_by_its_headings() -> None:
    assert read_either(table(CASE)).kind == "cases"
    assert read_either(table(AGENT)).kind == "agents"


def test_a_refusal_is_reported_fault_by_fault_in_two_languages() -> None:
    (refusal,) = read_cases(table(CASE | {"手机号": "12345", "地址": ""}))
    lines = list(report_lines(refusal))
    assert {line.reason for line in lines} == {"phone_short", "value_missing"}
    assert all(
        line.message_zh and line.message_en and line.cure_zh and line.cure_en for line in lines
    )


def test_the_report_never_repeats_an_identity_number_or_a_telephone() -> None:
    (refusal,) = read_cases(
        table(CASE | {"身份证号": "110105194912310021", "手机号": "1381234567"})
    )
    assert not any(
        "1101051949" in str(line) or "138123" in str(line) for line in report_lines(refusal)
    )


def test_every_reason_in_the_code_has_its_words() -> None:
    used = set()
    for folder in ("identity", "casefile"):
        for path in (ROOT / "fieldops" / "domain" / folder).glob("*.py"):
            used |= set(
                re.findall(r'(?:unreadable\(|note\("\w+", )\s*"(\w+)"', path.read_text("utf-8"))
            )
    assert used
    assert used <= set(WORDINGS)


def test_first_lines_are_kept_through_growth() -> None:
    seen = FirstLines()
    assert all(seen.first(f"C-{i}", i) == i for i in range(1, 5000))
    assert all(seen.first(f"C-{i}", 9999) == i for i in range(1, 5000))
    assert len(seen) == 4999


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared example files are not here")
@pytest.mark.parametrize("size", [3000, 10000])
def test_the_nine_planted_rows_are_refused_and_all_others_taken(size: int) -> None:
    reading = read_cases(open_rows(SHARED / f"chengdu_cases_{size}.csv"))
    refusals = [outcome for outcome in reading if isinstance(outcome, Refusal)]
    assert len(refusals) == 9
    for refusal, (line, field, reason) in zip(refusals, PLANTED, strict=True):
        assert refusal.line == line
        assert (field, reason) in [(fault.field, fault.reason) for fault in refusal.faults]
        assert all(worded(fault.problem).cure_zh for fault in refusal.faults)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared example files are not here")
@pytest.mark.parametrize("size", [12, 60, 160])
def test_all_shared_agents_are_taken(size: int) -> None:
    rows = list(read_agents(open_rows(SHARED / f"chengdu_agents_{size}.csv")))
    assert len(rows) == size
    assert not any(isinstance(row, Refusal) for row in rows)
