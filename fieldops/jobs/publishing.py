"""Handing the outbox to the queue: at the end of every transaction, and again when that failed.

A job's id is made of its fact, so that a fact published twice is queued once.
"""

import structlog
from redis.exceptions import RedisError
from rq import Queue
from rq.exceptions import DuplicateJobError
from rq.serializers import JSONSerializer

from fieldops import clock
from fieldops.db import db
from fieldops.domain.facts import FACTS
from fieldops.jobs import follow
from fieldops.jobs.registry import JOBS, Job
from fieldops.models import OutboxFact
from fieldops.services import outbox, progress
from fieldops.transaction import transaction
from fieldops.wiring import Wiring

log = structlog.get_logger(__name__)

QUEUES = ("default", "plans")
RESULT_SECONDS = 86_400


def publish(wiring: Wiring, *, inline: bool = False) -> int:
    """Queue what follows from every unpublished fact; returns how many facts were published.

    With `inline` the jobs run here and now, as tests and one-off commands want it.
    Raises RedisError when the queue is dead; the facts then stay in the outbox.
    """
    published = 0
    while True:
        with transaction(db.session) as session:
            rows = outbox.unpublished(session)
            waiting = [(row, name) for row in rows for name in _followers(row)]
            for row, name in waiting:
                _note(row, name)
        if not rows:
            return published
        for row, name in waiting:
            _hand_over(wiring, row, name, inline=inline)
        with transaction(db.session) as session:
            for row in rows:
                session.merge(row).published_at = clock.wall_time()
        published += len(rows)


def safely(wiring: Wiring) -> None:
    """Publish, and leave everything in the outbox when the queue does not answer."""
    try:
        publish(wiring)
    except (RedisError, OSError) as dead:
        log.warning("outbox.delayed", reason=str(dead))


def job_id(row: OutboxFact, name: str) -> str:
    """The id under which what follows is queued; RQ takes letters, digits, dashes, underscores."""
    return f"{row.id}_{name}"


def _followers(row: OutboxFact) -> tuple[str, ...]:
    return follow.FOLLOWS.get(FACTS[row.name], ())


def _note(row: OutboxFact, name: str) -> None:
    fact = FACTS[row.name].of(row.payload)
    progress.queued(
        db.session(),
        job_id(row, name),
        name=name,
        subject=JOBS[name].subject(fact),
        organisation_id=row.organisation_id,
        now=clock.wall_time(),
    )


def _hand_over(wiring: Wiring, row: OutboxFact, name: str, *, inline: bool) -> None:
    arguments = (name, job_id(row, name), str(row.organisation_id), row.name, row.payload)
    if inline:
        from fieldops.jobs import running  # The runner publishes in its turn.

        running.run(*arguments)
        return
    _enqueue(wiring, JOBS[name], arguments)


def _enqueue(wiring: Wiring, job: Job, arguments: tuple[object, ...]) -> None:
    queue = Queue(job.queue, connection=wiring.redis, serializer=JSONSerializer)
    try:
        queue.enqueue_call(
            "fieldops.jobs.running.run",
            args=arguments,
            job_id=str(arguments[1]),
            timeout=job.timeout,
            result_ttl=RESULT_SECONDS,
            unique=True,
        )
    except DuplicateJobError:
        log.debug("job.known", job_id=arguments[1])
