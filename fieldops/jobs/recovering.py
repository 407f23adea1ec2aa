"""After a crash: jobs whose worker died are published once more, and given up after a few tries."""

import os
import socket
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from rq import Queue
from rq.exceptions import NoSuchJobError
from rq.job import Job as QueuedJob
from rq.job import JobStatus
from rq.serializers import JSONSerializer
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from fieldops import clock
from fieldops.db import db, reading
from fieldops.models import JobRun, OutboxFact
from fieldops.services import progress
from fieldops.transaction import transaction
from fieldops.wiring import Wiring

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 5
_AT_ONCE = 1000
_ON_THE_WAY = timedelta(seconds=10)


def recover(wiring: Wiring, *, queued_before: datetime) -> int:
    """Publish again the jobs that were noted before this time, never ended and are not waiting.

    Jobs are safe to run twice, and one that is done is skipped by its record. Returns how many.
    """
    with reading(), transaction(db.session) as session:
        query = select(JobRun.id).where(
            JobRun.state.in_(("queued", "running")), JobRun.queued_at <= queued_before
        )
        # The oldest first: those that the queue will still bring go away by being done.
        unfinished = session.scalars(query.order_by(JobRun.queued_at).limit(_AT_ONCE)).all()
    # The queue is asked outside any transaction: nobody waits for its answers.
    lost = [job_id for job_id in unfinished if not _still_waits(wiring, job_id)]
    if not lost:
        return 0
    with transaction(db.session) as session:
        again = sum(_republish(session, job_id) for job_id in lost)
    log.warning("jobs.recovered", count=again, given_up=len(lost) - again)
    return again


def _republish(session: Session, job_id: str) -> bool:
    """Whether the job is tried once more; one that was tried too often is noted as failed."""
    run = session.get(JobRun, job_id, populate_existing=True)
    if run is None or run.state not in ("queued", "running"):
        return False
    if run.attempts >= MAX_ATTEMPTS:
        progress.finished(
            session,
            job_id,
            now=clock.wall_time(),
            error=f"given up after {run.attempts} tries, in each of which its worker died",
        )
        return False
    # A job's id begins with the id of its fact.
    fact_id = UUID(job_id.partition("_")[0])
    session.execute(update(OutboxFact).where(OutboxFact.id == fact_id).values(published_at=None))
    return True


def _still_waits(wiring: Wiring, job_id: str) -> bool:
    """Whether the queue will bring the job to a worker; one that will not is removed."""
    try:
        queued = QueuedJob.fetch(job_id, connection=wiring.redis, serializer=JSONSerializer)
    except NoSuchJobError:
        return False
    status = queued.get_status()
    if status is JobStatus.QUEUED and not _fell_out_of_line(queued):
        return True
    if status in (JobStatus.DEFERRED, JobStatus.SCHEDULED):
        return True
    if status is JobStatus.STARTED and not _is_abandoned(queued):
        return True
    queued.delete()
    return False


def _fell_out_of_line(queued: QueuedJob) -> bool:
    """Whether a worker took the job out of the line and died before it noted that it began.

    A job is on that way for milliseconds; only one that has been seen there for longer is lost.
    The queue would notice by itself at its next cleaning, or never.
    """
    line = Queue(queued.origin, connection=queued.connection, serializer=JSONSerializer)
    if line.get_job_position(queued.id) is not None:
        return False
    taken = line.intermediate_queue
    if taken.set_first_seen(queued.id):
        return False
    seen = taken.get_first_seen(queued.id)
    if seen is None or clock.wall_time() - seen < _ON_THE_WAY:
        return False
    # It may have begun, or been put in line anew, since it was first seen.
    if queued.get_status() is not JobStatus.QUEUED or line.get_job_position(queued.id) is not None:
        return False
    taken.remove(queued.id)
    queued.connection.delete(taken.get_first_seen_key(queued.id))
    return True


def _is_abandoned(queued: QueuedJob) -> bool:
    """Whether the worker that began the job no longer exists."""
    if queued.worker_name is None:
        return True
    host, pid = queued.connection.hmget(f"rq:worker:{queued.worker_name}", "hostname", "pid")
    if host is None or pid is None:
        return True
    # The queue remembers a killed worker for minutes; on this machine its process can be asked.
    here = socket.gethostname()
    return host in (here, here.encode()) and not _lives(int(pid))


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
