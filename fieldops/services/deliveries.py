"""Checkpoints sent outside each day, so that the operator himself cannot rewrite the log unseen.

Whoever keeps one can hold any later pack against it (`verify --checkpoint`).

    owed -> handed (a job is queued) -> sending (a job has it) -> sent, or owed again

A worker that dies leaves its lease behind: after that the round hands the same delivery out again.
"""

import base64
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from fieldops.domain.facts import DeliveryOwed
from fieldops.domain.pausing import pause
from fieldops.models import Checkpoint, CheckpointDelivery
from fieldops.services import outbox
from fieldops.services.organisations import zone_of

OWED, HANDED, SENDING, SENT = "owed", "handed", "sending", "sent"
_AGAIN = timedelta(minutes=5)
_LONGEST = timedelta(hours=2)
_LEASE = timedelta(minutes=15)


def hand_out(
    session: Session, organisation_id: UUID, addresses: Sequence[str], *, at: datetime
) -> int:
    """Owe today's delivery to each address and make known what is due. Returns how many."""
    _owe_today(session, organisation_id, addresses, at)
    query = _of(organisation_id).where(
        CheckpointDelivery.state != SENT,
        CheckpointDelivery.due_at <= at,
        CheckpointDelivery.address.in_(addresses),
    )
    free = query.order_by(CheckpointDelivery.id).limit(100).with_for_update(skip_locked=True)
    found = session.scalars(free).all()
    for row in found:
        row.state, row.due_at = HANDED, at + _LEASE
        fact = DeliveryOwed(row.id)
        outbox.record(session, fact, organisation_id=organisation_id, now=at)
    return len(found)


def take(session: Session, delivery_id: UUID, *, at: datetime) -> CheckpointDelivery | None:
    """The delivery for the job that asks; None where another has it, or it was sent."""
    row = session.get_one(CheckpointDelivery, delivery_id, with_for_update=True)
    if row.state != HANDED:
        return None
    row.state, row.due_at, row.attempts = SENDING, at + _LEASE, row.attempts + 1
    session.flush()
    return row


def document(checkpoint: Checkpoint) -> str:
    """What is sent: the checkpoint's text, its signature and its stamp, as one line of JSON."""
    told = {
        "checkpoint": bytes(checkpoint.text).decode(),
        "signature": base64.b64encode(bytes(checkpoint.signature)).decode(),
        "timestamp": base64.b64encode(bytes(checkpoint.timestamp or b"")).decode(),
    }
    return json.dumps(told, sort_keys=True)


def sent(session: Session, delivery_id: UUID, *, at: datetime) -> None:
    """Note that the address has it."""
    row = session.get_one(CheckpointDelivery, delivery_id, with_for_update=True)
    row.state, row.sent_at, row.reason = SENT, at, None
    session.flush()


def missed(session: Session, delivery_id: UUID, reason: str, *, at: datetime) -> None:
    """Note why it could not be sent, and when it is tried again."""
    row = session.get_one(CheckpointDelivery, delivery_id, with_for_update=True)
    row.state, row.reason = OWED, reason[:200]
    row.due_at = at + pause(row.attempts, _AGAIN, _LONGEST)
    session.flush()


def latest(
    session: Session, organisation_id: UUID, limit: int = 30
) -> Sequence[CheckpointDelivery]:
    """The last deliveries, the newest first."""
    query = _of(organisation_id).order_by(CheckpointDelivery.id.desc())
    return session.scalars(query.limit(limit)).all()


def unsent(session: Session, organisation_id: UUID) -> Sequence[CheckpointDelivery]:
    """What could not be sent so far."""
    query = _of(organisation_id).where(
        CheckpointDelivery.state != SENT, CheckpointDelivery.reason.is_not(None)
    )
    return session.scalars(query.order_by(CheckpointDelivery.id).limit(100)).all()


def sent_sizes(session: Session, organisation_id: UUID, *, above: int, below: int) -> list[int]:
    """Sizes under `below` that somebody outside has: the last up to `above`, and every later."""
    query = (
        select(Checkpoint.size)
        .join(CheckpointDelivery, CheckpointDelivery.checkpoint_id == Checkpoint.id)
        .where(
            CheckpointDelivery.organisation_id == organisation_id,
            CheckpointDelivery.state == SENT,
            Checkpoint.size < below,
        )
    )
    sizes = sorted(set(session.scalars(query)))
    earlier = [size for size in sizes if size <= above]
    return [*earlier[-1:], *(size for size in sizes if size > above)]


def _owe_today(
    session: Session, organisation_id: UUID, addresses: Sequence[str], at: datetime
) -> None:
    newest = _newest_stamped(session, organisation_id)
    if newest is None:
        return
    day = at.astimezone(zone_of(session, organisation_id)).date().isoformat()
    known = select(CheckpointDelivery.address).where(
        CheckpointDelivery.organisation_id == organisation_id, CheckpointDelivery.day == day
    )
    have = set(session.scalars(known))
    for address in dict.fromkeys(addresses):
        if address not in have:
            session.add(
                CheckpointDelivery(
                    organisation_id=organisation_id,
                    checkpoint_id=newest.id,
                    address=address,
                    day=day,
                    state=OWED,
                    asked_at=at,
                    due_at=at,
                )
            )
    session.flush()


def _newest_stamped(session: Session, organisation_id: UUID) -> Checkpoint | None:
    query = select(Checkpoint).where(
        Checkpoint.organisation_id == organisation_id, Checkpoint.timestamp.is_not(None)
    )
    return session.scalars(query.order_by(Checkpoint.size.desc()).limit(1)).one_or_none()


def _of(organisation_id: UUID) -> Select[CheckpointDelivery]:
    return select(CheckpointDelivery).where(CheckpointDelivery.organisation_id == organisation_id)
