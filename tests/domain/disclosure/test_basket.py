"""Baskets: order, exhibits, and what is left out; and what becomes of each item of one."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from fieldops.domain.disclosure.basket import (
    Basket,
    Line,
    Reason,
    basket_of,
    checked,
    completed,
)
from fieldops.domain.disclosure.profiles import WHOLE, Copies, Kind
from fieldops.domain.disclosure.settling import Decision, settle
from fieldops.domain.errors import InvalidInput

A, B, C = (UUID(int=number) for number in (1, 2, 3))


def faults(basket: Basket) -> list[str]:
    with pytest.raises(InvalidInput) as refused:
        checked(basket, [A, B, C], "zh")
    return [fault.field for fault in refused.value.faults]


def test_exhibits_are_numbered_in_order_past_those_that_counsel_gave() -> None:
    lines = (Line(C), Line(A, exhibit="证据1"), Line(B))
    numbered = checked(Basket(lines), [A, B, C], "zh")
    assert [(one.item, one.exhibit) for one in numbered.lines] == [
        (C, "证据2"), (A, "证据1"), (B, "证据3"),
    ]  # fmt: skip


def test_an_english_reader_gets_english_numbers() -> None:
    assert [one.exhibit for one in completed(None, [A, B], "en").lines] == [
        "Exhibit 1", "Exhibit 2",
    ]  # fmt: skip


def test_what_came_later_is_not_submitted_and_stands_last() -> None:
    kept = Basket((Line(A, reason=Reason.PRIVILEGED), Line(B, exhibit="证据1")))
    lines = completed(kept, [A, B, C], "zh").lines
    assert [(one.item, one.reason) for one in lines] == [
        (B, None), (A, Reason.PRIVILEGED), (C, Reason.NOT_SUBMITTED),
    ]  # fmt: skip


def test_one_number_for_two_exhibits_is_refused() -> None:
    lines = (Line(A, exhibit="Exhibit A"), Line(B, exhibit="exhibit a"))
    assert faults(Basket(lines)) == ["lines[1].exhibit"]


def test_strangers_and_repetitions_are_refused() -> None:
    assert faults(Basket((Line(UUID(int=9)),))) == ["lines[0].item"]
    assert faults(Basket((Line(A), Line(A, reason=Reason.DUPLICATE)))) == ["lines[1].item"]


def test_a_basket_that_submits_nothing_is_refused() -> None:
    assert faults(Basket((Line(A, reason=Reason.DUPLICATE),))) == ["lines"]


def test_what_was_kept_is_read_again() -> None:
    lines = (Line(A, "证据1", "到访\n过程"), Line(B, reason=Reason.THIRD_PERSON, note="邻居"))
    kept = Basket(lines, "示例法院", "示例公司")
    assert basket_of(kept.to_json()) == kept


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ({"item": "x"}, "lines[0].item"),
        ({"exhibit": "证据1"}, "lines[0].item"),
        ({"item": str(A), "reason": "lost"}, "lines[0].reason"),
        ({"item": str(A), "exhibit": "x" * 41}, "lines[0].exhibit"),
        ({"item": str(A), "proves": "x" * 1001}, "lines[0].proves"),
        ({"item": str(A), "proves": "a\x00b"}, "lines[0].proves"),
        ({"item": str(A), "note": 7}, "lines[0].note"),
        ({"item": str(A), "price": 7}, "lines[0].price"),
        ("x", "lines[0]"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(line: Any, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        basket_of({"lines": [line]})
    assert refused.value.faults[0].field == field


@pytest.mark.parametrize(
    ("copies", "kind", "has_copy", "expected"),
    [
        (Copies.NONE, "photo", True, Decision(True)),
        (Copies.BESIDE, "photo", True, Decision(True, copy=True)),
        (Copies.REPLACE, "photo", True, Decision(False, True, "copy-instead")),
        (Copies.REPLACE, "photo", False, Decision(True)),
        (Copies.ONLY, "photo", True, Decision(False, True, "copy-instead")),
        (Copies.ONLY, "photo", False, Decision(False, False, "no-copy", hides_all=True)),
        (Copies.ONLY, "document", False, Decision(True)),
        (Copies.ONLY, "audio", False, Decision(False, False, "profile", hides_all=True)),
    ],
)
def test_a_profile_decides_on_originals_and_copies(
    copies: Copies, kind: str, has_copy: bool, expected: Decision
) -> None:
    kinds = frozenset({Kind.PHOTO, Kind.DOCUMENT})
    profile = replace(WHOLE, copies=copies, kinds=kinds)
    assert settle(profile, Line(A), kind, has_copy=has_copy, kept_out=False) == expected


def test_what_counsel_leaves_out_stays_out_whatever_the_profile() -> None:
    line = Line(A, reason=Reason.PRIVILEGED)
    found = settle(WHOLE, line, "photo", has_copy=True, kept_out=False)
    assert found == Decision(False, False, "privileged", hides_all=True)


def test_what_is_kept_out_for_good_needs_no_further_reason() -> None:
    assert settle(WHOLE, Line(A), "photo", has_copy=True, kept_out=True) == Decision(False)
