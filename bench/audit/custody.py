"""Evidence: every item is hashed, every chain is whole, and the signed head covers them all."""

import json
from collections.abc import Iterator, Sequence
from hashlib import sha256

from bench.audit.records import Books, Finding, Row, grouped, key

_FIRST = "0" * 64


def chains(books: Books) -> Iterator[Finding]:
    """Breaks in the chain of a case or of the log, and rows that differ from what they bear."""
    entries = books.rows(
        "SELECT id, case_id, case_sequence, position, item_id, action, body, leaf_hash "
        "FROM custody_entry ORDER BY position"
    )
    for place, row in enumerate(entries):
        if row["position"] != place:
            yield Finding("a gap in the custody log", key(row["id"]))
            break
    for rows in grouped(entries, "case_id").values():
        yield from _chain(sorted(rows, key=lambda row: row["case_sequence"]))
    for log in books.rows("SELECT organisation_id, size FROM custody_log"):
        if log["size"] != len(entries):
            yield Finding(
                "a custody log that is not as long as it says", key(log["organisation_id"])
            )
    leaves = [bytes.fromhex(str(row["leaf_hash"])) for row in entries]
    for head in books.rows("SELECT id, size, root FROM checkpoint ORDER BY size DESC LIMIT 1"):
        if root(leaves[: head["size"]]).hex() != head["root"]:
            yield Finding("a signed head that does not cover the log", key(head["id"]))


def _chain(rows: Sequence[Row]) -> Iterator[Finding]:
    before = _FIRST
    for number, row in enumerate(rows, start=1):
        body = bytes(row["body"])
        told = json.loads(body)
        leaf = sha256(b"\x00" + body).hexdigest()
        if leaf != row["leaf_hash"]:
            yield Finding("a custody entry that was changed", key(row["id"]))
        if (told["case_seq"], row["case_sequence"], told["prev"]) != (number, number, before):
            yield Finding("a break in the custody of a case", key(row["id"]))
        before = leaf


def root(leaves: Sequence[bytes]) -> bytes:
    """The root of the tree over these leaves, by RFC 6962."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + root(leaves[:split]) + root(leaves[split:])).digest()


def items(books: Books) -> Iterator[Finding]:
    """Items without a hash, without an entry of their receipt, or with another one's hash."""
    received = grouped(
        books.rows("SELECT item_id, body FROM custody_entry WHERE action = 'received'"), "item_id"
    )
    for row in books.rows("SELECT id, sha256, size, receipt FROM item"):
        name = key(row["id"])
        told = [json.loads(bytes(one["body"])) for one in received.get(name, ())]
        if len(str(row["sha256"])) != 64:
            yield Finding("an item that was not hashed", name)
        if [(one["sha256"], one["size"]) for one in told] != [(row["sha256"], row["size"])]:
            yield Finding("an item whose receipt is not in the log", name)
        if not row["receipt"]:
            yield Finding("an item for which no receipt was signed", name)
