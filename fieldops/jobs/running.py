"""Running one job: once, in its own transactions, with its end noted whatever happens."""

from collections.abc import Mapping
from uuid import UUID

import structlog

from fieldops import clock
from fieldops.db import db
from fieldops.domain.facts import FACTS
from fieldops.domain.permissions import system
from fieldops.jobs.registry import JOBS, JobContext
from fieldops.services import progress
from fieldops.transaction import transaction
from fieldops.wiring import wiring

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
        JOBS[name].work(context, FACTS[fact_name].of(payload))
    except Exception as error:
        db.session.rollback()
        log.exception("job.failed", job=name, job_id=job_id)
        _finish(job_id, error=f"{type(error).__name__}: {error}")
        raise
    _finish(job_id, error=None)


def _finish(job_id: str, *, error: str | None) -> None:
    with transaction(db.session) as session:
        progress.finished(session, job_id, now=clock.wall_time(), error=error)
