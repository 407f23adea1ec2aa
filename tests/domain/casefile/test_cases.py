"""One case row: what is taken, what is refused and why, what a person should look at."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldops.domain.casefile import CaseRow, Cell, Point, Refusal, content_key, read_cases
from fieldops.domain.casefile.mapping import HeadingMapping
from tests.domain.casefile.builders import CASE, case, faults, table, taken_case


def test_a_good_row_is_taken_whole() -> None:
    row = taken_case()
    assert (row.case_number, row.name, row.role, row.priority) == ("C-1", "张三", "debtor", 2)
    assert row.position == Point(Decimal("30.704039"), Decimal("104.045846"), "WGS84")
    assert (row.amount, row.currency, row.days_overdue) == (Decimal("78867.36"), "CNY", 372)
    assert row.notes == ()


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("案件编号", "", ("case_number", "value_missing")),  # no number
        ("案件编号", "1.2E+15", ("case_number", "case_number_form")),  # spreadsheet damage
        ("债务人", "", ("name", "value_missing")),  # nobody
        ("债务人", "#REF!", ("name", "cell_error")),  # a formula's error
        ("债务人", "张\ufffd", ("name", "characters_lost")),  # wrong encoding upstream
        ("身份证号", "110105194912310021", ("id_number", "id_checksum")),  # wrong check digit
        ("身份证号", 5.1010519960801e17, ("id_number", "id_damaged")),  # a double
        ("身份证号", 510105199608011000, ("id_number", "id_damaged")),  # three noughts put in
        ("手机号", "12345", ("phone", "phone_short")),  # too short
        ("关系", "", ("role", "role_missing")),  # never guessed
        ("关系", "路人", ("role", "role_unknown")),  # not a party
        ("地址", " ", ("address", "value_missing")),  # no address
        ("地址", "一" * 301, ("address", "text_long")),  # no address is so long
        ("地址", "a\x07b1", ("address", "characters_control")),  # a bell
        ("经度", "999.0", ("longitude", "coordinate_range")),  # impossible
        ("经度", "", ("longitude", "coordinate_incomplete")),  # one of two
        ("经度", "NaN", ("longitude", "number_form")),  # not a number
        ("纬度", "104.1", ("latitude", "coordinate_range")),  # longitude twice
        ("坐标系", "WGS85", ("datum", "datum_unknown")),  # no such datum
        ("坐标系", "", ("datum", "datum_missing")),  # 500 m of doubt
        ("逾期天数", "-5", ("days_overdue", "number_negative")),  # before it was due
        ("逾期天数", "1.5", ("days_overdue", "number_not_whole")),  # half a day
        ("逾期天数", "99999", ("days_overdue", "number_range")),  # 273 years
        ("欠款金额", "一万二", ("amount", "number_in_words")),  # words
        ("欠款金额", "12,34", ("amount", "number_grouping")),  # decimal comma or thousands
        ("欠款金额", "1E+9", ("amount", "number_form")),  # scientific
        ("欠款金额", "inf", ("amount", "number_form")),  # infinite
        ("欠款金额", "-1", ("amount", "money_negative")),  # the lender owes
        ("欠款金额", "1.005", ("amount", "money_precision")),  # half a cent
        ("欠款金额", "9" * 14, ("amount", "money_huge")),  # more than there is
        ("欠款金额", "约五千", ("amount", "number_unreadable")),  # about
        ("欠款金额", "$5", ("currency", "currency_conflict")),  # dollars in a CNY row
        ("币种", "贝壳", ("currency", "currency_unknown")),  # cowries
        ("优先级", "6", ("priority", "number_range")),  # 1 to 5
    ],
)
def test_a_bad_cell_refuses_the_row_with_field_and_reason(
    field: str, value: Cell, expected: tuple[str, str]
) -> None:
    assert faults(**{field: value}) == [expected]


def test_all_faults_of_a_row_are_listed() -> None:
    found = faults(手机号="12345", 地址="", 坐标系="WGS85", 逾期天数="-5")
    assert {field for field, _ in found} == {"phone", "address", "datum", "days_overdue"}


def test_swapped_coordinates_are_named_as_such() -> None:
    assert faults(经度="30.7", 纬度="104.04") == [("longitude", "coordinate_swapped")]


def test_swapped_coordinates_of_the_far_west_are_named_as_such() -> None:
    assert faults(经度="43.8", 纬度="87.6") == [("longitude", "coordinate_swapped")]


def test_nought_nought_is_no_place() -> None:
    assert faults(经度="0", 纬度="0") == [("longitude", "coordinate_zero")]


def test_a_chinese_datum_is_refused_abroad_and_wgs84_is_not() -> None:
    abroad: dict[str, Cell] = {"经度": "-76.6", "纬度": "39.3"}
    assert faults(**abroad, 坐标系="GCJ-02") == [("datum", "datum_outside_china")]
    assert taken_case(**abroad).position is not None


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("１２，３４５．６７", "12345.67"),  # full-width
        ("¥12,345.67元", "12345.67"),  # mark, thousands, unit
        ("1.2万元", "12000.00"),  # ten thousands
        ("1,2345", "12345.00"),  # grouped by four
        (43644.4, "43644.40"),  # a workbook's float
        (0.1 + 0.2, "0.30"),  # a binary fraction's tail
        (500, "500.00"),  # a workbook's integer
    ],
)
def test_money_is_read_exactly(text: Cell, amount: str) -> None:
    assert taken_case(欠款金额=text).amount == Decimal(amount)


@pytest.mark.parametrize("text", ["gcj-02", "ＧＣＪ０２", "GCJ 02", "火星坐标", "高德"])
def test_a_datum_is_read_in_any_spelling(text: str) -> None:
    position = taken_case(坐标系=text).position
    assert position is not None
    assert position.datum == "GCJ02"


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("担保人", "guarantor"),
        ("配偶", "spouse"),
        ("共同借款人", "co_borrower"),
        ("Self", "debtor"),
    ],
)
def test_a_role_is_read(text: str, role: str) -> None:
    assert taken_case(关系=text).role == role


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("地址", "成都市政府旁", "address_without_number"),
        ("手机号", "13812348000/13912348000", "phone_several"),
        ("身份证号", "110105491231002", "id_upgraded"),
        ("债务人", "张?", "name_question_mark"),
    ],
)
def test_a_doubt_is_noted_and_the_row_taken(field: str, value: str, reason: str) -> None:
    assert [note.reason for note in taken_case(**{field: value}).notes] == [reason]


def test_blank_optional_cells_are_taken_as_nothing() -> None:
    row = taken_case(
        身份证号="无", 手机号="-", 经度="", 纬度="", 坐标系="", 欠款金额="", 逾期天数=""
    )
    assert (row.id_number, row.phones, row.position, row.amount, row.days_overdue) == (
        None, (), None, None, None,
    )  # fmt: skip


def test_an_unborn_debtor_is_refused_when_today_is_known() -> None:
    read = next(read_cases(table(CASE), today=date(1940, 1, 1)))
    assert isinstance(read, Refusal)


def test_a_default_of_the_mapping_fills_blanks() -> None:
    row = taken_case(
        HeadingMapping(defaults={"datum": "BD09", "role": "担保人"}), 坐标系="", 关系=""
    )
    assert row.position is not None
    assert (row.position.datum, row.role) == ("BD09", "guarantor")


def test_the_content_key_ignores_line_and_way_of_writing() -> None:
    first = taken_case()
    same = taken_case(欠款金额="78,867.36元", 坐标系="wgs-84", 经度="104.0458460", 债务人="张 三")
    assert content_key(first) == content_key(same)


@pytest.mark.parametrize("field", ["债务人", "地址", "备注"])
def test_the_content_key_changes_with_the_content(field: str) -> None:
    assert content_key(taken_case()) != content_key(taken_case(**{field: "王五1号"}))


@settings(max_examples=150)
@given(st.sampled_from(list(CASE)), st.one_of(st.text(max_size=30), st.floats(), st.integers()))
def test_no_cell_makes_the_reader_raise(field: str, value: Cell) -> None:
    read = list(read_cases(table(CASE | {field: value})))
    assert len(read) == 1
    assert isinstance(read[0], CaseRow | Refusal)


def test_a_row_longer_than_the_headings_is_refused() -> None:
    rows = table(CASE)
    rows[1] = type(rows[1])(2, (*rows[1].cells, "rest of an address"))
    read = next(read_cases(rows))
    assert isinstance(read, Refusal)
    assert read.faults[0].reason == "row_too_long"


def test_several_telephone_columns_are_one_list() -> None:
    row = case(手机号2="13912348000")
    assert isinstance(row, CaseRow)
    assert [phone.e164 for phone in row.phones] == ["+8613812348000", "+8613912348000"]


@pytest.mark.parametrize("heading", ["需要技能", "技能要求", "Required Skills"])
def test_a_case_may_ask_for_skills(heading: str) -> None:
    assert taken_case(**{heading: "粤语、车贷"}).skills == ("粤语", "车贷")
    assert taken_case(**{heading: ""}).skills == taken_case().skills == ()


def test_too_many_skills_are_refused() -> None:
    assert faults(需要技能=";".join(f"技能{n}" for n in range(31))) == [("skills", "skills_many")]


def test_a_file_without_the_column_is_the_same_as_before() -> None:
    assert content_key(taken_case()) == content_key(taken_case(需要技能=""))
    assert content_key(taken_case()) != content_key(taken_case(需要技能="粤语"))
