"""The post of a search: tasks go out as RQ jobs, and letters about them come back in one list.

Tasks and letters lie in Redis under keys of one search, expire by themselves, and are bytes that
`routing.solver.wire` reads strictly; nothing is ever unpickled.
"""

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import structlog
from redis import Redis
from rq import Queue
from rq.job import Job
from rq.serializers import JSONSerializer

from fieldops.gateways.regions import presence

log = structlog.get_logger(__name__)

QUEUE = "regions"
JOB = "fieldops.jobs.regions.carry_out"
KEPT_SECONDS = 120
"""So much longer than it may take is a task kept for a worker, and a letter for who awaits it."""

COUNTED_SECONDS = 3_600
"""How long a task may take whose effort is counted in iterations."""

GONE = b""
"""The answer of a worker that could not carry a task out."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What a worker says of a task: that it has begun it (no answer yet), or what came of it."""

    key: str
    worker: str
    answer: bytes | None = None


class Post(Protocol):
    """The way to the workers and back; every call may raise RedisError or OSError."""

    def hands(self) -> frozenset[str]:
        """The names of the workers that can be counted on now."""
        ...

    def send(self, key: str, wire: bytes, seconds: float | None) -> None:
        """Put a task that may take so long where the next free worker finds it."""
        ...

    def take_back(self, key: str) -> bool:
        """Whether a task could be taken back before any worker had taken it."""
        ...

    def hear(self, timeout: float) -> Letter | None:
        """The next letter, if one comes in so many seconds."""
        ...

    def forget(self, keys: Iterable[str]) -> None:
        """These tasks need not be done any more, and nobody waits for letters about them."""
        ...


class RedisPost:
    """The post of one search over the queue's server."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._run = secrets.token_hex(8)
        self._queue = Queue(QUEUE, connection=redis, serializer=JSONSerializer)

    def hands(self) -> frozenset[str]:
        """The names of the workers that have said of late that they are free for regions."""
        return presence.hands(self._redis)

    def send(self, key: str, wire: bytes, seconds: float | None) -> None:
        """Put a task that may take so long into the queue."""
        kept = int(COUNTED_SECONDS if seconds is None else seconds) + KEPT_SECONDS
        self._redis.set(_task_key(self._run, key), wire, ex=kept)
        self._queue.enqueue_call(
            JOB,
            args=(self._run, key),
            job_id=self._job_id(key),
            timeout=kept,
            ttl=kept,
            result_ttl=0,
            failure_ttl=KEPT_SECONDS,
        )

    def take_back(self, key: str) -> bool:
        """Whether the task still stood in the queue, of which it is taken."""
        if not self._queue.remove(self._job_id(key)):
            return False
        self._redis.delete(_task_key(self._run, key), Job.key_for(self._job_id(key)))
        return True

    def hear(self, timeout: float) -> Letter | None:
        """The next letter; one that nobody can read is dropped."""
        found = self._redis.blpop([_letters_key(self._run)], timeout=timeout)
        return None if found is None else _read(found[1])

    def forget(self, keys: Iterable[str]) -> None:
        """Remove the tasks; a worker that is at one finds nobody to tell."""
        for key in keys:
            # The job of a worker that has begun is that worker's to end; its task goes anyway.
            if not self.take_back(key):
                self._redis.delete(_task_key(self._run, key))

    def _job_id(self, key: str) -> str:
        return f"region_{self._run}_{key}"


def fetch(redis: Redis, run: str, key: str) -> bytes | None:
    """The bytes of a task; None when it is not wanted any more."""
    found = redis.get(_task_key(run, key))
    return found if isinstance(found, bytes) else None


def tell(redis: Redis, run: str, letter: Letter) -> None:
    """Send a letter about a task, unless nobody wants it any more."""
    if not redis.exists(_task_key(run, letter.key)):
        return
    says = {"key": letter.key, "worker": letter.worker, "begun": letter.answer is None}
    with redis.pipeline() as batch:
        batch.rpush(_letters_key(run), json.dumps(says).encode() + b"\n" + (letter.answer or b""))
        batch.expire(_letters_key(run), KEPT_SECONDS)
        batch.execute()


def _read(told: bytes | str) -> Letter | None:
    told = told.encode() if isinstance(told, str) else told
    head, _, answer = told.partition(b"\n")
    try:
        says = json.loads(head)
        return Letter(str(says["key"]), str(says["worker"]), None if says["begun"] else answer)
    except (ValueError, TypeError, KeyError):
        log.warning("regions.unreadable_letter", size=len(told))
        return None


def _task_key(run: str, key: str) -> str:
    return f"fieldops:regions:{run}:task:{key}"


def _letters_key(run: str) -> str:
    return f"fieldops:regions:{run}:letters"
