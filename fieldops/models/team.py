"""Field agents and the shifts in which they work."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldops.models.base import Base, Owned
from fieldops.models.team_records import Agency, TeamRecord
from fieldops.models.types import Json, Moment, Name, Short, UtcDateTime, Word


class Agent(Owned, Base):
    """A field agent, with the usual working day from which shifts are made."""

    __tablename__ = "agent"
    __table_args__ = (UniqueConstraint("organisation_id", "code"),)

    code: Mapped[Short]
    name: Mapped[Name]
    # Where the day starts, in WGS-84, and the position and datum as given.
    lat: Mapped[float]
    lon: Mapped[float]
    given_position: Mapped[Json]
    # Local times of day as "HH:MM".
    day_start: Mapped[Word]
    day_end: Mapped[Word]
    break_start: Mapped[Word | None]
    break_minutes: Mapped[int]
    skills: Mapped[Json]
    # The most visits, and the most minutes of travel and visits together, of one day.
    most_stops: Mapped[int | None]
    most_minutes: Mapped[int | None]
    partner_code: Mapped[Short | None]
    trained_until: Mapped[date | None]
    background_ok: Mapped[bool] = mapped_column(default=True)
    # Whose people he is one of; None for the house's own.
    agency_id: Mapped[UUID | None] = mapped_column(ForeignKey("agency.id"), index=True)
    # Compliance has looked at his evidence and keeps him from doors until it says otherwise.
    suspended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    content_key: Mapped[Short]
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[Moment]

    # Read with every agent, for no ruling on him goes without them.
    records: Mapped[list[TeamRecord]] = relationship(lazy="selectin", order_by=TeamRecord.id)
    agency: Mapped[Agency | None] = relationship(lazy="selectin")


class Shift(Owned, Base):
    """One agent's working day: when, from where, and the break that is due to him."""

    __tablename__ = "shift"
    __table_args__ = (UniqueConstraint("agent_id", "day"),)

    agent_id: Mapped[UUID] = mapped_column(ForeignKey("agent.id"))
    day: Mapped[date] = mapped_column(index=True)
    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    # [{"from": ISO time, "until": ISO time of the latest start, "minutes": 45}]
    breaks: Mapped[Json]
    # Set when the agent does not work this day after all, with the reason.
    absent_reason: Mapped[Short | None]
    version: Mapped[int] = mapped_column(default=1)

    agent: Mapped[Agent] = relationship()


class Territory(Owned, Base):
    """The streets that one agent knows: where he is sent first, and the colour of his visits.

    The division is made anew with each plan, beginning from these centres.
    """

    __tablename__ = "territory"
    __table_args__ = (UniqueConstraint("agent_id"),)

    agent_id: Mapped[UUID] = mapped_column(ForeignKey("agent.id"))
    # Given once and kept, so that a colour stays with its agent.
    number: Mapped[int]
    # The centre of gravity of its visits, in WGS-84.
    lat: Mapped[float]
    lon: Mapped[float]
    # The visits in it when the last plan was made, and the seconds of work expected of them.
    stops: Mapped[int]
    work_seconds: Mapped[int]
    since: Mapped[Moment]
    updated_at: Mapped[Moment]

    agent: Mapped[Agent] = relationship()
