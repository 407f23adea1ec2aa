"""Remembering answers: found ones long, "no such place" shortly, failures never."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol

from fieldops.domain.addresses.wording import plain
from fieldops.domain.locating import NotLocated, Outcome

FOUND_SECONDS = 90 * 24 * 3600.0
NO_RESULT_SECONDS = 24 * 3600.0


class AnswerCache(Protocol):
    """Where answers are kept; `key` holds no address in the clear."""

    def get(self, key: str) -> Outcome | None:
        """The answer kept, if it is still good."""
        ...

    def put(self, key: str, outcome: Outcome, seconds: float) -> None:
        """Keep an answer for so many seconds."""
        ...


def cache_key(provider: str, address: str) -> str:
    """The same for every spelling that differs only in widths, blanks and quotes."""
    return f"{provider}:{hashlib.sha256(plain(address).encode()).hexdigest()}"


def seconds_to_keep(outcome: Outcome) -> float:
    """How long an answer stays good."""
    return NO_RESULT_SECONDS if isinstance(outcome, NotLocated) else FOUND_SECONDS


class MemoryCache:
    """A cache for one process that forgets what was used longest ago beyond `size` answers."""

    def __init__(self, monotonic: Callable[[], float], size: int = 20_000) -> None:
        self._monotonic = monotonic
        self._size = size
        self._kept: OrderedDict[str, tuple[float, Outcome]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> Outcome | None:
        """The answer kept, if it is still good."""
        with self._lock:
            until, outcome = self._kept.get(key, (0.0, None))
            if outcome is None:
                return None
            if until <= self._monotonic():
                del self._kept[key]
                return None
            self._kept.move_to_end(key)
            return outcome

    def put(self, key: str, outcome: Outcome, seconds: float) -> None:
        """Keep an answer for so many seconds."""
        with self._lock:
            self._kept[key] = (self._monotonic() + seconds, outcome)
            self._kept.move_to_end(key)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
