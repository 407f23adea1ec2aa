"""What runs out and who is told: legal events, deadlines, notices, channels and sendings."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldops.models.base import Base, Owned
from fieldops.models.types import Moment, Note, SealedText, Short, UtcDateTime, Word


class LegalEvent(Owned, Base):
    """A court or preservation event that counsel records; never edited, only withdrawn."""

    __tablename__ = "legal_event"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), index=True)
    kind: Mapped[Word]
    # The one thing that it concerns, such as a frozen account; "" is the whole case.
    subject: Mapped[Short]
    at: Mapped[Moment]
    note: Mapped[Note | None]
    account_id: Mapped[UUID | None]
    recorded_at: Mapped[Moment]
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_reason: Mapped[Note | None]


class Deadline(Owned, Base):
    """A running clock of a flag or a case; `next_at` is when somebody is next told of it."""

    __tablename__ = "deadline"
    __table_args__ = (
        UniqueConstraint("holder", "name", "subject"),
        Index("ix_deadline_organisation_id_next_at", "organisation_id", "next_at"),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), index=True)
    flag_id: Mapped[UUID | None] = mapped_column(ForeignKey("flag.id"))
    # "flag:<id>" or "case:<id>".
    holder: Mapped[Short]
    name: Mapped[Word]
    subject: Mapped[Short]
    ends_at: Mapped[Moment]
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The step that is due then, as "7d".
    next_step: Mapped[Word | None]


class Notice(Owned, Base):
    """One word to those who must act, once for each version of what it is about."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_organisation_id_id", "organisation_id", "id"),
        UniqueConstraint("organisation_id", "version"),
        Index("ix_notice_organisation_id_seen_at", "organisation_id", "seen_at"),
    )

    # Not every word is about a case: somebody may call for help in the street.
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("case.id"))
    flag_id: Mapped[UUID | None] = mapped_column(ForeignKey("flag.id"), index=True)
    # The page to which it leads, as "alarms/<id>", where that is not the case's.
    about: Mapped[Short | None]
    # The code of the flag, the name of the clock, or the kind of the alarm or incident.
    code: Mapped[Word]
    # raised, changed, near, escalated, alarm, incident or review, and a near deadline's step.
    occasion: Mapped[Word]
    step: Mapped[Word | None]
    # What it is about in the state in which it is told of: told once.
    version: Mapped[Short]
    # now, today or digest
    way: Mapped[Word]
    role: Mapped[Word]
    deadline_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    made_at: Mapped[Moment]
    seen_by: Mapped[UUID | None]
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    escalated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AlertChannel(Owned, Base):
    """Where the people of one role are told: by mail, a signed web call, WeCom or SMS."""

    __tablename__ = "alert_channel"

    role: Mapped[Word]
    # mail, webhook, wecom or sms
    kind: Mapped[Word]
    # The mail address or the telephone; null where the web address says it all.
    target: Mapped[str | None] = mapped_column(SealedText("channel"))
    # Sealed because a robot's address carries its key.
    url: Mapped[str | None] = mapped_column(SealedText("channel"))
    secret: Mapped[str | None] = mapped_column(SealedText("channel"))
    language: Mapped[Word]
    created_at: Mapped[Moment]
    created_by: Mapped[UUID | None]
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[Short | None]


class NoticeSending(Owned, Base):
    """One notice on its way through one channel, and how that went; kept for good."""

    __tablename__ = "notice_sending"
    __table_args__ = (
        Index("ix_notice_sending_organisation_id_id", "organisation_id", "id"),
        UniqueConstraint("notice_id", "channel_id"),
        Index("ix_notice_sending_state_due_at", "state", "due_at"),
    )

    notice_id: Mapped[UUID] = mapped_column(ForeignKey("notice.id"))
    channel_id: Mapped[UUID] = mapped_column(ForeignKey("alert_channel.id"), index=True)
    # owed, sent or dropped: its channel was closed before.
    state: Mapped[Word]
    due_at: Mapped[Moment]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[Short | None]

    notice: Mapped[Notice] = relationship()
    channel: Mapped[AlertChannel] = relationship()


class AlertPolicy(Owned, Base):
    """When an organisation is told and who is told next; times of day in its zone, as "22:00"."""

    __tablename__ = "alert_policy"
    __table_args__ = (UniqueConstraint("organisation_id"),)

    quiet_from: Mapped[Word]
    quiet_until: Mapped[Word]
    digest_at: Mapped[Word]
    # An urgent notice that nobody has seen for so long goes to this role too; 0 is never.
    escalate_minutes: Mapped[int]
    escalate_to: Mapped[Word]
    changed_at: Mapped[Moment]
    changed_by: Mapped[UUID | None]
