"""An upload as S3 holds it: segments named by the offset at which they begin, read as one file."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from uuid import UUID

from fieldops.domain.blobs import BlobBroken
from fieldops.gateways.blobs.bucket import Bucket, Stored
from fieldops.gateways.blobs.frames import marks

# Fetched at once by whoever reads here and there in a file.
_WINDOW = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Segment:
    """One object: the plain offset at which it begins, and the plain bytes in it."""

    offset: int
    plain: int
    stored: Stored

    @property
    def end(self) -> int:
        """The plain offset behind it."""
        return self.offset + self.plain


def folder(upload_id: UUID) -> str:
    """How the names of all objects of an upload begin."""
    return f"uploads/{upload_id}/"


def name_of(upload_id: UUID, offset: int) -> str:
    """The name of the segment that begins at a plain offset."""
    return f"{folder(upload_id)}{offset:016d}"


def chained(found: Iterable[Stored], size: int | None = None) -> list[Segment]:
    """The segments that lie one behind the other from 0 on, up to `size` plain bytes.

    Without `size` these are all. What is not part of the chain was never acknowledged.
    """
    known = {one.name.rpartition("/")[2]: one for one in found}
    segments, offset = list[Segment](), 0
    while (size is None or offset < size) and (stored := known.get(f"{offset:016d}")):
        segments.append(Segment(offset, marks(0, 0, stored.size)[1], stored))
        offset = segments[-1].end
    return segments


def frames_of(segments: Sequence[Segment]) -> list[tuple[int, int]]:
    """Where the frames of segments begin, read as one file: (plain, byte), then the ends."""
    found, plain, at = list[tuple[int, int]](), 0, 0
    for one in segments:
        found += marks(plain, at, one.stored.size)[0]
        plain, at = plain + one.plain, at + one.stored.size
    return [*found, (plain, at)]


class SegmentFile(io.RawIOBase):
    """Segments as one seekable file, of which a window is in memory."""

    def __init__(self, bucket: Bucket, segments: Sequence[Segment]) -> None:
        super().__init__()
        self._bucket, self._objects = bucket, [one.stored for one in segments]
        self._at, self._begin, self._window = 0, 0, b""

    def seekable(self) -> bool:
        """Always."""
        return True

    def readable(self) -> bool:
        """Always."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to a byte, counted from the beginning alone."""
        if whence != io.SEEK_SET:
            raise io.UnsupportedOperation("only from the beginning")
        self._at = offset
        return offset

    def read(self, size: int = -1, /) -> bytes:
        """So many bytes; fewer at the end alone."""
        found = bytearray()
        while len(found) < size and (more := self._next(size - len(found))):
            found += more
            self._at += len(more)
        return bytes(found)

    def _next(self, size: int) -> bytes:
        if not self._begin <= self._at < self._begin + len(self._window):
            self._fetch(size)
        start = self._at - self._begin
        return self._window[start : start + size]

    def _fetch(self, size: int) -> None:
        self._begin, self._window = self._at, b""
        begin = 0
        for one in self._objects:
            if begin <= self._at < begin + one.size:
                self._window = self._bucket.read(one, self._at - begin, max(size, _WINDOW))
            begin += one.size


def check_end(segments: Sequence[Segment], size: int, *, exactly: bool = False) -> None:
    """Raise BlobBroken when fewer bytes are stored than were acknowledged, or end elsewhere."""
    end = max(chain((one.end for one in segments), [0]))
    if end < size:
        raise BlobBroken(f"{end} bytes are stored, {size} were acknowledged")
    if exactly and end != size:
        raise BlobBroken(f"no frame ends at the acknowledged offset {size}")
