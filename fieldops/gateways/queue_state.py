"""What waits in the queue and who takes it, asked of the queue's server."""

from collections.abc import Mapping
from dataclasses import dataclass

from redis import Redis, RedisError
from rq import Queue, Worker
from rq.serializers import JSONSerializer


@dataclass(frozen=True, slots=True)
class QueueState:
    """How many jobs wait in each queue, and how many workers there are; `waiting` is None when
    the server does not answer."""

    waiting: Mapping[str, int] | None
    workers: int = 0


def state(redis: Redis) -> QueueState:
    """Ask the server, which may be away."""
    try:
        queues = Queue.all(connection=redis, serializer=JSONSerializer)
        waiting = {queue.name: queue.count for queue in sorted(queues, key=lambda one: one.name)}
        return QueueState(waiting, Worker.count(connection=redis))
    except (RedisError, OSError):
        return QueueState(None)
