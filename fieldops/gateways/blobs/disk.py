"""Blobs on a disk: `blobs/<organisation>/<aa>/<sha256>`, uploads beside them, nothing rewritten."""

import io
import os
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from datetime import datetime
from hashlib import sha256 as hash_sha256
from pathlib import Path
from typing import BinaryIO, cast
from uuid import UUID

from fieldops.domain.blobs import BlobBroken, BlobMissing, Bytes, StoredPart
from fieldops.gateways.beside import beside as beside_of
from fieldops.gateways.beside import sweep, sync_directory
from fieldops.gateways.blobs.ends import Digest, Ends
from fieldops.gateways.blobs.frames import LARGEST_PIECE, FrameReader, places, sealed
from fieldops.gateways.blobs.names import blob_name


class DiskBlobs:
    """The store below one directory; fulfils `fieldops.domain.blobs.BlobStore`."""

    def __init__(self, root: Path) -> None:
        self._root, self._uploads = root, root / "uploads"
        self._ends = Ends()

    def begin(self, upload_id: UUID) -> None:
        """Make an empty file for an upload; one that is there already stays."""
        _make_directory(self._uploads)
        try:
            handle = os.open(self._upload(upload_id), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return
        os.fsync(handle)
        os.close(handle)
        sync_directory(self._uploads)

    def append(self, upload_id: UUID, offset: int, data: Bytes, key: bytes) -> int:
        """Add data at the acknowledged size `offset`; returns once the disk has it."""
        with _opened(self._upload(upload_id), "r+b", buffering=0) as file:
            known = self._ends.find(upload_id, offset, file)
            end = known.at if known else _end_of(file, offset)
            digest = known.digest if known else (Digest() if offset == 0 else None)
            # Until the bytes are durable nothing is known of the file.
            self._ends.forget(upload_id)
            with digest.taking(data) if digest else nullcontext():
                file.truncate(end)
                file.seek(end)
                _write(file, sealed(data, offset, key))
                os.fsync(file.fileno())
            self._ends.note(upload_id, offset + len(data), file, digest)
        return offset + len(data)

    def open_upload(self, upload_id: UUID, size: int, key: bytes) -> BinaryIO:
        """The first `size` plain bytes of an upload, seekable, read in constant memory."""
        reader = FrameReader(_opened(self._upload(upload_id), "rb", buffering=0), key, size)
        return cast("BinaryIO", io.BufferedReader(reader, LARGEST_PIECE))

    def hashed(self, upload_id: UUID, size: int) -> str | None:
        """The SHA-256 of the first `size` bytes if this process took in all of them, else None."""
        with _opened(self._upload(upload_id), "rb", buffering=0) as file:
            known = self._ends.find(upload_id, size, file)
        return known.digest.text() if known and known.digest else None

    def join(self, upload_id: UUID, key: bytes, parts: Sequence[StoredPart]) -> int:
        """Make an upload's file of the bytes of others; it is the old file or the whole new one."""
        final = self._upload(upload_id)
        beside, size = beside_of(final), 0
        try:
            with beside.open("xb") as file:
                beside.chmod(0o600)
                for part in parts:
                    size = self._add(file, size, part, key)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(final)
        finally:
            beside.unlink(missing_ok=True)
        sync_directory(self._uploads)
        return size

    def _add(self, file: BinaryIO, size: int, part: StoredPart, key: bytes) -> int:
        with self.open_upload(part.upload_id, part.size, part.key) as source:
            while piece := source.read(LARGEST_PIECE):
                file.write(sealed(piece, size, key))
                size += len(piece)
        return size

    def keep(self, upload_id: UUID, organisation_id: UUID, sha256: str) -> None:
        """Put a whole upload under its hash; the upload's file stays until it is discarded."""
        final, staged = self._blob(organisation_id, sha256), self._upload(upload_id)
        _make_directory(final.parent)
        if not staged.exists():
            raise BlobBroken(f"upload {upload_id} has no file")
        # A second name first, then a rename: the place holds the old file or the new, never none.
        beside = beside_of(final)
        os.link(staged, beside)
        try:
            beside.chmod(0o400)
            beside.replace(final)
        finally:
            # A rename between two names of one file does nothing and leaves both.
            beside.unlink(missing_ok=True)
        sync_directory(final.parent)

    def discard(self, upload_id: UUID) -> None:
        """Forget an upload's file."""
        self._ends.forget(upload_id)
        self._upload(upload_id).unlink(missing_ok=True)

    def open_chunks(self, organisation_id: UUID, sha256: str, key: bytes) -> Iterator[bytes]:
        """A blob's bytes piece by piece; BlobBroken at the latest after the last piece."""
        digest = hash_sha256()
        file = _opened(self._blob(organisation_id, sha256), "rb", buffering=0)
        with FrameReader(file, key) as reader:
            while chunk := reader.read(LARGEST_PIECE):
                digest.update(chunk)
                yield chunk
        if digest.hexdigest() != sha256:
            raise BlobBroken(f"blob {sha256} is not what was stored: its hash differs")

    def sweep(self, *, before: datetime) -> int:
        """Remove what a crash left beside uploads and blobs before that time; how many files."""
        return sweep([self._uploads, *(self._root / "blobs").glob("*/*")], before=before)

    def _upload(self, upload_id: UUID) -> Path:
        return self._uploads / str(upload_id)

    def _blob(self, organisation_id: UUID, sha256: str) -> Path:
        return self._root / blob_name(organisation_id, sha256)


def _end_of(file: BinaryIO, offset: int) -> int:
    for plain, at in places(file):
        if plain == offset:
            return at
    raise BlobBroken(f"no frame ends at the acknowledged offset {offset}")


def _write(file: BinaryIO, data: bytearray) -> None:
    """All of it, for a file without a buffer may take less at once."""
    with memoryview(data) as left:
        written = 0
        while written < len(left):
            written += file.write(left[written:])


def _opened(path: Path, mode: str, buffering: int = -1) -> BinaryIO:
    try:
        return cast("BinaryIO", path.open(mode, buffering))
    except FileNotFoundError as missing:
        raise BlobMissing(f"{path.name} is not stored") from missing


def _make_directory(directory: Path) -> None:
    """Make it and its parents, each durable in the one above it."""
    if directory.is_dir():
        return
    _make_directory(directory.parent)
    directory.mkdir(mode=0o700, exist_ok=True)
    sync_directory(directory.parent)
