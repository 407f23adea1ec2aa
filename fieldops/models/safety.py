"""Calls for help, the people who are called then, and incidents with their review."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldops.models.base import Base, Owned
from fieldops.models.team import Agent
from fieldops.models.types import Moment, Name, Note, Phone, Short, UtcDateTime, Word


class Alarm(Owned, Base):
    """A call for help, or a crew that is overdue; only a person's word ends it."""

    __tablename__ = "alarm"
    __table_args__ = (
        UniqueConstraint("organisation_id", "key"),
        Index("ix_alarm_next_at", "next_at"),
    )

    # sos, overdue or alone
    kind: Mapped[Word]
    # What makes it one alarm however often it is sent: the phone's key, or the visit.
    key: Mapped[Short]
    agent_id: Mapped[UUID] = mapped_column(ForeignKey("agent.id"))
    visit_id: Mapped[UUID | None] = mapped_column(ForeignKey("visit.id"), index=True)
    # The phone's last fix in WGS-84, if it had any, and how old and how vague it was.
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    accuracy_metres: Mapped[float | None]
    fix_age_seconds: Mapped[float | None]
    device_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    raised_at: Mapped[Moment]
    # The rung of the ladder that comes next, and when; None when nobody need be told any more.
    step: Mapped[int]
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    acknowledged_by: Mapped[UUID | None]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[UUID | None]
    # safe, helped, false_alarm, left or joined
    ending: Mapped[Word | None]
    ended_reason: Mapped[Note | None]

    agent: Mapped[Agent] = relationship()
    acts: Mapped[list["AlarmAct"]] = relationship(order_by="AlarmAct.id")


class AlarmAct(Owned, Base):
    """One line of what was done about an alarm; only ever added."""

    __tablename__ = "alarm_act"

    alarm_id: Mapped[UUID] = mapped_column(ForeignKey("alarm.id"), index=True)
    # raised, told, call_due, called, answered, acknowledged, safe_word, left, joined or ended
    kind: Mapped[Word]
    at: Mapped[Moment]
    account_id: Mapped[UUID | None]
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("call_contact.id"))
    # The roles that were told, or a person's words.
    note: Mapped[Note | None]


class CallContact(Owned, Base):
    """Somebody who is called when an alarm climbs so far, in the order of `place`."""

    __tablename__ = "call_contact"

    place: Mapped[int]
    name: Mapped[Name]
    phone: Mapped[Phone]
    created_at: Mapped[Moment]
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Incident(Owned, Base):
    """What went wrong in the field, in the words of whoever was there; never edited."""

    __tablename__ = "incident"
    __table_args__ = (
        UniqueConstraint("organisation_id", "key"),
        Index("ix_incident_organisation_id_reviewed_at", "organisation_id", "reviewed_at"),
    )

    key: Mapped[Short]
    kind: Mapped[Word]
    visit_id: Mapped[UUID | None] = mapped_column(ForeignKey("visit.id"), index=True)
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("case.id"), index=True)
    address_id: Mapped[UUID | None] = mapped_column(ForeignKey("address.id"), index=True)
    agent_id: Mapped[UUID | None] = mapped_column(ForeignKey("agent.id"), index=True)
    account_id: Mapped[UUID | None]
    words: Mapped[Note]
    happened_at: Mapped[Moment]
    recorded_at: Mapped[Moment]
    hold_id: Mapped[UUID | None] = mapped_column(ForeignKey("hold.id"))
    review_due_at: Mapped[Moment]
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reviewed_by: Mapped[UUID | None]
    measures: Mapped[Note | None]
    # Whether the next crew is warned at this address.
    warns: Mapped[bool | None]
