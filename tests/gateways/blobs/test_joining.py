"""Joining uploads on a disk: one behind the other, as often as asked, wholly or not at all."""

import secrets
from pathlib import Path
from uuid import uuid4

import pytest

from fieldops.domain.blobs import BlobBroken, StoredPart
from fieldops.gateways.blobs import DiskBlobs
from fieldops.gateways.blobs.frames import LARGEST_PIECE

KEY, FINAL = secrets.token_bytes(32), uuid4()
LONG, SHORT = secrets.token_bytes(LARGEST_PIECE + 17), b"the end"


@pytest.fixture
def store(tmp_path: Path) -> DiskBlobs:
    made = DiskBlobs(tmp_path)
    made.begin(FINAL)
    return made


def _part(store: DiskBlobs, data: bytes) -> StoredPart:
    part = StoredPart(uuid4(), len(data), secrets.token_bytes(32))
    store.begin(part.upload_id)
    store.append(part.upload_id, 0, data, part.key)
    return part


def _final(store: DiskBlobs, size: int) -> bytes:
    with store.open_upload(FINAL, size, KEY) as file:
        return file.read()


def test_parts_under_keys_of_their_own_become_one_file(store: DiskBlobs) -> None:
    parts = [_part(store, LONG), _part(store, b""), _part(store, SHORT)]
    assert store.join(FINAL, KEY, parts) == len(LONG + SHORT)
    assert _final(store, len(LONG + SHORT)) == LONG + SHORT


def test_joining_twice_gives_the_same_file(store: DiskBlobs) -> None:
    parts = [_part(store, LONG), _part(store, SHORT)]
    store.join(FINAL, KEY, parts)
    assert store.join(FINAL, KEY, parts) == len(LONG + SHORT)
    assert _final(store, len(LONG + SHORT)) == LONG + SHORT


def test_a_part_that_is_missing_leaves_the_final_as_it_was(
    store: DiskBlobs, tmp_path: Path
) -> None:
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(BlobBroken):
        store.join(FINAL, KEY, [StoredPart(uuid4(), 5, KEY)])
    assert sorted(tmp_path.rglob("*")) == before
    assert _final(store, 0) == b""
