"""Blobs in a bucket: `blobs/<organisation>/<aa>/<sha256>`, uploads beside them in segments.

A part of an upload is one object, written once under the offset at which it begins, and is durable
when the server has answered. Once all are there the server itself makes the blob of them.
"""

import io
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256 as hash_sha256
from typing import BinaryIO, cast
from uuid import UUID

from fieldops.domain.blobs import BlobBroken, BlobMissing, BlobsUnreachable, Bytes, StoredPart
from fieldops.gateways.blobs import frames, multipart
from fieldops.gateways.blobs.bucket import Bucket
from fieldops.gateways.blobs.ends import Digest
from fieldops.gateways.blobs.frames import LARGEST_PIECE, FrameReader, sealed
from fieldops.gateways.blobs.names import blob_name
from fieldops.gateways.blobs.segments import (
    Segment,
    SegmentFile,
    chained,
    check_end,
    folder,
    frames_of,
    name_of,
)

_JOINED = 8 * 1024 * 1024
_MOST_WATCHED = 1000
_TRIES = 3
_UPLOAD = "fieldops-upload"


@dataclass
class _Watched:
    """An upload of which this process saw every byte: how far, its hash, and the objects' ETags."""

    offset: int = 0
    digest: Digest = field(default_factory=Digest)
    etags: dict[str, str] = field(default_factory=dict)


class S3Blobs:
    """The store in one bucket; fulfils `fieldops.domain.blobs.BlobStore`."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket
        self._watched: OrderedDict[UUID, _Watched] = OrderedDict()

    def begin(self, upload_id: UUID) -> None:
        """Note that an upload is there; one that is there already stays."""
        self._bucket.put(f"{folder(upload_id)}begun", b"")

    def append(self, upload_id: UUID, offset: int, data: Bytes, key: bytes) -> int:
        """Add data at the acknowledged size `offset`; returns once the server has it."""
        watched = self._watched.pop(upload_id, None)
        if watched is None or watched.offset != offset:
            check_end(self._segments(upload_id, offset), offset, exactly=True)
            watched = None if offset else _Watched()
        if not data:
            return offset
        name, made = name_of(upload_id, offset), sealed(data, offset, key)
        with watched.digest.taking(data) if watched else nullcontext():
            etag = self._put(name, made)
        if watched:
            watched.offset, watched.etags[name] = offset + len(data), etag
            self._watched[upload_id] = watched
            while len(self._watched) > _MOST_WATCHED:
                self._watched.popitem(last=False)
        return offset + len(data)

    def _put(self, name: str, made: bytearray) -> str:
        """Write a segment where none is, so that a writer who was given up comes too late."""
        for _ in range(_TRIES):
            if etag := self._bucket.put_new(name, made):
                return etag
            # What lies there was never acknowledged.
            self._bucket.delete(name)
        raise BlobsUnreachable(why=f"others write to {name}")

    def open_upload(self, upload_id: UUID, size: int, key: bytes) -> BinaryIO:
        """The first `size` plain bytes of an upload, seekable, read in constant memory."""
        segments = self._segments(upload_id, size)
        check_end(segments, size)
        file = cast("BinaryIO", SegmentFile(self._bucket, segments))
        reader = FrameReader(file, key, size, frames_of(segments))
        return cast("BinaryIO", io.BufferedReader(reader, LARGEST_PIECE))

    def hashed(self, upload_id: UUID, size: int) -> str | None:
        """The SHA-256 of the first `size` bytes if this process sent all of them, else None."""
        segments, watched = self._segments(upload_id, size), self._watched.get(upload_id)
        etags = {one.stored.name: one.stored.etag for one in segments}
        if watched is None or (watched.offset, watched.etags) != (size, etags):
            return None
        return watched.digest.text()

    def join(self, upload_id: UUID, key: bytes, parts: Sequence[StoredPart]) -> int:
        """Make segments of the bytes of others; nobody counts them before they are acknowledged."""
        sources = [self.open_upload(one.upload_id, one.size, one.key) for one in parts]
        size = 0
        for source in sources:
            with source:
                while piece := source.read(_JOINED):
                    self._bucket.put(name_of(upload_id, size), sealed(piece, size, key))
                    size += len(piece)
        return size

    def keep(self, upload_id: UUID, organisation_id: UUID, sha256: str) -> None:
        """Put a whole upload under its hash; its segments stay until they are discarded."""
        name = blob_name(organisation_id, sha256)
        sources = [one.stored for one in self._segments(upload_id)]
        about, size = self._bucket.about(name), sum(one.size for one in sources)
        if about and (about["size"], about["words"].get(_UPLOAD)) == (size, str(upload_id)):
            return
        multipart.compose(self._bucket, name, sources, {_UPLOAD: str(upload_id)})

    def discard(self, upload_id: UUID) -> None:
        """Forget an upload's segments."""
        self._watched.pop(upload_id, None)
        for one in self._bucket.listed(folder(upload_id)):
            self._bucket.delete(one.name)

    def sweep(self, *, before: datetime) -> int:
        """Nothing: half-made objects fall under the bucket's rule for unfinished uploads."""
        return 0

    def open_chunks(self, organisation_id: UUID, sha256: str, key: bytes) -> Iterator[bytes]:
        """A blob's bytes piece by piece; BlobBroken at the latest after the last piece."""
        digest = hash_sha256()
        with self._bucket.streamed(blob_name(organisation_id, sha256)) as stream:
            for piece in frames.opened(stream.read, key):
                digest.update(piece)
                yield piece
        if digest.hexdigest() != sha256:
            raise BlobBroken(f"blob {sha256} is not what was stored: its hash differs")

    def _segments(self, upload_id: UUID, size: int | None = None) -> list[Segment]:
        found = self._bucket.listed(folder(upload_id))
        if not found:
            raise BlobMissing(f"upload {upload_id} is not stored")
        return chained(found, size)
