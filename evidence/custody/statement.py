"""The disclosure statement: what one pack shows, withholds and calls its exhibits.

The pack's cut holds its SHA-256 (`detail.disclosure_sha256`), so that whoever has the signing key
alone can change neither profile nor exhibits later: the log would say otherwise.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from evidence.custody.canonical import canonical

VERSION = 1
DIGEST = "disclosure_sha256"
# Why an item is kept out of one pack: these words stand in the custody log, so they name nobody.
NOT_SUBMITTED, BY_PROFILE = "not-submitted", "profile"
COPY_INSTEAD, NO_COPY = "copy-instead", "no-copy"
REASONS: Mapping[str, tuple[str, str]] = {
    NOT_SUBMITTED: ("未提交", "not submitted"),
    "unrelated": ("与待证事实无关", "not relevant"),
    "duplicate": ("与其他证据重复", "duplicates another item"),
    "third-person": ("涉及第三人个人信息", "personal data of a third person"),
    "privileged": ("律师工作保密", "privileged"),
    BY_PROFILE: ("按披露方案不提供", "outside the recipient's profile"),
    COPY_INSTEAD: ("以遮盖副本代替", "a redacted copy stands in its place"),
    NO_COPY: ("尚无经审阅的遮盖副本", "there is no reviewed redacted copy"),
}


def statement_line(statement: Mapping[str, Any]) -> bytes:
    """The bytes of the statement's file: its canonical JSON and a line feed."""
    return canonical(dict(statement)) + b"\n"


def statement_sha256(line: bytes) -> str:
    """What the cut commits to, over the bytes of the file."""
    return sha256(line).hexdigest()


def stamps_told(size: int, chains: Sequence[Sequence[bytes]]) -> dict[str, Any]:
    """The statement's line on the stamps of one older checkpoint: the SHA-256 of each response.

    `chains` holds each stamp followed by its renewals, in the order of the pack's files.
    """
    digests = [[sha256(response).hexdigest() for response in chain] for chain in chains]
    return {"size": size, "chains": digests}


def told_by(record: Mapping[str, Any]) -> dict[str, Any]:
    """The statement's line on one item, read from the item's record in `meta/items.jsonl`.

    Raises KeyError, TypeError or AttributeError for what is no such record.
    """
    fields = record["as_received"]
    return {
        "item": record["item"],
        "number": record["number"],
        "exhibit": record.get("exhibit", ""),
        "catalogue": record["catalogue"],
        "status": record["status"],
        "withheld_fields": sorted(name for name, one in fields.items() if "value" not in one),
        "copies": [made["sha256"] for made in record["derived"]],
    }
