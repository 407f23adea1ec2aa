"""Refuse to build a pack that its own verifier would not accept, before a byte is written."""

import re
from collections.abc import Iterator

from evidence.custody.canonical import is_sha256
from evidence.custody.checkpoint import Checkpoint, consistent
from evidence.custody.disclosure import commitment, derived_commitment, shown
from evidence.custody.entry import CUT, DERIVED, RECEIVED, chain_faults, keeps_out
from evidence.custody.layout import MOST_SECONDS
from evidence.custody.merkle import verify_inclusion
from evidence.custody.statement import (
    DIGEST,
    stamps_told,
    statement_line,
    statement_sha256,
    told_by,
)
from evidence.pack.records import item_records
from evidence.pack.source import PackItem, PackSource

_FOLDER = re.compile(r"[\w-][\w.-]{0,78}[\w-]|[\w-]")


class PackError(ValueError):
    """The source cannot become a pack; the message names what does not fit."""


def check_source(source: PackSource) -> None:
    """Raise PackError with the first thing that does not fit."""
    fault = next(_faults(source), None)
    if fault is not None:
        raise PackError(fault)


def _faults(source: PackSource) -> Iterator[str]:
    if not _FOLDER.fullmatch(source.case.folder):
        yield f"folder: {source.case.folder!r} is no name for a folder"
    if not source.pack_id or not 0 < source.stamp_limit_seconds <= MOST_SECONDS:
        yield f"pack_id is given and stamp_limit_seconds is between 1 and {MOST_SECONDS}"
    yield from _chain_faults(source)
    yield from _log_faults(source)
    yield from _item_faults(source)
    yield from _statement_faults(source)


def _chain_faults(source: PackSource) -> Iterator[str]:
    entries = [placed.entry for placed in source.entries]
    yield from (fault.text for fault in chain_faults(entries))
    if not entries or entries[0].case != source.case.case:
        yield "entries: none, or of another case"
    elif entries[-1].action != CUT or entries[-1].detail["pack"] != source.pack_id:
        yield f"entries: the last is not the {CUT} of pack {source.pack_id}"


def _log_faults(source: PackSource) -> Iterator[str]:
    head = Checkpoint.parse(source.checkpoint.text)
    for placed in source.entries:
        entry = placed.entry
        if entry.log != head.origin:
            yield f"entry {entry.case_seq}: of another log than the checkpoint"
        leaf = entry.hash()
        if not verify_inclusion(leaf, placed.index, head.size, placed.path, head.root):
            yield f"entry {entry.case_seq}: its path does not lead to the checkpoint"
    sizes = [Checkpoint.parse(old.sealed.text) for old in source.older]
    for old, given in zip(sizes, source.older, strict=True):
        if old.size >= head.size or not consistent(old, head, given.path):
            yield f"older checkpoint {old.size}: not a beginning of the pack's own"
    if len({old.size for old in sizes}) != len(sizes):
        yield "older: two checkpoints of one size"


def _item_faults(source: PackSource) -> Iterator[str]:
    entries = [placed.entry for placed in source.entries]
    received = {entry.item: entry for entry in entries if entry.action == RECEIVED}
    excused = {entry.item for entry in entries if keeps_out(entry, source.pack_id)}
    made = {
        (e.item, e.sha256, e.size, str(e.detail["record_sha256"]))
        for e in entries
        if e.action == DERIVED
    }
    names = [item.item for item in source.items]
    if len(set(names)) != len(names) or set(names) != set(received):
        odd = sorted(set(names) ^ {str(name) for name in received})
        yield f"items: exactly those received, each once; look at {', '.join(odd) or 'duplicates'}"
        return
    for item in source.items:
        entry = received[item.item]
        if (item.sha256, item.size) != (entry.sha256, entry.size) or not is_sha256(item.sha256):
            yield f"item {item.item}: hash or size is not that of its custody entry"
        if commitment(item.as_received) != entry.detail["record_sha256"]:
            yield f"item {item.item}: as_received is not what its custody entry commits to"
        fixed = shown(item.as_received)
        for name in ("item", "visit", "media_type"):
            if fixed.get(name, getattr(item, name)) != getattr(item, name):
                yield f"item {item.item}: its {name} is not what its as_received says"
        if (item.open is None) != (item.withheld is not None):
            yield f"item {item.item}: either opens or is withheld"
        if (item.withheld is not None) != (item.item in excused):
            yield f"item {item.item}: withheld exactly when a custody entry says so"
        yield from _derived_faults(item, made)


def _statement_faults(source: PackSource) -> Iterator[str]:
    promised = source.entries[-1].entry.detail.get(DIGEST)
    if source.disclosure is None:
        if promised is not None:
            yield "disclosure: the cut promises a statement"
        return
    if statement_sha256(statement_line(source.disclosure)) != promised:
        yield "disclosure: not the statement that the cut commits to"
    if source.disclosure["stamp_limit_seconds"] != source.stamp_limit_seconds:
        yield "disclosure: states another stamp_limit_seconds"
    heads = [(Checkpoint.parse(old.sealed.text).size, old.sealed) for old in source.older]
    stamps = [stamps_told(size, sealed.chains()) for size, sealed in sorted(heads)]
    if source.disclosure.get("stamps", stamps) != stamps:
        yield "disclosure: promises other stamps of the older checkpoints"
    if list(source.disclosure["items"]) != [told_by(record) for record in item_records(source)]:
        yield "disclosure: says of the items what is not so"


def _derived_faults(
    item: PackItem, made: set[tuple[str | None, str | None, int | None, str]]
) -> Iterator[str]:
    for copy in item.derived:
        told = {
            "media_type": copy.media_type,
            "masks": list(copy.masks),
            "actor": copy.actor,
            "reason": copy.reason,
        }
        if (item.item, copy.sha256, copy.size, derived_commitment(told)) not in made:
            yield f"item {item.item}: a derived copy has no custody entry of its making"
