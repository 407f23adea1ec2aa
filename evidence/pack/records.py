"""The records of a pack as JSON lines, and the paths that its files get."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from evidence.custody import layout
from evidence.custody.checkpoint import Checkpoint, SealedCheckpoint
from evidence.custody.der import read_stamp
from evidence.custody.entry import RECEIVED, Placed
from evidence.custody.instants import format_instant
from evidence.pack.source import DerivedFile, PackItem, PackSource

_WORD = re.compile(r"[^\w-]+")
_EXTENSION = re.compile(r"[a-z0-9]{1,8}")


def payload_path(number: int, item: PackItem) -> str:
    """`data/NNNN-<visit>-<sha8>.<ext>`."""
    visit = _WORD.sub("-", item.visit).strip("-")[:40] or "visit"
    return f"{layout.PAYLOAD}{number:04d}-{visit}-{item.sha256[:8]}.{_ending(item.extension)}"


def derived_path(number: int, place: int, made: DerivedFile) -> str:
    """`derived/NNNN-<k>-<sha8>.<ext>`: the k-th copy made of item NNNN."""
    ending = _ending(made.extension)
    return f"{layout.DERIVED}{number:04d}-{place}-{made.sha256[:8]}.{ending}"


def item_records(source: PackSource) -> Iterator[dict[str, Any]]:
    """The lines of `meta/items.jsonl`, numbered in the order of `source.items`."""
    owners = {p.entry.item: p for p in source.entries if p.entry.action == RECEIVED}
    stamps = stamped_heads(source)
    for number, item in enumerate(source.items, 1):
        yield _item_record(number, item, owners[item.item], stamps)


def stamped_heads(source: PackSource) -> list[tuple[int, datetime]]:
    """Size and authority's time of every checkpoint in the pack, smallest first."""
    sealed: list[SealedCheckpoint] = [*(old.sealed for old in source.older), source.checkpoint]
    heads = [(Checkpoint.parse(s.text).size, read_stamp(s.timestamp).at) for s in sealed]
    return sorted(heads)


def _item_record(
    number: int, item: PackItem, owner: Placed, stamps: Sequence[tuple[int, datetime]]
) -> dict[str, Any]:
    size, at = next(head for head in stamps if head[0] > owner.index)
    record: dict[str, Any] = {
        "v": 1,
        "item": item.item,
        "number": number,
        "visit": item.visit,
        "status": "included" if item.withheld is None else "withheld",
        "sha256": item.sha256,
        "size": item.size,
        "media_type": item.media_type,
        "as_received": {name: dict(field) for name, field in item.as_received.items()},
        "received": owner.place(),
        "authority": {"checkpoint_size": size, "at": format_instant(at)},
        "catalogue": asdict(item.catalogue),
        "derived": [_derived(number, k, made) for k, made in enumerate(item.derived, 1)],
        "extra": dict(item.extra),
    }
    if item.withheld is None:
        record["path"] = payload_path(number, item)
    else:
        why = item.withheld
        at_text = format_instant(why.at)
        record["withheld"] = {"reason": why.reason, "actor": why.actor, "at": at_text}
        if why.note:
            record["withheld"]["note"] = why.note
    if item.exhibit:
        record["exhibit"] = item.exhibit
    return record


def _derived(number: int, place: int, made: DerivedFile) -> dict[str, Any]:
    return {
        "path": derived_path(number, place, made),
        "sha256": made.sha256,
        "size": made.size,
        "media_type": made.media_type,
        "masks": list(made.masks),
        "actor": made.actor,
        "reason": made.reason,
    }


def _ending(extension: str) -> str:
    ending = extension.lower().removeprefix(".")
    return ending if _EXTENSION.fullmatch(ending) else "bin"
