"""Sealed values open under their own kind and key alone, and are found by a blind index."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.engine.default import DefaultDialect

from fieldops.models import sealing
from fieldops.models.sealing import Keyring, SealBroken
from fieldops.models.types import SealedJson

RING = Keyring(bytes(range(32)))


@settings(max_examples=50)
@given(st.binary(max_size=500))
def test_what_is_sealed_opens_again(plain: bytes) -> None:
    assert RING.open("name", RING.seal("name", plain)) == plain


def test_the_same_value_is_sealed_differently_each_time() -> None:
    assert RING.seal("name", b"x") != RING.seal("name", b"x")


def test_another_kind_does_not_open_it() -> None:
    with pytest.raises(SealBroken, match="phone"):
        RING.open("phone", RING.seal("name", b"x"))


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(SealBroken):
        Keyring(os.urandom(32)).open("name", RING.seal("name", b"x"))


@pytest.mark.parametrize("place", [0, 5, -1])
def test_a_changed_byte_does_not_open(place: int) -> None:
    sealed = bytearray(RING.seal("name", b"somebody"))
    sealed[place] ^= 1
    with pytest.raises(SealBroken):
        RING.open("name", bytes(sealed))


@pytest.mark.parametrize("length", [0, 1, 12, 20])
def test_a_value_that_was_cut_short_does_not_open(length: int) -> None:
    with pytest.raises(SealBroken):
        RING.open("name", RING.seal("name", b"somebody")[:length])


def test_equal_values_of_one_scope_have_one_blind_index() -> None:
    assert RING.blind_index("phone", "a", "13900000000") == RING.blind_index(
        "phone", "a", "13900000000"
    )


@pytest.mark.parametrize(
    "other",
    [("id-number", "a", "13900000000"), ("phone", "b", "13900000000"), ("phone", "a", "1")],
)
def test_a_blind_index_differs_by_kind_scope_and_value(other: tuple[str, str, str]) -> None:
    assert RING.blind_index("phone", "a", "13900000000") != RING.blind_index(*other)


def test_a_keyring_never_shows_its_key() -> None:
    assert repr(RING) == "Keyring(…)"


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Keyring(b"short")


def test_sealed_json_comes_back_as_it_was_and_is_not_read_without_the_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sealing, "_current", RING)
    column = SealedJson("pack-seals")
    dialect = DefaultDialect()
    value = {"parties": ["somebody"], "size": 3}
    sealed = column.process_bind_param(value, dialect)
    assert sealed is not None
    assert b"somebody" not in sealed
    assert column.process_result_value(sealed, dialect) == value
