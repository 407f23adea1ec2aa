"""Visits, who arrived when and where, and what came of them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldops.domain.visiting import VisitState
from fieldops.models import flaws
from fieldops.models.base import Base, Owned
from fieldops.models.cases import Address, Case, Party
from fieldops.models.types import Json, Moment, Money, Note, SealedText, UtcDateTime, Word

_COUNTED = ("organisation_id", "arrived_at", "agent_id", "partner_id", "address_id", "outcome")
_CAME = ("organisation_id", "outcome", "agent_id", "partner_id")
_STATES = ", ".join(f"'{state.value}'" for state in VisitState)


class Visit(Owned, Base):
    """One attempt at one address by one crew."""

    __tablename__ = "visit"
    __table_args__ = (
        Index("ix_visit_organisation_id_id", "organisation_id", "id"),
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        Index("ix_visit_agent_id_day_sequence", "agent_id", "day", "sequence"),
        Index("ix_visit_organisation_id_day_id", "organisation_id", "day", "id"),
        Index("ix_visit_organisation_id_updated_at", "organisation_id", "updated_at"),
        # What came of a period, and of a door, is counted from these indexes alone.
        Index("ix_visit_counted", *_COUNTED),
        Index("ix_visit_at_door", "address_id", "arrived_at", *_CAME),
        Index("ix_visit_remarked", "organisation_id", "arrived_at", **flaws.REMARKED),
    )

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan.id"), index=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), index=True)
    party_id: Mapped[UUID] = mapped_column(ForeignKey("party.id"))
    # The debtor whose caps this visit counts against.
    debtor_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    address_id: Mapped[UUID] = mapped_column(ForeignKey("address.id"))
    agent_id: Mapped[UUID] = mapped_column(ForeignKey("agent.id"))
    partner_id: Mapped[UUID | None] = mapped_column(ForeignKey("agent.id"), index=True)
    day: Mapped[date]
    sequence: Mapped[int]
    planned_start: Mapped[Moment]
    planned_finish: Mapped[Moment]
    state: Mapped[Word]
    # What the phone must show at the door; changes whenever the visit changes.
    version: Mapped[int] = mapped_column()
    arrived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[Word | None]
    # The structured answers behind the outcome, sealed as one JSON text.
    answers: Mapped[str | None] = mapped_column(SealedText("answers"))
    recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Findings of the gates and of the close: recorder missing, far from the address, ...
    remarks: Mapped[Json]
    cancelled_reason: Mapped[Note | None]
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]

    case: Mapped[Case] = relationship()
    party: Mapped[Party] = relationship()
    address: Mapped[Address] = relationship()

    # The type is the base class's own; SQLAlchemy reads the mapping once.
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Arrival(Owned, Base):
    """One agent's word that he stands at the door, with the fix his phone had."""

    __tablename__ = "arrival"
    __table_args__ = (
        UniqueConstraint("visit_id", "agent_id"),
        # Those whose track is not pruned yet.
        Index(
            "ix_arrival_organisation_id_received_at",
            "organisation_id",
            "received_at",
            sqlite_where=text("lat IS NOT NULL"),
            postgresql_where=text("lat IS NOT NULL"),
        ),
    )

    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visit.id"))
    agent_id: Mapped[UUID] = mapped_column(ForeignKey("agent.id"))
    # What the phone's clock said, and what ours said when the word came in.
    device_at: Mapped[Moment]
    received_at: Mapped[Moment]
    # Where he stood: his own track, kept for days only; the distance to the address stays.
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    # {"lat", "lon", "datum"} as received
    given_position: Mapped[Json | None]
    accuracy_metres: Mapped[float]
    fix_age_seconds: Mapped[float]
    is_mock: Mapped[bool | None]
    # Where the phone was last while the visit went on, and when; kept as long as the place above.
    seen_lat: Mapped[float | None]
    seen_lon: Mapped[float | None]
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Metres to the address, computed once in WGS-84.
    distance_metres: Mapped[float | None]
    badge_shown: Mapped[bool | None]
    authorisation_shown: Mapped[bool | None]
    recorder_on: Mapped[bool | None]


class Payment(Owned, Base):
    """Money received, with the receipt number that the payer was given."""

    __tablename__ = "payment"
    __table_args__ = (Index("ix_payment_organisation_id_paid_at", "organisation_id", "paid_at"),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), index=True)
    visit_id: Mapped[UUID | None] = mapped_column(ForeignKey("visit.id"))
    amount: Mapped[Money]
    currency: Mapped[Word]
    method: Mapped[Word]
    receipt_number: Mapped[Word]
    paid_at: Mapped[Moment]
