"""The stores under test: one in a directory, one in a bucket of a real server."""

from collections.abc import Callable
from pathlib import Path

import pytest

from fieldops.domain.blobs import BlobStore
from fieldops.gateways.blobs import DiskBlobs
from fieldops.gateways.blobs.bucket import Bucket, BucketPlace
from fieldops.gateways.blobs.s3 import S3Blobs


@pytest.fixture(params=["disk", "s3"])
def another(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], BlobStore]:
    """Makes stores of one kind that lie in one place, as processes of one service have them."""
    if request.param == "disk":
        return lambda: DiskBlobs(tmp_path)
    place: BucketPlace = request.getfixturevalue("s3").place()
    return lambda: S3Blobs(Bucket(place))


@pytest.fixture
def store(another: Callable[[], BlobStore]) -> BlobStore:
    """One such store."""
    return another()
