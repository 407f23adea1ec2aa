"""Words to those who must act: made once for each version, sent by their channels, seen by people.

Nothing personal is in a notice: a reference, a code, a deadline and the way to the page.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from evidence.trace.clock_rules import BOOK
from fieldops.domain import alerting
from fieldops.domain.errors import Forbidden
from fieldops.domain.permissions import Actor, Permission, Role
from fieldops.models import AlertChannel, Deadline, Flag, Notice, NoticeSending
from fieldops.services import alert_sending, alert_settings, deadlines, scoped

_SHOWN = 50


def of_flag(session: Session, flag: Flag, digest: str, occasion: str, *, now: datetime) -> Notice:
    """Tell counsel of a flag that is new or shows something else than before."""
    # What was shown, then something else, then the first again is three things to know.
    query = select(func.count()).select_from(Notice).where(Notice.flag_id == flag.id)
    count = session.scalar(query.where(Notice.occasion != alerting.NEAR))
    return _make(
        session,
        Notice(
            organisation_id=flag.organisation_id, case_id=flag.case_id, flag_id=flag.id,
            code=flag.code, occasion=occasion, version=_version("flag", flag.id, digest, count),
            way=alerting.WAY_OF_SEVERITY.get(flag.severity, alerting.DIGEST),
            role=Role.COUNSEL.value, deadline_at=flag.earliest_deadline, made_at=now,
        ),
    )  # fmt: skip


def go_round(session: Session, organisation_id: UUID, *, at: datetime) -> None:
    """Tell of deadlines that have come near, and tell others of what nobody has seen."""
    for row in deadlines.due(session, organisation_id, at=at):
        _near(session, row, at=at)
    for notice in _unseen_too_long(session, organisation_id, at=at):
        _escalate(session, notice, at=at)
    alert_sending.hand_out(session, organisation_id, at=at)


def waiting(session: Session, actor: Actor) -> Sequence[Notice]:
    """What the reader's role has not seen, the urgent first."""
    query = scoped.own(Notice, actor).where(
        Notice.role == actor.role.value, Notice.seen_at.is_(None)
    )
    order = (Notice.way != alerting.NOW, Notice.deadline_at.is_(None), Notice.deadline_at)
    return session.scalars(query.order_by(*order, Notice.id).limit(_SHOWN)).all()


def listed(
    session: Session,
    actor: Actor,
    *,
    after: UUID | None,
    limit: int,
    seen: bool | None = None,
    case_id: UUID | None = None,
) -> tuple[Sequence[Notice], UUID | None]:
    """One page of the notices of the organisation, oldest first."""
    query = scoped.own(Notice, actor)
    if seen is not None:
        query = query.where(Notice.seen_at.is_not(None) if seen else Notice.seen_at.is_(None))
    if case_id is not None:
        query = query.where(Notice.case_id == case_id)
    return scoped.page(session, query, Notice, after=after, limit=limit)


def see(session: Session, notice_id: UUID, *, actor: Actor, now: datetime) -> Notice:
    """Say that it was seen; the first to see it stays. Raises Forbidden, NotFound.

    Whoever reads on behalf of another role, such as an auditor, sees nothing for it.
    """
    row = scoped.get(session, Notice, notice_id, actor, lock=True)
    if not _may_see(row, actor):
        raise Forbidden(Permission.REVIEW_FLAGS.value)
    _seen(row, actor, now)
    session.flush()
    return row


def saw(session: Session, notice_id: UUID, *, actor: Actor, now: datetime) -> Notice:
    """The notice that somebody follows to its page, seen by that if it was for his role."""
    row = scoped.get(session, Notice, notice_id, actor, lock=True)
    if _may_see(row, actor):
        _seen(row, actor, now)
    session.flush()
    return row


def see_flag(session: Session, flag_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Say that all that was told of a flag was seen."""
    query = select(Notice).where(Notice.flag_id == flag_id, Notice.seen_at.is_(None))
    for row in session.scalars(query):
        _seen(row, actor, now)


def reference(notice: Notice) -> str:
    """A neutral name: it says nothing to whoever has no sign-in."""
    return f"N-{notice.id.hex[-10:].upper()}"


def _may_see(row: Notice, actor: Actor) -> bool:
    return row.role == actor.role.value or actor.may(Permission.REVIEW_FLAGS)


def _seen(row: Notice, actor: Actor, now: datetime) -> None:
    if row.seen_at is None:
        row.seen_at, row.seen_by = now, actor.account_id


def _near(session: Session, row: Deadline, *, at: datetime) -> None:
    flag = session.get(Flag, row.flag_id) if row.flag_id else None
    step, ends = row.next_step, row.ends_at
    deadlines.told(row, at=at)
    if flag is not None:
        flag.earliest_deadline = deadlines.earliest(session, flag, at=at)
    if flag is not None and flag.state == "dismissed":
        return
    way = next(one.way for one in BOOK.rules[row.name].alerts if one.name == step)
    _make(
        session,
        Notice(
            organisation_id=row.organisation_id, case_id=row.case_id, flag_id=row.flag_id,
            code=row.name, occasion=alerting.NEAR, step=step,
            version=_version("deadline", row.holder, row.name, row.subject, ends, step),
            way=way, role=Role.COUNSEL.value, deadline_at=ends, made_at=at,
        ),
    )  # fmt: skip


def _unseen_too_long(session: Session, organisation_id: UUID, *, at: datetime) -> Sequence[Notice]:
    policy = alert_settings.policy(session, organisation_id)
    if not policy.escalate_minutes:
        return []
    query = select(Notice).where(
        Notice.organisation_id == organisation_id,
        Notice.way == alerting.NOW,
        Notice.seen_at.is_(None),
        Notice.escalated_at.is_(None),
        Notice.occasion != alerting.ESCALATED,
        Notice.made_at <= at - timedelta(minutes=policy.escalate_minutes),
    )
    return session.scalars(query.order_by(Notice.id).limit(200)).all()


def _escalate(session: Session, notice: Notice, *, at: datetime) -> None:
    notice.escalated_at = at
    role = alert_settings.policy(session, notice.organisation_id).escalate_to
    _make(
        session,
        Notice(
            organisation_id=notice.organisation_id, case_id=notice.case_id,
            flag_id=notice.flag_id, code=notice.code, occasion=alerting.ESCALATED,
            step=notice.step, version=_version("escalated", notice.id), way=alerting.NOW, role=role,
            deadline_at=notice.deadline_at, made_at=at,
        ),
    )  # fmt: skip


def _make(session: Session, notice: Notice) -> Notice:
    """Keep a notice with a sending for each channel of its role, unless that version was told."""
    query = select(Notice).where(
        Notice.organisation_id == notice.organisation_id, Notice.version == notice.version
    )
    if (known := session.scalars(query).one_or_none()) is not None:
        return known
    session.add(notice)
    session.flush()
    channels = select(AlertChannel).where(
        AlertChannel.organisation_id == notice.organisation_id,
        AlertChannel.role == notice.role,
        AlertChannel.disabled_at.is_(None),
    )
    hours = alert_settings.hours(session, notice.organisation_id)
    due = alerting.due_at(notice.way, hours, notice.made_at)
    for channel in session.scalars(channels):
        session.add(
            NoticeSending(
                organisation_id=notice.organisation_id, notice_id=notice.id,
                channel_id=channel.id, state=alert_sending.OWED, due_at=due,
            )
        )  # fmt: skip
    session.flush()
    if due <= notice.made_at:
        alert_sending.hand_out(session, notice.organisation_id, at=notice.made_at)
    return notice


def _version(*parts: object) -> str:
    return hashlib.sha256("|".join(str(one) for one in parts).encode()).hexdigest()
