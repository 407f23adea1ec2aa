"""Writing and hashing behind the work: a thread takes the bytes to the sink while more are read."""

import threading
from hashlib import sha256
from queue import Queue
from types import TracebackType
from typing import Any, BinaryIO

# How many pieces may wait: they are all the memory that this takes.
_WAITING = 6


class WriteBehind:
    """A sink before another one, which is written by a thread; use it in a `with` statement.

    What goes wrong there is raised by the next `write`, or by `digest`.
    """

    def __init__(self, sink: BinaryIO) -> None:
        self._sink, self._hash = sink, sha256()
        self._pieces: Queue[bytes | None] = Queue(_WAITING)
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "WriteBehind":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def write(self, data: bytes) -> int:
        """Take bytes that must not change any more."""
        self._check()
        self._pieces.put(data)
        return len(data)

    def digest(self) -> str:
        """The SHA-256 of all that was written, hexadecimal; nothing can be written after it."""
        self._end()
        self._check()
        return self._hash.hexdigest()

    def _end(self) -> None:
        if self._thread.is_alive():
            self._pieces.put(None)
            self._thread.join()

    def _check(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        while (piece := self._pieces.get()) is not None:
            # After a failure the rest is taken and let go, so that nobody waits for ever.
            if self._failure is None:
                self._take(piece)

    def _take(self, piece: Any) -> None:
        try:
            self._sink.write(piece)
            self._hash.update(piece)
        except Exception as failure:  # Whatever a sink raises belongs to whoever writes.
            self._failure = failure
