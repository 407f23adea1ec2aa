"""A request's body as the connection brings it: filled in place, and none of it lost at a break."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import request
from gunicorn.http.body import Body, LengthReader
from gunicorn.http.unreader import SocketUnreader
from werkzeug.exceptions import ClientDisconnected

# How much is asked for at once where bytes come through the buffers of others.
_READ = 64 * 1024


def pieces(size: int, patience: float) -> Iterator[tuple[memoryview, bool]]:
    """The body in pieces of `size` bytes, and with each whether the body ended early behind it.

    A connection that brings nothing for `patience` seconds counts as broken: its phone may have
    vanished without a word, and a thread would wait for it for ever.
    """
    length, came, over = request.content_length, 0, False
    with _source(patience) as source:
        while not over:
            held = memoryview(bytearray(size if length is None else min(size, length - came)))
            filled, over, gone = _fill(source, held)
            came += filled
            over = over or came == length
            cut_off = over and (gone or (length is not None and came < length))
            if filled or cut_off:
                yield held[:filled], cut_off


def _fill(source: "_Stream", target: memoryview) -> tuple[int, bool, bool]:
    """How many bytes came, whether these are the last, and whether the connection broke."""
    filled = 0
    try:
        while filled < len(target):
            came = source.fill(target[filled:])
            if not came:
                return filled, True, False
            filled += came
    except (ClientDisconnected, OSError):
        return filled, True, True
    return filled, False, False


class _Stream:
    """A body from any server."""

    def fill(self, target: memoryview) -> int:
        """Fill the beginning of the target; 0 at the end."""
        found: bytes = request.stream.read(min(_READ, len(target)))
        target[: len(found)] = found
        return len(found)


class _Socket(_Stream):
    """The connection below gunicorn's buffers.

    These copy every byte several times, and keep what they hold to themselves when it breaks.
    """

    def __init__(self, body: Body, reader: LengthReader, unreader: SocketUnreader) -> None:
        self._body, self._reader, self._unreader = body, reader, unreader

    def fill(self, target: memoryview) -> int:
        """Fill the beginning of the target; 0 at the end, which may come early."""
        wanted = target[: self._reader.length]
        if ahead := self._unreader.take_buffered():
            came = min(len(ahead), len(wanted))
            wanted[:came] = ahead[:came]
            self._unreader.unread(ahead[came:])
        else:
            came = self._receive(wanted)
        self._reader.length -= came
        return came

    def _receive(self, wanted: memoryview) -> int:
        try:
            return int(self._unreader.sock.recv_into(wanted))
        except OSError:
            # So that gunicorn does not look for another request behind this one.
            self._body.failed = True
            raise


@contextmanager
def _source(patience: float) -> Iterator[_Stream]:
    body: Any = request.environ.get("wsgi.input")
    reader = getattr(body, "reader", None)
    unreader = getattr(reader, "unreader", None)
    direct = isinstance(reader, LengthReader) and isinstance(unreader, SocketUnreader)
    connection = request.environ.get("gunicorn.socket")
    before = connection.gettimeout() if connection is not None else None
    try:
        if connection is not None:
            connection.settimeout(patience)
        yield _Socket(body, reader, unreader) if direct else _Stream()
    finally:
        if connection is not None:
            connection.settimeout(before)
