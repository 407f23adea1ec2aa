"""From a pack's row, frozen at its cut, to the plain data that the pack is built from."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from evidence.custody.checkpoint import OlderCheckpoint
from evidence.custody.entry import Placed
from evidence.custody.instants import parse_instant
from evidence.custody.merkle import prove
from evidence.pack.source import CaseHeader, CatalogueRow, PackItem, PackSource, Withheld
from fieldops.domain.blobs import BlobStore
from fieldops.domain.errors import Conflict
from fieldops.models import Checkpoint, CustodyEntry, Item, Pack
from fieldops.services import custody, evidence, packs, stamps

_EXTENSIONS = {
    "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/heic": "heic",
    "image/heif": "heif", "video/mp4": "mp4", "video/quicktime": "mov", "video/3gpp": "3gp",
    "video/webm": "webm", "audio/mpeg": "mp3", "audio/mp4": "m4a", "audio/aac": "aac",
    "audio/amr": "amr", "audio/ogg": "ogg", "audio/x-wav": "wav", "audio/x-flac": "flac",
    "application/pdf": "pdf",
}  # fmt: skip
_WITHHOLDING = ("withheld", "key-destroyed")


def source_of(session: Session, pack: Pack, store: BlobStore, font: Path) -> PackSource:
    """Everything in the pack; the originals are opened when they are written.

    Raises Conflict when the pack was not cut yet or its head not stamped yet.
    """
    if pack.seals is None:
        raise Conflict("The pack has not been cut out of the log yet.")
    frozen: dict[str, Any] = pack.seals["frozen"]
    rows = custody.entries_of(session, pack.case_id)[: frozen["entries"]]
    size, older = frozen["size"], sorted(frozen["older"])
    # A pack that was sealed before packs carried further stamps is built again without them.
    kept = frozenset(frozen.get("stamps", ()))
    leaves = custody.leaf_hashes(session, pack.organisation_id, size)
    inclusions, consistencies = prove(leaves, size, [row.position for row in rows], older)
    items = [item for item in packs.received(session, pack.case_id)
             if str(item.id) in frozen["catalogue"]]  # fmt: skip
    return PackSource(
        pack_id=str(pack.id),
        case=_header(frozen["case"]),
        made_at=parse_instant(frozen["made_at"]),
        items=[_item(session, store, item, frozen["catalogue"], rows) for item in items],
        entries=_placed(rows, inclusions),
        checkpoint=stamps.sealed(session, packs.head_of(session, pack), kept),
        font=font,
        older=_older(session, pack.organisation_id, older, consistencies, kept),
        findings=frozen["findings"],
        trace=frozen["trace"],
        system=frozen["system"],
        language="en" if frozen["language"] == "en" else "zh",
    )


def _header(told: dict[str, Any]) -> CaseHeader:
    parties = [(role, name) for role, name in told["parties"]]
    return CaseHeader(**{**told, "parties": parties})


def _placed(rows: Sequence[CustodyEntry], paths: Sequence[list[bytes]]) -> list[Placed]:
    return [
        Placed(custody.entry_of(row), row.position, tuple(path))
        for row, path in zip(rows, paths, strict=True)
    ]


def _older(
    session: Session,
    organisation_id: UUID,
    sizes: list[int],
    paths: Sequence[list[bytes]],
    kept: frozenset[str],
) -> list[OlderCheckpoint]:
    query = select(Checkpoint).where(
        Checkpoint.organisation_id == organisation_id, Checkpoint.size.in_(sizes)
    )
    rows = session.scalars(query.order_by(Checkpoint.size)).all()
    return [
        OlderCheckpoint(stamps.sealed(session, row, kept), tuple(path))
        for row, path in zip(rows, paths, strict=True)
    ]


def _item(
    session: Session,
    store: BlobStore,
    item: Item,
    catalogue: dict[str, dict[str, str]],
    rows: Sequence[CustodyEntry],
) -> PackItem:
    withheld = _withheld(item, rows)
    opener = None
    if withheld is None:
        key = evidence.key_of(session, item)
        opener = partial(store.open_chunks, item.organisation_id, item.sha256, key)
    return PackItem(
        item=str(item.id),
        visit=str(item.visit_id),
        sha256=item.sha256,
        size=item.size,
        media_type=item.media_type,
        extension=_EXTENSIONS.get(item.media_type, "bin"),
        as_received=item.record,
        catalogue=CatalogueRow(**catalogue[str(item.id)]),
        open=opener,
        withheld=withheld,
    )


def _withheld(item: Item, rows: Sequence[CustodyEntry]) -> Withheld | None:
    found = [row for row in rows if row.item_id == item.id and row.action in _WITHHOLDING]
    if not found:
        return None
    entry = custody.entry_of(found[-1])
    return Withheld(str(entry.detail.get("reason", entry.action)), entry.actor, entry.at)
