"""The port to where evidence lies: bytes under their SHA-256, each under a key of its own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol
from uuid import UUID

from fieldops.domain.errors import FieldopsError

Bytes = bytes | bytearray | memoryview


class BlobBroken(Exception):
    """Stored bytes are missing, changed, or do not open under their key; says which and where."""


class BlobMissing(BlobBroken):
    """Nothing lies where the bytes should be."""


class BlobsUnreachable(FieldopsError):
    """The store does not answer, or refuses to; `why` is for those who run it. Try again later."""

    slug = "evidence-store-unreachable"
    status = 503
    title_en = "The store of evidence does not answer; try again"
    title_zh = "证据存储暂时不可用，请稍后重试"
    retry_after = 5

    def __init__(self, *, why: str = "") -> None:
        super().__init__()
        self.why = why


@dataclass(frozen=True, slots=True)
class StoredPart:
    """An upload whose bytes become part of another: `size` plain bytes under its own key."""

    upload_id: UUID
    size: int
    key: bytes


class BlobStore(Protocol):
    """Keeps blobs for ever unchanged, and files on their way in until they are whole.

    Keys are 32 random bytes, one for each file; the store never keeps them. Offsets and sizes
    count plain bytes. Every method raises BlobBroken when what is stored is not what was written,
    and BlobsUnreachable when the store does not answer.
    """

    def begin(self, upload_id: UUID) -> None:
        """Make an empty file for an upload; one that is there already stays."""
        ...

    def append(self, upload_id: UUID, offset: int, data: Bytes, key: bytes) -> int:
        """Add data at `offset`, which is the file's acknowledged size; the new durable size.

        What lies behind `offset` was never acknowledged and is cut off first.
        """
        ...

    def open_upload(self, upload_id: UUID, size: int, key: bytes) -> BinaryIO:
        """The first `size` plain bytes of an upload, seekable, read in constant memory."""
        ...

    def hashed(self, upload_id: UUID, size: int) -> str | None:
        """The SHA-256 of the first `size` bytes where the store watched them all come.

        None where they must be read for it. Raises BlobMissing.
        """
        ...

    def join(self, upload_id: UUID, key: bytes, parts: Sequence[StoredPart]) -> int:
        """Make an upload's file of the bytes of others, one behind the other; its durable size.

        Safe to repeat, and the others stay as they are.
        """
        ...

    def keep(self, upload_id: UUID, organisation_id: UUID, sha256: str) -> None:
        """Put a whole upload under its hash; safe to repeat.

        Call it only while no row owns these bytes: what lies there then was left by a crash.
        """
        ...

    def discard(self, upload_id: UUID) -> None:
        """Forget an upload's file; the blob made of it stays."""
        ...

    def sweep(self, *, before: datetime) -> int:
        """Remove what a crash left half made before that time; how many pieces there were."""
        ...

    def open_chunks(self, organisation_id: UUID, sha256: str, key: bytes) -> Iterator[bytes]:
        """A blob's bytes piece by piece; BlobBroken at the latest after the last piece."""
        ...
