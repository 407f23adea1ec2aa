"""What agents hold and how agencies did: records that are withdrawn, and never edited."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from fieldops.models.base import Base, Owned
from fieldops.models.types import Json, Moment, Note, Short, UtcDateTime, Word


class TeamRecord(Owned, Base):
    """One certificate, check or undertaking of an agent; a failed one takes an earlier one's place.

    `kind` is one of config/team/records.toml.
    """

    __tablename__ = "team_record"

    agent_id: Mapped[UUID] = mapped_column(ForeignKey("agent.id"), index=True)
    kind: Mapped[Word]
    passed: Mapped[bool]
    issuer: Mapped[Short]
    # The number of the paper.
    reference: Mapped[Short]
    begins_on: Mapped[date]
    # The last day on which it is good; None where it has no end.
    ends_on: Mapped[date | None]
    note: Mapped[Note | None]
    recorded_by: Mapped[UUID | None]
    recorded_at: Mapped[Moment]
    withdrawn_by: Mapped[UUID | None]
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_reason: Mapped[Note | None]


class AgencyEvaluation(Owned, Base):
    """How an agency did in the eyes of the house, by criteria, with the weighted mean of then."""

    __tablename__ = "agency_evaluation"

    agency: Mapped[Short]
    held_on: Mapped[date]
    # {"criterion": 0 to 100}
    scores: Mapped[Json]
    total: Mapped[float]
    passed: Mapped[bool]
    note: Mapped[Note | None]
    recorded_by: Mapped[UUID | None]
    recorded_at: Mapped[Moment]
    withdrawn_by: Mapped[UUID | None]
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_reason: Mapped[Note | None]
