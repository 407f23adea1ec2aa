"""Files on their way in: created once a key, added to at the acknowledged offset, then received."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from fieldops.domain.blobs import BlobStore
from fieldops.domain.errors import Conflict, FieldopsError, Forbidden, InvalidInput, NotFound
from fieldops.domain.evidence import Claimed
from fieldops.domain.permissions import Actor
from fieldops.models import Upload
from fieldops.services import scoped
from fieldops.services.organisations import keyring_of
from fieldops.services.visits import access

OPEN, DONE, REFUSED = "open", "done", "refused"
KEY_KIND = "blob-key"
MOST_OPEN = 500


class OffsetMismatch(Conflict):
    """The part does not begin where the upload ends; nothing was changed."""

    slug = "offset-mismatch"
    title_en = "The part does not begin where the upload ends"
    title_zh = "上传偏移量不一致"


class TooLarge(FieldopsError):
    """The file is larger than what is taken, or the part runs past the declared end."""

    slug = "too-large"
    status = 413
    title_en = "The file is too large"
    title_zh = "文件过大"


class TooManyUploads(FieldopsError):
    """The caller has too many unfinished uploads."""

    slug = "too-many-uploads"
    status = 429
    title_en = "Finish or end other uploads first"
    title_zh = "未完成的上传过多"


class UploadKeyReused(InvalidInput):
    """The client's key came before, with another file."""

    slug = "idempotency-key-reused"
    title_en = "This key belongs to another upload"
    title_zh = "该 key 已用于其他上传"


def create(
    session: Session,
    store: BlobStore,
    claimed: Claimed,
    size: int,
    *,
    largest: int,
    hours: int,
    actor: Actor,
    now: datetime,
    at: datetime,
    metadata: str = "",
) -> Upload:
    """Begin an upload for a visit of the actor's; the same key again gives the same upload.

    `now` is the working time, by which the visit is the actor's; the true time `at` sets the end.
    `metadata` is the sender's header as it came, for he may ask for it again.
    """
    if size > largest:
        raise TooLarge(f"A file has at most {largest} bytes, not {size}.")
    _check_visit(session, claimed.visit_id, actor, now)
    if known := _same(session, store, claimed, size, actor, at):
        return known
    _check_quota(session, actor)
    keyring = keyring_of(session, actor.organisation_id)
    upload = Upload(
        organisation_id=actor.organisation_id,
        account_id=actor.account_id,
        visit_id=claimed.visit_id,
        client_key=claimed.key,
        size=size,
        offset=0,
        details={**claimed.to_json(), "metadata": metadata},
        wrapped_key=keyring.seal(KEY_KIND, secrets.token_bytes(32)),
        state=OPEN,
        created_at=at,
        expires_at=at + timedelta(hours=hours),
    )
    try:
        with session.begin_nested():
            session.add(upload)
    except IntegrityError as clash:
        # The phone asked twice at once, and the other request was quicker.
        if known := _same(session, store, claimed, size, actor, at):
            return known
        raise Conflict("The same upload is being made by another request.") from clash
    store.begin(upload.id)
    return upload


def mine(
    session: Session, upload_id: UUID, *, actor: Actor, now: datetime, lock: bool = False
) -> Upload:
    """The actor's own upload; NotFound for another's, and for one that expired unfinished."""
    upload = scoped.get(session, Upload, upload_id, actor, lock=lock)
    if upload.account_id != actor.account_id or _expired(upload, now):
        raise NotFound(f"There is no upload {upload_id}.")
    return upload


def check_offset(upload: Upload, offset: int, length: int | None) -> None:
    """Raise OffsetMismatch or TooLarge when a part of `length` bytes cannot begin at `offset`."""
    if upload.offset != offset:
        raise OffsetMismatch(f"The upload ends at {upload.offset}, the part begins at {offset}.")
    if offset + (length or 0) > upload.size:
        raise TooLarge(f"The file was declared with {upload.size} bytes.")


def append(
    session: Session,
    store: BlobStore,
    upload_id: UUID,
    offset: int,
    data: bytes,
    *,
    actor: Actor,
    now: datetime,
) -> int:
    """Add a part; the row moves only after the bytes are durable. Returns the new offset."""
    upload = mine(session, upload_id, actor=actor, now=now, lock=True)
    check_offset(upload, offset, len(data))
    if upload.state != OPEN:
        raise Conflict("The upload has ended.")
    upload.offset = store.append(upload.id, offset, data, key_of(session, upload))
    session.flush()
    return upload.offset


def end(
    session: Session, store: BlobStore, upload_id: UUID, *, actor: Actor, now: datetime
) -> None:
    """Forget an unfinished upload; what has become an item stays."""
    upload = mine(session, upload_id, actor=actor, now=now, lock=True)
    if upload.state == DONE:
        raise Conflict("The upload has become an item of evidence, which stays.")
    _forget(session, store, [upload])


def sweep(session: Session, store: BlobStore, *, now: datetime, limit: int = 500) -> int:
    """Forget uploads that expired unfinished; how many there were."""
    query = select(Upload).where(Upload.state != DONE, Upload.expires_at <= now).limit(limit)
    return _forget(session, store, session.scalars(query).all())


def key_of(session: Session, upload: Upload) -> bytes:
    """The key under which the upload's bytes lie."""
    return keyring_of(session, upload.organisation_id).open(KEY_KIND, bytes(upload.wrapped_key))


def _check_visit(session: Session, visit_id: UUID, actor: Actor, now: datetime) -> None:
    visit = access.visible(session, visit_id, actor=actor, now=now)
    if not access.is_of_crew(visit, actor):
        raise Forbidden("Only the crew of a visit adds evidence to it.")


def _same(
    session: Session, store: BlobStore, claimed: Claimed, size: int, actor: Actor, at: datetime
) -> Upload | None:
    """The upload that was begun under the client's key, unless it came to nothing."""
    if claimed.key is None:
        return None
    query = select(Upload).where(
        Upload.account_id == actor.account_id, Upload.client_key == claimed.key
    )
    known = session.scalars(query.with_for_update()).one_or_none()
    if known is None:
        return None
    if _expired(known, at) or known.state == REFUSED:
        _forget(session, store, [known])
        return None
    told = (size, claimed.visit_id, claimed.sha256)
    if (known.size, known.visit_id, known.details["sha256"]) != told:
        raise UploadKeyReused("Give every file a key of its own.")
    return known


def _expired(upload: Upload, now: datetime) -> bool:
    return upload.state != DONE and upload.expires_at <= now


def _check_quota(session: Session, actor: Actor) -> None:
    query = select(func.count()).select_from(Upload).where(
        Upload.account_id == actor.account_id, Upload.state == OPEN
    )  # fmt: skip
    if (session.scalar(query) or 0) >= MOST_OPEN:
        raise TooManyUploads(f"There are {MOST_OPEN} unfinished uploads.")


def _forget(session: Session, store: BlobStore, uploads: Iterable[Upload]) -> int:
    count = 0
    for upload in uploads:
        store.discard(upload.id)
        session.delete(upload)
        count += 1
    session.flush()
    return count
