"""The files of a pack before they are written: whole in memory, or streamed anew when needed."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from evidence.custody.canonical import canonical

_PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Part:
    """One file: its path in the case's folder, what its bytes are known to be, and the bytes."""

    path: str
    sha256: str
    size: int
    open: Callable[[], Iterable[bytes]]


def held(path: str, data: bytes) -> Part:
    """A small file that is held in memory."""
    return Part(path, sha256(data).hexdigest(), len(data), lambda: (data,))


def lines(path: str, records: Callable[[], Iterable[Mapping[str, Any]]]) -> Part:
    """A file of canonical JSON lines: made once to know its hash and again to be written.

    `records` must give the same each time.
    """
    digest, size = sha256(), 0
    for piece in _pieces(records()):
        digest.update(piece)
        size += len(piece)
    return Part(path, digest.hexdigest(), size, lambda: _pieces(records()))


def _pieces(records: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    piece = bytearray()
    for record in records:
        piece += canonical(dict(record)) + b"\n"
        if len(piece) >= _PIECE:
            yield bytes(piece)
            piece.clear()
    yield bytes(piece)
