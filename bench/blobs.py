"""Evidence on the disk: hashed, encrypted and synced, against a plain copy hashed and synced."""

import hashlib
import os
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID, uuid4

from bench.rows import Row
from bench.timing import best_of_each
from fieldops.gateways.blobs import DiskBlobs

PART = 4 * 1024 * 1024
KEY = bytes(range(32))
ORGANISATION = UUID(int=1)
MEGA = 1_000_000
RUNS = 4


def measure(megabytes: int) -> Sequence[Row]:
    """A file of so many megabytes goes in, in parts of 4 MiB, each synced; then comes out."""
    data = random.Random(3).randbytes(megabytes * MEGA)
    parts = [data[at : at + PART] for at in range(0, len(data), PART)]
    with tempfile.TemporaryDirectory(prefix="fieldops-bench-") as name:
        folder = Path(name)
        store = DiskBlobs(folder)
        plain = folder / "plain"
        digest = _store(store, parts)
        stored_s, copied_s = best_of_each(
            RUNS, lambda: _store(store, parts), lambda: _copy(plain, parts)
        )
        read_s, plain_s = best_of_each(
            RUNS, lambda: _read(store, digest), lambda: _hash_file(plain)
        )
    unit = "MB/s"
    return [
        Row("taken in", megabytes / stored_s, "copy + fsync + SHA-256", megabytes / copied_s,
            unit, "more"),
        Row("read and checked", megabytes / read_s, "read + SHA-256", megabytes / plain_s,
            unit, "more"),
    ]  # fmt: skip


def _store(store: DiskBlobs, parts: Sequence[bytes]) -> str:
    upload, offset, digest = uuid4(), 0, hashlib.sha256()
    store.begin(upload)
    for part in parts:
        offset = store.append(upload, offset, part, KEY)
        digest.update(part)
    store.keep(upload, ORGANISATION, digest.hexdigest())
    store.discard(upload)
    return digest.hexdigest()


def _copy(path: Path, parts: Sequence[bytes]) -> str:
    digest = hashlib.sha256()
    path.unlink(missing_ok=True)
    with path.open("xb") as file:
        for part in parts:
            file.write(part)
            file.flush()
            os.fsync(file.fileno())
            digest.update(part)
    return digest.hexdigest()


def _read(store: DiskBlobs, digest: str) -> int:
    return sum(len(piece) for piece in store.open_chunks(ORGANISATION, digest, KEY))


def _hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
