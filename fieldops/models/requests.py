"""What people ask, dispute and complain of: in their own words, withdrawn, never erased."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldops.models.base import Base, Owned
from fieldops.models.cases import Case, Party
from fieldops.models.types import Json, Moment, Note, Short, UtcDateTime, Word


class Complaint(Owned, Base):
    """A complaint with its clock, its handler and its answer; while it is open a hold stands."""

    __tablename__ = "complaint"
    __table_args__ = (
        Index("ix_complaint_organisation_id_state_due_at", "organisation_id", "state", "due_at"),
        Index("ix_complaint_organisation_id_next_at", "organisation_id", "next_at"),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), index=True)
    party_id: Mapped[UUID] = mapped_column(ForeignKey("party.id"))
    hold_id: Mapped[UUID] = mapped_column(ForeignKey("hold.id"), index=True)
    # door, call, message, letter, office or regulator
    came_by: Mapped[Word]
    words: Mapped[Note]
    # Who is complained about, if anybody is: an agent, or an account of the office.
    about_agent_id: Mapped[UUID | None] = mapped_column(ForeignKey("agent.id"))
    about_account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    # simple, complex or special, and why it is more than simple.
    complexity: Mapped[Word]
    complexity_reason: Mapped[Note | None]
    # opened, assigned, answered or closed
    state: Mapped[Word]
    received_at: Mapped[Moment]
    due_at: Mapped[Moment]
    # When compliance is next told of the clock, and the step that is due then, as "3d".
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_step: Mapped[Word | None]
    opened_by: Mapped[UUID | None]
    opened_at: Mapped[Moment]
    handler_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    assigned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[Note | None]
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # upheld, partly or not_upheld
    outcome: Mapped[Word | None]
    closed_by: Mapped[UUID | None]
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    case: Mapped[Case] = relationship()
    party: Mapped[Party] = relationship()


class Dispute(Owned, Base):
    """A person says that he does not owe, or not so much; a hold stands until that is resolved."""

    __tablename__ = "dispute"
    __table_args__ = (
        Index("ix_dispute_organisation_id_resolved_at", "organisation_id", "resolved_at"),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), index=True)
    party_id: Mapped[UUID] = mapped_column(ForeignKey("party.id"))
    hold_id: Mapped[UUID] = mapped_column(ForeignKey("hold.id"), index=True)
    came_by: Mapped[Word]
    # amount, paid, not_mine, identity, limitation or other
    ground: Mapped[Word]
    words: Mapped[Note]
    opened_by: Mapped[UUID | None]
    opened_at: Mapped[Moment]
    # valid, partly or unfounded, on what evidence and why.
    outcome: Mapped[Word | None]
    evidence: Mapped[Short | None]
    reason: Mapped[Note | None]
    resolved_by: Mapped[UUID | None]
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    case: Mapped[Case] = relationship()
    party: Mapped[Party] = relationship()


class ContactRequest(Owned, Base):
    """What a person asked of those who contact him, in his words; it stands until withdrawn."""

    __tablename__ = "contact_request"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), index=True)
    party_id: Mapped[UUID] = mapped_column(ForeignKey("party.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    # cease, channel, hours, workplace or attorney
    kind: Mapped[Word]
    # Which channel it is about; null is every one.
    channel: Mapped[Word | None]
    # Local times to be spared, [["12:00", "14:00"]]; none is the whole day.
    windows: Mapped[Json]
    # Who speaks for him and how to reach him.
    attorney: Mapped[Note | None]
    words: Mapped[Note]
    came_by: Mapped[Word]
    # The hold that it placed, if it stops all contact.
    hold_id: Mapped[UUID | None] = mapped_column(ForeignKey("hold.id"))
    recorded_by: Mapped[UUID | None]
    recorded_at: Mapped[Moment]
    withdrawn_by: Mapped[UUID | None]
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_words: Mapped[Note | None]

    party: Mapped[Party] = relationship()
