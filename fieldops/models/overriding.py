"""Overrides: an officer's word that let one contact through against one rule, kept for good."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from fieldops.models.base import Base, Owned
from fieldops.models.types import Moment, Note, UtcDateTime, Word


class RuleOverride(Owned, Base):
    """One rule overridden for one contact with one party of a case; revoked, never erased."""

    __tablename__ = "rule_override"
    __table_args__ = (
        Index("ix_rule_override_organisation_id_placed_at", "organisation_id", "placed_at"),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), index=True)
    party_id: Mapped[UUID] = mapped_column(ForeignKey("party.id"))
    rule: Mapped[Word]
    # The word of the rule's overridable_by that was spoken: case_worker, counsel, court_order.
    office: Mapped[Word]
    channel: Mapped[Word]
    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    reason: Mapped[Note]
    # The paper on which it rests.
    reference: Mapped[Note]
    placed_by: Mapped[UUID]
    placed_at: Mapped[Moment]
    revoked_by: Mapped[UUID | None]
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_reason: Mapped[Note | None]
    # What was let through by it: one contact, and no second one.
    visit_id: Mapped[UUID | None] = mapped_column(ForeignKey("visit.id"), index=True)
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id"))
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
