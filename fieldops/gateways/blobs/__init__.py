"""Where evidence lies: on a disk, encrypted, write-once."""

from fieldops.gateways.blobs.disk import DiskBlobs

__all__ = ["DiskBlobs"]
