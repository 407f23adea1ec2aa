"""The asset-trace record: observations, beliefs, flags and their reviews."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldops.models.base import Base, Owned
from fieldops.models.types import (
    Digest,
    Json,
    Moment,
    Note,
    SealedJson,
    Short,
    UtcDateTime,
    Word,
)


class Observation(Owned, Base):
    """What somebody saw or said, when, and on what lawful basis; never edited, only withdrawn.

    The database itself refuses every other UPDATE and every DELETE. On PostgreSQL the table is cut
    into parts by hash of the person, whose column is therefore in every unique constraint there.
    """

    __tablename__ = "observation"
    __table_args__ = (
        Index("ix_observation_person_id_recorded_at", "person_id", "recorded_at"),
        # A page of an organisation's observations is read in this order.
        Index("ix_observation_organisation_id_id", "organisation_id", "id"),
        # So are those that were recorded since a time, and those that were withdrawn since.
        Index(
            "ix_observation_organisation_id_recorded_at_id", "organisation_id", "recorded_at", "id"
        ),
        Index(
            "ix_observation_organisation_id_withdrawn_at_id",
            "organisation_id",
            "withdrawn_at",
            "id",
            postgresql_where=text("withdrawn_at IS NOT NULL"),
            sqlite_where=text("withdrawn_at IS NOT NULL"),
        ),
        # An outcome or item yields each observation once, however often its job runs.
        UniqueConstraint("origin", "kind", "person_id"),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    address_id: Mapped[UUID | None] = mapped_column(ForeignKey("address.id"))
    # The organisation's own name of an asset, such as a plate; sealed nowhere because it is a key.
    asset: Mapped[Short | None]
    kind: Mapped[Word]
    # affirmed or denied: that the kind is true, or that it is not.
    polarity: Mapped[Word] = mapped_column(default="affirmed")
    # When it is true of the world, beside when it was seen and when it was recorded.
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    observed_at: Mapped[Moment]
    recorded_at: Mapped[Moment]
    source_class: Mapped[Word]
    source_id: Mapped[Short]
    basis: Mapped[Word]
    grade: Mapped[Json]
    data: Mapped[Json]
    # Telephones, plates, names of others and the like by kind of value; found by ObservationKey.
    values: Mapped[Any | None] = mapped_column(SealedJson("observation-values"))
    evidence: Mapped[Json]
    # The visit, contact or import from which it came, as "visit:<id>".
    origin: Mapped[Short]
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id"))
    account_id: Mapped[UUID | None]
    # The observation that this one corrects; that one is withdrawn in the same transaction.
    corrects_id: Mapped[UUID | None]
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_reason: Mapped[Note | None]
    withdrawn_by: Mapped[UUID | None]


class Belief(Owned, Base):
    """Where the debtor is held to live, as of a time; `services/beliefs.py` reads its lines."""

    __tablename__ = "belief"
    __table_args__ = (UniqueConstraint("person_id", "address_id", "as_of"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    address_id: Mapped[UUID] = mapped_column(ForeignKey("address.id"))
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), index=True)
    as_of: Mapped[Moment]
    p_home: Mapped[float]
    p_away: Mapped[float]
    p_moved: Mapped[float]
    model_version: Mapped[Short]
    # In decibans: what is held of anybody at first, and what time alone has changed.
    prior: Mapped[float]
    drift: Mapped[float]
    # [observation, decibans, share, claim, taken back, per cent by grade] for each line that is
    # new or weighs otherwise since the row before, [observation] for one that counts no longer.
    lines: Mapped[Json]
    # When the row was written from which the lines count on: its own time if they are all here.
    whole_at: Mapped[Moment]


class BeliefRound(Owned, Base):
    """One night's evaluation of those of whom nothing new was heard; it has come to `after_id`."""

    __tablename__ = "belief_round"
    __table_args__ = (UniqueConstraint("organisation_id", "night"),)

    # The day in the organisation's zone on which it began.
    night: Mapped[date]
    # running or done
    state: Mapped[Word]
    after_id: Mapped[UUID | None]
    # As of when it evaluates, and by which model.
    as_of: Mapped[Moment]
    model_version: Mapped[Short]
    # How many persons were evaluated, and how many passed over because that failed.
    evaluated: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[Moment]
    advanced_at: Mapped[Moment]
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class FlagShown:
    """What a flag shows, whoever raised it: a hint with its law, its grounds and its clocks."""

    code: Mapped[Word]
    # The address or asset that it is about.
    subject: Mapped[Short]
    severity: Mapped[Word]
    # open, confirmed, dismissed
    state: Mapped[Word]
    shown: Mapped[Json]
    missing: Mapped[Json]
    contradicted: Mapped[Json]
    # The statutes as the library cites them; `evidence.trace.citing` has them in English.
    basis: Mapped[Short]
    grounds: Mapped[Json]
    clocks: Mapped[Json]
    probability: Mapped[float | None]
    model_version: Mapped[Short]
    # When anybody in the organisation first recorded the fact: stamped once, for good.
    known_at: Mapped[Moment]
    earliest_deadline: Mapped[datetime | None] = mapped_column(UtcDateTime)
    raised_at: Mapped[Moment]
    updated_at: Mapped[Moment]


class Flag(FlagShown, Owned, Base):
    """A hint, not a conclusion: relocation or asset transfer, with grounds and legal clocks."""

    __tablename__ = "flag"
    __table_args__ = (
        Index("ix_flag_organisation_id_raised_at", "organisation_id", "raised_at"),
        UniqueConstraint("case_id", "code", "subject"),
        Index("ix_flag_organisation_id_state_id", "organisation_id", "state", "id"),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)

    reviews: Mapped[list["FlagReview"]] = relationship(
        back_populates="flag", order_by="FlagReview.id"
    )


class FlagReview(Owned, Base):
    """A person's judgement of a flag, with the reason; later ones do not erase earlier ones."""

    __tablename__ = "flag_review"

    flag_id: Mapped[UUID] = mapped_column(ForeignKey("flag.id"), index=True)
    verdict: Mapped[Word]
    reason: Mapped[Note]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    at: Mapped[Moment]

    flag: Mapped[Flag] = relationship(back_populates="reviews")


class Alert(Owned, Base):
    """A word to those who must act: shown on their pages until somebody has seen it."""

    __tablename__ = "alert"
    __table_args__ = (UniqueConstraint("flag_id"),)

    flag_id: Mapped[UUID] = mapped_column(ForeignKey("flag.id"))
    role: Mapped[Word]
    digest: Mapped[Digest]
    raised_at: Mapped[Moment]
    seen_by: Mapped[UUID | None]
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
