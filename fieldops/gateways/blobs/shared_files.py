"""Files that one machine makes and others read: each a sealed object in the bucket."""

from collections.abc import Callable
from typing import BinaryIO
from uuid import UUID

from fieldops.gateways.blobs import frames, multipart
from fieldops.gateways.blobs.bucket import Bucket
from fieldops.gateways.blobs.frames import LARGEST_PIECE, sealed


class SharedFiles:
    """The files below one name of a bucket, each under a key of its own."""

    def __init__(self, bucket: Bucket, folder: str, key_of: Callable[[UUID], bytes]) -> None:
        self._bucket, self._folder, self._key_of = bucket, folder, key_of

    def give(self, file_id: UUID, source: BinaryIO) -> None:
        """Put a file into the bucket; one that is there already gives way when this is whole."""
        key, offset = self._key_of(file_id), 0
        with multipart.writing(self._bucket, self._name(file_id), {}) as target:
            while piece := source.read(LARGEST_PIECE):
                target.write(sealed(piece, offset, key))
                offset += len(piece)

    def has(self, file_id: UUID) -> bool:
        """Whether the bucket has a file of that id; raises BlobsUnreachable."""
        return bool(self._bucket.about(self._name(file_id)))

    def take(self, file_id: UUID, sink: BinaryIO) -> None:
        """Write a file out; raises BlobMissing, and BlobBroken for one that was changed."""
        with self._bucket.streamed(self._name(file_id)) as stream:
            for piece in frames.opened(stream.read, self._key_of(file_id)):
                sink.write(piece)

    def forget(self, file_id: UUID) -> None:
        """Take a file out of the bucket."""
        self._bucket.delete(self._name(file_id))

    def _name(self, file_id: UUID) -> str:
        return f"{self._folder}/{file_id}"
