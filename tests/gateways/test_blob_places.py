"""Which store the settings name: the data directory, or the bucket with all that is said of it."""

from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from fieldops import settings
from fieldops.domain.blobs import BlobsUnreachable
from fieldops.gateways import blob_places
from fieldops.gateways.blobs import S3Blobs
from fieldops.gateways.blobs.bucket import BucketPlace
from fieldops.settings import Settings

ONE = UUID(int=1)
PLACE = BucketPlace(
    bucket="evidence", endpoint="http://127.0.0.1:1", region="cn-north-1", prefix="of/us",
    path_style=True, access_key="who", secret_key="a secret of tests",
    retention="compliance", retention_days=90, timeout_seconds=7.0, attempts=2,
)  # fmt: skip


def in_a_bucket(directory: Path, **more: Any) -> Settings:
    """Settings that name a bucket and all that can be said of it."""
    told = {
        "bucket": PLACE.bucket, "endpoint": PLACE.endpoint, "region": PLACE.region,
        "prefix": PLACE.prefix, "path_style": "yes", "access_key": PLACE.access_key,
        "secret_key": PLACE.secret_key, "retention": PLACE.retention,
        "retention_days": PLACE.retention_days, "timeout_seconds": PLACE.timeout_seconds,
        "attempts": PLACE.attempts, **more,
    }  # fmt: skip
    named = {f"blobs_{name}": value for name, value in told.items()}
    return settings.load({}, data_dir=directory, **named)


def key_of(label: str) -> bytes:
    """A key that is another for every label."""
    return sha256(label.encode()).digest()


def test_without_a_bucket_everything_lies_in_the_data_directory(tmp_path: Path) -> None:
    loaded = settings.load({}, data_dir=tmp_path)
    assert blob_places.bucket(loaded) is None
    blob_places.blobs(loaded, None).begin(ONE)
    assert (tmp_path / "uploads" / str(ONE)).is_file()
    assert blob_places.packs(loaded, None, key_of).path(ONE) == tmp_path / f"packs/{ONE}.zip"


def test_a_bucket_is_told_all_that_the_settings_say_of_it(tmp_path: Path) -> None:
    found = blob_places.bucket(in_a_bucket(tmp_path))
    assert found is not None
    assert found._place == PLACE


def test_with_a_bucket_nothing_is_written_into_the_data_directory(tmp_path: Path) -> None:
    loaded = in_a_bucket(tmp_path, attempts=1)
    store = blob_places.blobs(loaded, blob_places.bucket(loaded))
    assert isinstance(store, S3Blobs)
    # Nobody listens there: that it is asked at all is what counts.
    with pytest.raises(BlobsUnreachable):
        store.append(ONE, 0, b"x", bytes(32))
    assert not list(tmp_path.iterdir())


def test_with_a_bucket_a_pack_that_is_not_here_is_asked_of_it(tmp_path: Path) -> None:
    loaded = in_a_bucket(tmp_path, attempts=1)
    packs = blob_places.packs(loaded, blob_places.bucket(loaded), key_of)
    with pytest.raises(BlobsUnreachable):
        packs.path(ONE)
