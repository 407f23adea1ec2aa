"""Where evidence lies: on a disk or in a bucket, encrypted, write-once."""

from fieldops.gateways.blobs.bucket import Bucket, BucketPlace
from fieldops.gateways.blobs.disk import DiskBlobs
from fieldops.gateways.blobs.s3 import S3Blobs

__all__ = ["Bucket", "BucketPlace", "DiskBlobs", "S3Blobs"]
