"""After a crash: jobs whose worker died are published once more, and given up after a few tries."""

from datetime import datetime
from uuid import UUID

import structlog
from rq.exceptions import NoSuchJobError
from rq.job import Job as QueuedJob
from rq.job import JobStatus
from rq.serializers import JSONSerializer
from sqlalchemy import select, update

from fieldops.db import db
from fieldops.models import JobRun, OutboxFact
from fieldops.transaction import transaction
from fieldops.wiring import Wiring

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 5


def recover(wiring: Wiring, *, queued_before: datetime) -> int:
    """Publish again the jobs that were noted before this time, never ended and are not waiting.

    Jobs are safe to run twice, and one that is done is skipped by its record. Returns how many.
    """
    again = 0
    with transaction(db.session) as session:
        query = select(JobRun).where(
            JobRun.state.in_(("queued", "running")), JobRun.queued_at <= queued_before
        )
        for run in session.scalars(query.limit(1000)):
            if _still_waits(wiring, run.id):
                continue
            if run.attempts >= MAX_ATTEMPTS:
                run.state, run.message = "failed", f"given up after {run.attempts} tries"
                continue
            again += 1
            # A job's id begins with the id of its fact.
            fact_id = UUID(run.id.partition("_")[0])
            session.execute(
                update(OutboxFact).where(OutboxFact.id == fact_id).values(published_at=None)
            )
    if again:
        log.warning("jobs.recovered", count=again)
    return again


def _still_waits(wiring: Wiring, job_id: str) -> bool:
    """Whether the queue will bring the job to a worker; one that will not is removed."""
    try:
        queued = QueuedJob.fetch(job_id, connection=wiring.redis, serializer=JSONSerializer)
    except NoSuchJobError:
        return False
    status = queued.get_status()
    if status in (JobStatus.QUEUED, JobStatus.DEFERRED, JobStatus.SCHEDULED):
        return True
    if status is JobStatus.STARTED and not _is_abandoned(queued):
        return True
    queued.delete()
    return False


def _is_abandoned(queued: QueuedJob) -> bool:
    """Whether the worker that began the job no longer exists."""
    if queued.worker_name is None:
        return True
    return not queued.connection.exists(f"rq:worker:{queued.worker_name}")
