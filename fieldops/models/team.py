"""Field agents and the shifts in which they work."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldops.models.base import Base, Owned
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
    partner_code: Mapped[Short | None]
    trained_until: Mapped[date | None]
    background_ok: Mapped[bool] = mapped_column(default=True)
    content_key: Mapped[Short]
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[Moment]


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
