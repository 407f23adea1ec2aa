"""What counsel may ask of a share, how a passphrase is read, and what counts as a download."""

from datetime import timedelta
from typing import Any

import pytest

from fieldops.domain.sharing import ShareOrder, fetched, spelled
from tests.conftest import NOW

TOLD: dict[str, Any] = {"recipient": "某区人民法院", "recipient_kind": "court", "purpose": "立案"}


def test_a_share_lasts_fourteen_days_and_ten_downloads_unless_said_otherwise() -> None:
    order = ShareOrder(**TOLD)
    assert (order.faults(), order.most_downloads) == ([], 10)
    assert order.ends(NOW) == NOW + timedelta(days=14)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("recipient", ""),
        ("recipient", "   "),
        ("recipient", "x" * 201),
        ("recipient", "a\x00b"),
        ("purpose", "\n"),
        ("purpose", "y" * 201),
        ("recipient_kind", "friend"),
        ("recipient_kind", ""),
        ("days", 0),
        ("days", -1),
        ("days", 91),
        ("most_downloads", 0),
        ("most_downloads", 101),
    ],
)
def test_what_cannot_be_is_named_with_its_cure(field: str, value: Any) -> None:
    (fault,) = ShareOrder(**{**TOLD, field: value}).faults()
    assert fault.field == field
    assert fault.cure


def test_every_wrong_field_is_named_at_once() -> None:
    assert len(ShareOrder("", "", "", 0, 0).faults()) == 5


@pytest.mark.parametrize(
    "typed",
    ["abc-23x", "ABC-23X", " abc 23x ", "ａｂｃ－２３ｘ", "abc\u200b-23x", "Abc–23x", "abc23x"],
)
def test_however_it_was_typed_a_passphrase_is_the_same(typed: str) -> None:
    assert spelled(typed) == "abc23x"


def test_nothing_and_an_endless_passphrase_are_read_without_harm() -> None:
    assert spelled("") == spelled("--- ") == ""
    assert len(spelled("x" * 10_000_000)) == 200


@pytest.mark.parametrize(
    ("handed_over", "size", "whole"),
    [(0, 10, 0), (9, 10, 0), (10, 10, 1), (19, 10, 1), (30, 10, 3), (5, 0, 5)],
)
def test_as_many_bytes_as_the_pack_has_are_one_download(
    handed_over: int, size: int, whole: int
) -> None:
    assert fetched(handed_over, size) == whole
