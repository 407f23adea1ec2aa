"""What agents and agencies hold, and how both did: rows that are withdrawn, and never edited."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldops.models.base import Base, Owned
from fieldops.models.types import Json, Moment, Note, Short, UtcDateTime, Word


class TeamRecord(Owned, Base):
    """A certificate, check or undertaking of an agent or an agency; a failed one ends those before.

    `kind` is one of config/team/records.toml.
    """

    __tablename__ = "team_record"
    __table_args__ = (CheckConstraint("(agent_id IS NULL) <> (agency_id IS NULL)", name="holder"),)

    agent_id: Mapped[UUID | None] = mapped_column(ForeignKey("agent.id"), index=True)
    agency_id: Mapped[UUID | None] = mapped_column(ForeignKey("agency.id"), index=True)
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

    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"), index=True)
    held_on: Mapped[date]
    # The last day on which it is good.
    ends_on: Mapped[date]
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

    agency: Mapped["Agency"] = relationship(back_populates="evaluations")


class Agency(Owned, Base):
    """A firm whose people go to doors for the house; its records and evaluations bear on them."""

    __tablename__ = "agency"
    __table_args__ = (UniqueConstraint("organisation_id", "name"),)

    name: Mapped[Short]
    created_at: Mapped[Moment]

    # Read with every agent of the agency, for no ruling on him goes without them.
    records: Mapped[list[TeamRecord]] = relationship(lazy="selectin", order_by=TeamRecord.id)
    evaluations: Mapped[list[AgencyEvaluation]] = relationship(
        back_populates="agency",
        lazy="selectin",
        order_by=(AgencyEvaluation.held_on, AgencyEvaluation.id),
    )


class AgentReview(Owned, Base):
    """What compliance found out about an agent whose evidence does not fit; the latest one counts.

    `outcome` is a word of ReviewOutcome.
    """

    __tablename__ = "agent_review"

    agent_id: Mapped[UUID] = mapped_column(ForeignKey("agent.id"), index=True)
    outcome: Mapped[Word]
    reason: Mapped[Note]
    # What did not fit when it was looked at: counts by ground, and the days that were counted.
    grounds: Mapped[Json]
    noted_by: Mapped[UUID | None]
    noted_at: Mapped[Moment]
