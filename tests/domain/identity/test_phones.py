"""Telephones: lists and extensions are split, E.164 comes out, the impossible is refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldops.domain.identity import Unreadable, read_phones


def written(text: str) -> list[str]:
    read = read_phones(text)
    assert not isinstance(read, Unreadable), read
    return [str(phone) for phone in read]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("13812348000", ["+8613812348000"]),  # plain mobile
        ("１３８-1234-8000", ["+8613812348000"]),  # full-width digits and hyphens
        ("138 1234 8000", ["+8613812348000"]),  # blanks within one number
        ("+86 13812348000", ["+8613812348000"]),  # with country code
        ("010-58888888", ["+861058888888"]),  # landline
        ("(028)85551234", ["+862885551234"]),  # area code in brackets
        ("010-58888888转8001", ["+861058888888;ext=8001"]),  # extension
        ("010-58888888-8001", ["+861058888888;ext=8001"]),  # extension after a hyphen
        ("010-58888888(8001)", ["+861058888888;ext=8001"]),  # extension in brackets
        ("13812348000/010-58888888", ["+8613812348000", "+861058888888"]),  # list with slash
        ("13812348000、13912348000", ["+8613812348000", "+8613912348000"]),  # list with 、
        ("13812348000 13912348000", ["+8613812348000", "+8613912348000"]),  # list with a blank
        ("13812348000;13812348000", ["+8613812348000"]),  # the same one twice
        ("4008001234", ["+864008001234"]),  # service number
        ("+85291234567", ["+85291234567"]),  # Hong Kong
    ],
)
def test_a_telephone_is_read(text: str, expected: list[str]) -> None:
    assert written(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12345", "phone_short"),  # five digits
        ("1381234567", "phone_impossible"),  # a mobile with a digit missing
        ("138123480001", "phone_long"),  # a digit too many
        ("12012348000", "phone_impossible"),  # no mobile begins with 120
        ("85551234", "phone_area_missing"),  # landline without area code
        ("张三的电话", "phone_letters"),  # words
        ("1.38123E+10", "phone_damaged"),  # a spreadsheet's doing
        ("/".join(["13812348000"] * 11), "phone_many"),  # eleven in one cell
        ("1" * 500, "phone_many"),  # an endless cell
    ],
)
def test_a_bad_telephone_is_refused_with_its_reason(text: str, expected: str) -> None:
    read = read_phones(text)
    assert isinstance(read, Unreadable)
    assert read.reason == expected


def test_the_bad_one_of_a_list_is_named_by_its_place() -> None:
    read = read_phones("13812348000/12345")
    assert isinstance(read, Unreadable)
    assert ("place", "2") in read.given


def test_a_mobile_of_an_unlisted_series_is_taken_and_marked() -> None:
    read = read_phones("14112348000")
    assert not isinstance(read, Unreadable)
    assert not read[0].known


@settings(max_examples=100)
@given(st.text(alphabet="0123456789+-/转 ()xE.一", max_size=60))
def test_no_text_makes_the_reader_raise(text: str) -> None:
    assert isinstance(read_phones(text), tuple | Unreadable)
