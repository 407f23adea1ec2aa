"""Packs shared with somebody outside: the share, its openings, and the log of what came of it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldops.domain import sharing
from fieldops.models.base import Base, Owned
from fieldops.models.custody import Pack
from fieldops.models.types import Digest, Json, Moment, Name, Note, UtcDateTime, Word


class PackShare(Owned, Base):
    """One pack for one recipient; link and passphrase are kept as their hashes alone."""

    __tablename__ = "pack_share"

    pack_id: Mapped[UUID] = mapped_column(ForeignKey("pack.id"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    recipient: Mapped[Name]
    # court, counsel, debtor, regulator or other
    recipient_kind: Mapped[Word]
    purpose: Mapped[Note]
    token_hash: Mapped[Digest] = mapped_column(unique=True)
    passphrase_hash: Mapped[str] = mapped_column(String(200))
    most_downloads: Mapped[int]
    downloads: Mapped[int] = mapped_column(default=0)
    # Bytes of the pack that were handed over, and those that are under way as
    # {"<sending>": [bytes, "<begun>"]}.
    bytes_sent: Mapped[int] = mapped_column(BigInteger, default=0)
    under_way: Mapped[Json]
    # Wrong passphrases in a row, and how often somebody came while it was closed or at rest.
    failures: Mapped[int] = mapped_column(default=0)
    rests_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    turned_away: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment] = mapped_column(index=True)
    # When its end was written into the log.
    expired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    pack: Mapped[Pack] = relationship()

    def state(self, at: datetime) -> str:
        """Open, or why it is not: revoked, expired, spent."""
        if self.revoked_at is not None:
            return sharing.REVOKED
        if self.expires_at <= at:
            return sharing.EXPIRED
        return sharing.SPENT if self.downloads >= self.most_downloads else sharing.OPEN


class ShareOpening(Owned, Base):
    """A browser in which the passphrase was given; `begun` counts its fetchings of the pack."""

    __tablename__ = "share_opening"

    share_id: Mapped[UUID] = mapped_column(ForeignKey("pack_share.id"), index=True)
    secret_hash: Mapped[Digest] = mapped_column(unique=True)
    opened_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    begun: Mapped[int] = mapped_column(default=0)
    bytes_sent: Mapped[int] = mapped_column(BigInteger, default=0)


class ShareEvent(Owned, Base):
    """One line of a share's log.

    made, opened, wrong, rested, begun, downloaded, spent, trust, expired or revoked.
    """

    __tablename__ = "share_event"
    __table_args__ = (Index("ix_share_event_share_id_id", "share_id", "id"),)

    share_id: Mapped[UUID] = mapped_column(ForeignKey("pack_share.id"))
    kind: Mapped[Word]
    at: Mapped[Moment]
    # Who, where it was somebody of the organisation.
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
