"""Custody entries: who did what to an item and when, chained within each case.

An entry's leaf bytes are its canonical JSON. Its hash is the RFC 6962 leaf hash of these bytes,
both in the log's tree and as `prev` of the case's next entry. Entries go into packs whole, so
they name people and items by id only; what could identify somebody stays in the item's record.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from evidence.custody.canonical import canonical, is_sha256
from evidence.custody.instants import format_instant, parse_instant
from evidence.custody.merkle import leaf_hash

VERSION = 1
FIRST_PREV = "0" * 64
RECEIVED, DERIVED, WITHHELD, CUT = "received", "derived", "withheld", "checkpointed-cut"
READ, EXPORTED, CHECKED = "read", "exported", "fixity-checked"
DESTROYED = "key-destroyed"
ACTIONS: Mapping[str, str] = {
    RECEIVED: "an item arrived whole and was hashed while it was written",
    READ: "somebody opened an item; detail.what says record or content",
    EXPORTED: "an item left in a pack or a download",
    DERIVED: "a redacted or converted copy was made; detail.original_sha256 says of what",
    WITHHELD: "an item is kept out of packs from here on, or of detail.pack alone",
    CHECKED: "the stored bytes were hashed again: changed, missing or whole-again",
    "relocated": "the stored bytes moved to another store; the hash stayed",
    "hold-placed": "a legal hold forbids deletion from here on",
    "hold-lifted": "the legal hold ended",
    DESTROYED: "the item's key was destroyed: its bytes are gone, its hash remains",
    CUT: "a pack ends the case's chain here; detail.pack names it",
}
_TEXTS = ("log", "case", "actor", "action")
_LONGEST = 200


class EntryError(ValueError):
    """A custody entry breaks its format; the message names the field."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One custody entry; `case_seq` counts 1..n within the case, `prev` is hexadecimal."""

    log: str
    case: str
    case_seq: int
    prev: str
    at: datetime
    actor: str
    action: str
    item: str | None = None
    sha256: str | None = None
    size: int | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what could not be proved later; raises EntryError."""
        for name in _TEXTS:
            _check_text(name, getattr(self, name))
        if self.action not in ACTIONS:
            raise EntryError(f"action: {self.action!r} is none of {', '.join(ACTIONS)}")
        if not _whole(self.case_seq, 1):
            raise EntryError(f"case_seq: {self.case_seq!r} is no whole number from 1")
        if not is_sha256(self.prev) or (self.case_seq == 1) != (self.prev == FIRST_PREV):
            raise EntryError("prev: the hash of entry case_seq-1, or 64 zeros for the first")
        _check_item(self)
        self.leaf()

    def to_json(self) -> dict[str, Any]:
        """The entry as plain data, all fields present."""
        return {
            "v": VERSION,
            "log": self.log,
            "case": self.case,
            "case_seq": self.case_seq,
            "prev": self.prev,
            "at": format_instant(self.at),
            "actor": self.actor,
            "action": self.action,
            "item": self.item,
            "sha256": self.sha256,
            "size": self.size,
            "detail": dict(self.detail),
        }

    def leaf(self) -> bytes:
        """The leaf bytes that the log's tree hashes."""
        return canonical(self.to_json())

    def hash(self) -> bytes:
        """The leaf hash: what the tree holds and what the next entry's `prev` says."""
        return leaf_hash(self.leaf())

    @classmethod
    def from_json(cls, plain: object) -> "Entry":
        """The entry that `to_json` gave; raises EntryError for anything else."""
        version = plain.get("v") if isinstance(plain, dict) else None
        if not isinstance(plain, dict) or type(version) is not int or version != VERSION:
            raise EntryError(f"v: this reads entries of version {VERSION} only")
        fields = {name: value for name, value in plain.items() if name != "v"}
        if set(fields) != set(cls.__dataclass_fields__):
            odd = sorted(set(fields) ^ set(cls.__dataclass_fields__))
            raise EntryError(f"fields missing or not known: {', '.join(odd)}")
        if not isinstance(fields["detail"], dict):
            raise EntryError("detail: not an object")
        try:
            fields["at"] = parse_instant(fields["at"])
        except ValueError as error:
            raise EntryError(f"at: {error}") from error
        return cls(**fields)


def keeps_out(entry: Entry, pack: str) -> bool:
    """Whether the entry keeps its item's bytes out of that pack: for good, or of it alone."""
    if entry.action == WITHHELD:
        return entry.detail.get("pack") in (None, pack)
    return entry.action == DESTROYED


def follow(
    previous: Entry | None, *, log: str, case: str, at: datetime, actor: str, action: str,
    item: str | None = None, sha256: str | None = None, size: int | None = None,
    detail: Mapping[str, Any] | None = None,
) -> Entry:  # fmt: skip
    """The case's next entry after `previous` (None for the first)."""
    if previous is not None and (previous.log, previous.case) != (log, case):
        raise EntryError("previous: belongs to another log or case")
    seq = 1 if previous is None else previous.case_seq + 1
    prev = FIRST_PREV if previous is None else previous.hash().hex()
    return Entry(log, case, seq, prev, at, actor, action, item, sha256, size, detail or {})


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry with its index in the log and its inclusion path under a pack's checkpoint."""

    entry: Entry
    index: int
    path: tuple[bytes, ...]

    def to_json(self) -> dict[str, Any]:
        """The line of `custody/entries.jsonl`."""
        steps = [step.hex() for step in self.path]
        return {"entry": self.entry.to_json(), "index": self.index, "path": steps}

    def place(self) -> dict[str, Any]:
        """What an item's record says of its receipt: place in case and log, and time."""
        at = format_instant(self.entry.at)
        return {"case_seq": self.entry.case_seq, "index": self.index, "at": at}


@dataclass(frozen=True, slots=True)
class ChainFault:
    """One break in a case's chain: its kind, the `case_seq` where it shows, and what is wrong."""

    kind: str  # gap, prev, case, time
    case_seq: int
    text: str


def chain_faults(entries: Iterable[Entry]) -> Iterator[ChainFault]:
    """Every break in entries that should be one case's chain 1..n, in order."""
    previous: Entry | None = None
    for entry in entries:
        expected = 1 if previous is None else previous.case_seq + 1
        seq = entry.case_seq
        if seq != expected:
            yield ChainFault("gap", seq, f"entry {seq} stands where {expected} should")
        elif previous is not None and entry.prev != previous.hash().hex():
            yield ChainFault("prev", seq, f"entry {seq} does not follow entry {seq - 1} as it is")
        if previous is not None and (entry.log, entry.case) != (previous.log, previous.case):
            yield ChainFault("case", seq, f"entry {seq} belongs to another log or case")
        if previous is not None and entry.at < previous.at:
            yield ChainFault("time", seq, f"entry {seq} is earlier than entry {seq - 1}")
        previous = entry


def _check_text(name: str, value: object) -> None:
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST:
        raise EntryError(f"{name}: a text of 1 to {_LONGEST} characters, not {value!r:.80}")
    if any(ord(letter) < 32 for letter in value):
        raise EntryError(f"{name}: holds a control character")


def _whole(value: object, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _check_item(entry: Entry) -> None:
    if entry.item is not None:
        _check_text("item", entry.item)
    if entry.sha256 is not None and not is_sha256(entry.sha256):
        raise EntryError("sha256: 64 lower-case hexadecimal digits")
    if entry.size is not None and not _whole(entry.size, 0):
        raise EntryError(f"size: {entry.size!r} is no number of bytes")
    if entry.action in {RECEIVED, DERIVED}:
        if entry.item is None or entry.sha256 is None or entry.size is None:
            raise EntryError(f"{entry.action}: needs item, sha256 and size")
        if not is_sha256(entry.detail.get("record_sha256")):
            raise EntryError(f"{entry.action}: needs detail.record_sha256, the record's commitment")
    if entry.action == CUT and not isinstance(entry.detail.get("pack"), str):
        raise EntryError(f"{CUT}: needs detail.pack, the id of the pack")
    if entry.action == WITHHELD and not isinstance(entry.detail.get("pack", ""), str):
        raise EntryError(f"{WITHHELD}: detail.pack is the id of a pack")
