"""Plans: proposed, then committed or discarded; their routes and stops."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldops.models.base import Base, Owned
from fieldops.models.types import Json, Moment, Note, UtcDateTime, Word


class Plan(Owned, Base):
    """A proposal for one or more days.

    `state`: solving, proposed, committed, discarded or failed.
    """

    __tablename__ = "plan"

    day: Mapped[date] = mapped_column(index=True)
    days: Mapped[int]
    state: Mapped[Word]
    version: Mapped[int] = mapped_column()
    budget_seconds: Mapped[float]
    seed: Mapped[int]
    # The problem as handed to the solver, so that any plan can be checked again.
    problem: Mapped[Json | None]
    # Kilometres, hours, served, unserved, the naive plan's figures, engine, wall time.
    figures: Mapped[Json]
    account_id: Mapped[UUID | None]
    created_at: Mapped[Moment]
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    routes: Mapped[list["Route"]] = relationship(back_populates="plan", order_by="Route.id")
    stops: Mapped[list["Stop"]] = relationship(back_populates="plan", order_by="Stop.id")

    # The type is the base class's own; SQLAlchemy reads the mapping once.
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Route(Owned, Base):
    """One crew's day in a plan: one shift, or two that travel together."""

    __tablename__ = "route"

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan.id"), index=True)
    shift_id: Mapped[UUID] = mapped_column(ForeignKey("shift.id"))
    partner_shift_id: Mapped[UUID | None] = mapped_column(ForeignKey("shift.id"))
    departs_at: Mapped[Moment]
    returns_at: Mapped[Moment]
    metres: Mapped[int]
    seconds: Mapped[int]
    # [{"start": ISO time, "minutes": 45}]
    breaks: Mapped[Json]

    plan: Mapped[Plan] = relationship(back_populates="routes")
    stops: Mapped[list["Stop"]] = relationship(back_populates="route", order_by="Stop.sequence")


class Stop(Owned, Base):
    """A place in a plan: on a route with its times, or unserved with its reasons."""

    __tablename__ = "stop"
    __table_args__ = (
        UniqueConstraint("plan_id", "address_id"),
        Index("ix_stop_route_id_sequence", "route_id", "sequence"),
    )

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan.id"))
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    address_id: Mapped[UUID] = mapped_column(ForeignKey("address.id"))
    route_id: Mapped[UUID | None] = mapped_column(ForeignKey("route.id"))
    sequence: Mapped[int | None]
    arrives_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finishes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    metres: Mapped[int | None]
    seconds: Mapped[int | None]
    # The lawful windows the solver was given: [[ISO, ISO], ...]
    windows: Mapped[Json]
    # For an unserved stop: [{"code", "detail", "would_fit_if"}], or the rulings that forbid it.
    reasons: Mapped[Json]
    # What the visit is worth and why, the chance of an answer, who is preferred; see
    # docs/planning.md. Null for plans made before these were kept.
    worth: Mapped[Json | None]
    pinned: Mapped[bool] = mapped_column(default=False)

    plan: Mapped[Plan] = relationship(back_populates="stops")
    route: Mapped[Route | None] = relationship(back_populates="stops")


class DayChange(Owned, Base):
    """A change of a committed plan while its day runs: proposed or made, by whom and why.

    `kind`: replan, absence, urgent, delay, cancel or move; `state`: proposed, applied or discarded.
    """

    __tablename__ = "day_change"
    __table_args__ = (
        Index("ix_day_change_organisation_id_applied_at", "organisation_id", "applied_at"),
    )

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan.id"), index=True)
    kind: Mapped[Word]
    state: Mapped[Word]
    reason: Mapped[Note]
    # The version of the plan that it was based on.
    base_version: Mapped[int]
    # What a proposal is made again from: orders, who is absent, what is called off or urgent.
    recipe: Mapped[Json]
    # What each shift is told: {shift id: {"added", "removed", "moved_in", ...}}.
    told: Mapped[Json]
    # Metres, seconds and visits more or less, and what is dropped, with reasons.
    figures: Mapped[Json]
    # When the phone of each agent had it: {agent id: ISO time}.
    seen: Mapped[Json]
    account_id: Mapped[UUID | None]
    created_at: Mapped[Moment]
    applied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
