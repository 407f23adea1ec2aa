"""A file looked at before it is taken in: which row is the heading, and what each column may be."""

import pytest

from fieldops.domain.casefile.looking import header_key, look, mapping_of
from fieldops.domain.casefile.mapping import HeadingMapping
from fieldops.domain.casefile.rows import Cell, RawRow
from fieldops.domain.errors import InvalidInput


def _rows(*rows: tuple[Cell, ...]) -> list[RawRow]:
    return [RawRow(line, cells) for line, cells in enumerate(rows, 1)]


def test_what_the_vocabulary_knows_is_chosen_beforehand_and_marked() -> None:
    seen = look(_rows(("案件编号", "债务人", "地址", "颜色"), ("A-1", "张三", "某路1号", "红")))
    assert seen.kind == "cases"
    assert [(one.field, one.by) for one in seen.columns] == [
        ("case_number", "known"), ("name", "known"), ("address", "known"), ("", ""),
    ]  # fmt: skip
    assert seen.columns[3].cells == ("红",)


def test_a_title_above_is_not_taken_for_the_heading() -> None:
    seen = look(_rows(("某银行委外清单",), ("合同", "客户", "住哪"), ("A-1", "张三", "某路1号")))
    assert seen.line == 2
    assert [one.heading for one in seen.columns] == ["合同", "客户", "住哪"]


def test_a_saved_mapping_goes_before_the_vocabulary() -> None:
    seen = look(_rows(("案号", "客户"), ("A-1", "张三"))).by_mapping(
        HeadingMapping({"案号": "ignore", "客户": "name"})
    )
    assert [(one.field, one.by) for one in seen.columns] == [("", "saved"), ("name", "saved")]


def test_a_second_column_of_one_field_is_left_for_a_person_but_phones_are_many() -> None:
    seen = look(_rows(("姓名", "借款人", "手机号1", "手机号2"), ("a", "b", "1", "2")), "cases")
    assert [(one.field, one.by) for one in seen.columns] == [
        ("name", "known"), ("", "twice"), ("phone", "known"), ("phone", "known"),
    ]  # fmt: skip


def test_an_agent_file_is_known_by_its_words_unless_somebody_says_otherwise() -> None:
    rows = _rows(("工号", "姓名", "上班时间", "下班时间"), ("1", "a", "9:00", "18:00"))
    assert look(rows).kind == "agents"
    assert look(rows, "cases").kind == "cases"


@pytest.mark.parametrize("rows", [(), ((None, ""), (" ",))])
def test_a_file_without_a_cell_is_refused(rows: tuple[tuple[Cell, ...], ...]) -> None:
    with pytest.raises(InvalidInput):
        look(_rows(*rows))


def test_a_header_is_known_again_in_another_order_and_with_marks() -> None:
    assert header_key(["案件编号", "姓名 *"]) == header_key(["姓名(必填)", "案件编号", ""])
    assert header_key(["案件编号"]) != header_key(["姓名"])


def test_what_is_left_out_is_ignored_and_blank_defaults_are_none() -> None:
    found = mapping_of([("案号", "case_number"), ("颜色", ""), ("", "name")], {"client": ""})
    assert (found.columns, found.defaults) == ({"案号": "case_number", "颜色": "ignore"}, {})


def test_two_columns_of_one_heading_cannot_be_two_fields() -> None:
    with pytest.raises(InvalidInput):
        mapping_of([("电话", "phone"), ("电话", "name")], {})


def test_long_cells_and_ragged_rows_are_shown_short() -> None:
    seen = look(_rows(("姓名",), ("x" * 500, "more"), ()))
    assert len(seen.columns[0].cells[0]) == 40
    assert seen.columns[1].heading == ""
