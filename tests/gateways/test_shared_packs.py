"""Packs that one machine builds and another serves, by way of a bucket."""

import os
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from fieldops.domain.blobs import BlobBroken
from fieldops.gateways.blobs.bucket import Bucket, BucketPlace
from fieldops.gateways.blobs.shared_files import SharedFiles
from fieldops.gateways.pack_files import PackFiles
from tests.conftest import NOW
from tests.s3_server import S3Server

PACK = uuid4()
# More than one part of the object, so that it is really put together.
CONTENT = bytes(range(256)) * 4 * 1024 * 7


def _key_of(pack_id: UUID) -> bytes:
    return pack_id.bytes * 2


def _machine(home: Path, place: BucketPlace) -> PackFiles:
    return PackFiles(home, SharedFiles(Bucket(place), "packs", _key_of))


def _build(packs: PackFiles, content: bytes = CONTENT) -> None:
    with packs.writing(PACK) as (sink, _):
        sink.write(content)


def test_a_pack_of_one_machine_is_served_by_another(s3: S3Server, tmp_path: Path) -> None:
    place = s3.place()
    _build(_machine(tmp_path / "worker", place))
    web = _machine(tmp_path / "web", place)
    assert web.path(PACK).read_bytes() == CONTENT
    assert web.path(PACK).parent == tmp_path / "web" / "packs"


def test_a_pack_is_sealed_in_the_bucket(s3: S3Server, tmp_path: Path) -> None:
    place = s3.place()
    _build(_machine(tmp_path, place))
    where = {"Bucket": place.bucket, "Key": f"{place.prefix}/packs/{PACK}"}
    assert CONTENT[:256] not in s3.admin.get_object(**where)["Body"].read()


def test_a_pack_that_nobody_built_is_nowhere(s3: S3Server, tmp_path: Path) -> None:
    assert not _machine(tmp_path, s3.place()).path(PACK).exists()
    assert list((tmp_path / "packs").iterdir()) == []


def test_a_pack_that_was_changed_in_the_bucket_is_not_served(s3: S3Server, tmp_path: Path) -> None:
    place = s3.place()
    _build(_machine(tmp_path / "worker", place))
    where = {"Bucket": place.bucket, "Key": f"{place.prefix}/packs/{PACK}"}
    stored = bytearray(s3.admin.get_object(**where)["Body"].read())
    stored[-1] ^= 1
    s3.admin.put_object(**where, Body=bytes(stored))
    with pytest.raises(BlobBroken):
        _machine(tmp_path / "web", place).path(PACK)
    assert list((tmp_path / "web" / "packs").iterdir()) == []


def test_a_pack_whose_building_fails_reaches_nobody(s3: S3Server, tmp_path: Path) -> None:
    place = s3.place()
    building = _machine(tmp_path, place).writing(PACK)
    sink, _ = building.__enter__()
    sink.write(CONTENT)
    failure = RuntimeError("the verifier refuses it")
    assert not building.__exit__(RuntimeError, failure, None)
    assert Bucket(place).listed("") == []
    assert not _machine(tmp_path / "web", place).path(PACK).exists()


def test_a_pack_that_is_built_again_takes_the_place_of_the_first(
    s3: S3Server, tmp_path: Path
) -> None:
    place = s3.place()
    for content in (b"first", b"second"):
        _build(_machine(tmp_path / "worker", place), content)
    assert _machine(tmp_path / "web", place).path(PACK).read_bytes() == b"second"


def _age(packs: PackFiles, days: int) -> Path:
    copy = packs.path(PACK)
    then = (NOW - timedelta(days=days)).timestamp()
    os.utime(copy, (then, then))
    return copy


def test_a_copy_that_was_not_used_for_long_goes_and_is_fetched_again(
    s3: S3Server, tmp_path: Path
) -> None:
    packs = _machine(tmp_path, s3.place())
    _build(packs)
    copy = _age(packs, days=8)
    assert packs.forget_copies(before=NOW - timedelta(days=9)) == 0
    assert packs.forget_copies(before=NOW - timedelta(days=7)) == 1
    assert not copy.exists()
    assert packs.path(PACK).read_bytes() == CONTENT


def test_a_copy_that_somebody_uses_stays(s3: S3Server, tmp_path: Path) -> None:
    packs = _machine(tmp_path, s3.place())
    _build(packs)
    # Decades, for the time of the use is the machine's own.
    _age(packs, days=15_000)
    assert packs.path(PACK).exists()
    assert packs.forget_copies(before=NOW - timedelta(days=14_000)) == 0


def test_a_copy_that_the_bucket_has_lost_stays(s3: S3Server, tmp_path: Path) -> None:
    place = s3.place()
    packs = _machine(tmp_path, place)
    _build(packs)
    copy = _age(packs, days=8)
    (copy.parent / "notes.zip").write_bytes(b"of somebody else")
    s3.admin.delete_object(Bucket=place.bucket, Key=f"{place.prefix}/packs/{PACK}")
    assert packs.forget_copies(before=NOW - timedelta(days=7)) == 0
    assert copy.exists()


def test_without_a_bucket_a_pack_is_no_copy_and_stays(tmp_path: Path) -> None:
    packs = PackFiles(tmp_path)
    _build(packs)
    copy = _age(packs, days=400)
    assert packs.forget_copies(before=NOW) == 0
    assert copy.exists()
