"""Reports of drills: how well the system did in a made-up world."""

from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldops.models.base import Base, Owned
from fieldops.models.organisations import Account
from fieldops.models.types import Digest, Json, Moment, Short


class Drill(Owned, Base):
    """One report, as docs/formats.md describes it; it holds figures, and no case of anybody."""

    __tablename__ = "drill"
    __table_args__ = (UniqueConstraint("organisation_id", "report_hash"),)

    name: Mapped[Short]
    # SHA-256 of the report's canonical JSON: filed twice it is one.
    report_hash: Mapped[Digest]
    report: Mapped[Json]
    filed_at: Mapped[Moment]
    filed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))

    filer: Mapped[Account | None] = relationship()
