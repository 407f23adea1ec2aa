"""What another house states of a case, as its trace record told it: its word, and never ours.

The rows are also the form in which our own visits, items and flags are told to others, so that what
is taken in and told again is the same.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from fieldops.models.base import Base, Owned
from fieldops.models.trace import FlagShown
from fieldops.models.types import Digest, Json, Moment, Note, Short, UtcDateTime, Word


class Stated(Owned):
    """A row that another house states, with that house's id and name, and when it was taken in."""

    house_id: Mapped[UUID]
    house_name: Mapped[Short]
    taken_at: Mapped[Moment]

    @declared_attr
    @classmethod
    def case_id(cls) -> Mapped[UUID]:
        """The case of which it is stated."""
        return mapped_column(ForeignKey("case.id"), index=True)


class StatedVisit(Stated, Base):
    """A visit by another house: when, where, by whom as a pseudonym, and what came of it."""

    __tablename__ = "stated_visit"

    party_id: Mapped[UUID] = mapped_column(ForeignKey("party.id"))
    address_id: Mapped[UUID] = mapped_column(ForeignKey("address.id"))
    arrived_at: Mapped[Moment]
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # None where the crew left without one.
    outcome: Mapped[Word | None]
    # Ids that name nobody outside that house; its observations name their source by them too.
    observer_role: Mapped[Word]
    observer: Mapped[Short]
    partner: Mapped[Short | None]
    # The worst of the crew's fixes, and the farthest from the address; never where they stood.
    accuracy_metres: Mapped[float | None]
    distance_metres: Mapped[float | None]
    # Codes of remarks on the visit that speak of its place and time.
    doubts: Mapped[Json]


class StatedItem(Stated, Base):
    """An item of evidence of another house: its hash and its place in the log, never its content.

    Its id is that under which the custody log of that house knows it.
    """

    __tablename__ = "stated_item"

    visit_id: Mapped[UUID] = mapped_column(ForeignKey("stated_visit.id"))
    kind: Mapped[Word]
    media_type: Mapped[Short]
    size: Mapped[int] = mapped_column(BigInteger)
    # SHA-256 of the content, in hexadecimal.
    content_hash: Mapped[Digest]
    device_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    received_at: Mapped[Moment]
    # The log, the place of the entry of receipt in it, and that entry's hash.
    custody_log: Mapped[Short | None]
    custody_position: Mapped[int | None] = mapped_column(BigInteger)
    custody_leaf: Mapped[Digest | None]


class StatedFlag(FlagShown, Stated, Base):
    """A flag that another house raised, as it stood there when it was told."""

    __tablename__ = "stated_flag"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))


class StatedReview(Stated, Base):
    """What somebody of another house judged of its flag, by his role."""

    __tablename__ = "stated_review"
    __table_args__ = (Index("ix_stated_review_flag_id", "flag_id"),)

    flag_id: Mapped[UUID] = mapped_column(ForeignKey("stated_flag.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    verdict: Mapped[Word]
    reason: Mapped[Note]
    reviewer_role: Mapped[Word]
    at: Mapped[Moment]


STATED = (StatedVisit, StatedItem, StatedFlag, StatedReview)
"""In the order in which each refers to those before it alone."""
