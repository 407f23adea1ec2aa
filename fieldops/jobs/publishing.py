"""Handing the outbox to the queue: at the end of every transaction, and again when that failed.

A job's id is made of its fact, so that a fact published twice is queued once.
"""

from collections.abc import Sequence
from contextvars import ContextVar
from typing import Any

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.exceptions import DuplicateJobError
from rq.serializers import JSONSerializer

from fieldops import clock
from fieldops.db import db
from fieldops.domain.facts import FACTS
from fieldops.gateways import regions
from fieldops.jobs import follow
from fieldops.jobs.registry import JOBS
from fieldops.models import OutboxFact
from fieldops.services import outbox, progress
from fieldops.transaction import transaction
from fieldops.wiring import Wiring

log = structlog.get_logger(__name__)

# In the order in which a worker that serves all of them looks: a region is awaited by a search.
QUEUES = ("default", regions.QUEUE, "plans")
RESULT_SECONDS = 86_400
_AT_ONCE, _FEW = 500, 50
# Set while jobs run inline: what they make known is then taken up by the same publisher.
_inline: ContextVar[bool] = ContextVar("inline", default=False)


def publish(wiring: Wiring, *, inline: bool = False) -> int:
    """Queue what follows from every unpublished fact; returns how many facts were published.

    With `inline` the jobs run here and now, as tests and one-off commands want it; what fails is
    noted, the others run all the same, and at the end the first error is raised.
    Raises RedisError when the queue is dead; the facts then stay in the outbox.
    """
    published, failed = 0, list[Exception]()
    while True:
        rows, waiting = _noted(_AT_ONCE)
        if not rows:
            break
        if not inline:
            for row, name in waiting:
                _enqueue(wiring.redis, row, name)
        _mark(rows)
        published += len(rows)
        if inline:
            failed += _run(waiting)
    if failed:
        raise failed[0]
    return published


def safely(wiring: Wiring) -> None:
    """Publish what is new where somebody waits for the answer: at once, or not at all.

    A queue that does not answer within a second is let alone for some; facts stay in the outbox,
    and the relay of a worker publishes them. So does a backlog, of which only a little is taken.
    """
    if _inline.get() or wiring.queue_pause.is_on():
        return
    try:
        rows, waiting = _noted(_FEW)
        for row, name in waiting:
            _enqueue(wiring.hurried_redis, row, name)
        if rows:
            _mark(rows)
    except (RedisError, OSError) as dead:
        wiring.queue_pause.begin()
        log.warning("outbox.delayed", reason=str(dead))


def _noted(most: int) -> tuple[Sequence[OutboxFact], list[tuple[OutboxFact, str]]]:
    """The oldest facts that are not published, and the jobs that follow, noted as waiting."""
    with transaction(db.session, forgets=False) as session:
        rows = outbox.unpublished(session, most)
        waiting = [(row, name) for row in rows for name in _followers(row)]
        for row, name in waiting:
            _note(row, name)
    return rows, waiting


def job_id(row: OutboxFact, name: str) -> str:
    """The id under which what follows is queued; RQ takes letters, digits, dashes, underscores."""
    return f"{row.id}_{name}"


def _followers(row: OutboxFact) -> tuple[str, ...]:
    known = FACTS.get(row.name)
    if known is None:
        log.error("fact.unknown", fact=row.name, fact_id=str(row.id))
        return ()
    return follow.FOLLOWS.get(known, ())


def _note(row: OutboxFact, name: str) -> None:
    progress.queued(
        db.session(),
        job_id(row, name),
        name=name,
        subject=_subject(row, name),
        organisation_id=row.organisation_id,
        now=clock.wall_time(),
    )


def _subject(row: OutboxFact, name: str) -> str:
    # A job that this version does not know fails when it runs, where people see it; it must not
    # keep the facts behind it from being published.
    if name not in JOBS:
        return f"fact:{row.id}"
    return JOBS[name].subject(FACTS[row.name].of(row.payload))


def _mark(rows: Sequence[OutboxFact]) -> None:
    with transaction(db.session, forgets=False) as session:
        for row in rows:
            session.merge(row).published_at = clock.wall_time()


def _arguments(row: OutboxFact, name: str) -> tuple[str, str, str, str, Any]:
    return name, job_id(row, name), str(row.organisation_id), row.name, row.payload


def _run(waiting: Sequence[tuple[OutboxFact, str]]) -> list[Exception]:
    from fieldops.jobs import running  # The runner publishes in its turn.

    failed: list[Exception] = []
    token = _inline.set(True)
    try:
        for row, name in waiting:
            try:
                running.run(*_arguments(row, name))
            except Exception as error:  # The runner has noted and logged it.
                failed.append(error)
    finally:
        _inline.reset(token)
    return failed


def _enqueue(redis: Redis, row: OutboxFact, name: str) -> None:
    job = JOBS.get(name)
    queue_name, timeout = (job.queue, job.timeout) if job else (QUEUES[0], 60)
    queue = Queue(queue_name, connection=redis, serializer=JSONSerializer)
    try:
        queue.enqueue_call(
            "fieldops.jobs.running.run",
            args=_arguments(row, name),
            job_id=job_id(row, name),
            timeout=timeout,
            result_ttl=RESULT_SECONDS,
            unique=True,
        )
    except DuplicateJobError:
        log.debug("job.known", job_id=job_id(row, name))
