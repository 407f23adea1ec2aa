"""How often a provider may be asked: a token bucket, in this process or shared through Redis.

geopy's own RateLimiter tries a spent quota again and then swallows it, so that it looks like "no
such address"; here only what may pass by itself is tried again, and every failure is raised.
"""

import math
import threading
from collections.abc import Callable
from typing import Final, Protocol

from geopy.exc import GeocoderRateLimited, GeocoderTimedOut, GeocoderUnavailable

from fieldops.domain.locating import Geocoder, Outcome


class TokenBucket(Protocol):
    """Grants requests at a steady pace."""

    def take(self) -> float:
        """0.0 when granted, else the seconds after which to ask again."""
        ...


class LocalBucket:
    """A bucket for one process, safe among its threads. `rate` is per second."""

    def __init__(self, rate: float, burst: int, monotonic: Callable[[], float]) -> None:
        self._rate, self._burst = _checked(rate, burst)
        self._monotonic = monotonic
        self._tokens = float(burst)
        self._at = monotonic()
        self._lock = threading.Lock()

    def take(self) -> float:
        """Take one token, or say how long until there is one."""
        with self._lock:
            now = self._monotonic()
            self._tokens = min(self._burst, self._tokens + max(0.0, now - self._at) * self._rate)
            self._at = now
            if self._tokens >= 1.0:
                self._tokens -= 1.0
                return 0.0
            return (1.0 - self._tokens) / self._rate


class RedisScripts(Protocol):
    """The one call needed of a Redis client."""

    def eval(self, script: str, numkeys: int, *keys_and_args: str) -> object:
        """Run a Lua script."""
        ...


_TAKE: Final = """
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local rate, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local state = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = tonumber(state[1]) or burst
local at = tonumber(state[2]) or now
tokens = math.min(burst, tokens + math.max(0, now - at) * rate)
local wait = 0
if tokens >= 1 then tokens = tokens - 1 else wait = (1 - tokens) / rate end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', string.format('%.6f', now))
redis.call('EXPIRE', KEYS[1], math.ceil(burst / rate) + 60)
return tostring(wait)
"""


class RedisBucket:
    """A bucket shared by all workers that use one key. The server's clock counts, not ours."""

    def __init__(self, client: RedisScripts, name: str, rate: float, burst: int) -> None:
        self._rate, self._burst = _checked(rate, burst)
        self._client = client
        self._key = f"fieldops:geocoder:{name}"

    def take(self) -> float:
        """Take one token, or say how long until there is one."""
        answer = self._client.eval(_TAKE, 1, self._key, str(self._rate), str(self._burst))
        return float(answer.decode() if isinstance(answer, bytes) else str(answer))


def _checked(rate: float, burst: int) -> tuple[float, int]:
    if not (math.isfinite(rate) and rate > 0) or burst < 1:
        raise ValueError("a bucket needs a rate above 0 per second and a burst of at least 1")
    return rate, burst


class Limited:
    """A geocoder asked no faster than its bucket grants.

    A time-out or a server that is away is tried again up to `retries` times; a spent quota, a wrong
    key and a refused question never are. Raises GeocoderRateLimited after `patience` seconds.
    """

    def __init__(
        self,
        inner: Geocoder,
        bucket: TokenBucket,
        sleep: Callable[[float], None],
        *,
        retries: int = 1,
        patience: float = 30.0,
    ) -> None:
        self._inner = inner
        self._bucket = bucket
        self._sleep = sleep
        self._retries = retries
        self._patience = patience

    @property
    def name(self) -> str:
        """The name of the geocoder within."""
        return self._inner.name

    def locate(self, address: str) -> Outcome:
        """Wait for a token, then ask."""
        for left in range(self._retries, -1, -1):
            self._wait()
            try:
                return self._inner.locate(address)
            except (GeocoderTimedOut, GeocoderUnavailable):
                if left == 0:
                    raise
        raise GeocoderUnavailable("the geocoder did not answer")

    def _wait(self) -> None:
        waited = 0.0
        while (pause := self._bucket.take()) > 0:
            if waited + pause > self._patience:
                raise GeocoderRateLimited(
                    f"{self.name} is asked faster than agreed", retry_after=math.ceil(pause)
                )
            self._sleep(pause)
            waited += pause
