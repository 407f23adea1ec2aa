"""What keeps the custody log honest over years: stamps, copies outside, and reading again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldops.models.base import Base, Owned
from fieldops.models.custody import Blob, Checkpoint
from fieldops.models.types import Moment, Short, UtcDateTime, Word


class CheckpointStamp(Owned, Base):
    """What one timestamp authority owes or gave for one checkpoint; stamps given are kept for ever.

    A renewal is over the checkpoint's text followed by the response that it renews.
    """

    __tablename__ = "checkpoint_stamp"
    __table_args__ = (Index("ix_checkpoint_stamp_state_due_at", "state", "due_at"),)

    checkpoint_id: Mapped[UUID] = mapped_column(ForeignKey("checkpoint.id"), index=True)
    # Where the authority answers, or "local" for the installation's own.
    authority: Mapped[Short]
    renews_id: Mapped[UUID | None] = mapped_column(ForeignKey("checkpoint_stamp.id"), unique=True)
    # owed, kept, or covered: a later checkpoint has the authority's stamp.
    state: Mapped[Word]
    response: Mapped[bytes | None] = mapped_column(LargeBinary)
    # The first end of validity among the certificates in the response.
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    asked_at: Mapped[Moment]
    stamped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[Moment]
    reason: Mapped[Short | None]

    checkpoint: Mapped[Checkpoint] = relationship()


class CheckpointDelivery(Owned, Base):
    """One checkpoint on its way to one address outside, and how that went."""

    __tablename__ = "checkpoint_delivery"
    __table_args__ = (UniqueConstraint("organisation_id", "address", "day"),)

    checkpoint_id: Mapped[UUID] = mapped_column(ForeignKey("checkpoint.id"), index=True)
    # mailto:, http:, https: or file:
    address: Mapped[Short]
    # The day in the organisation's zone, as 2026-11-24.
    day: Mapped[Word]
    # owed, handed, sending or sent
    state: Mapped[Word]
    asked_at: Mapped[Moment]
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[Moment]
    reason: Mapped[Short | None]

    checkpoint: Mapped[Checkpoint] = relationship()


class FixityScan(Owned, Base):
    """One reading of everything that is stored; `after_id` is the last blob that was read."""

    __tablename__ = "fixity_scan"
    __table_args__ = (Index("ix_fixity_scan_organisation_id_id", "organisation_id", "id"),)

    # running or done
    state: Mapped[Word]
    after_id: Mapped[UUID | None]
    checked: Mapped[int] = mapped_column(default=0)
    bytes_read: Mapped[int] = mapped_column(BigInteger, default=0)
    broken: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[Moment]
    advanced_at: Mapped[Moment]
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class BlobFault(Owned, Base):
    """A blob that was found changed or missing; `mended_at` is set when it is whole again."""

    __tablename__ = "blob_fault"

    blob_id: Mapped[UUID] = mapped_column(ForeignKey("blob.id"), index=True)
    scan_id: Mapped[UUID] = mapped_column(ForeignKey("fixity_scan.id"))
    # changed or missing
    kind: Mapped[Word]
    reason: Mapped[Short]
    found_at: Mapped[Moment]
    mended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    blob: Mapped[Blob] = relationship()
