"""Evidence: blobs and the uploads that fill them, items, and the custody log over them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldops.domain import quarantine
from fieldops.models import flaws
from fieldops.models.base import Base, Owned
from fieldops.models.types import (
    Digest,
    Json,
    LongText,
    Moment,
    SealedJson,
    Short,
    UtcDateTime,
    Word,
)


class Blob(Owned, Base):
    """Bytes under their SHA-256; `wrapped_key` is emptied when the content must be destroyed."""

    __tablename__ = "blob"
    __table_args__ = (UniqueConstraint("organisation_id", "sha256"),)

    sha256: Mapped[Digest]
    size: Mapped[int] = mapped_column(BigInteger)
    wrapped_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    stored_at: Mapped[Moment]
    destroyed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Upload(Owned, Base):
    """A file on its way in; `offset` never runs ahead of what is durable."""

    __tablename__ = "upload"
    __table_args__ = (UniqueConstraint("account_id", "client_key"),)

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    # Only what names a visit becomes an item; parts of a file need none.
    visit_id: Mapped[UUID | None] = mapped_column(ForeignKey("visit.id"))
    # The client's own key, so that a lost answer to a creation leaves no orphan.
    client_key: Mapped[Short | None]
    # Unknown while the sender has not yet said it.
    size: Mapped[int | None] = mapped_column(BigInteger)
    offset: Mapped[int] = mapped_column(BigInteger)
    details: Mapped[Json]
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    # open, done or refused
    state: Mapped[Word]
    item_id: Mapped[UUID | None] = mapped_column(ForeignKey("item.id"))
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]


class Item(Owned, Base):
    """One piece of evidence: what came in, when, from whom, and what its bytes say."""

    __tablename__ = "item"
    __table_args__ = (
        Index("ix_item_organisation_id_id", "organisation_id", "id"),
        # A period is counted from this index alone.
        Index("ix_item_counted", "organisation_id", "received_at", "account_id"),
        Index("ix_item_doubtful", "organisation_id", "received_at", **flaws.DOUBTFUL),
        Index("ix_item_case_id_id", "case_id", "id"),
        Index("ix_item_organisation_id_scan_state", "organisation_id", "scan_state"),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visit.id"), index=True)
    blob_id: Mapped[UUID] = mapped_column(ForeignKey("blob.id"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    sha256: Mapped[Digest]
    size: Mapped[int] = mapped_column(BigInteger)
    # photo, video, audio, document or other; the media type found in the bytes.
    kind: Mapped[Word]
    media_type: Mapped[Short]
    filename: Mapped[Short]
    # camera or gallery, as the client says.
    capture: Mapped[Word]
    device_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    received_at: Mapped[Moment]
    # {"lat", "lon", "datum", "accuracy_metres", "is_mock"} as the client sent them, or null.
    fix: Mapped[Json | None]
    # What was read out of the file: EXIF time and position, size in pixels, duration.
    properties: Mapped[Json]
    # Cross-checks with threshold and value.
    findings: Mapped[Json]
    # The salted record of all this, whose commitment the custody entry of receipt holds.
    record: Mapped[Json]
    # The signed receipt that went back to the phone, as text.
    receipt: Mapped[LongText]
    # waiting, clean or infected, and what the scanner said; null where none is set up.
    scan_state: Mapped[Word | None]
    scan_says: Mapped[Short | None]

    blob: Mapped[Blob] = relationship()

    @property
    def quarantined(self) -> str:
        """Why no page should open it, in both languages, or nothing."""
        if self.scan_state == "infected":
            return quarantine.in_both(f"a virus: {self.scan_says}")
        return quarantine.in_both(str(self.properties.get("quarantined", "")))


class PrintBlock(Owned, Base):
    """The perceptual hashes of an organisation's photos, many in a row so that all are read fast.

    `rows` are those of `fieldops.domain.prints`, in the order in which they were made.
    """

    __tablename__ = "print_block"
    __table_args__ = (UniqueConstraint("organisation_id", "number"),)

    number: Mapped[int]
    rows: Mapped[bytes] = mapped_column(LargeBinary)


class CustodyLog(Base):
    """The append-only log of one organisation; `frontier` lets it grow without being re-read."""

    __tablename__ = "custody_log"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    origin: Mapped[Short]
    size: Mapped[int] = mapped_column(BigInteger)
    frontier: Mapped[Json]
    # PEM certificates, and the private keys wrapped by the organisation's key.
    certificates: Mapped[Json]
    wrapped_keys: Mapped[bytes] = mapped_column(LargeBinary)


class CustodyEntry(Owned, Base):
    """One line of the custody log: the exact bytes that were hashed into the tree."""

    __tablename__ = "custody_entry"
    __table_args__ = (
        UniqueConstraint("organisation_id", "position"),
        UniqueConstraint("case_id", "case_sequence"),
    )

    # Place in the organisation's log from 0, and in the case's own chain from 1.
    position: Mapped[int] = mapped_column(BigInteger)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    case_sequence: Mapped[int]
    item_id: Mapped[UUID | None] = mapped_column(ForeignKey("item.id"), index=True)
    action: Mapped[Word]
    # True time, never the rehearsed one.
    at: Mapped[Moment]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    leaf_hash: Mapped[Digest]


class Checkpoint(Owned, Base):
    """A signed tree head with its timestamp; the stamp may come later, never the signature."""

    __tablename__ = "checkpoint"
    __table_args__ = (UniqueConstraint("organisation_id", "size"),)

    size: Mapped[int] = mapped_column(BigInteger)
    root: Mapped[Digest]
    text: Mapped[bytes] = mapped_column(LargeBinary)
    signature: Mapped[bytes] = mapped_column(LargeBinary)
    timestamp: Mapped[bytes | None] = mapped_column(LargeBinary)
    signed_at: Mapped[Moment]
    stamped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Pack(Owned, Base):
    """An evidence pack that counsel drew, with the seals that let it be built again to the byte."""

    __tablename__ = "pack"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    # queued, building, ready or failed
    state: Mapped[Word]
    purpose: Mapped[Short]
    # The name of the recipient's profile; none for packs of before there were any.
    profile: Mapped[Word | None]
    # {"profile", "basket"} as they stood when the pack was asked for; texts may name people.
    asked: Mapped[Any | None] = mapped_column(SealedJson("pack-asked"))
    sha256: Mapped[Digest | None]
    size: Mapped[int | None] = mapped_column(BigInteger)
    # What the verifier and the page say of it: items, entries, gaps.
    summary: Mapped[Json]
    # What was frozen at the cut, then signatures and timestamps as made: building again from
    # these gives the same bytes.
    # What was frozen at the cut names parties, so it is sealed as they are.
    seals: Mapped[Any | None] = mapped_column(SealedJson("pack-seals"))
    created_at: Mapped[Moment]
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
