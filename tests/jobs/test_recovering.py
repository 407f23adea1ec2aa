"""Jobs whose worker died are tried again, and given up in the end."""

import os
import socket
from datetime import timedelta

import pytest
from rq import Queue
from rq.job import Job as QueuedJob
from rq.job import JobStatus
from rq.serializers import JSONSerializer
from sqlalchemy.orm import Session

from fieldops import clock
from fieldops.jobs import publishing, recovering
from fieldops.models import JobRun, Organisation
from fieldops.models.types import new_id
from fieldops.services import outbox, progress
from fieldops.wiring import Wiring
from tests.conftest import NOW
from tests.jobs.work import Happened

LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def job_id(parts: Wiring, session: Session, organisation: Organisation) -> str:
    """A job that waits in the queue."""
    fact = Happened(new_id())
    fact_id = outbox.record(session, fact, organisation_id=organisation.id, now=NOW)
    session.commit()
    publishing.publish(parts)
    return f"{fact_id}_note-it"


def _queued(parts: Wiring, job_id: str) -> QueuedJob:
    return QueuedJob.fetch(job_id, connection=parts.redis, serializer=JSONSerializer)


def _begun(parts: Wiring, job_id: str, pid: int) -> None:
    """As if a worker of this machine had begun the job."""
    job = _queued(parts, job_id)
    job.set_status(JobStatus.STARTED)
    parts.redis.hset(job.key, "worker_name", "w1")
    parts.redis.hset("rq:worker:w1", mapping={"hostname": socket.gethostname(), "pid": str(pid)})


def _dead_pid() -> int:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return child


def test_a_job_that_waits_is_left_alone(parts: Wiring, job_id: str) -> None:
    assert recovering.recover(parts, queued_before=LATER) == 0


def test_a_job_that_the_queue_has_lost_is_published_again(parts: Wiring, job_id: str) -> None:
    parts.redis.flushall()
    assert recovering.recover(parts, queued_before=LATER) == 1
    assert publishing.publish(parts) == 1
    assert _queued(parts, job_id).get_status() == JobStatus.QUEUED


def test_a_job_of_a_living_worker_is_left_alone(parts: Wiring, job_id: str) -> None:
    _begun(parts, job_id, os.getpid())
    assert recovering.recover(parts, queued_before=LATER) == 0


def test_a_job_of_a_dead_worker_is_published_again(parts: Wiring, job_id: str) -> None:
    _begun(parts, job_id, _dead_pid())
    assert recovering.recover(parts, queued_before=LATER) == 1
    assert publishing.publish(parts) == 1
    assert _queued(parts, job_id).get_status() == JobStatus.QUEUED


def _taken_out_of_line(parts: Wiring, job_id: str, *, seen: timedelta | None) -> Queue:
    """As if a worker had taken the job and died before it began; seen so this long ago, if ever."""
    line = Queue(_queued(parts, job_id).origin, parts.redis, serializer=JSONSerializer)
    parts.redis.lmove(line.key, line.intermediate_queue_key, "LEFT", "RIGHT")
    if seen is not None:
        key = line.intermediate_queue.get_first_seen_key(job_id)
        parts.redis.set(key, (clock.wall_time() - seen).timestamp())
    return line


@pytest.mark.parametrize("seen", [None, timedelta(seconds=1)])
def test_a_job_on_its_way_from_the_line_to_a_worker_is_left_alone(
    parts: Wiring, job_id: str, seen: timedelta | None
) -> None:
    _taken_out_of_line(parts, job_id, seen=seen)
    assert recovering.recover(parts, queued_before=LATER) == 0


@pytest.mark.parametrize("remembered", [True, False])
def test_a_job_whose_worker_died_before_it_began_is_published_again(
    parts: Wiring, job_id: str, remembered: bool
) -> None:
    line = _taken_out_of_line(parts, job_id, seen=timedelta(seconds=11))
    if not remembered:
        # A worker of several queues takes its jobs without keeping them anywhere.
        parts.redis.delete(line.intermediate_queue_key)
    assert recovering.recover(parts, queued_before=LATER) == 1
    assert publishing.publish(parts) == 1
    assert line.get_job_position(job_id) == 0
    assert line.intermediate_queue.get_job_ids() == []


def test_a_job_noted_just_now_is_left_alone(parts: Wiring, job_id: str) -> None:
    parts.redis.flushall()
    assert recovering.recover(parts, queued_before=NOW - timedelta(seconds=1)) == 0


def test_after_five_tries_a_job_is_given_up(parts: Wiring, job_id: str, session: Session) -> None:
    for _ in range(recovering.MAX_ATTEMPTS):
        assert progress.started(session, job_id, now=NOW)
    session.commit()
    parts.redis.flushall()
    assert recovering.recover(parts, queued_before=LATER) == 0
    session.expire_all()
    run = session.get_one(JobRun, job_id)
    assert (run.state, run.finished_at) == ("failed", NOW)
    assert "given up after 5 tries" in str(run.message)
    assert publishing.publish(parts) == 0


def test_a_job_that_is_done_is_not_tried_again(
    parts: Wiring, job_id: str, session: Session
) -> None:
    progress.finished(session, job_id, now=NOW)
    session.commit()
    parts.redis.flushall()
    assert recovering.recover(parts, queued_before=LATER) == 0
