"""Words to those who must act: made once for each version, sent by their channels, seen by people.

Nothing personal is in a notice: a reference, a code, a deadline and the way to the page.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, literal, or_, select
from sqlalchemy.orm import Session

from evidence.trace.clock_rules import BOOK
from fieldops.domain import alerting
from fieldops.domain.errors import Forbidden
from fieldops.domain.permissions import Actor, Permission, Role
from fieldops.models import (
    AlertChannel,
    AlertPolicy,
    Complaint,
    Deadline,
    Flag,
    Notice,
    NoticeSending,
)
from fieldops.models import restriction as restricted
from fieldops.models.types import UtcDateTime
from fieldops.services import alert_sending, alert_settings, deadlines, keyset, scoped
from fieldops.services.keyset import Key

COMPLAINT = "complaint"
"""The code of a notice about the clock of a complaint."""
RESTING = "protection/restrictions/{id}"
"""The page of a restriction, where counsel finds the clocks of whoever rests under it."""
_SHOWN = 50
_BY_URGENCY = (
    Key(case((Notice.way == alerting.NOW, 0), else_=1)),
    # What has no end comes after all that has one.
    Key(
        func.coalesce(Notice.deadline_at, literal(datetime(9999, 1, 1, tzinfo=UTC), UtcDateTime()))
    ),
    Key(Notice.id),
)


@dataclass(frozen=True, slots=True)
class Told:
    """A flag that is new or shows something else, the digest of what it shows, and the occasion."""

    flag: Flag
    digest: str
    occasion: str


@dataclass(frozen=True, slots=True)
class Word:
    """A word about something that has a page of its own; `version` makes it told once."""

    about: str
    code: str
    occasion: str
    role: str
    version: tuple[object, ...]
    case_id: UUID | None = None
    way: str = alerting.NOW
    deadline_at: datetime | None = None


def tell(session: Session, organisation_id: UUID, words: Sequence[Word], *, at: datetime) -> None:
    """Tell the people of a role, each version of a word once."""
    made = [
        Notice(
            organisation_id=organisation_id, case_id=one.case_id, about=one.about, code=one.code,
            occasion=one.occasion, version=_version(*one.version), way=one.way, role=one.role,
            deadline_at=one.deadline_at, made_at=at,
        )
        for one in words
    ]  # fmt: skip
    _make_at_once(session, organisation_id, made, at)


def of_flags(
    session: Session, organisation_id: UUID, told: Sequence[Told], *, now: datetime
) -> None:
    """Tell counsel of flags that are new or show something else than before."""
    if not told:
        return
    # What was shown, then something else, then the first again is three things to know.
    query = (
        select(Notice.flag_id, func.count())
        .where(Notice.flag_id.in_([one.flag.id for one in told]))
        .where(Notice.occasion != alerting.NEAR)
        .group_by(Notice.flag_id)
    )
    counts = dict(session.execute(query).all())
    made = [_of_flag(one, counts.get(one.flag.id, 0), now) for one in told]
    _make_at_once(session, organisation_id, made, now)


def of_complaint(
    session: Session, complaint: Complaint, step: str, way: str, *, at: datetime
) -> None:
    """Tell compliance that the clock of a complaint comes to its end; of no case if he rests."""
    rests = restricted.resting(session, complaint.case_id, complaint.party_id)
    notice = Notice(
        organisation_id=complaint.organisation_id, code=COMPLAINT, step=step,
        occasion=alerting.NEAR, case_id=None if rests else complaint.case_id,
        about="complaints" if rests else None,
        version=_version(COMPLAINT, complaint.id, complaint.due_at, step), way=way,
        role=Role.COMPLIANCE.value, deadline_at=complaint.due_at, made_at=at,
    )  # fmt: skip
    _make_at_once(session, complaint.organisation_id, [notice], at)


def go_round(session: Session, organisation_id: UUID, *, at: datetime) -> None:
    """Tell of deadlines that have come near, and tell others of what nobody has seen."""
    policy = alert_settings.policy(session, organisation_id)
    hours = alert_settings.hours_of(session, policy)
    _make(session, organisation_id, hours, _near_ones(session, organisation_id, at=at))
    unseen = _unseen_too_long(session, policy, at=at)
    escalated = [_escalated(one, policy.escalate_to, at=at) for one in unseen]
    _make(session, organisation_id, hours, escalated)
    alert_sending.hand_out(session, organisation_id, at=at)


def waiting(
    session: Session, actor: Actor, *, beyond: UUID | None = None
) -> tuple[Sequence[Notice], UUID | None]:
    """What the reader's role has not seen of its cases, the urgent first, page by page."""
    query = scoped.own(Notice, actor).where(
        Notice.role == actor.role.value, Notice.seen_at.is_(None), _has_no_ladder()
    )
    return keyset.page(
        session, query, Notice, _BY_URGENCY, beyond=beyond, limit=_SHOWN, actor=actor
    )


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
    query = scoped.own(Notice, actor, {Notice.seen_at.is_not(None): seen, Notice.case_id: case_id})
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
    # It leads on to the desk of complaints also where the person was restricted since.
    with restricted.seeing(session, Notice):
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


def _of_flag(told: Told, count: int, now: datetime) -> Notice:
    flag = told.flag
    return Notice(
        organisation_id=flag.organisation_id, case_id=flag.case_id, flag_id=flag.id,
        code=flag.code, occasion=told.occasion,
        version=_version("flag", flag.id, told.digest, count),
        way=alerting.WAY_OF_SEVERITY.get(flag.severity, alerting.DIGEST),
        role=Role.COUNSEL.value, deadline_at=flag.earliest_deadline, made_at=now,
    )  # fmt: skip


def _near_ones(session: Session, organisation_id: UUID, *, at: datetime) -> list[Notice]:
    """The notices of deadlines that are due, each moved on to its next step."""
    # A claim is lost by the clock whether or not the person is restricted.
    with restricted.seeing(session, Deadline, Flag):
        due = deadlines.due(session, organisation_id, at=at)
        wanted = {row.flag_id for row in due if row.flag_id is not None}
        found = session.scalars(select(Flag).where(Flag.id.in_(wanted))) if wanted else ()
        flags = {flag.id: flag for flag in found}
        near = [
            (row, flags.get(row.flag_id) if row.flag_id else None, row.next_step) for row in due
        ]
        for row in due:
            deadlines.told(row, at=at)
        deadlines.set_earliest(session, flags.values(), at=at)
    about = {row.case_id for row in due} | {flag.person_id for flag in flags.values()}
    resting = restricted.resting(session, *about) if due else {}
    return [
        _near(
            row, step, resting.get(row.case_id) or (resting.get(flag.person_id) if flag else None),
            at=at,
        )
        for row, flag, step in near
        if flag is None or flag.state != "dismissed"
    ]  # fmt: skip


def _near(row: Deadline, step: str | None, restriction_id: UUID | None, *, at: datetime) -> Notice:
    """A deadline that is near; of somebody who rests nothing but which clock it is and its end."""
    way = next(one.way for one in BOOK.rules[row.name].alerts if one.name == step)
    of_what: dict[str, Any] = {"case_id": row.case_id, "flag_id": row.flag_id}
    if restriction_id is not None:
        of_what = {"about": RESTING.format(id=restriction_id)}
    return Notice(
        organisation_id=row.organisation_id, code=row.name, occasion=alerting.NEAR, step=step,
        version=_version("deadline", row.holder, row.name, row.subject, row.ends_at, step),
        way=way, role=Role.COUNSEL.value, deadline_at=row.ends_at, made_at=at, **of_what,
    )  # fmt: skip


def _unseen_too_long(session: Session, policy: AlertPolicy, *, at: datetime) -> Sequence[Notice]:
    if not policy.escalate_minutes:
        return []
    query = select(Notice).where(
        Notice.organisation_id == policy.organisation_id,
        Notice.way == alerting.NOW,
        _has_no_ladder(),
        Notice.seen_at.is_(None),
        Notice.escalated_at.is_(None),
        Notice.occasion != alerting.ESCALATED,
        Notice.made_at <= at - timedelta(minutes=policy.escalate_minutes),
    )
    return session.scalars(query.order_by(Notice.id).limit(200)).all()


def _has_no_ladder() -> ColumnElement[bool]:
    """What has a page of its own, as an alarm, climbs a ladder of its own; clocks do not."""
    clocks = (alerting.NEAR, alerting.ENDING, alerting.ESCALATED, alerting.MISSED)
    return or_(Notice.about.is_(None), Notice.occasion.in_(clocks))


def _escalated(notice: Notice, role: str, *, at: datetime) -> Notice:
    notice.escalated_at = at
    # What the role itself has not seen goes to the other of those who read alerts.
    role = Role.COUNSEL.value if role == notice.role else role
    return Notice(
        organisation_id=notice.organisation_id, case_id=notice.case_id,
        flag_id=notice.flag_id, about=notice.about, code=notice.code,
        occasion=alerting.ESCALATED,
        step=notice.step, version=_version("escalated", notice.id), way=alerting.NOW, role=role,
        deadline_at=notice.deadline_at, made_at=at,
    )  # fmt: skip


def _make_at_once(
    session: Session, organisation_id: UUID, made: Sequence[Notice], at: datetime
) -> None:
    """Keep notices, and send what is due by now without waiting for the round."""
    hours = alert_settings.hours_of(session, alert_settings.policy(session, organisation_id))
    if _make(session, organisation_id, hours, made):
        alert_sending.hand_out(session, organisation_id, at=at)


def _make(
    session: Session, organisation_id: UUID, hours: alerting.Hours, notices: Sequence[Notice]
) -> bool:
    """Keep notices with a sending for each channel of their roles, but no version twice.

    Says whether any of them is due at once.
    """
    new = {one.version: one for one in notices}
    if not new:
        return False
    query = select(Notice.version).where(
        Notice.organisation_id == organisation_id, Notice.version.in_(new)
    )
    # What was told before a person was restricted was told all the same.
    with restricted.seeing(session, Notice):
        for version in session.scalars(query).all():
            del new[version]
    session.add_all(new.values())
    session.flush()
    channels = select(AlertChannel).where(
        AlertChannel.organisation_id == organisation_id, AlertChannel.disabled_at.is_(None)
    )
    open_to = session.scalars(channels).all() if new else []
    is_due = False
    for notice in new.values():
        due = alerting.due_at(notice.way, hours, notice.made_at)
        session.add_all(
            NoticeSending(
                organisation_id=organisation_id, notice_id=notice.id,
                channel_id=channel.id, state=alert_sending.OWED, due_at=due,
            )
            for channel in open_to
            if channel.role == notice.role
        )  # fmt: skip
        is_due = is_due or due <= notice.made_at
    session.flush()
    return is_due


def _version(*parts: object) -> str:
    return hashlib.sha256("|".join(str(one) for one in parts).encode()).hexdigest()
