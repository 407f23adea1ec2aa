"""Names are normalised without losing a character, and masks give nothing away."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldops.domain.identity import (
    Unreadable,
    mask_id_number,
    mask_name,
    mask_phone,
    name_doubts,
    normalise_name,
    read_name,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("张 三", "张三"),  # blank within
        ("\u3000张三\ufeff", "张三"),  # ideographic blank and BOM
        ("阿卜杜拉•买买提", "阿卜杜拉·买买提"),  # bullet for a middle dot
        ("阿卜杜拉．买买提", "阿卜杜拉·买买提"),  # full-width stop for a middle dot
        ("Ｊｏｈｎ  Smith", "John Smith"),  # full-width Latin, two blanks
        ("\U00020bb7野家", "\U00020bb7野家"),  # a character outside the basic plane stays
    ],
)
def test_a_name_is_normalised(text: str, expected: str) -> None:
    assert normalise_name(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  ", "name_empty"),  # blanks only
        ("13812348000", "name_not_a_name"),  # the columns have slipped
        ("张\ufffd", "characters_lost"),  # a wrong encoding
        ("张" * 101, "name_long"),  # no name is so long
        ("张\x00三", "name_not_a_name"),  # a control character
    ],
)
def test_a_bad_name_is_refused(text: str, expected: str) -> None:
    read = read_name(text)
    assert isinstance(read, Unreadable)
    assert read.reason == expected


def test_signs_of_a_lost_rare_character_are_noted() -> None:
    assert name_doubts("张?") == ("name_question_mark",)
    assert name_doubts("张\ue000") == ("name_private_character",)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"),
        ("张三丰", "张**"),
        ("欧阳娜娜", "欧阳**"),
        ("阿卜杜拉·买买提", "阿***·***"),
        ("John Smith", "J***"),
        ("张", "*"),
        ("", ""),
    ],
)
def test_a_name_is_masked(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("+8613812348000", "138****8000"),
        ("13812348000", "138****8000"),
        ("+862885551234", "028****1234"),
        ("+85291234567", "+852****4567"),
        ("+861058888888;ext=8001", "010****8888"),
        ("12345", "****45"),
        ("", ""),
    ],
)
def test_a_telephone_is_masked(phone: str, masked: str) -> None:
    assert mask_phone(phone) == masked


def test_an_identity_number_keeps_county_and_last_four() -> None:
    assert mask_id_number("510105200409137605") == "510105********7605"
    assert mask_id_number("51010") == "*****"


@settings(max_examples=50)
@given(st.text(alphabet="0123456789", min_size=5, max_size=20))
def test_a_mask_never_shows_the_whole_number(digits: str) -> None:
    assert digits not in mask_phone(digits)
    assert digits not in mask_id_number(digits)
