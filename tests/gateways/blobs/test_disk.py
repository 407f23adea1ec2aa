"""Blobs on a disk: what a crash, a torn write or a changed byte does to them."""

import hashlib
import secrets
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldops.domain.blobs import BlobBroken
from fieldops.gateways.blobs import DiskBlobs
from fieldops.gateways.blobs.frames import LARGEST_PIECE

KEY = secrets.token_bytes(32)
ORGANISATION, UPLOAD = uuid4(), uuid4()


@pytest.fixture
def store(tmp_path: Path) -> DiskBlobs:
    made = DiskBlobs(tmp_path)
    made.begin(UPLOAD)
    return made


def _kept(store: DiskBlobs, data: bytes, upload_id: UUID = UPLOAD, key: bytes = KEY) -> str:
    store.begin(upload_id)
    store.append(upload_id, 0, data, key)
    digest = hashlib.sha256(data).hexdigest()
    store.keep(upload_id, ORGANISATION, digest)
    store.discard(upload_id)
    return digest


def _read(store: DiskBlobs, digest: str, key: bytes = KEY) -> bytes:
    return b"".join(store.open_chunks(ORGANISATION, digest, key))


def _file(tmp_path: Path, digest: str) -> Path:
    return tmp_path / "blobs" / str(ORGANISATION) / digest[:2] / digest


def test_what_was_kept_comes_back(store: DiskBlobs) -> None:
    data = secrets.token_bytes(2 * LARGEST_PIECE + 17)
    assert _read(store, _kept(store, data)) == data


def test_an_empty_file_can_be_kept(store: DiskBlobs) -> None:
    assert _read(store, _kept(store, b"")) == b""


def test_nothing_of_the_plain_bytes_is_on_the_disk(store: DiskBlobs, tmp_path: Path) -> None:
    digest = _kept(store, b"a plain word " * 100)
    assert b"a plain word" not in _file(tmp_path, digest).read_bytes()


@settings(max_examples=25)
@given(parts=st.lists(st.binary(max_size=400), max_size=6))
def test_however_it_is_cut_into_parts_the_whole_comes_back(
    parts: list[bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    store, upload_id, offset = DiskBlobs(tmp_path_factory.mktemp("blobs")), uuid4(), 0
    store.begin(upload_id)
    for part in parts:
        offset = store.append(upload_id, offset, part, KEY)
    with store.open_upload(upload_id, offset, KEY) as reader:
        assert reader.read() == b"".join(parts)


@pytest.mark.parametrize("torn", [1, 5, 16, 20, 40])
def test_a_torn_frame_is_cut_back_to_what_was_acknowledged(
    store: DiskBlobs, tmp_path: Path, torn: int
) -> None:
    store.append(UPLOAD, 0, b"first", KEY)
    file = tmp_path / "uploads" / str(UPLOAD)
    whole = file.stat().st_size
    store.append(UPLOAD, 5, b"second part that is torn off by a crash", KEY)
    with file.open("r+b") as handle:
        handle.truncate(whole + torn)
    assert store.append(UPLOAD, 5, b" and again", KEY) == 15
    with store.open_upload(UPLOAD, 15, KEY) as reader:
        assert reader.read() == b"first and again"


def test_bytes_that_were_durable_but_never_acknowledged_are_written_again(
    store: DiskBlobs,
) -> None:
    store.append(UPLOAD, 0, b"first", KEY)
    store.append(UPLOAD, 5, b"lost", KEY)
    store.append(UPLOAD, 5, b"told", KEY)
    with store.open_upload(UPLOAD, 9, KEY) as reader:
        assert reader.read() == b"firsttold"


def test_a_file_shorter_than_what_was_acknowledged_is_told(store: DiskBlobs) -> None:
    store.append(UPLOAD, 0, b"first", KEY)
    with pytest.raises(BlobBroken, match="acknowledged"):
        store.append(UPLOAD, 9, b"more", KEY)
    with pytest.raises(BlobBroken, match="acknowledged"):
        store.open_upload(UPLOAD, 9, KEY)


@pytest.mark.parametrize("place", [0, 3, 10, 20, -1])
def test_a_flipped_byte_is_found_on_reading(store: DiskBlobs, tmp_path: Path, place: int) -> None:
    digest = _kept(store, b"evidence" * 50)
    file = _file(tmp_path, digest)
    stored = bytearray(file.read_bytes())
    stored[place] ^= 1
    file.chmod(0o600)
    file.write_bytes(stored)
    with pytest.raises(BlobBroken):
        _read(store, digest)


def test_two_frames_that_changed_places_are_found(store: DiskBlobs, tmp_path: Path) -> None:
    data = secrets.token_bytes(LARGEST_PIECE) + secrets.token_bytes(LARGEST_PIECE)
    digest = _kept(store, data)
    file = _file(tmp_path, digest)
    stored = file.read_bytes()
    half = len(stored) // 2
    file.chmod(0o600)
    file.write_bytes(stored[half:] + stored[:half])
    with pytest.raises(BlobBroken):
        _read(store, digest)


def test_a_blob_that_lost_its_last_frame_is_found(store: DiskBlobs, tmp_path: Path) -> None:
    digest = _kept(store, secrets.token_bytes(LARGEST_PIECE + 1))
    file = _file(tmp_path, digest)
    file.chmod(0o600)
    with file.open("r+b") as handle:
        handle.truncate(file.stat().st_size - 33)
    with pytest.raises(BlobBroken, match="hash differs"):
        _read(store, digest)


def test_another_key_opens_nothing(store: DiskBlobs) -> None:
    digest = _kept(store, b"evidence")
    with pytest.raises(BlobBroken):
        _read(store, digest, secrets.token_bytes(32))


def test_a_missing_blob_is_told(store: DiskBlobs) -> None:
    with pytest.raises(BlobBroken, match="not stored"):
        _read(store, "0" * 64)


def test_keeping_twice_changes_nothing(store: DiskBlobs, tmp_path: Path) -> None:
    store.append(UPLOAD, 0, b"evidence", KEY)
    digest = hashlib.sha256(b"evidence").hexdigest()
    store.keep(UPLOAD, ORGANISATION, digest)
    store.keep(UPLOAD, ORGANISATION, digest)
    store.discard(UPLOAD)
    assert _read(store, digest) == b"evidence"
    assert [path.name for path in _file(tmp_path, digest).parent.iterdir()] == [digest]


def test_what_a_crash_left_under_a_hash_gives_way_to_the_next_upload(store: DiskBlobs) -> None:
    _kept(store, b"evidence", uuid4(), secrets.token_bytes(32))
    assert _read(store, _kept(store, b"evidence", uuid4())) == b"evidence"


def test_a_name_that_is_no_hash_is_refused(store: DiskBlobs) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        _read(store, "../../etc/passwd")
