"""The outbox of facts, the progress of jobs, and the record of who read what."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from fieldops.models.base import Base, Owned
from fieldops.models.types import Id, Json, LongText, Moment, Short, UtcDateTime, Word


class OutboxFact(Owned, Base):
    """A fact written with the change that made it true; published when the queue has taken it."""

    __tablename__ = "outbox_fact"
    __table_args__ = (Index("ix_outbox_fact_published_at_id", "published_at", "id"),)

    name: Mapped[Word]
    payload: Mapped[Json]
    happened_at: Mapped[Moment]
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class JobRun(Base):
    """How far a job has come, for those who wait for it."""

    __tablename__ = "job_run"
    __table_args__ = (Index("ix_job_run_organisation_id_id", "organisation_id", "id"),)

    # The queue's id of the job: the outbox fact and the name of what follows it.
    id: Mapped[str] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(Uuid, index=True)
    name: Mapped[Word]
    # What it works on: "import:<id>", "plan:<id>", "pack:<id>".
    subject: Mapped[Short] = mapped_column(index=True)
    # queued, running, done or failed
    state: Mapped[Word]
    done: Mapped[int] = mapped_column(default=0)
    # How often a worker began it.
    attempts: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    message: Mapped[LongText | None]
    # How the best plan became cheaper, at most 100 rows: [seconds since the start, cost, regions].
    series: Mapped[Json | None]
    queued_at: Mapped[Moment]
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AccessRecord(Base):
    """Who looked at whose data, when and for what purpose."""

    __tablename__ = "access_record"
    __table_args__ = (Index("ix_access_record_organisation_id_id", "organisation_id", "id"),)

    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(Uuid)
    account_id: Mapped[UUID | None]
    role: Mapped[Word]
    purpose: Mapped[Short]
    # The kind and id of what was read: "case:<id>", "visit:<id>", a list as "cases".
    subject: Mapped[Short] = mapped_column(index=True)
    at: Mapped[Moment]
