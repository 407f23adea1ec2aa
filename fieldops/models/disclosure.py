"""What counsel prepares before a pack: the basket of a case, and redacted copies of photos."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldops.models.base import Base, Owned
from fieldops.models.custody import Blob, Item
from fieldops.models.types import Digest, Moment, SealedJson, Short, UtcDateTime, Word


class CaseBasket(Owned, Base):
    """The basket of one case; `version` counts its changes from 1."""

    __tablename__ = "basket"
    __table_args__ = (UniqueConstraint("case_id"),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    version: Mapped[int]
    # Objects of proof name people.
    contents: Mapped[Any] = mapped_column(SealedJson("basket"))
    updated_at: Mapped[Moment]


class Redaction(Owned, Base):
    """A redacted copy of a photo: its own blob, never the original's; used once it was reviewed."""

    __tablename__ = "redaction"

    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"), index=True)
    blob_id: Mapped[UUID] = mapped_column(ForeignKey("blob.id"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    # Who made it, as the custody entry says.
    actor: Mapped[Short]
    sha256: Mapped[Digest]
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[Short]
    # {"masks": [...], "reason"}, which the custody entry commits to.
    told: Mapped[Any] = mapped_column(SealedJson("redaction"))
    # made, reviewed or discarded
    state: Mapped[Word]
    made_at: Mapped[Moment]
    # Who looked at the copy last; only somebody who has may judge it.
    seen_by: Mapped[UUID | None]
    judged_by: Mapped[UUID | None]
    judged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    item: Mapped[Item] = relationship()
    blob: Mapped[Blob] = relationship()
