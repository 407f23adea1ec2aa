"""Promises to pay, alone or as the instalments of an arrangement, and how each stands."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldops.models.base import Base, Owned
from fieldops.models.cases import Case
from fieldops.models.types import Moment, Money, Note, UtcDateTime, Word


class Arrangement(Owned, Base):
    """Instalments that a debtor offered, and what the house said of them."""

    __tablename__ = "arrangement"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), index=True)
    visit_id: Mapped[UUID | None] = mapped_column(ForeignKey("visit.id"))
    amount: Mapped[Money]
    currency: Mapped[Word]
    count: Mapped[int]
    # A word of ArrangementState.
    state: Mapped[Word]
    made_at: Mapped[Moment]
    # Who agreed or declined, in which role, and why; the agent himself at the door.
    decided_by: Mapped[UUID | None]
    decided_role: Mapped[Word | None]
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_words: Mapped[Note | None]
    # Under which contact rests while it is offered or kept.
    hold_id: Mapped[UUID | None] = mapped_column(ForeignKey("hold.id"))

    case: Mapped[Case] = relationship()
    promises: Mapped[list["Promise"]] = relationship(
        back_populates="arrangement", order_by="Promise.number"
    )


class Promise(Owned, Base):
    """A debtor's promise to pay so much by a day."""

    __tablename__ = "promise"
    __table_args__ = (
        Index("ix_promise_organisation_id_made_at", "organisation_id", "made_at"),
        Index(
            "ix_promise_organisation_id_standing_due_on", "organisation_id", "standing", "due_on"
        ),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), index=True)
    visit_id: Mapped[UUID | None] = mapped_column(ForeignKey("visit.id"))
    arrangement_id: Mapped[UUID | None] = mapped_column(ForeignKey("arrangement.id"), index=True)
    # Which instalment of its arrangement it is, from 1.
    number: Mapped[int | None]
    amount: Mapped[Money]
    currency: Mapped[Word]
    due_on: Mapped[date]
    made_at: Mapped[Moment]
    # A word of Standing.
    standing: Mapped[Word] = mapped_column(default="open")
    # When it came to stand so, and a person's word where one said it.
    stands_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_by: Mapped[UUID | None]
    settled_words: Mapped[Note | None]

    case: Mapped[Case] = relationship()
    arrangement: Mapped[Arrangement | None] = relationship(back_populates="promises")
