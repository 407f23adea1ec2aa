"""Running one job: once, in its own transactions, with its end noted whatever happens."""

from collections.abc import Mapping
from uuid import UUID

import structlog
from sqlalchemy.exc import OperationalError

from fieldops import clock
from fieldops.db import db
from fieldops.domain.facts import FACTS, Fact
from fieldops.domain.permissions import system
from fieldops.jobs.registry import JOBS, Job, JobContext
from fieldops.services import progress
from fieldops.transaction import transaction
from fieldops.wiring import wiring

# A deadlock, and a transaction that could not be put in line with others.
_GAVE_WAY = ("40P01", "40001")
_GIVEN_WAY = 3
log = structlog.get_logger(__name__)


def run(
    name: str, job_id: str, organisation_id: str, fact_name: str, payload: Mapping[str, str]
) -> None:
    """Do the job unless it is done; an error is noted for people and raised for the queue."""
    with transaction(db.session) as session:
        if not progress.started(session, job_id, now=clock.wall_time()):
            return
    context = JobContext(job_id, system(UUID(organisation_id)), wiring())
    try:
        _work(JOBS[name], context, FACTS[fact_name].of(payload))
    except Exception as error:
        db.session.rollback()
        log.exception("job.failed", job=name, job_id=job_id)
        _finish(job_id, error=f"{type(error).__name__}: {error}")
        raise
    _finish(job_id, error=None)


def _work(job: Job, context: JobContext, fact: Fact) -> None:
    """Do the work; where the database gave another transaction the way, do it again."""
    for _ in range(_GIVEN_WAY):
        try:
            return job.work(context, fact)
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) not in _GAVE_WAY:
                raise
            db.session.rollback()
            log.warning("job.gave_way", job=job.name, job_id=context.job_id)
    return job.work(context, fact)


def _finish(job_id: str, *, error: str | None) -> None:
    with transaction(db.session) as session:
        progress.finished(session, job_id, now=clock.wall_time(), error=error)
