"""How cases were closed and opened again, kept beside them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from fieldops.models.base import Base, Owned
from fieldops.models.types import Moment, Note, UtcDateTime, Word


class CaseClosing(Owned, Base):
    """One closing of a case: what became of the debt, and how it was opened again if it was."""

    __tablename__ = "case_closing"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), index=True)
    # settled, withdrawn or written_off
    outcome: Mapped[Word]
    reason: Mapped[Note]
    closed_by: Mapped[UUID | None]
    closed_at: Mapped[Moment]
    reopened_by: Mapped[UUID | None]
    reopened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reopened_reason: Mapped[Note | None]
