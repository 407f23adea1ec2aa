"""Receipts say what a received entry says, and are read strictly."""

import json
from typing import Any

import pytest

from evidence.custody.receipt import (
    ReceiptError,
    document,
    parse_document,
    receipt_for,
)
from tests.evidence.world import World

SIGNER = "ab" * 32


def given_document(**changes: Any) -> bytes:
    receipt = receipt_for(World().receive(1), 5, SIGNER)
    made = document(receipt, b"signature")
    made["receipt"].update(changes)
    return json.dumps(made).encode()


def test_a_receipt_reads_back() -> None:
    receipt = receipt_for(World().receive(1), 5, SIGNER)
    assert parse_document(given_document()) == (receipt, b"signature")


def test_the_signed_bytes_do_not_depend_on_the_spelling_of_the_document() -> None:
    spaced = json.dumps(json.loads(given_document()), indent=2).encode()
    receipt = receipt_for(World().receive(1), 5, SIGNER)
    assert parse_document(spaced)[0].signed_bytes() == receipt.signed_bytes()


@pytest.mark.parametrize(
    "changes",
    [
        {"v": 2},
        {"index": "5"},
        {"index": True},
        {"size": -1},
        {"sha256": "ab"},
        {"signer": None},
        {"case": ""},
        {"at": "yesterday"},
        {"more": 1},
        {"item": "\ud800"},  # half of a surrogate pair, which has no bytes to sign
        {"size": 2**53},
    ],
)
def test_a_receipt_of_another_form_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ReceiptError):
        parse_document(given_document(**changes))


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b"null", b"\xff", b"[" * 60_000, b" " * 70_000]
)
def test_what_is_no_receipt_is_refused(data: bytes) -> None:
    with pytest.raises(ReceiptError):
        parse_document(data)


def test_only_a_received_entry_has_a_receipt() -> None:
    with pytest.raises(ReceiptError):
        receipt_for(World().add("read", item="item-1"), 5, SIGNER)
