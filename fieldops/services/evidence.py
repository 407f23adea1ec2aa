"""Items of evidence: received once with a receipt, and never read without a custody entry."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from evidence.custody.disclosure import commitment, cover
from evidence.custody.entry import READ, RECEIVED
from evidence.custody.instants import format_instant
from fieldops.domain.bilingual import Bilingual
from fieldops.domain.blobs import BlobStore
from fieldops.domain.errors import FieldopsError, Forbidden, InvalidInput
from fieldops.domain.evidence import Claimed, Examined
from fieldops.domain.facts import ItemReceived
from fieldops.domain.permissions import Actor, Permission
from fieldops.models import Blob, CustodyEntry, Item, Upload, Visit
from fieldops.services import crosschecking, custody, joining, outbox, same_photo, scoped, uploads
from fieldops.services.organisations import keyring_of

# A photo is held in memory while its small copy is made: plain bytes never touch the disk.
LARGEST_PREVIEWED = 64 * 1024 * 1024
_NO_VISIT = Bilingual(
    "The upload names no visit and becomes no item.", "上传未注明外访,不能成为证据。"
)


class ChecksumMismatch(InvalidInput):
    """The bytes that came are not those whose SHA-256 the client declared."""

    slug = "checksum-mismatch"
    title_en = "The file that arrived is not the file that was sent"
    title_zh = "收到的文件与声明的校验值不一致"


class ContentGone(FieldopsError):
    """The item's key was destroyed: its hash remains, its bytes do not."""

    slug = "content-destroyed"
    status = 410
    title_en = "The content was destroyed as the law asks"
    title_zh = "内容已依法销毁"


class NoPreview(FieldopsError):
    """There is no picture of this item: it is neither photo nor document, or must not be read."""

    slug = "no-preview"
    status = 404
    title_en = "This item has no small picture"
    title_zh = "该证据没有缩略图"


@dataclass(frozen=True, slots=True)
class Opened:
    """An item that was opened, and what streams its bytes, also when the transaction is over."""

    item: Item
    organisation_id: UUID
    sha256: str
    key: bytes

    def chunks(self, store: BlobStore) -> Iterator[bytes]:
        """The item's bytes; raises BlobMissing and BlobBroken, as the store does."""
        return store.open_chunks(self.organisation_id, self.sha256, self.key)


def receive(
    session: Session,
    store: BlobStore,
    upload_id: UUID,
    examined: Examined,
    *,
    radius_metres: float,
    actor: Actor,
    now: datetime,
    at: datetime,
) -> Item | ChecksumMismatch:
    """Turn a whole upload into an item with blob, custody entry and signed receipt; once.

    `now` is the working time that checks use, `at` the true time for the log. A checksum that
    does not match is an answer, not an error: that the upload is refused must be kept.
    """
    # The log's lock first, always: it also keeps two uploads of one file apart.
    custody.ensure_log(session, actor.organisation_id, at=at)
    upload = uploads.mine(session, upload_id, actor=actor, now=at, lock=True)
    if upload.item_id is not None:
        return session.get_one(Item, upload.item_id)
    if upload.visit_id is None:
        raise InvalidInput(_NO_VISIT)
    claimed = Claimed.from_json(upload.visit_id, upload.client_key, upload.details)
    if claimed.sha256 not in (None, examined.sha256) or upload.state == uploads.REFUSED:
        upload.state = uploads.REFUSED
        return ChecksumMismatch(f"{claimed.sha256} was declared, {examined.sha256} arrived.")
    blob = keep_blob(session, store, upload, examined.sha256, examined.size, at=at)
    visit = session.get_one(Visit, upload.visit_id)
    item = _item(session, upload, claimed, examined, blob, visit, now, at, radius_metres)
    written = custody.append(
        session, visit.case_id, RECEIVED, item,
        organisation_id=actor.organisation_id, by=actor.label, at=at,
        detail={"record_sha256": commitment(item.record)},
    )  # fmt: skip
    item.receipt = custody.signed_receipt(session, written, actor.organisation_id)
    same_photo.keep(session, item, written.index)
    upload.item_id, upload.state = item.id, uploads.DONE
    joining.forget_parts(session, store, upload)
    outbox.record(session, ItemReceived(item.id), organisation_id=actor.organisation_id, now=at)
    session.flush()
    return item


def get(session: Session, item_id: UUID, *, actor: Actor) -> Item:
    """An item of the organisation."""
    return scoped.get(session, Item, item_id, actor)


def view(session: Session, item_id: UUID, *, actor: Actor, at: datetime) -> Item:
    """An item's record as a person sees it; that it was looked at is in the log."""
    item = scoped.get(session, Item, item_id, actor)
    note_read(session, item, "record", actor=actor, at=at)
    return item


def listed(
    session: Session,
    *,
    actor: Actor,
    case_id: UUID | None,
    visit_id: UUID | None,
    after: UUID | None,
    limit: int,
) -> tuple[Sequence[Item], UUID | None]:
    """Items page by page, of a case or a visit where one is named."""
    query = scoped.own(Item, actor, {Item.case_id: case_id, Item.visit_id: visit_id})
    return scoped.page(session, query, Item, after=after, limit=limit)


def receipt(session: Session, item_id: UUID, *, actor: Actor) -> str:
    """The signed receipt, for whoever sent the item and whoever may read evidence."""
    item = scoped.get(session, Item, item_id, actor)
    if item.account_id == actor.account_id or actor.may(Permission.READ_EVIDENCE):
        return item.receipt
    if actor.agent_id is not None:
        raise scoped.missing(Item, item_id)
    raise Forbidden(Permission.READ_EVIDENCE.value)


def open_item(
    session: Session, item_id: UUID, *, actor: Actor, at: datetime, what: str = "content"
) -> Opened:
    """Open an item's bytes; that they were read is in the log before the first byte leaves.

    `what` stands in the log: the content itself, or what is made of it to be looked at.
    """
    item = scoped.get(session, Item, item_id, actor)
    key = key_of(session, item)
    note_read(session, item, what, actor=actor, at=at)
    return Opened(item, item.organisation_id, item.sha256, key)


def open_preview(
    session: Session, item_id: UUID, *, actor: Actor, at: datetime, what: str = "thumbnail"
) -> Opened:
    """Open a photo to make another picture of it; this is in the log as well. Raises NoPreview."""
    item = scoped.get(session, Item, item_id, actor)
    if not has_preview(item):
        raise NoPreview
    return open_item(session, item_id, actor=actor, at=at, what=what)


def has_preview(item: Item) -> bool:
    """Whether a small copy can be made: a photo that no check set apart, of a bearable size."""
    is_shown = item.kind == "photo" and not item.quarantined
    return is_shown and item.size <= LARGEST_PREVIEWED


def key_of(session: Session, item: Item) -> bytes:
    """The key of an item's bytes; raises ContentGone when it was destroyed."""
    return key_of_blob(session, item.blob)


def key_of_blob(session: Session, blob: Blob) -> bytes:
    """The key of a blob's bytes; raises ContentGone when it was destroyed."""
    if blob.wrapped_key is None:
        raise ContentGone
    keyring = keyring_of(session, blob.organisation_id)
    return keyring.open(uploads.KEY_KIND, bytes(blob.wrapped_key))


def custody_of(session: Session, item_id: UUID, *, actor: Actor) -> Sequence[CustodyEntry]:
    """Every custody entry of one item, oldest first."""
    scoped.get(session, Item, item_id, actor)
    query = scoped.own(CustodyEntry, actor).where(CustodyEntry.item_id == item_id)
    return session.scalars(query.order_by(CustodyEntry.position)).all()


def note_read(
    session: Session, item: Item, what: str, *, actor: Actor, at: datetime, **more: str
) -> None:
    """Write into the log that somebody opens an item, or what was made of it."""
    custody.append(
        session, item.case_id, READ, item,
        organisation_id=actor.organisation_id, by=actor.label, at=at,
        detail={"what": what, **more},
    )  # fmt: skip


def keep_blob(
    session: Session, store: BlobStore, upload: Upload, sha256: str, size: int, *, at: datetime
) -> Blob:
    """Put a whole upload under its hash, with its key; the blob that has these bytes already.

    The log must be locked: it keeps two of one content apart.
    """
    query = select(Blob).where(
        Blob.organisation_id == upload.organisation_id, Blob.sha256 == sha256
    )
    blob = session.scalars(query).one_or_none()
    if blob is not None and blob.wrapped_key is not None:
        return blob
    store.keep(upload.id, upload.organisation_id, sha256)
    if blob is None:
        blob = Blob(organisation_id=upload.organisation_id, sha256=sha256)
        session.add(blob)
    blob.size, blob.stored_at, blob.destroyed_at = size, at, None
    blob.wrapped_key = bytes(upload.wrapped_key)
    session.flush()
    return blob


def _item(
    session: Session, upload: Upload, claimed: Claimed, examined: Examined, blob: Blob,
    visit: Visit, now: datetime, at: datetime, radius_metres: float,
) -> Item:  # fmt: skip
    properties: dict[str, Any] = dict(examined.properties)
    if examined.quarantined:
        properties["quarantined"] = examined.quarantined
    item = Item(
        organisation_id=upload.organisation_id, case_id=visit.case_id, visit_id=visit.id,
        blob_id=blob.id, account_id=upload.account_id,
        sha256=examined.sha256, size=examined.size,
        kind=examined.kind, media_type=examined.media_type,
        filename=claimed.filename, capture=claimed.capture, device_at=claimed.device_at,
        received_at=at, fix=dict(claimed.fix) if claimed.fix else None,
        properties=properties, findings=[], record={}, receipt="",
    )  # fmt: skip
    item.blob = blob
    session.add(item)
    session.flush()
    item.findings = crosschecking.found_at_receipt(
        session, item, claimed, examined, radius_metres=round(radius_metres), now=now
    )
    item.record = cover(_as_received(item, claimed, upload), lambda: secrets.token_hex(16))
    return item


def _as_received(item: Item, claimed: Claimed, upload: Upload) -> dict[str, Any]:
    device_at = item.device_at
    return {
        "item": str(item.id),
        "visit": str(item.visit_id),
        "account": str(item.account_id),
        "upload": str(upload.id),
        "kind": item.kind,
        "media_type": item.media_type,
        "claimed_media_type": claimed.media_type,
        "filename": item.filename,
        "capture": item.capture,
        "device_at": None if device_at is None else format_instant(device_at),
        "received_at": format_instant(item.received_at),
        "fix": item.fix,
        "properties": item.properties,
        "findings": item.findings,
    }
