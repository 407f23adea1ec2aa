"""What a process remembers of files that it took in, and when it must not believe it."""

import secrets
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest

from fieldops.domain.blobs import BlobMissing
from fieldops.gateways.blobs import DiskBlobs

KEY, UPLOAD = secrets.token_bytes(32), uuid4()
# The second is large enough to be hashed beside the writing.
PARTS = (b"first ", secrets.token_bytes(700_000), b" and last")
WHOLE = b"".join(PARTS)


@pytest.fixture
def store(tmp_path: Path) -> DiskBlobs:
    made = DiskBlobs(tmp_path)
    made.begin(UPLOAD)
    return made


def _append(*stores: DiskBlobs) -> None:
    offset = 0
    for store, part in zip(stores, PARTS, strict=True):
        offset = store.append(UPLOAD, offset, part, KEY)


def _read(store: DiskBlobs) -> bytes:
    with store.open_upload(UPLOAD, len(WHOLE), KEY) as file:
        return file.read()


def test_a_file_that_one_process_took_in_is_hashed_on_the_way(store: DiskBlobs) -> None:
    _append(store, store, store)
    assert store.hashed(UPLOAD, len(WHOLE)) == sha256(WHOLE).hexdigest()
    assert _read(store) == WHOLE


def test_a_file_that_two_processes_took_in_must_be_read(store: DiskBlobs, tmp_path: Path) -> None:
    other = DiskBlobs(tmp_path)
    _append(store, other, store)
    assert (store.hashed(UPLOAD, len(WHOLE)), other.hashed(UPLOAD, len(WHOLE))) == (None, None)
    assert _read(store) == WHOLE


def test_bytes_that_were_never_acknowledged_are_not_in_the_hash(store: DiskBlobs) -> None:
    store.append(UPLOAD, 0, b"lost with its transaction", KEY)
    _append(store, store, store)
    assert store.hashed(UPLOAD, len(WHOLE)) == sha256(WHOLE).hexdigest()


def test_what_another_process_wrote_to_the_same_end_is_not_taken_for_ours(
    store: DiskBlobs, tmp_path: Path
) -> None:
    store.append(UPLOAD, 0, b"lost", KEY)
    DiskBlobs(tmp_path).append(UPLOAD, 0, b"kept", KEY)
    assert store.hashed(UPLOAD, 4) is None
    store.append(UPLOAD, 4, b" more", KEY)
    assert store.hashed(UPLOAD, 9) is None


def test_a_file_that_was_changed_since_must_be_read(store: DiskBlobs, tmp_path: Path) -> None:
    _append(store, store, store)
    file = tmp_path / "uploads" / str(UPLOAD)
    held = bytearray(file.read_bytes())
    held[-1] ^= 1
    file.write_bytes(held)
    assert store.hashed(UPLOAD, len(WHOLE)) is None


def test_nothing_is_remembered_of_a_part_of_a_file_or_of_one_that_is_gone(
    store: DiskBlobs,
) -> None:
    _append(store, store, store)
    assert store.hashed(UPLOAD, len(PARTS[0])) is None
    store.discard(UPLOAD)
    with pytest.raises(BlobMissing):
        store.hashed(UPLOAD, len(WHOLE))
