"""Blobs in a bucket: what a server that refuses, fails or was tampered with does to them."""

import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from uuid import UUID, uuid4

import pytest
from botocore.exceptions import ClientError

from bench.serving import Answers, web
from fieldops.domain.blobs import BlobBroken, BlobsUnreachable
from fieldops.gateways.blobs.bucket import Bucket, BucketPlace
from fieldops.gateways.blobs.frames import LARGEST_PIECE
from fieldops.gateways.blobs.s3 import S3Blobs
from tests.s3_server import PLAIN, S3Server

KEY = secrets.token_bytes(32)
HOUSE, UPLOAD = uuid4(), uuid4()
DIGEST = sha256(b"evidence").hexdigest()
BLOB = f"blobs/{HOUSE}/{DIGEST[:2]}/{DIGEST}"


def _taken_in(store: S3Blobs, data: bytes = b"evidence") -> UUID:
    upload_id = uuid4()
    store.begin(upload_id)
    store.append(upload_id, 0, data, KEY)
    return upload_id


def _kept(store: S3Blobs) -> None:
    upload_id = _taken_in(store)
    store.keep(upload_id, HOUSE, DIGEST)
    store.discard(upload_id)


def _read(store: S3Blobs) -> bytes:
    return b"".join(store.open_chunks(HOUSE, DIGEST, KEY))


def _object(place: BucketPlace, name: str) -> dict[str, str]:
    return {"Bucket": place.bucket, "Key": f"{place.prefix}/{name}"}


def test_nothing_of_the_plain_bytes_is_in_the_bucket(s3: S3Server) -> None:
    place = s3.place()
    _kept(S3Blobs(Bucket(place)))
    stored = s3.admin.get_object(**_object(place, BLOB))["Body"].read()
    assert b"evidence" not in stored
    assert len(stored) == 8 + 32


def test_nothing_is_left_beside_the_blob(s3: S3Server) -> None:
    place = s3.place()
    _kept(S3Blobs(Bucket(place)))
    assert [one.name for one in Bucket(place).listed("")] == [BLOB]


@pytest.mark.parametrize("place_of_byte", [0, 3, 10, 20, -1])
def test_a_flipped_byte_is_found_on_reading(s3: S3Server, place_of_byte: int) -> None:
    place = s3.place()
    store = S3Blobs(Bucket(place))
    _kept(store)
    stored = bytearray(s3.admin.get_object(**_object(place, BLOB))["Body"].read())
    stored[place_of_byte] ^= 1
    s3.admin.put_object(**_object(place, BLOB), Body=bytes(stored))
    with pytest.raises(BlobBroken):
        _read(store)


def test_a_blob_that_lost_its_end_is_found(s3: S3Server) -> None:
    place = s3.place()
    store = S3Blobs(Bucket(place))
    _kept(store)
    stored = s3.admin.get_object(**_object(place, BLOB))["Body"].read()
    for left in (stored[:-1], stored[:10], b""):
        s3.admin.put_object(**_object(place, BLOB), Body=left)
        with pytest.raises(BlobBroken):
            _read(store)


def test_a_segment_that_another_put_there_is_found_by_whoever_reads_on(s3: S3Server) -> None:
    place = s3.place()
    store = S3Blobs(Bucket(place))
    upload_id = _taken_in(store, secrets.token_bytes(20 * LARGEST_PIECE))
    with store.open_upload(upload_id, 20 * LARGEST_PIECE, KEY) as file:
        file.read(10)
        name = f"uploads/{upload_id}/{0:016d}"
        size = s3.admin.head_object(**_object(place, name))["ContentLength"]
        s3.admin.put_object(**_object(place, name), Body=bytes(size))
        file.seek(19 * LARGEST_PIECE)
        with pytest.raises(BlobBroken, match="not what it was"):
            file.read(10)


def test_an_object_that_no_frames_make_is_no_segment(s3: S3Server) -> None:
    place = s3.place()
    store = S3Blobs(Bucket(place))
    store.begin(UPLOAD)
    s3.admin.put_object(**_object(place, f"uploads/{UPLOAD}/{0:016d}"), Body=b"short")
    with pytest.raises(BlobBroken, match="no whole frames"):
        store.open_upload(UPLOAD, 5, KEY)


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret_key": "another"},
        {"access_key": "nobody"},
        {"bucket": "there-is-no-such-bucket"},
        {"endpoint": "http://127.0.0.1:1"},  # Nobody listens.
    ],
)
def test_a_server_that_refuses_or_is_away_is_told_as_such(
    s3: S3Server, wrong: dict[str, str]
) -> None:
    store = S3Blobs(Bucket(replace(s3.place(), attempts=1, **wrong)))
    with pytest.raises(BlobsUnreachable):
        store.append(UPLOAD, 0, b"evidence", KEY)
    with pytest.raises(BlobsUnreachable):
        store.begin(UPLOAD)
    with pytest.raises(BlobsUnreachable):
        _read(store)


def test_what_is_kept_cannot_be_deleted_before_its_time(s3: S3Server) -> None:
    place = s3.locked_place(retention="compliance", retention_days=30)
    store = S3Blobs(Bucket(place))
    _kept(store)
    where = {"Bucket": place.bucket, "Key": BLOB}
    version = s3.admin.head_object(**where)["VersionId"]
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.admin.delete_object(**where, VersionId=version)
    assert _read(store) == b"evidence"
    # Uploads on their way are no evidence yet and can be forgotten.
    assert [one.name for one in Bucket(place).listed("")] == [BLOB]


class _Slow(Answers):
    """Answers the first questions with 503, then with what an empty bucket says."""

    left = 0

    def respond(self) -> None:
        """Any question at all."""
        self.body()
        type(self).left -= 1
        if type(self).left >= 0:
            self.answer(503, b"<Error><Code>SlowDown</Code></Error>")
        else:
            self.answer(200, b"<ListBucketResult/>")

    def end_headers(self) -> None:
        """With what the store calls a version of an object."""
        self.send_header("ETag", '"1"')
        super().end_headers()


@contextmanager
def _slow_server(answers: int) -> Iterator[str]:
    _Slow.left = answers
    with web(_Slow) as endpoint:
        yield endpoint


def test_a_server_that_asks_for_patience_is_asked_again() -> None:
    with _slow_server(answers=1) as endpoint:
        S3Blobs(Bucket(replace(PLAIN, endpoint=endpoint, attempts=2))).begin(UPLOAD)
    assert _Slow.left == -1


def test_a_server_that_never_grows_quicker_is_told() -> None:
    with _slow_server(answers=9) as endpoint, pytest.raises(BlobsUnreachable) as told:
        S3Blobs(Bucket(replace(PLAIN, endpoint=endpoint, attempts=2))).begin(UPLOAD)
    assert (told.value.why, _Slow.left) == ("SlowDown", 7)
    assert "SlowDown" not in str(told.value)


def test_a_server_that_does_not_answer_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        place = replace(PLAIN, endpoint=endpoint, attempts=1, timeout_seconds=0.2)
        with pytest.raises(BlobsUnreachable):
            S3Blobs(Bucket(place)).begin(UPLOAD)
