"""Receipts: what goes back to the phone for every item, signed, so that losing it can be proved.

The document is `{"receipt": {...}, "signature": base64}`; the signature is a detached CMS (DER)
over the canonical bytes of the receipt.
"""

import base64
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from evidence.custody.canonical import NotCanonicalError, canonical, is_sha256
from evidence.custody.entry import RECEIVED, Entry
from evidence.custody.instants import format_instant, parse_instant

VERSION = 1
LARGEST = 64 * 1024


class ReceiptError(ValueError):
    """A receipt breaks its format; the message says how."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the service acknowledges: this item, this hash, at this place in the log."""

    log: str
    case: str
    case_seq: int
    index: int
    item: str
    sha256: str
    size: int
    at: datetime
    signer: str  # SHA-256 of the signer's certificate (DER), hexadecimal.

    def body(self) -> dict[str, Any]:
        """The receipt as plain data."""
        return {"v": VERSION, **asdict(self), "at": format_instant(self.at)}

    def signed_bytes(self) -> bytes:
        """What the signature covers."""
        return canonical(self.body())


def receipt_for(entry: Entry, index: int, signer: str) -> Receipt:
    """The receipt of a `received` entry that stands at `index` in the log."""
    if entry.action != RECEIVED or entry.item is None:
        raise ReceiptError("only a received entry has a receipt")
    if entry.sha256 is None or entry.size is None:
        raise ReceiptError("the entry has no hash or size")
    return Receipt(
        entry.log, entry.case, entry.case_seq, index,
        entry.item, entry.sha256, entry.size, entry.at, signer,
    )  # fmt: skip


def document(receipt: Receipt, signature: bytes) -> dict[str, Any]:
    """The JSON document for the phone; `signature` is the CMS DER over `signed_bytes()`."""
    return {"receipt": receipt.body(), "signature": base64.b64encode(signature).decode()}


def parse_document(data: bytes) -> tuple[Receipt, bytes]:
    """The receipt and its CMS signature (DER), not yet verified; raises ReceiptError."""
    if len(data) > LARGEST:
        raise ReceiptError(f"a receipt has at most {LARGEST} bytes")
    try:
        plain = json.loads(data)
        body, signature = plain["receipt"], base64.b64decode(plain["signature"], validate=True)
        version, at = body.pop("v"), parse_instant(body.pop("at"))
        receipt = Receipt(**body, at=at)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ReceiptError(f"not a receipt document: {error}") from error
    if version != VERSION:
        raise ReceiptError(f"this reads receipts of version {VERSION}, not {version!r}")
    _check(receipt)
    return receipt, signature


def _check(receipt: Receipt) -> None:
    texts = (receipt.log, receipt.case, receipt.item)
    numbers = (receipt.case_seq, receipt.index, receipt.size)
    if not all(isinstance(text, str) and text for text in texts):
        raise ReceiptError("log, case and item are texts")
    if not all(type(number) is int and number >= 0 for number in numbers):
        raise ReceiptError("case_seq, index and size are whole numbers")
    if not is_sha256(receipt.sha256) or not is_sha256(receipt.signer):
        raise ReceiptError("sha256 and signer are 64 hexadecimal digits")
    try:
        receipt.signed_bytes()
    except NotCanonicalError as error:
        raise ReceiptError(f"not what a signature could cover: {error}") from error
