"""Which store the settings name: the data directory, or a bucket that many machines share."""

from collections.abc import Callable
from uuid import UUID

from fieldops.domain.blobs import BlobStore
from fieldops.gateways.blobs import Bucket, BucketPlace, DiskBlobs, S3Blobs
from fieldops.gateways.blobs.shared_files import SharedFiles
from fieldops.gateways.pack_files import PackFiles
from fieldops.settings import Settings


def bucket(settings: Settings) -> Bucket | None:
    """The bucket of the settings, if one is set; nothing is asked of it here."""
    if not settings.blobs_bucket:
        return None
    place = BucketPlace(
        bucket=settings.blobs_bucket,
        endpoint=settings.blobs_endpoint,
        region=settings.blobs_region,
        prefix=settings.blobs_prefix,
        path_style=settings.blobs_path_style == "yes",
        access_key=settings.blobs_access_key,
        secret_key=settings.blobs_secret_key,
        retention=settings.blobs_retention,
        retention_days=settings.blobs_retention_days,
        timeout_seconds=settings.blobs_timeout_seconds,
        attempts=settings.blobs_attempts,
    )
    return Bucket(place)


def blobs(settings: Settings, found: Bucket | None) -> BlobStore:
    """Where evidence lies."""
    return DiskBlobs(settings.data_dir) if found is None else S3Blobs(found)


def packs(settings: Settings, found: Bucket | None, key: Callable[[str], bytes]) -> PackFiles:
    """Where finished packs lie; `key` derives the key of one from its label."""
    if found is None:
        return PackFiles(settings.data_dir)

    def key_of(pack_id: UUID) -> bytes:
        return key(f"pack-file/{pack_id}")

    return PackFiles(settings.data_dir, SharedFiles(found, "packs", key_of))
