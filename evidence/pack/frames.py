"""Messages between a process and the one it started: a letter, a length, then so many bytes."""

from typing import BinaryIO

LARGEST = 512 * 1024 * 1024
_LENGTH = 8


class BrokenOffError(EOFError):
    """The other process ended, or sent something that is no message."""


def put(stream: BinaryIO, kind: bytes, data: bytes = b"") -> None:
    """Send one message; `kind` is a single letter."""
    stream.write(kind + len(data).to_bytes(_LENGTH, "big"))
    stream.write(data)
    stream.flush()


def take(stream: BinaryIO) -> tuple[bytes, bytes]:
    """The next message as its letter and its bytes; raises BrokenOffError when there is none."""
    head = stream.read(1 + _LENGTH)
    length = int.from_bytes(head[1:], "big")
    data = stream.read(length) if len(head) > _LENGTH and length <= LARGEST else b""
    if len(head) <= _LENGTH or len(data) != length:
        raise BrokenOffError("the other process ended in the middle of its work")
    return head[:1], data


def expect(stream: BinaryIO, kind: bytes) -> bytes:
    """The bytes of the next message, which must be of this kind."""
    found, data = take(stream)
    if found != kind:
        raise BrokenOffError(f"a message {found!r} came where {kind!r} was expected")
    return data
