"""Files that came in several uploads side by side: measured while they come, then made one."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.blobs import BlobStore
from fieldops.domain.errors import Forbidden
from fieldops.domain.permissions import Actor
from fieldops.models import Upload
from fieldops.services import uploads


class FinalUpload(Forbidden):
    """A final upload is made of its parts and takes no bytes of its own."""

    slug = "final-upload"
    title_en = "A final upload takes no bytes; send them to its parts"
    title_zh = "合并上传不接收数据，请上传到各分片"


def check_takes_bytes(upload: Upload) -> None:
    """Raise FinalUpload for an upload that is made of others."""
    if part_ids(upload):
        raise FinalUpload


def part_ids(upload: Upload) -> list[UUID]:
    """The parts that a final upload names; none for any other."""
    return [UUID(text) for text in upload.details.get("parts", ())]


def measure(
    session: Session, upload: Upload, *, actor: Actor, now: datetime, largest: int
) -> uploads.Measured | None:
    """How far the parts of a final are; None for any other upload, and once it is joined.

    The final learns its length here as soon as all parts know theirs.
    """
    if not part_ids(upload) or upload.state != uploads.OPEN or upload.offset:
        return None
    found = uploads.of_parts(session, part_ids(upload), actor=actor, now=now, largest=largest)
    upload.size = found.size
    return found


def joined(session: Session, upload_id: UUID, size: int, *, actor: Actor, now: datetime) -> Upload:
    """Note that all bytes of the parts now lie in the final, durably."""
    upload = uploads.mine(session, upload_id, actor=actor, now=now, lock=True)
    if upload.state == uploads.OPEN:
        upload.offset = upload.size = size
    session.flush()
    return upload


def forget_parts(session: Session, store: BlobStore, upload: Upload) -> None:
    """Forget the parts of a final that has become an item: their bytes are kept in it."""
    ids = part_ids(upload)
    if not ids:
        return
    query = select(Upload).where(
        Upload.id.in_(ids), Upload.account_id == upload.account_id, Upload.item_id.is_(None)
    )
    uploads.forget(session, store, session.scalars(query).all())
