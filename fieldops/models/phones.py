"""Phones that are enrolled, the codes by which they come, and the journal of what they wrote."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldops.models.base import Base, Owned
from fieldops.models.organisations import Account
from fieldops.models.team import Agent
from fieldops.models.types import Digest, Id, Moment, Note, SealedJson, Short, UtcDateTime, Word


class Device(Owned, Base):
    """One agent's phone; its tokens are a family of their own, and its key is kept as a hash."""

    __tablename__ = "device"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    agent_id: Mapped[UUID] = mapped_column(ForeignKey("agent.id"), index=True)
    name: Mapped[Short]
    key_hash: Mapped[Digest] = mapped_column(unique=True)
    family: Mapped[Digest] = mapped_column(unique=True)
    enrolled_by: Mapped[UUID | None]
    enrolled_at: Mapped[Moment]
    # What the phone last said of itself.
    last_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    app_version: Mapped[Word | None]
    pending: Mapped[int | None]
    storage_persisted: Mapped[bool | None]
    battery_percent: Mapped[int | None]
    # The secret of the tracker that the agent connected, as its hash, and since when.
    tracker_hash: Mapped[Digest | None] = mapped_column(unique=True)
    tracker_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Every entry up to this sequence number is decided.
    decided_through: Mapped[int] = mapped_column(BigInteger)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_by: Mapped[UUID | None]
    revoked_reason: Mapped[Note | None]

    account: Mapped[Account] = relationship()
    agent: Mapped[Agent] = relationship()


class DeviceCode(Owned, Base):
    """A code that makes one phone an agent's, once and for a quarter of an hour."""

    __tablename__ = "device_code"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    agent_id: Mapped[UUID] = mapped_column(ForeignKey("agent.id"), index=True)
    code_hash: Mapped[Digest] = mapped_column(unique=True)
    made_by: Mapped[UUID | None]
    made_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    device_id: Mapped[UUID | None] = mapped_column(ForeignKey("device.id"))


class WrongCode(Base):
    """A code that was none, and from where it came: whoever guesses must wait."""

    __tablename__ = "wrong_code"

    id: Mapped[Id]
    # A keyed hash of the sender's address.
    source: Mapped[Digest] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


_TELLS = "body IS NOT NULL OR problem IS NOT NULL OR settled_words IS NOT NULL"


class DeviceEntry(Owned, Base):
    """One act that a phone wrote down, and what became of it: applied once, in its turn."""

    __tablename__ = "device_entry"
    __table_args__ = (
        Index("ix_device_entry_organisation_id_id", "organisation_id", "id"),
        UniqueConstraint("device_id", "sequence"),
        Index("ix_device_entry_device_id_key", "device_id", "key"),
        Index("ix_device_entry_organisation_id_settled_at", "organisation_id", "settled_at"),
        # Those that still tell what was written.
        Index(
            "ix_device_entry_organisation_id_decided_at",
            "organisation_id",
            "decided_at",
            sqlite_where=text(_TELLS),
            postgresql_where=text(_TELLS),
        ),
    )

    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.id"))
    sequence: Mapped[int] = mapped_column(BigInteger)
    key: Mapped[Short]
    # A word of EntryKind, or what the phone wrote in its place.
    kind: Mapped[Word]
    # The visit that it names, whosever it is; no reference, for it may be none at all.
    visit_id: Mapped[UUID | None] = mapped_column(index=True)
    based_on: Mapped[int | None] = mapped_column(BigInteger)
    # What the phone's clock said, and when that was by ours.
    device_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    happened_at: Mapped[Moment]
    received_at: Mapped[Moment]
    # SHA-256 of what was sent: the same number for other content is refused.
    content_hash: Mapped[Digest]
    # Kept until it is applied; from then on the visit has it.
    body: Mapped[Any | None] = mapped_column(SealedJson("entry"))
    # held, applied, conflict, refused or missing
    state: Mapped[Word]
    tries: Mapped[int] = mapped_column(default=0)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The visit's version before and after.
    version_before: Mapped[int | None]
    version: Mapped[int | None]
    # Why not, in both languages.
    problem: Mapped[Any | None] = mapped_column(SealedJson("problem"))
    # Why a person must look at it, what its author said of it, and what was settled.
    question: Mapped[Word | None]
    author_word: Mapped[Word | None]
    author_words: Mapped[Note | None]
    settlement: Mapped[Word | None]
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_by: Mapped[UUID | None]
    settled_words: Mapped[Note | None]

    device: Mapped[Device] = relationship()
