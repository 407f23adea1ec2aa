"""Notices on their way: handed out, taken by one job at a time, sent or tried again later.

    owed -> handed (a job is queued) -> sending (a job has it) -> sent, or owed again

A worker that dies leaves its lease behind: after that the round hands the same sending out again,
under the same message id, so that a receiver can tell a repetition.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from fieldops.domain.alerting import DIGEST
from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import Conflict, Forbidden
from fieldops.domain.facts import AlertsOwed
from fieldops.domain.pausing import pause
from fieldops.domain.permissions import Actor, Permission
from fieldops.models import AlertChannel, Notice, NoticeSending
from fieldops.models import restriction as restricted
from fieldops.services import outbox, scoped

OWED, HANDED, SENDING, SENT = "owed", "handed", "sending", "sent"
_LEASE = timedelta(minutes=15)
_AGAIN = timedelta(minutes=1)
_LONGEST = timedelta(hours=1)
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Batch:
    """What goes out as one message: an urgent notice alone, or the daily list."""

    id: str
    sendings: Sequence[NoticeSending]
    is_digest: bool


def hand_out(session: Session, organisation_id: UUID, *, at: datetime) -> int:
    """Make known which channels owe something that is due. Returns how many do."""
    query = (
        select(NoticeSending)
        .where(
            NoticeSending.organisation_id == organisation_id,
            NoticeSending.state.in_((OWED, HANDED, SENDING)),
            NoticeSending.due_at <= at,
        )
        .order_by(NoticeSending.id)
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True, of=NoticeSending)
    )
    channels = set()
    for row in session.scalars(query):
        row.state, row.due_at = HANDED, at + _LEASE
        channels.add(row.channel_id)
    for channel_id in sorted(channels):
        fact = AlertsOwed(channel_id)
        outbox.record(session, fact, organisation_id=organisation_id, now=at)
    session.flush()
    return len(channels)


def take(session: Session, channel_id: UUID, *, at: datetime) -> list[UUID]:
    """Take what was handed out for a channel; another job that asks meanwhile gets none of it."""
    session.scalar(select(AlertChannel.id).where(AlertChannel.id == channel_id).with_for_update())
    query = select(NoticeSending).where(
        NoticeSending.channel_id == channel_id, NoticeSending.state == HANDED
    )
    rows = session.scalars(query.order_by(NoticeSending.id).limit(_AT_ONCE)).all()
    for row in rows:
        row.state, row.due_at, row.attempts = SENDING, at + _LEASE, row.attempts + 1
    session.flush()
    return [row.id for row in rows]


def batches(session: Session, sending_ids: Sequence[UUID]) -> list[Batch]:
    """The messages that these sendings make: each urgent one alone, the small ones in one list."""
    query = (
        select(NoticeSending)
        .where(NoticeSending.id.in_(sending_ids))
        .options(joinedload(NoticeSending.notice))
        .order_by(NoticeSending.id)
    )
    # A notice names nobody; one that is owed goes out though its person is restricted meanwhile.
    with restricted.seeing(session, Notice):
        rows = session.scalars(query).all()
    small = [row for row in rows if row.notice.way == DIGEST]
    alone = [[row] for row in rows if row.notice.way != DIGEST]
    return [_batch(group, group is small) for group in (*alone, small) if group]


def sent(session: Session, sending_ids: Sequence[UUID], *, at: datetime) -> None:
    """Note that the channel took them, and that it works."""
    for row in _locked(session, sending_ids):
        row.state, row.sent_at, row.reason = SENT, at, None
        row.channel.failing_since, row.channel.reason = None, None
    session.flush()


def missed(session: Session, sending_ids: Sequence[UUID], reason: str, *, at: datetime) -> None:
    """Note why the channel did not take them, and when they are tried again."""
    for row in _locked(session, sending_ids):
        if row.channel.disabled_at is not None:
            row.state = "dropped"
            continue
        row.state, row.reason = OWED, reason[:200]
        row.due_at = at + pause(row.attempts, _AGAIN, _LONGEST)
        row.channel.failing_since = row.channel.failing_since or at
        row.channel.reason = reason[:200]
    session.flush()


def again(session: Session, sending_id: UUID, *, actor: Actor, now: datetime) -> NoticeSending:
    """Hand a sending out once more, under the same message id, whatever became of it.

    Raises Forbidden, NotFound, and Conflict while a job has it or its channel is closed.
    """
    if not actor.may(Permission.MANAGE_ALERTS):
        raise Forbidden(Permission.MANAGE_ALERTS.value)
    row = scoped.get(session, NoticeSending, sending_id, actor, lock=True)
    if row.channel.disabled_at is not None:
        raise Conflict(Bilingual("The channel is closed.", "该渠道已关闭。"))
    if row.state == SENDING and row.due_at > now:
        raise Conflict(Bilingual("It is being sent just now.", "正在发送。"))
    row.state, row.due_at = HANDED, now + _LEASE
    fact = AlertsOwed(row.channel_id)
    outbox.record(session, fact, organisation_id=actor.organisation_id, now=now)
    session.flush()
    return row


def log_page(
    session: Session, actor: Actor, *, before: UUID | None, limit: int
) -> tuple[Sequence[NoticeSending], UUID | None]:
    """One page of sendings, the newest first, with their notices and channels."""
    query = scoped.own(NoticeSending, actor).options(
        joinedload(NoticeSending.notice), joinedload(NoticeSending.channel)
    )
    with restricted.seeing(session, Notice):
        return scoped.newest(session, query, NoticeSending, before=before, limit=limit)


def _batch(rows: Sequence[NoticeSending], is_digest: bool) -> Batch:
    names = "|".join(sorted(str(row.id) for row in rows))
    return Batch(hashlib.sha256(names.encode()).hexdigest()[:32], rows, is_digest)


def _locked(session: Session, sending_ids: Sequence[UUID]) -> Sequence[NoticeSending]:
    query = select(NoticeSending).where(
        NoticeSending.id.in_(sending_ids), NoticeSending.state == SENDING
    )
    return session.scalars(query.with_for_update(of=NoticeSending)).all()
