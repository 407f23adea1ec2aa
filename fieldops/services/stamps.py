"""Stamps on checkpoints: owed by each authority, kept for ever, renewed before they end.

Only the newest checkpoint is owed: its stamp covers every entry before it. The first stamp that a
checkpoint gets is its own (`Checkpoint.timestamp`) and is never replaced.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from evidence.custody.checkpoint import SealedCheckpoint
from fieldops.domain.errors import Conflict
from fieldops.domain.facts import StampOwed
from fieldops.domain.pausing import pause
from fieldops.models import Checkpoint, CheckpointStamp
from fieldops.services import custody, outbox

OWED, KEPT, COVERED = "owed", "kept", "covered"
_AGAIN = timedelta(minutes=1)
_LONGEST = timedelta(minutes=30)
# How long a job has for a stamp before it is handed out once more.
_LEASE = timedelta(minutes=10)
_TOMORROW = timedelta(days=1)


def owe(
    session: Session, checkpoint_id: UUID, authorities: Sequence[str], *, at: datetime
) -> list[CheckpointStamp]:
    """What these authorities still owe for a checkpoint, in their order; noted where it is new."""
    checkpoint = session.get_one(Checkpoint, checkpoint_id, with_for_update=True)
    known = {
        row.authority: row for row in of_checkpoint(session, checkpoint_id) if row.renews_id is None
    }
    for name in authorities:
        if name not in known:
            known[name] = _owed(session, checkpoint, name, None, at)
    if checkpoint.timestamp is None:
        for row in known.values():
            row.state = OWED if row.state == COVERED else row.state
    session.flush()
    return [known[name] for name in authorities if known[name].state == OWED]


def digest(session: Session, stamp: CheckpointStamp) -> bytes:
    """The SHA-256 of what an authority is asked to stamp."""
    renewed = session.get(CheckpointStamp, stamp.renews_id) if stamp.renews_id else None
    return sha256(stamped_bytes(stamp.checkpoint, renewed)).digest()


def stamped_bytes(checkpoint: Checkpoint, renewed: CheckpointStamp | None) -> bytes:
    """The checkpoint's text and, for a renewal, the response that it renews behind it."""
    return bytes(checkpoint.text) + (bytes(renewed.response or b"") if renewed else b"")


def keep(
    session: Session,
    stamp_id: UUID,
    response: bytes,
    *,
    authority: str,
    at: datetime,
    expires_at: datetime | None,
) -> None:
    """Keep a stamp that was given; the first answer counts, and covers what the authority owed.

    A renewal must end later than what it renews; one that does not is asked for again tomorrow.
    """
    row = session.get_one(CheckpointStamp, stamp_id, with_for_update=True)
    if row.state == KEPT:
        return
    if _gains_nothing(session, row, expires_at):
        row.reason, row.attempts = "ends no later than the stamp that it would renew", 1
        row.due_at = at + _TOMORROW
        return
    row.state, row.response, row.stamped_at, row.reason = KEPT, response, at, None
    row.authority, row.expires_at = authority, expires_at
    if row.renews_id is None:
        custody.keep_stamp(session, row.checkpoint_id, response, at=at)
    _cover(session, row)
    session.flush()


def _gains_nothing(session: Session, row: CheckpointStamp, expires_at: datetime | None) -> bool:
    renewed = session.get(CheckpointStamp, row.renews_id) if row.renews_id else None
    if renewed is None or renewed.expires_at is None or expires_at is None:
        return False
    return expires_at <= renewed.expires_at


def _cover(session: Session, row: CheckpointStamp) -> None:
    """What the same authority owed for smaller checkpoints need not be asked for any more."""
    smaller = select(Checkpoint.id).where(
        Checkpoint.organisation_id == row.organisation_id, Checkpoint.size < row.checkpoint.size
    )
    session.execute(
        update(CheckpointStamp)
        .where(
            CheckpointStamp.organisation_id == row.organisation_id,
            CheckpointStamp.authority == row.authority,
            CheckpointStamp.state == OWED,
            CheckpointStamp.renews_id.is_(None),
            CheckpointStamp.checkpoint_id.in_(smaller),
        )
        .values(state=COVERED)
    )


def missed(session: Session, stamp_id: UUID, reason: str, *, at: datetime) -> None:
    """Note why an authority gave nothing, and when it is asked again."""
    row = session.get_one(CheckpointStamp, stamp_id, with_for_update=True)
    row.attempts += 1
    row.reason = reason[:200]
    row.due_at = at + pause(row.attempts, _AGAIN, _LONGEST)
    session.flush()


def hand_out(session: Session, organisation_id: UUID, *, at: datetime) -> int:
    """Make known what is due: each is asked for by a job of its own. Returns how many."""
    query = select(CheckpointStamp).where(
        CheckpointStamp.organisation_id == organisation_id,
        CheckpointStamp.state == OWED,
        CheckpointStamp.due_at <= at,
    )
    found = session.scalars(query.order_by(CheckpointStamp.id).limit(100)).all()
    for row in found:
        row.due_at = at + _LEASE
        outbox.record(session, StampOwed(row.id), organisation_id=organisation_id, now=at)
    return len(found)


def renew(session: Session, organisation_id: UUID, *, before: datetime, at: datetime) -> int:
    """Owe a new stamp for each that ends before this time and is not renewed yet."""
    renewed = select(CheckpointStamp.renews_id).where(CheckpointStamp.renews_id.is_not(None))
    query = select(CheckpointStamp).where(
        CheckpointStamp.organisation_id == organisation_id,
        CheckpointStamp.state == KEPT,
        CheckpointStamp.expires_at > at,
        CheckpointStamp.expires_at <= before,
        CheckpointStamp.id.not_in(renewed),
    )
    found = session.scalars(query.order_by(CheckpointStamp.id).limit(100)).all()
    for row in found:
        _owed(session, row.checkpoint, row.authority, row.id, at)
    session.flush()
    return len(found)


def of_checkpoint(session: Session, checkpoint_id: UUID) -> Sequence[CheckpointStamp]:
    """Every stamp of a checkpoint, kept or owed, oldest first."""
    query = select(CheckpointStamp).where(CheckpointStamp.checkpoint_id == checkpoint_id)
    return session.scalars(query.order_by(CheckpointStamp.id)).all()


def without_row(session: Session, organisation_id: UUID) -> Sequence[Checkpoint]:
    """Some stamped checkpoints from before stamps had rows of their own, oldest first."""
    query = select(Checkpoint).where(
        Checkpoint.organisation_id == organisation_id,
        Checkpoint.timestamp.is_not(None),
        Checkpoint.id.not_in(select(CheckpointStamp.checkpoint_id)),
    )
    return session.scalars(query.order_by(Checkpoint.size).limit(100)).all()


def adopt(
    session: Session, checkpoint: Checkpoint, *, authority: str, expires_at: datetime | None
) -> None:
    """Keep the stamp that a checkpoint has as a row, so that it is renewed like any other."""
    stamped_at = checkpoint.stamped_at or checkpoint.signed_at
    row = _owed(session, checkpoint, authority, None, checkpoint.signed_at)
    row.state, row.response, row.expires_at = KEPT, checkpoint.timestamp, expires_at
    row.stamped_at, row.due_at = stamped_at, stamped_at
    session.flush()


def stamped(
    session: Session, organisation_id: UUID, *, above: int, below: int | None = None
) -> list[tuple[int, datetime]]:
    """Size and authority's time of the stamped checkpoints over this place, smallest first."""
    query = select(Checkpoint.size, Checkpoint.stamped_at).where(
        Checkpoint.organisation_id == organisation_id,
        Checkpoint.stamped_at.is_not(None),
        Checkpoint.size > above,
    )
    if below is not None:
        query = query.where(Checkpoint.size < below)
    found = session.execute(query.order_by(Checkpoint.size))
    return [(size, at) for size, at in found if at is not None]


def kept_ids(session: Session, organisation_id: UUID, sizes: Collection[int]) -> list[str]:
    """The stamps that checkpoints of these sizes have by now."""
    query = (
        select(CheckpointStamp.id)
        .join(Checkpoint)
        .where(
            Checkpoint.organisation_id == organisation_id,
            Checkpoint.size.in_(sizes),
            CheckpointStamp.state == KEPT,
        )
    )
    return [str(found) for found in session.scalars(query.order_by(CheckpointStamp.id))]


def heads(session: Session, organisation_id: UUID, sizes: Collection[int]) -> Sequence[Checkpoint]:
    """The organisation's checkpoints of these sizes, smallest first."""
    query = select(Checkpoint).where(
        Checkpoint.organisation_id == organisation_id, Checkpoint.size.in_(sizes)
    )
    return session.scalars(query.order_by(Checkpoint.size)).all()


def sealed(session: Session, checkpoint: Checkpoint, ids: Collection[str]) -> SealedCheckpoint:
    """A checkpoint as packs carry it, with those of its stamps that `ids` names.

    Raises Conflict when it has no stamp at all yet.
    """
    if checkpoint.timestamp is None:
        raise Conflict(f"The checkpoint over {checkpoint.size} entries has no timestamp yet.")
    rows = [row for row in of_checkpoint(session, checkpoint.id) if str(row.id) in ids]
    renewal = {row.renews_id: row for row in rows if row.renews_id is not None}
    first = bytes(checkpoint.timestamp)
    renewals: tuple[bytes, ...] = ()
    others: list[tuple[bytes, ...]] = []
    for row in rows:
        if row.renews_id is None:
            chain = tuple(_chain(row, renewal))
            if chain[0] == first:
                renewals = chain[1:]
            else:
                others.append(chain)
    text, signature = bytes(checkpoint.text), bytes(checkpoint.signature)
    return SealedCheckpoint(text, signature, first, renewals, tuple(others))


def _chain(row: CheckpointStamp | None, renewal: Mapping[UUID, CheckpointStamp]) -> Iterator[bytes]:
    """The response of a stamp, then those of its renewals."""
    while row is not None:
        yield bytes(row.response or b"")
        row = renewal.get(row.id)


def overdue(session: Session, organisation_id: UUID) -> Sequence[CheckpointStamp]:
    """What authorities failed to give so far, for those who watch."""
    query = select(CheckpointStamp).where(
        CheckpointStamp.organisation_id == organisation_id,
        CheckpointStamp.state == OWED,
        CheckpointStamp.attempts > 0,
    )
    return session.scalars(query.order_by(CheckpointStamp.id).limit(100)).all()


def any_overdue(session: Session) -> bool:
    """Whether any authority failed to give a stamp, in any organisation."""
    query = select(CheckpointStamp.id).where(
        CheckpointStamp.state == OWED, CheckpointStamp.attempts > 0
    )
    return session.scalar(query.limit(1)) is not None


def _owed(
    session: Session, checkpoint: Checkpoint, name: str, renews_id: UUID | None, at: datetime
) -> CheckpointStamp:
    row = CheckpointStamp(
        organisation_id=checkpoint.organisation_id,
        checkpoint_id=checkpoint.id,
        authority=name,
        renews_id=renews_id,
        state=OWED,
        asked_at=at,
        # The job that notes it asks at once; a renewal is handed out by the next round.
        due_at=at if renews_id else at + _AGAIN,
    )
    row.checkpoint = checkpoint
    session.add(row)
    return row
