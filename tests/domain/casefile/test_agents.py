"""One agent row, and what the partners of a whole file say of each other."""

from datetime import date, datetime, time

import pytest

from fieldops.domain.casefile import AgentRow, Cell, Refusal, content_key, partner_doubts
from tests.domain.casefile.builders import agent


def taken(**changes: Cell) -> AgentRow:
    read = agent(**changes)
    assert isinstance(read, AgentRow), read
    return read


def test_a_good_row_is_taken_whole() -> None:
    row = taken()
    assert (row.code, row.shift_start, row.shift_end) == ("A1", time(9), time(18))
    assert (row.break_minutes, row.skills) == (45, ("车贷", "英语"))
    assert row.trained_until == date(2027, 3, 31)


@pytest.mark.parametrize(
    "cell", ["8:30", "０８：３０", "8点30分", time(8, 30), 8.5 / 24, "08:30:00"]
)
def test_a_time_is_read_in_any_form(cell: Cell) -> None:
    assert taken(班次开始=cell).shift_start == time(8, 30)


@pytest.mark.parametrize(
    "cell",
    ["2027/3/31", "2027年3月31日", "20270331", "2027.03.31", datetime(2027, 3, 31)],  # noqa: DTZ001  # A workbook's dates know no zone.
)
def test_a_date_is_read_in_any_form(cell: Cell) -> None:
    assert taken(培训到期日=cell).trained_until == date(2027, 3, 31)


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("工号", "", ("code", "value_missing")),  # no code
        ("工号", "A 1", ("code", "code_form")),  # a blank within
        ("班次开始", "", ("shift_start", "value_missing")),  # no beginning
        ("班次开始", "25:00", ("shift_start", "time_impossible")),  # no such hour
        ("班次开始", "早上", ("shift_start", "time_unreadable")),  # words
        ("班次结束", "08:00", ("shift_end", "shift_order")),  # before it begins
        ("午休分钟", "300", ("break_minutes", "number_range")),  # five hours
        ("搭档工号", "A1", ("partner_code", "partner_self")),  # himself
        ("最多户数", "0", ("most_stops", "number_range")),  # a day without any
        ("最多户数", "几户", ("most_stops", "number_unreadable")),  # words
        ("每日最多分钟", "1500", ("most_minutes", "number_range")),  # more than a day
        ("每日最多分钟", "nan", ("most_minutes", "number_form")),  # not a number
        ("培训到期日", "3/4/2027", ("trained_until", "date_ambiguous")),  # March or April
        ("培训到期日", "2027-02-30", ("trained_until", "date_impossible")),  # no such day
        ("培训到期日", "46112", ("trained_until", "date_unreadable")),  # a serial number
        ("出发纬度", "", ("latitude", "coordinate_incomplete")),  # one of two
    ],
)
def test_a_bad_cell_refuses_the_row(field: str, value: Cell, expected: tuple[str, str]) -> None:
    read = agent(**{field: value})
    assert isinstance(read, Refusal)
    assert [(fault.field, fault.reason) for fault in read.faults] == [expected]


def test_a_break_before_the_shift_is_noted() -> None:
    assert [n.reason for n in taken(班次开始="12:30").notes] == ["break_outside_shift"]


def test_partners_that_do_not_agree_are_told() -> None:
    rows = [taken(), taken(工号="A2", 搭档工号="A3"), taken(工号="A3", 搭档工号="A9")]
    found = [(row.code, doubt.reason) for row, doubt in partner_doubts(rows)]
    assert found == [
        ("A1", "partner_not_mutual"),
        ("A2", "partner_not_mutual"),
        ("A3", "partner_unknown"),
    ]


def test_limits_of_a_day_are_optional_and_read_with_their_units() -> None:
    assert (taken().most_stops, taken().most_minutes) == (None, None)
    row = taken(最多户数="12户", 每日最多分钟="420 分钟")
    assert (row.most_stops, row.most_minutes) == (12, 420)
    assert taken(max_stops=8, max_minutes=300.0).most_minutes == 300


def test_a_limit_changes_the_content_and_its_absence_does_not() -> None:
    assert content_key(taken()) == content_key(taken(最多户数=""))
    assert content_key(taken()) != content_key(taken(最多户数="12"))
    assert content_key(taken(最多户数="12")) != content_key(taken(每日最多分钟="12"))
