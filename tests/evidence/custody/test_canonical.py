"""Canonical JSON has one spelling for each value and refuses what has none."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.custody.canonical import NotCanonicalError, canonical, degrees, read_canonical

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)


@given(VALUES)
@settings(max_examples=60)
def test_what_is_written_is_read_back_as_the_same_value(value: object) -> None:
    assert read_canonical(canonical(value)) == value


def test_keys_are_sorted_and_chinese_stays_as_it_is() -> None:
    assert canonical({"b": [1, None], "a": "张", "A": True}) == (
        '{"A":true,"a":"张","b":[1,null]}'.encode()
    )


@pytest.mark.parametrize(
    "value",
    [
        1.5,  # a float has many spellings
        float("nan"),
        2**53,  # no reader of JSON numbers holds it exactly
        {1: "a"},  # a key that is not text
        "\ud800",  # half a surrogate pair
        b"bytes",
        {"a": {"b": [0.1]}},  # deep inside
        ("a",),  # a tuple would come back as a list
    ],
)
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(NotCanonicalError):
        canonical(value)


def test_the_place_of_a_float_is_named() -> None:
    with pytest.raises(NotCanonicalError, match=r"\$\.a\.b\[0\]"):
        canonical({"a": {"b": [0.1]}})


def test_bottomless_nesting_is_refused() -> None:
    value: list[object] = []
    for _ in range(100):
        value = [value]
    with pytest.raises(NotCanonicalError, match="nested"):
        canonical(value)


@pytest.mark.parametrize(
    "text",
    [
        b'{"a": 1}',  # white space
        b'{"b":1,"a":2}',  # unsorted
        b'{"a":1,"a":1}',  # a key twice
        b'{"a":1.0}',
        b'{"a":NaN}',
        b'"\\u5f20"',  # escaped where it need not be
        b"\xff",
        b"",
        b"[" * 100_000,
    ],
)
def test_any_other_spelling_is_refused(text: bytes) -> None:
    with pytest.raises(NotCanonicalError):
        read_canonical(text)


def test_a_position_is_text_with_seven_places() -> None:
    assert degrees(31.23) == "31.2300000"
    assert degrees(-0.00000001) == "0.0000000"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 180.1])
def test_what_is_no_angle_is_no_position(value: float) -> None:
    with pytest.raises(NotCanonicalError):
        degrees(value)
