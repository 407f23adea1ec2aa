"""Objects made of many parts: copied by the server where they are large enough, sent otherwise."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from fieldops.domain.blobs import BlobBroken, BlobsUnreachable, Bytes
from fieldops.gateways.blobs.bucket import Bucket, Stored

# S3 takes no smaller part of an object, but the last.
LEAST_PART = 5 * 1024 * 1024


class Multipart:
    """One object under way: what is added comes behind what was."""

    def __init__(self, bucket: Bucket, name: str, upload: str) -> None:
        self._bucket, self._name, self._upload = bucket, name, upload
        self._parts: list[dict[str, Any]] = []
        self._held = bytearray()

    def write(self, data: Bytes) -> None:
        """Add bytes."""
        self._held += data
        if len(self._held) >= LEAST_PART:
            self._send()

    def copy(self, source: Stored, *, is_last: bool) -> None:
        """Add another object; the server copies it by itself unless it is too small a part."""
        if self._held or (source.size < LEAST_PART and not is_last):
            self.write(self._bucket.read(source))
            return
        told = self._ask("upload_part_copy", PartNumber=self._next, **self._bucket.source(source))
        self._note(told["CopyPartResult"]["ETag"])

    def complete(self) -> None:
        """Let the object be there."""
        if self._held:
            self._send()
        self._ask("complete_multipart_upload", MultipartUpload={"Parts": self._parts})

    def abort(self) -> None:
        """Forget all parts."""
        self._ask("abort_multipart_upload")

    @property
    def _next(self) -> int:
        return len(self._parts) + 1

    def _send(self) -> None:
        told = self._ask("upload_part", PartNumber=self._next, **self._bucket.body(self._held))
        self._note(told["ETag"])
        self._held = bytearray()

    def _note(self, etag: str) -> None:
        self._parts.append({"PartNumber": self._next, "ETag": etag})

    def _ask(self, method: str, **more: Any) -> dict[str, Any]:
        return self._bucket.ask(self._name, method, UploadId=self._upload, **more)


@contextmanager
def writing(bucket: Bucket, name: str, words: dict[str, str]) -> Iterator[Multipart]:
    """An object that is there when the block is done, and not at all when it fails.

    It is kept for as long as the bucket's place says; `words` are what it says of itself.
    """
    told = bucket.ask(name, "create_multipart_upload", Metadata=words, **bucket.kept())
    target = Multipart(bucket, name, told["UploadId"])
    try:
        yield target
        target.complete()
    except BaseException:
        # What cannot be reached now falls under the bucket's rule for unfinished uploads.
        with suppress(BlobBroken, BlobsUnreachable):
            target.abort()
        raise


def compose(bucket: Bucket, name: str, sources: Sequence[Stored], words: dict[str, str]) -> None:
    """Make an object of others, one behind the other; of none an empty one."""
    if not sources:
        bucket.put(name, b"", Metadata=words, **bucket.kept())
        return
    with writing(bucket, name, words) as target:
        for at, source in enumerate(sources, 1):
            target.copy(source, is_last=at == len(sources))
