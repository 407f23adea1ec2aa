"""From a pack's row, frozen at its cut, to the plain data that the pack is built from."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from evidence.custody import disclosure
from evidence.custody.checkpoint import OlderCheckpoint
from evidence.custody.entry import Placed, keeps_out
from evidence.custody.instants import format_instant, parse_instant
from evidence.custody.layout import MOST_SECONDS
from evidence.custody.merkle import prove
from evidence.pack.source import (
    CaseHeader,
    CatalogueRow,
    DerivedFile,
    PackItem,
    PackSource,
    Withheld,
)
from fieldops.domain.blobs import BlobStore
from fieldops.domain.errors import Conflict
from fieldops.models import CustodyEntry, Item, Pack, Redaction
from fieldops.services import baskets, custody, evidence, packs, stamps

_EXTENSIONS = {
    "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/heic": "heic",
    "image/heif": "heif", "video/mp4": "mp4", "video/quicktime": "mov", "video/3gpp": "3gp",
    "video/webm": "webm", "audio/mpeg": "mp3", "audio/mp4": "m4a", "audio/aac": "aac",
    "audio/amr": "amr", "audio/ogg": "ogg", "audio/x-wav": "wav", "audio/x-flac": "flac",
    "application/pdf": "pdf",
}  # fmt: skip


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
    kept = frozenset([*frozen.get("stamps", ()), *frozen.get("head_stamps", ())])
    leaves = custody.leaf_hashes(session, pack.organisation_id, size)
    inclusions, consistencies = prove(leaves, size, [row.position for row in rows], older)
    received = baskets.received(session, pack.case_id, selectinload(Item.blob))
    items = {str(item.id): item for item in received if str(item.id) in frozen["catalogue"]}
    # A pack that was cut before there were profiles shows all that no entry keeps out.
    lines = frozen.get("items") or [_as_it_was(item, rows) for item in items.values()]
    copies = _copies(session, store, lines)
    statement = frozen.get("disclosure")
    return PackSource(
        pack_id=str(pack.id),
        case=_header(frozen["case"]),
        made_at=parse_instant(frozen["made_at"]),
        items=[
            _item(session, store, items[line["item"]], frozen["catalogue"], line, copies)
            for line in lines
        ],
        entries=_placed(rows, inclusions),
        checkpoint=stamps.sealed(session, packs.head_of(session, pack), kept),
        font=font,
        older=_older(session, pack.organisation_id, older, consistencies, kept),
        findings=frozen["findings"],
        trace=frozen["trace"],
        system=frozen["system"],
        language="en" if frozen["language"] == "en" else "zh",
        disclosure=statement,
        stamp_limit_seconds=statement["stamp_limit_seconds"] if statement else MOST_SECONDS,
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
    rows = stamps.heads(session, organisation_id, sizes)
    return [
        OlderCheckpoint(stamps.sealed(session, row, kept), tuple(path))
        for row, path in zip(rows, paths, strict=True)
    ]


def _item(
    session: Session,
    store: BlobStore,
    item: Item,
    catalogue: dict[str, dict[str, str]],
    line: dict[str, Any],
    copies: Mapping[str, DerivedFile],
) -> PackItem:
    withheld, opener = line["withheld"], None
    if withheld is None:
        key = evidence.key_of(session, item)
        opener = partial(store.open_chunks, item.organisation_id, item.sha256, key)
    hides_type = "media_type" in line["withheld_fields"]
    return PackItem(
        item=str(item.id),
        visit=str(item.visit_id),
        sha256=item.sha256,
        size=item.size,
        media_type="" if hides_type else item.media_type,
        extension=_EXTENSIONS.get(item.media_type, "bin"),
        as_received=disclosure.withhold(item.record, line["withheld_fields"]),
        catalogue=CatalogueRow(**catalogue[str(item.id)]),
        open=opener,
        withheld=withheld and Withheld(**{**withheld, "at": parse_instant(withheld["at"])}),
        derived=[copies[copy["id"]] for copy in line["copies"]],
        exhibit=line["exhibit"],
    )


def _copies(
    session: Session, store: BlobStore, lines: Sequence[dict[str, Any]]
) -> dict[str, DerivedFile]:
    """Every copy in the pack by its id."""
    ids = [UUID(copy["id"]) for line in lines for copy in line["copies"]]
    query = select(Redaction).where(Redaction.id.in_(ids)).options(selectinload(Redaction.blob))
    return {str(copy.id): _copy(session, store, copy) for copy in session.scalars(query)}


def _copy(session: Session, store: BlobStore, copy: Redaction) -> DerivedFile:
    key = evidence.key_of_blob(session, copy.blob)
    return DerivedFile(
        sha256=copy.sha256,
        size=copy.size,
        media_type=copy.media_type,
        extension=_EXTENSIONS.get(copy.media_type, "bin"),
        masks=copy.told["masks"],
        actor=copy.actor,
        reason=copy.told["reason"],
        open=partial(store.open_chunks, copy.organisation_id, copy.sha256, key),
    )


def _as_it_was(item: Item, rows: Sequence[CustodyEntry]) -> dict[str, Any]:
    """The line of an item in a pack that froze none."""
    told: dict[str, Any] = {"item": str(item.id), "exhibit": "", "copies": []}
    entries = [custody.entry_of(row) for row in rows if row.item_id == item.id]
    keeping = [entry for entry in entries if keeps_out(entry, "")]
    if not keeping:
        return {**told, "withheld": None, "withheld_fields": []}
    reason = str(keeping[-1].detail.get("reason", keeping[-1].action))
    at = format_instant(keeping[-1].at)
    withheld = {"reason": reason, "actor": keeping[-1].actor, "at": at}
    return {**told, "withheld": withheld, "withheld_fields": []}
