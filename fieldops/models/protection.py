"""Data protection: requests of persons, restrictions, corrections, retention runs, registers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from fieldops.models.base import Base, Owned
from fieldops.models.types import Digest, Json, Moment, Note, SealedJson, Short, UtcDateTime, Word


class DataRequest(Owned, Base):
    """What a person asked of his data, with its clock, who checked that it was he, and the answer.

    `kind`: access, correction, deletion or restriction; `state`: received, checked, answered or
    refused. Nothing in it but sealed words tells who he is, so that it outlives his erasure.
    """

    __tablename__ = "data_request"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[Word]
    jurisdiction: Mapped[Word]
    state: Mapped[Word]
    # letter, mail, telephone, counter or authority
    channel: Mapped[Word]
    words: Mapped[Note | None]
    received_at: Mapped[Moment]
    due_at: Mapped[Moment]
    extended_reason: Mapped[Note | None]
    recorded_by: Mapped[UUID | None]
    # id_document, known_number, in_person or authority
    identity_method: Mapped[Word | None]
    identity_by: Mapped[UUID | None]
    identity_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # What was done and refused, as words and counts: {"done", "refused": [{"what", "ground"}], ...}
    answer: Mapped[Json]
    answered_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Reveal(Owned, Base):
    """One masked value shown once to one reader, and why; rows are only ever added."""

    __tablename__ = "reveal"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    account_id: Mapped[UUID | None]
    role: Mapped[Word]
    # id_number, phones or address
    field: Mapped[Word]
    reason: Mapped[Word]
    words: Mapped[Short]
    at: Mapped[Moment]


class Restriction(Owned, Base):
    """A person of whom nothing is processed any more but storing and securing, and why."""

    __tablename__ = "restriction"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    # retention, legal_hold, request or objection
    ground: Mapped[Word]
    # The law or order by which the record is kept.
    source: Mapped[Short]
    reason: Mapped[Note | None]
    placed_by: Mapped[UUID | None]
    placed_at: Mapped[Moment]
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lifted_by: Mapped[UUID | None]
    lifted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RestrictedSubject(Base):
    """A person, his parts in cases and his debts: what a restriction hides from every reading."""

    __tablename__ = "restricted_subject"

    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    restriction_id: Mapped[UUID] = mapped_column(ForeignKey("restriction.id"), primary_key=True)


class Correction(Owned, Base):
    """A value as it stood before it was set right: withdrawn, and kept as long as the person is."""

    __tablename__ = "correction"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    request_id: Mapped[UUID | None]
    # What was set right, as "person:<id>" or "address:<id>".
    target: Mapped[Short]
    field: Mapped[Word]
    before: Mapped[Note | None]
    reason: Mapped[Note]
    account_id: Mapped[UUID | None]
    at: Mapped[Moment]


class RetentionSwitch(Owned, Base):
    """Whether data are erased by the clock, and by which rules; the last row holds."""

    __tablename__ = "retention_switch"

    on: Mapped[bool]
    # SHA-256 of the rules whose dry run was looked at before.
    rules_hash: Mapped[Digest]
    account_id: Mapped[UUID | None]
    at: Mapped[Moment]


class RetentionRun(Owned, Base):
    """One run of erasing: what was destroyed and what stays, hashed and signed when it is done.

    `state`: running or done. `cause` is "schedule" or the request that asked for it.
    """

    __tablename__ = "retention_run"
    __table_args__ = (UniqueConstraint("organisation_id", "number"),)

    number: Mapped[int]
    state: Mapped[Word]
    cause: Mapped[Short]
    # {"rules", "counts", "keys": [id], "hashes": {...}, "kept": [...], "previous"}
    record: Mapped[Json]
    record_hash: Mapped[Digest | None]
    signature: Mapped[bytes | None] = mapped_column(LargeBinary)
    begun_at: Mapped[Moment]
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ProtectionRecord(Owned, Base):
    """One entry of a register: an impact assessment, a breach, or a purpose of processing.

    An entry is never edited: a newer one replaces it. `register`: dpia, breach or purpose.
    """

    __tablename__ = "protection_record"

    register: Mapped[Word]
    # open or closed
    state: Mapped[Word]
    title: Mapped[Short]
    contents: Mapped[Any] = mapped_column(SealedJson("protection-record"))
    happened_at: Mapped[Moment]
    # For a breach: by when regulator and persons are told.
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    replaces_id: Mapped[UUID | None]
    account_id: Mapped[UUID | None]
    recorded_at: Mapped[Moment]
