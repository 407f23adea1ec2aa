"""The progress of jobs: noted as they run, in transactions of their own, asked for by people."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.models import JobRun

POINTS = 100
"""The most points of a series that are kept; beyond it every second one is left out."""


def queued(
    session: Session, job_id: str, *, name: str, subject: str, organisation_id: UUID, now: datetime
) -> None:
    """Note that a job waits; a job that is known already keeps its state."""
    if session.get(JobRun, job_id) is None:
        session.add(
            JobRun(
                id=job_id,
                organisation_id=organisation_id,
                name=name,
                subject=subject,
                state="queued",
                done=0,
                attempts=0,
                queued_at=now,
            )
        )


def is_under_way(session: Session, name: str, *, organisation_id: UUID) -> bool:
    """Whether a job of this name waits or runs in an organisation."""
    query = select(JobRun.id).where(
        JobRun.organisation_id == organisation_id,
        JobRun.name == name,
        JobRun.state.in_(("queued", "running")),
    )
    return session.scalar(query.limit(1)) is not None


def started(session: Session, job_id: str, *, now: datetime) -> bool:
    """Note that a job runs; False when it was done before and need not run again."""
    run = session.get(JobRun, job_id)
    if run is None:
        return True
    if run.state == "done":
        return False
    run.state, run.started_at, run.finished_at, run.message = "running", now, None, None
    run.attempts += 1
    return True


def advanced(
    session: Session,
    job_id: str,
    done: int,
    total: int | None,
    point: tuple[float, int, int] | None = None,
) -> None:
    """Note how far a job has come, and its best plan: (seconds since the start, cost, regions)."""
    run = session.get(JobRun, job_id)
    if run is None:
        return
    run.done, run.total = done, total
    if point is not None:
        run.series = thinned([*(run.series or []), list(point)])


def thinned(series: list[list[float]]) -> list[list[float]]:
    """At most POINTS points of a series, its first and its last among them."""
    while len(series) > POINTS:
        series = [*series[:-1:2], series[-1]]
    return series


def finished(session: Session, job_id: str, *, now: datetime, error: str | None = None) -> None:
    """Note that a job is done, or why it failed."""
    run = session.get(JobRun, job_id)
    if run is not None:
        run.state, run.finished_at, run.message = ("failed" if error else "done"), now, error


def of_subject(session: Session, subject: str, actor: Actor) -> Sequence[JobRun]:
    """The jobs that work on one thing of the actor's organisation."""
    query = (
        select(JobRun)
        .where(JobRun.subject == subject, JobRun.organisation_id == actor.organisation_id)
        .order_by(JobRun.queued_at, JobRun.id)
    )
    return session.scalars(query).all()
