"""Redacted copies of photos: drawn beside the original, looked at, then used or thrown away.

The original is never written again. A copy is a blob of its own, with a `derived` entry in the
case's chain, and goes into packs once somebody who has seen it says so.
"""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from evidence.custody.disclosure import derived_commitment
from evidence.custody.entry import DERIVED
from fieldops.domain.blobs import BlobStore
from fieldops.domain.errors import Conflict, InvalidInput
from fieldops.domain.evidence import Claimed
from fieldops.domain.permissions import Actor
from fieldops.domain.redacting import Drawn, Region, masks
from fieldops.models import Item, Redaction
from fieldops.services import custody, evidence, scoped, uploads

MADE, REVIEWED, DISCARDED = "made", "reviewed", "discarded"
_HOURS = 1


class NotSeen(Conflict):
    """A copy is judged by somebody who has looked at it."""

    slug = "copy-not-seen"
    title_en = "Look at the copy before you judge it"
    title_zh = "请先查看副本再作审阅"


class PhotoTooLarge(InvalidInput):
    """The photo has more pixels than a copy is drawn of; withhold it whole."""

    slug = "photo-too-large"
    title_en = "The photo is too large to draw a copy of; withhold it whole"
    title_zh = "照片过大,无法制作副本,请整件扣留"


def stage(session: Session, store: BlobStore, drawn: Drawn, *, actor: Actor, at: datetime) -> UUID:
    """Store a copy's bytes as an upload without a visit: one that comes to nothing is forgotten."""
    size = len(drawn.data)
    claimed = Claimed(None, "redaction", drawn.media_type)
    upload = uploads.create(
        session, store, claimed, size, largest=size, hours=_HOURS, actor=actor, now=at, at=at
    )
    uploads.append(session, store, upload.id, 0, drawn.data, actor=actor, now=at)
    return upload.id


def keep(
    session: Session,
    store: BlobStore,
    item_id: UUID,
    staged: UUID,
    drawn: Drawn,
    regions: Sequence[Region],
    reason: str,
    *,
    actor: Actor,
    at: datetime,
) -> Redaction:
    """Make what was staged a copy of the item, and write its making into the case's chain."""
    custody.ensure_log(session, actor.organisation_id, at=at)
    item = scoped.get(session, Item, item_id, actor)
    upload = uploads.mine(session, staged, actor=actor, now=at, lock=True)
    digest, size = sha256(drawn.data).hexdigest(), len(drawn.data)
    blob = evidence.keep_blob(session, store, upload, digest, size, at=at)
    told = {"masks": masks(regions, drawn.boxes), "reason": reason}
    made = {"media_type": drawn.media_type, "actor": actor.label, **told}
    custody.append(
        session, item.case_id, DERIVED, item,
        organisation_id=actor.organisation_id, by=actor.label, at=at, copy=(digest, size),
        detail={"original_sha256": item.sha256, "record_sha256": derived_commitment(made)},
    )  # fmt: skip
    copy = Redaction(
        organisation_id=actor.organisation_id, item_id=item.id, blob_id=blob.id,
        account_id=actor.account_id, actor=actor.label, sha256=digest, size=size,
        media_type=drawn.media_type, told=told, state=MADE, made_at=at,
    )  # fmt: skip
    copy.item, copy.blob = item, blob
    session.add(copy)
    uploads.forget(session, store, [upload])
    session.flush()
    return copy


def get(session: Session, copy_id: UUID, *, actor: Actor) -> Redaction:
    """A copy of the organisation; what it shows is not opened."""
    return scoped.get(session, Redaction, copy_id, actor)


def of_item(session: Session, item_id: UUID, *, actor: Actor) -> Sequence[Redaction]:
    """The copies of an item, the newest first."""
    scoped.get(session, Item, item_id, actor)
    query = scoped.own(Redaction, actor).where(Redaction.item_id == item_id)
    return session.scalars(query.order_by(Redaction.id.desc())).all()


def open_copy(
    session: Session, copy_id: UUID, *, actor: Actor, at: datetime
) -> tuple[Redaction, bytes]:
    """A copy and its key; that it was looked at is in the log before the first byte leaves."""
    copy = scoped.get(session, Redaction, copy_id, actor)
    key = evidence.key_of_blob(session, copy.blob)
    evidence.note_read(session, copy.item, "copy", actor=actor, at=at, copy=copy.sha256)
    copy.seen_by = actor.account_id
    session.flush()
    return copy, key


def judge(
    session: Session, copy_id: UUID, verdict: str, *, actor: Actor, at: datetime
) -> Redaction:
    """Let a copy be used (`reviewed`) or not (`discarded`); raises NotSeen before it was opened."""
    copy = scoped.get(session, Redaction, copy_id, actor, lock=True)
    if verdict == REVIEWED and (copy.seen_by is None or copy.seen_by != actor.account_id):
        raise NotSeen
    copy.state, copy.judged_by, copy.judged_at = verdict, actor.account_id, at
    session.flush()
    return copy


def usable(session: Session, item_ids: Sequence[UUID]) -> dict[UUID, Redaction]:
    """The newest reviewed copy of each of these items that has one."""
    return {copy.item_id: copy for copy in _in_state(session, item_ids, REVIEWED)}


def waiting(session: Session, item_ids: Sequence[UUID]) -> set[UUID]:
    """Which of these items have a copy that nobody judged yet."""
    return {copy.item_id for copy in _in_state(session, item_ids, MADE)}


def _in_state(session: Session, item_ids: Sequence[UUID], state: str) -> Sequence[Redaction]:
    query = select(Redaction).where(Redaction.item_id.in_(item_ids), Redaction.state == state)
    return session.scalars(query.order_by(Redaction.id)).all()
