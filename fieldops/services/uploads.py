"""Files on their way in: created once a key, added to at the acknowledged offset, then received."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from fieldops.domain.bilingual import Bilingual
from fieldops.domain.blobs import BlobStore, Bytes, StoredPart
from fieldops.domain.errors import Conflict, FieldopsError, Forbidden, InvalidInput
from fieldops.domain.evidence import Claimed
from fieldops.domain.joining import PARTIAL, WHOLE, Concat
from fieldops.domain.permissions import Actor
from fieldops.models import Upload
from fieldops.services import scoped
from fieldops.services.organisations import keyring_of
from fieldops.services.visits import access

OPEN, DONE, REFUSED = "open", "done", "refused"
KEY_KIND = "blob-key"
MOST_OPEN = 500
_MADE_TWICE = Bilingual(
    "The same upload is being made by another request.", "同一上传正由另一请求创建。"
)
_ENDED = Bilingual("The upload has ended.", "该上传已结束。")
_NOT_OF_THE_CREW = Bilingual(
    "Only the crew of a visit adds evidence to it.", "只有该次外访的人员可以上传其证据。"
)
_OWN_KEY = Bilingual("Give every file a key of its own.", "请为每个文件使用单独的上传标识。")
_MOST = Bilingual(
    f"There are {MOST_OPEN} unfinished uploads.", f"未完成的上传已达 {MOST_OPEN} 个。"
)


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


class LengthFixed(InvalidInput):
    """The upload's length is known and does not change."""

    slug = "upload-length-fixed"
    status = 400
    title_en = "The length of the upload is known already"
    title_zh = "上传长度已确定，不能更改"


class TooManyUploads(FieldopsError):
    """The caller has too many unfinished uploads."""

    slug = "too-many-uploads"
    status = 429
    title_en = "Finish or end other uploads first"
    title_zh = "未完成的上传过多"
    retry_after = 60


class UploadKeyReused(InvalidInput):
    """The client's key came before, with another file."""

    slug = "idempotency-key-reused"
    title_en = "This key belongs to another upload"
    title_zh = "该 key 已用于其他上传"


class NoPart(InvalidInput):
    """An upload that is no part of a file was named as one."""

    slug = "no-partial-upload"
    status = 400
    title_en = "Only partial uploads can be joined"
    title_zh = "只能合并分片上传"


@dataclass(frozen=True, slots=True)
class Measured:
    """The parts of a final upload as they stand: how far they have come, and how far they go."""

    parts: Sequence[StoredPart]
    offset: int
    size: int | None

    @property
    def is_whole(self) -> bool:
        """Whether all bytes of all parts have come."""
        return self.offset == self.size


def create(
    session: Session,
    store: BlobStore,
    claimed: Claimed,
    size: int | None,
    *,
    largest: int,
    hours: int,
    quota: int | None = None,
    actor: Actor,
    now: datetime,
    at: datetime,
    metadata: str = "",
    concat: Concat = WHOLE,
) -> Upload:
    """Begin an upload for a visit of the actor's; the same key again gives the same upload.

    `now` is the working time, by which the visit is the actor's; the true time `at` sets the end.
    `metadata` is the sender's header as it came, for he may ask for it again. `size` is None
    while the sender does not know it; `quota` bounds the bytes of all his unfinished uploads.
    """
    if (size or 0) > largest:
        raise _too_large(largest, size)
    if claimed.visit_id is not None:
        _check_visit(session, claimed.visit_id, actor, now)
    if known := _same(session, store, claimed, size, actor, at, concat):
        return known
    if concat.parts:
        size = of_parts(session, concat.parts, actor=actor, now=at, largest=largest).size
    _check_quota(session, actor, size, largest, quota)
    upload = _row(session, claimed, size, actor, at)
    upload.expires_at = at + timedelta(hours=hours)
    upload.details = {**claimed.to_json(), "metadata": metadata, **_as_json(concat)}
    try:
        with session.begin_nested():
            session.add(upload)
    except IntegrityError as clash:
        # The phone asked twice at once, and the other request was quicker.
        if known := _same(session, store, claimed, size, actor, at, concat):
            return known
        raise Conflict(_MADE_TWICE) from clash
    store.begin(upload.id)
    return upload


def mine(
    session: Session, upload_id: UUID, *, actor: Actor, now: datetime, lock: bool = False
) -> Upload:
    """The actor's own upload; NotFound for another's, and for one that expired unfinished."""
    upload = scoped.get(session, Upload, upload_id, actor, lock=lock)
    if upload.account_id != actor.account_id or _expired(upload, now):
        raise scoped.missing(Upload, upload_id)
    return upload


def of_parts(
    session: Session, ids: Sequence[UUID], *, actor: Actor, now: datetime, largest: int
) -> Measured:
    """The actor's own partial uploads in this order; raises NotFound, NoPart or TooLarge."""
    rows = [mine(session, one, actor=actor, now=now) for one in ids]
    for row in rows:
        if row.details.get("concat") != PARTIAL:
            raise NoPart(
                Bilingual(f"{row.id} is not a partial upload.", f"{row.id} 不是分段上传。")
            )
    sizes = [row.size for row in rows if row.size is not None]
    if sum(sizes) > largest:
        raise _too_large(largest, sum(sizes))
    return Measured(
        parts=[StoredPart(row.id, row.offset, key_of(session, row)) for row in rows],
        offset=sum(row.offset for row in rows),
        size=sum(sizes) if len(sizes) == len(rows) else None,
    )


def check_offset(upload: Upload, offset: int, length: int | None) -> None:
    """Raise OffsetMismatch or TooLarge when a part of `length` bytes cannot begin at `offset`."""
    if upload.offset != offset:
        raise OffsetMismatch(
            Bilingual(
                f"The upload ends at {upload.offset}, the part begins at {offset}.",
                f"已上传至 {upload.offset},所发分段始于 {offset}。",
            ),
            offset=upload.offset,
        )
    if upload.size is not None and offset + (length or 0) > upload.size:
        raise TooLarge(_declared(upload))


def set_length(upload: Upload, size: int, *, largest: int) -> None:
    """Say how long an upload is that was begun without; raises LengthFixed when it is known."""
    if upload.size is None:
        if size > largest:
            raise _too_large(largest, size)
        if size < upload.offset:
            raise TooLarge(
                Bilingual(
                    f"{upload.offset} bytes have come already.", f"已收到 {upload.offset} 字节。"
                )
            )
        upload.size = size
    elif upload.size != size:
        raise LengthFixed(_declared(upload))


def append(
    session: Session,
    store: BlobStore,
    upload_id: UUID,
    offset: int,
    data: Bytes,
    *,
    actor: Actor,
    now: datetime,
    largest: int | None = None,
) -> int:
    """Add a part; the row moves only after the bytes are durable. Returns the new offset."""
    upload = mine(session, upload_id, actor=actor, now=now, lock=True)
    check_offset(upload, offset, len(data))
    if upload.state != OPEN:
        raise Conflict(_ENDED)
    if largest is not None and offset + len(data) > largest:
        raise _too_large(largest, offset + len(data))
    upload.offset = store.append(upload.id, offset, data, key_of(session, upload))
    session.flush()
    return upload.offset


def is_under_way(upload: Upload) -> bool:
    """Whether bytes of it are still to come, and nothing follows before they have."""
    return upload.state == OPEN and upload.offset != upload.size


def end(
    session: Session, store: BlobStore, upload_id: UUID, *, actor: Actor, now: datetime
) -> None:
    """Forget an upload; the item that it has become stays, for evidence is never taken back."""
    upload = mine(session, upload_id, actor=actor, now=now, lock=True)
    forget(session, store, [upload])


def sweep(session: Session, store: BlobStore, *, now: datetime, limit: int = 500) -> int:
    """Forget uploads that expired unfinished; how many there were."""
    query = select(Upload).where(Upload.state != DONE, Upload.expires_at <= now).limit(limit)
    # Another worker may be at the same rows; what it holds it forgets.
    query = query.with_for_update(skip_locked=True)
    return forget(session, store, session.scalars(query).all())


def key_of(session: Session, upload: Upload) -> bytes:
    """The key under which the upload's bytes lie."""
    return keyring_of(session, upload.organisation_id).open(KEY_KIND, bytes(upload.wrapped_key))


def _too_large(largest: int, size: int | None) -> TooLarge:
    return TooLarge(
        Bilingual(
            f"A file has at most {largest} bytes, not {size}.",
            f"文件最大 {largest} 字节,所传为 {size} 字节。",
        )
    )


def _declared(upload: Upload) -> Bilingual:
    return Bilingual(
        f"The file was declared with {upload.size} bytes.", f"文件声明为 {upload.size} 字节。"
    )


def _check_visit(session: Session, visit_id: UUID, actor: Actor, now: datetime) -> None:
    visit = access.visible(session, visit_id, actor=actor, now=now)
    if not access.is_of_crew(visit, actor):
        raise Forbidden(_NOT_OF_THE_CREW)


def _same(
    session: Session, store: BlobStore, claimed: Claimed, size: int | None, actor: Actor,
    at: datetime, concat: Concat,
) -> Upload | None:  # fmt: skip
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
        forget(session, store, [known])
        return None
    # A final knows its size by its parts, and a deferred one learns it later.
    told = (known.size if size is None else size, claimed.visit_id, claimed.sha256, concat.header)
    kept = (known.size, known.visit_id, known.details["sha256"], known.details.get("concat", ""))
    if kept != told:
        raise UploadKeyReused(_OWN_KEY)
    return known


def _expired(upload: Upload, now: datetime) -> bool:
    return upload.state != DONE and upload.expires_at <= now


def _check_quota(
    session: Session, actor: Actor, size: int | None, largest: int, quota: int | None
) -> None:
    """Bound what one account has unfinished; an unknown length counts as the largest there is."""
    declared = func.coalesce(Upload.size, largest)
    query = select(func.count(), func.coalesce(func.sum(declared), 0)).where(
        Upload.account_id == actor.account_id, Upload.state == OPEN
    )
    count, promised = session.execute(query).one()
    if count >= MOST_OPEN:
        raise TooManyUploads(_MOST)
    if quota is not None and int(promised) + (largest if size is None else size) > quota:
        raise TooManyUploads(
            Bilingual(
                f"Unfinished uploads may have {quota} bytes altogether.",
                f"未完成的上传合计不得超过 {quota} 字节。",
            )
        )


def _row(
    session: Session, claimed: Claimed, size: int | None, actor: Actor, at: datetime
) -> Upload:
    keyring = keyring_of(session, actor.organisation_id)
    return Upload(
        organisation_id=actor.organisation_id,
        account_id=actor.account_id,
        visit_id=claimed.visit_id,
        client_key=claimed.key,
        size=size,
        offset=0,
        wrapped_key=keyring.seal(KEY_KIND, secrets.token_bytes(32)),
        state=OPEN,
        created_at=at,
    )


def _as_json(concat: Concat) -> dict[str, Any]:
    if not concat.header:
        return {}
    return {"concat": concat.header, "parts": [str(part) for part in concat.parts]}


def forget(session: Session, store: BlobStore, uploads: Iterable[Upload]) -> int:
    """Forget these rows with their bytes; how many there were."""
    count = 0
    for upload in uploads:
        store.discard(upload.id)
        session.delete(upload)
        count += 1
    session.flush()
    return count
