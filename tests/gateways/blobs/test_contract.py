"""What every store of blobs does, whether on a disk or in a bucket."""

import secrets
from collections.abc import Callable
from hashlib import sha256
from random import Random
from uuid import UUID, uuid4

import pytest

from fieldops.domain.blobs import BlobBroken, BlobMissing, BlobStore, StoredPart
from fieldops.gateways.blobs.frames import LARGEST_PIECE
from fieldops.gateways.blobs.multipart import LEAST_PART

KEY, OTHER_KEY = secrets.token_bytes(32), secrets.token_bytes(32)
HOUSE = uuid4()
LARGE = LEAST_PART + LARGEST_PIECE + 17


def _data(size: int) -> bytes:
    return Random(size).randbytes(size)


def _taken_in(store: BlobStore, *parts: bytes, key: bytes = KEY) -> UUID:
    upload_id, offset = uuid4(), 0
    store.begin(upload_id)
    for part in parts:
        offset = store.append(upload_id, offset, part, key)
    assert offset == len(b"".join(parts))
    return upload_id


def _kept(store: BlobStore, *parts: bytes, key: bytes = KEY) -> str:
    upload_id = _taken_in(store, *parts, key=key)
    digest = sha256(b"".join(parts)).hexdigest()
    store.keep(upload_id, HOUSE, digest)
    store.discard(upload_id)
    return digest


def _read(store: BlobStore, digest: str, key: bytes = KEY) -> bytes:
    return b"".join(store.open_chunks(HOUSE, digest, key))


def _upload(store: BlobStore, upload_id: UUID, size: int, key: bytes = KEY) -> bytes:
    with store.open_upload(upload_id, size, key) as file:
        return file.read()


@pytest.mark.parametrize(
    "sizes",
    [
        (),
        (1,),
        (LARGEST_PIECE,),
        (2 * LARGEST_PIECE + 17,),
        (LARGE, 3),  # The server copies both.
        (3, LARGE),  # The first is too small to be copied and drags the second along.
        (LARGE, 100, 100, LARGE, 5),
        (LARGEST_PIECE,) * 25,  # None is large enough, and together they make two parts.
    ],
)
def test_what_was_kept_comes_back_however_it_came(
    another: Callable[[], BlobStore], sizes: tuple[int, ...]
) -> None:
    parts = [_data(size) for size in sizes]
    assert _read(another(), _kept(another(), *parts)) == b"".join(parts)


def test_an_upload_is_read_here_and_there(store: BlobStore) -> None:
    data = _data(3 * LARGEST_PIECE + 5)
    upload_id = _taken_in(store, data[:1000], data[1000:LARGE], data[LARGE:])
    with store.open_upload(upload_id, len(data), KEY) as file:
        for at in (0, 999, 1000, LARGEST_PIECE, len(data) - 3, 17):
            file.seek(at)
            assert file.read(40) == data[at : at + 40]
        assert file.seek(0, 2) == len(data)
        assert file.read(1) == b""


def test_the_first_bytes_of_a_longer_upload_are_read_alone(store: BlobStore) -> None:
    upload_id = _taken_in(store, b"first", b"second")
    assert _upload(store, upload_id, 5) == b"first"
    assert _upload(store, upload_id, 0) == b""


def test_beginning_again_changes_nothing(store: BlobStore) -> None:
    upload_id = _taken_in(store, b"first")
    store.begin(upload_id)
    assert _upload(store, upload_id, 5) == b"first"


def test_what_was_never_acknowledged_gives_way_to_what_comes_again(
    another: Callable[[], BlobStore],
) -> None:
    upload_id = _taken_in(another(), b"first", b"lost, and longer than what follows")
    store = another()
    assert store.append(upload_id, 5, b" told", KEY) == 10
    assert store.append(upload_id, 10, b" and on", KEY) == 17
    assert _upload(another(), upload_id, 17) == b"first told and on"


def test_the_next_process_goes_on_where_the_first_was_killed(
    another: Callable[[], BlobStore],
) -> None:
    upload_id = _taken_in(another(), b"first")
    assert another().append(upload_id, 5, b" second", KEY) == 12
    assert _upload(another(), upload_id, 12) == b"first second"


@pytest.mark.parametrize("offset", [3, 9])
def test_an_offset_at_which_nothing_ends_is_told(
    another: Callable[[], BlobStore], offset: int
) -> None:
    upload_id = _taken_in(another(), b"first")
    with pytest.raises(BlobBroken, match="acknowledged"):
        another().append(upload_id, offset, b"more", KEY)


def test_an_upload_shorter_than_what_was_acknowledged_is_told(store: BlobStore) -> None:
    upload_id = _taken_in(store, b"first")
    with pytest.raises(BlobBroken, match="acknowledged"):
        store.open_upload(upload_id, 9, KEY)


def test_what_is_not_there_is_told(store: BlobStore) -> None:
    with pytest.raises(BlobMissing):
        _read(store, "0" * 64)
    with pytest.raises(BlobMissing):
        store.open_upload(uuid4(), 0, KEY)
    with pytest.raises(BlobMissing):
        store.append(uuid4(), 0, b"more", KEY)
    with pytest.raises(BlobBroken):
        store.keep(uuid4(), HOUSE, "0" * 64)


def test_another_key_opens_nothing(store: BlobStore) -> None:
    digest, upload_id = _kept(store, b"evidence"), _taken_in(store, b"evidence")
    with pytest.raises(BlobBroken):
        _read(store, digest, OTHER_KEY)
    with pytest.raises(BlobBroken):
        _upload(store, upload_id, 8, OTHER_KEY)


def test_keeping_twice_changes_nothing(another: Callable[[], BlobStore]) -> None:
    upload_id = _taken_in(another(), b"evidence", b" of the door")
    digest = sha256(b"evidence of the door").hexdigest()
    another().keep(upload_id, HOUSE, digest)
    another().keep(upload_id, HOUSE, digest)
    another().discard(upload_id)
    assert _read(another(), digest) == b"evidence of the door"


def test_what_a_crash_left_under_a_hash_gives_way_to_the_next_upload(store: BlobStore) -> None:
    _kept(store, b"evidence", key=OTHER_KEY)
    assert _read(store, _kept(store, b"evidence")) == b"evidence"


def test_a_blob_of_other_bytes_is_found_on_reading(store: BlobStore) -> None:
    upload_id = _taken_in(store, b"something else")
    store.keep(upload_id, HOUSE, "0" * 64)
    with pytest.raises(BlobBroken, match="hash differs"):
        _read(store, "0" * 64)


def test_a_name_that_is_no_hash_is_refused(store: BlobStore) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        _read(store, "../../etc/passwd")


def test_an_upload_that_was_discarded_is_gone_and_its_blob_stays(store: BlobStore) -> None:
    upload_id = _taken_in(store, b"evidence")
    digest = sha256(b"evidence").hexdigest()
    store.keep(upload_id, HOUSE, digest)
    store.discard(upload_id)
    store.discard(upload_id)
    assert _read(store, digest) == b"evidence"
    with pytest.raises(BlobMissing):
        store.open_upload(upload_id, 8, KEY)


def test_a_hash_is_known_to_the_process_that_took_in_everything(
    another: Callable[[], BlobStore],
) -> None:
    store, data = another(), _data(LARGEST_PIECE * 3)
    upload_id = _taken_in(store, data[:10], data[10:])
    assert store.hashed(upload_id, len(data)) == sha256(data).hexdigest()
    assert another().hashed(upload_id, len(data)) is None
    assert store.hashed(upload_id, 10) is None


def test_a_hash_is_not_believed_once_another_wrote_to_the_same_end(
    another: Callable[[], BlobStore],
) -> None:
    store = another()
    upload_id = _taken_in(store, b"lost")
    assert another().append(upload_id, 0, b"kept", KEY) == 4
    assert store.hashed(upload_id, 4) is None


def test_uploads_under_keys_of_their_own_become_one(another: Callable[[], BlobStore]) -> None:
    store, parts = another(), list[StoredPart]()
    datas = [_data(LARGE), b"", b"the end"]
    for data in datas:
        key = secrets.token_bytes(32)
        parts.append(StoredPart(_taken_in(store, data, key=key), len(data), key))
    final = _taken_in(store)
    for _ in range(2):
        assert another().join(final, KEY, parts) == len(b"".join(datas))
        assert _upload(another(), final, len(b"".join(datas))) == b"".join(datas)
    assert _upload(store, parts[2].upload_id, 7, parts[2].key) == b"the end"


def test_a_part_that_is_missing_leaves_the_final_as_it_was(store: BlobStore) -> None:
    final = _taken_in(store)
    with pytest.raises(BlobBroken):
        store.join(final, KEY, [StoredPart(uuid4(), 5, KEY)])
    assert _upload(store, final, 0) == b""
    assert store.append(final, 0, b"still empty", KEY) == 11
