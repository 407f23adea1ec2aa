"""Where trackers of agents were while on duty, kept for days, and the ways that remain of it."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldops.models.base import Base, Owned
from fieldops.models.team import Agent
from fieldops.models.types import Moment


class TrackPoint(Owned, Base):
    """One position of an agent on duty; it goes with the period of HOUSE-TRACK."""

    __tablename__ = "track_point"
    __table_args__ = (
        UniqueConstraint("agent_id", "at"),
        Index("ix_track_point_organisation_id_received_at", "organisation_id", "received_at"),
    )

    agent_id: Mapped[UUID] = mapped_column(ForeignKey("agent.id"))
    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.id"), index=True)
    at: Mapped[Moment]
    received_at: Mapped[Moment]
    # In WGS-84.
    lat: Mapped[float]
    lon: Mapped[float]
    accuracy_metres: Mapped[float | None]


class TrackDay(Owned, Base):
    """How far an agent went on one day, as his tracker measured it: the figure, not the places."""

    __tablename__ = "track_day"
    __table_args__ = (UniqueConstraint("agent_id", "day"),)

    agent_id: Mapped[UUID] = mapped_column(ForeignKey("agent.id"))
    day: Mapped[date]
    metres: Mapped[int]
    points: Mapped[int]
    updated_at: Mapped[Moment]

    agent: Mapped[Agent] = relationship()
