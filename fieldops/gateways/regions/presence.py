"""Which workers are free for regions now: each says so every second, by the queue's own clock.

The queue's registry of workers remembers a killed one for minutes; a search that lasts seconds
must know sooner whom it can count on.
"""

import os
import socket
import threading

import structlog
from redis import Redis
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

HANDS = "fieldops:regions:hands"
BEAT_SECONDS = 1.0
FORGOTTEN_AFTER = 4.0
"""Who has not been heard of for so many seconds is no longer counted on."""


def own_name() -> str:
    """This process, as others see it."""
    return f"{socket.gethostname()}:{os.getpid()}"


def host_of(name: str) -> str:
    """The machine on which a worker runs."""
    return name.rpartition(":")[0]


def hands(redis: Redis) -> frozenset[str]:
    """The names of the workers that wait for regions, or solve one; RedisError without a queue."""
    since = _now(redis) - FORGOTTEN_AFTER
    found = redis.zrangebyscore(HANDS, since, "+inf")
    return frozenset(one.decode() if isinstance(one, bytes) else str(one) for one in found)


def _now(redis: Redis) -> float:
    seconds, micros = redis.time()
    return float(seconds) + float(micros) / 1e6


class Presence(threading.Thread):
    """Says that this worker is free for regions, until it is busy with something else or ends."""

    def __init__(self, redis: Redis) -> None:
        super().__init__(daemon=True, name="region-presence")
        self._redis = redis
        self._lock = threading.Lock()
        self._is_free = True
        self._ended = threading.Event()

    def run(self) -> None:
        """Say it every second."""
        self._say()
        while not self._ended.wait(BEAT_SECONDS):
            self._say()

    def is_free(self, free: bool) -> None:
        """From now on the worker takes regions, or does not."""
        self._is_free = free
        self._say()

    def stop(self) -> None:
        """The worker ends."""
        self._ended.set()
        self.is_free(False)

    def _say(self) -> None:
        try:
            with self._lock, self._redis.pipeline() as batch:
                now = _now(self._redis)
                batch.zremrangebyscore(HANDS, "-inf", now - FORGOTTEN_AFTER)
                if self._is_free:
                    batch.zadd(HANDS, {own_name(): now})
                else:
                    batch.zrem(HANDS, own_name())
                batch.execute()
        except (RedisError, OSError) as dead:
            log.debug("presence.unheard", reason=str(dead))
