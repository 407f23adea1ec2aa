"""A queue that did not answer is let alone for some seconds: it costs one request and no more."""

from fieldops import clock

# Workers publish every few seconds anyway what was left in the outbox meanwhile.
SECONDS = 5.0


class QueuePause:
    """Whether the queue is worth asking, as this process knows; many threads may use one."""

    def __init__(self) -> None:
        self._until = 0.0

    def begin(self) -> None:
        """The queue did not answer: ask it no more for some seconds."""
        self._until = clock.monotonic() + SECONDS

    def is_on(self) -> bool:
        """Whether it should still be let alone."""
        return clock.monotonic() < self._until
