"""The form of a blob at rest: encrypted frames that are only ever added.

A frame is `length u32 | nonce 12 | AES-256-GCM ciphertext and tag 16`, big-endian; `length` counts
what follows the nonce. Its associated data is the plain offset at which it begins (u64), so that
frames cannot change places. A frame that was torn by a crash is known by its length.
"""

import io
import os
import struct
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fieldops.domain.blobs import BlobBroken, Bytes

HEAD = struct.Struct(">I12s")
OFFSET = struct.Struct(">Q")
TAG = 16
LARGEST_PIECE = 256 * 1024


def sealed(data: Bytes, offset: int, key: bytes) -> bytearray:
    """The frames of `data`, which begins at the plain offset `offset`."""
    cipher, plain, at = AESGCM(key), memoryview(data), 0
    frames = bytearray(framed(len(data)))
    with memoryview(frames) as view:
        for start in range(0, len(plain), LARGEST_PIECE):
            piece, nonce = plain[start : start + LARGEST_PIECE], os.urandom(12)
            HEAD.pack_into(view, at, len(piece) + TAG, nonce)
            at += HEAD.size
            end = at + len(piece) + TAG
            cipher.encrypt_into(nonce, piece, OFFSET.pack(offset + start), view[at:end])
            at = end
    return frames


def framed(size: int) -> int:
    """How many bytes the frames of so many plain bytes have, sealed together."""
    return size + -(-size // LARGEST_PIECE) * (HEAD.size + TAG)


def marks(start: int, at: int, size: int) -> tuple[list[tuple[int, int]], int]:
    """Where frames that were sealed together begin, and how many plain bytes they hold.

    They begin at the plain offset `start` and at the byte `at`, and have `size` bytes. Raises
    BlobBroken for a size that no frames can have.
    """
    count = -(-size // (LARGEST_PIECE + HEAD.size + TAG))
    plain = size - count * (HEAD.size + TAG)
    if framed(plain) != size or (size and plain < 1):
        raise BlobBroken(f"{size} bytes are no whole frames")
    largest = LARGEST_PIECE + HEAD.size + TAG
    found = [(start + n * LARGEST_PIECE, at + n * largest) for n in range(count)]
    return found, plain


def opened(read: Callable[[int], bytes], key: bytes) -> Iterator[bytes]:
    """The plain bytes of frames that are read from their beginning on, frame by frame."""
    cipher, offset = AESGCM(key), 0
    while head := read(HEAD.size):
        try:
            length, nonce = HEAD.unpack(head)
            if not TAG < length <= LARGEST_PIECE + TAG:
                raise BlobBroken(f"no frame begins at {offset}")
            body = read(length)
            if len(body) < length:
                raise BlobBroken(f"the frame at {offset} ends early")
            piece = cipher.decrypt(nonce, body, OFFSET.pack(offset))
        except (InvalidTag, struct.error) as broken:
            raise BlobBroken(f"the bytes from {offset} on were changed") from broken
        yield piece
        offset += len(piece)


def places(source: BinaryIO) -> Iterator[tuple[int, int]]:
    """Where each whole frame begins: (plain offset, file offset), then both ends.

    Reads the heads only. A torn frame at the end is left out.
    """
    total = source.seek(0, io.SEEK_END)
    plain = at = 0
    while True:
        yield plain, at
        source.seek(at)
        head = source.read(HEAD.size)
        if len(head) < HEAD.size:
            return
        length, _ = HEAD.unpack(head)
        if not TAG < length <= LARGEST_PIECE + TAG or at + HEAD.size + length > total:
            return
        plain, at = plain + length - TAG, at + HEAD.size + length


class FrameReader(io.RawIOBase):
    """Plain bytes out of a file of frames: seekable, one frame in memory at a time.

    `known` says where frames begin, as `places` does, where the file need not be asked for it.
    """

    def __init__(
        self,
        source: BinaryIO,
        key: bytes,
        size: int | None = None,
        known: Sequence[tuple[int, int]] | None = None,
    ) -> None:
        super().__init__()
        self._source, self._cipher = source, AESGCM(key)
        found = list(places(source)) if known is None else known
        self._plain = [plain for plain, _ in found]
        self._files = [at for _, at in found]
        self.size = self._plain[-1] if size is None else size
        if self.size > self._plain[-1]:
            source.close()
            raise BlobBroken(f"{self._plain[-1]} bytes are stored, {self.size} were acknowledged")
        self._at, self._held, self._piece = 0, -1, b""

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to a plain offset."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        if base + offset < 0:
            raise OSError("negative position")
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        """The plain offset."""
        return self._at

    def readinto(self, target: memoryview, /) -> int:  # type: ignore[override]  # The stub asks for the not public `WriteableBuffer`.
        """Fill from the frame in which the offset lies; 0 at the end."""
        if self._at >= self.size:
            return 0
        number = bisect_right(self._plain, self._at) - 1
        piece = self._opened(number)
        start = self._at - self._plain[number]
        found = piece[start : start + min(len(target), self.size - self._at)]
        target[: len(found)] = found
        self._at += len(found)
        return len(found)

    def close(self) -> None:
        """Close the file below too."""
        self._source.close()
        super().close()

    def _opened(self, number: int) -> bytes:
        if number != self._held:
            self._source.seek(self._files[number])
            raw = self._source.read(self._files[number + 1] - self._files[number])
            offset = self._plain[number]
            try:
                _, nonce = HEAD.unpack_from(raw)
                body = memoryview(raw)[HEAD.size :]
                self._piece = self._cipher.decrypt(nonce, body, OFFSET.pack(offset))
            except (InvalidTag, struct.error) as broken:
                raise BlobBroken(f"the bytes from {offset} on were changed") from broken
            self._held = number
        return self._piece
