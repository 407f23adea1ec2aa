"""Organisations, the accounts of their people, and the tokens that prove a sign-in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldops.models import sealing
from fieldops.models.base import Base, Owned
from fieldops.models.types import (
    Digest,
    Id,
    Json,
    Moment,
    Name,
    SealedText,
    Short,
    UtcDateTime,
    Word,
)

_ANSWER = "kept-answer"


class Organisation(Base):
    """A lender or an agency; `wrapped_key` wraps the data keys of its blobs."""

    __tablename__ = "organisation"

    id: Mapped[Id]
    name: Mapped[Short] = mapped_column(unique=True)
    timezone: Mapped[Word]
    jurisdictions: Mapped[Json]
    # bank, consumer_finance, microloan, agency or drill: rules may depend on it.
    kind: Mapped[Word]
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[Moment]


class Account(Owned, Base):
    """One person's sign-in; usernames are unique over the whole service."""

    __tablename__ = "account"

    username: Mapped[Short] = mapped_column(unique=True)
    role: Mapped[Word]
    name: Mapped[Name]
    password_hash: Mapped[str] = mapped_column(String(200))
    # The TOTP secret; absent until the second factor has been enrolled.
    otp_secret: Mapped[str | None] = mapped_column(SealedText("otp"))
    # The last time step of a code that was used: a code serves once.
    otp_last_step: Mapped[int | None]
    agent_id: Mapped[UUID | None] = mapped_column(ForeignKey("agent.id"))
    language: Mapped[Word]
    created_at: Mapped[Moment]
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failures: Mapped[int] = mapped_column(default=0)
    rests_until: Mapped[datetime | None] = mapped_column(UtcDateTime)

    organisation: Mapped[Organisation] = relationship()


class Token(Base):
    """An access, refresh or page token, kept as its hash alone.

    All tokens of one sign-in share a family; a refresh token used twice ends its whole family.
    """

    __tablename__ = "token"

    id: Mapped[Id]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    kind: Mapped[Word]
    family: Mapped[Digest] = mapped_column(index=True)
    token_hash: Mapped[Digest] = mapped_column(unique=True)
    # In words that its owner knows again; and when a page was last opened with it.
    device: Mapped[Short | None]
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    account: Mapped[Account] = relationship()


class IdempotencyRecord(Base):
    """The answer once given under a key, so that a repeated request does nothing twice."""

    __tablename__ = "idempotency_record"
    __table_args__ = (UniqueConstraint("account_id", "key"),)

    id: Mapped[Id]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    key: Mapped[Short]
    # SHA-256 of method, path and body: the same key for another request is refused.
    request_hash: Mapped[Digest]
    status: Mapped[int]
    headers: Mapped[Json]
    # Sealed: an answer names people, or tells a secret that is told once.
    sealed_body: Mapped[bytes] = mapped_column("body", LargeBinary)
    created_at: Mapped[Moment] = mapped_column(index=True)

    @property
    def body(self) -> bytes:
        """The answer's bytes; one that was kept before answers were sealed is read as it is."""
        kept = bytes(self.sealed_body)
        return kept if kept[:1] != sealing.VERSION else sealing.current().open(_ANSWER, kept)

    @body.setter
    def body(self, plain: bytes) -> None:
        self.sealed_body = sealing.current().seal(_ANSWER, plain)
