"""Who may be the same person or firm: blocking keys, scored pairs, judgements and entities."""

from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldops.models.base import Base, Owned
from fieldops.models.cases import Person
from fieldops.models.types import Digest, Json, Moment, Note, Word


class IdentityKey(Base):
    """That a person has a key: a blind index, within one organisation, of a kind and its text.

    Derived data: made with the person, and made anew by the job that links.
    """

    __tablename__ = "identity_key"

    digest: Mapped[Digest] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[Word]
    since: Mapped[Moment]


class IdentityPair(Owned, Base):
    """Two persons that may be one: the score with its lines, and what people hold of it.

    `low_id` is the smaller of the two. `verdict` is what the score suffices for (same, possible,
    different), `standing` the judgement that stands (same, not_same) or null. `across` says that
    the two have no creditor in common.
    """

    __tablename__ = "identity_pair"
    __table_args__ = (
        UniqueConstraint("low_id", "high_id"),
        Index("ix_identity_pair_queue", "organisation_id", "verdict", "standing", "decibans"),
    )

    low_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    high_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    decibans: Mapped[float]
    verdict: Mapped[Word]
    # What kept the score below "same", as a word.
    limit: Mapped[Word]
    # [{"attribute", "level", "decibans", "share"}]: no personal data.
    lines: Mapped[Json]
    model_version: Mapped[Word]
    across: Mapped[bool]
    standing: Mapped[Word | None]
    # The two who must not meet, because of whom this link joins nobody; null where it may join.
    cut_low_id: Mapped[UUID | None]
    cut_high_id: Mapped[UUID | None]
    scored_at: Mapped[Moment]

    low: Mapped[Person] = relationship(foreign_keys=[low_id])
    high: Mapped[Person] = relationship(foreign_keys=[high_id])
    judgements: Mapped[list["IdentityJudgement"]] = relationship(
        back_populates="pair", order_by="IdentityJudgement.id"
    )


class IdentityJudgement(Owned, Base):
    """What a person said of a pair: same, not_same, or that an earlier judgement is withdrawn.

    Rows are only ever added.
    """

    __tablename__ = "identity_judgement"

    pair_id: Mapped[UUID] = mapped_column(ForeignKey("identity_pair.id"), index=True)
    verdict: Mapped[Word]
    reason: Mapped[Note]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    at: Mapped[Moment]

    pair: Mapped[IdentityPair] = relationship(back_populates="judgements")


class IdentityMember(Base):
    """To which entity a person belongs; who stands alone has no row.

    An entity is named by the smallest id of its members, so that its name depends on them alone.
    """

    __tablename__ = "identity_member"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("organisation.id"), index=True)
    entity_id: Mapped[UUID] = mapped_column(index=True)
    since: Mapped[Moment]


class IdentityMove(Owned, Base):
    """That a person came to belong to an entity, or to none any more; rows are only ever added.

    What was shown of a person at a date is shown again with the records that were his by then.
    """

    __tablename__ = "identity_move"
    __table_args__ = (Index("ix_identity_move_person_id_at", "person_id", "at"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    entity_id: Mapped[UUID | None] = mapped_column(index=True)
    at: Mapped[Moment]


class IdentityScope(Owned, Base):
    """Whether records of different creditors are compared, for what purpose, decided by whom.

    Rows are only ever added; the last one holds, and without any they are not compared.
    """

    __tablename__ = "identity_scope"

    across_creditors: Mapped[bool]
    purpose: Mapped[Note]
    account_id: Mapped[UUID | None]
    at: Mapped[Moment]


def pair_of(one: UUID, other: UUID) -> tuple[UUID, UUID]:
    """The two in the order in which a pair keeps them."""
    return (one, other) if one < other else (other, one)
