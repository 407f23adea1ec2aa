"""One bucket of an S3 server: what the stores ask of it, and what its refusals mean here."""

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

from fieldops import clock
from fieldops.domain.blobs import BlobBroken, BlobMissing, BlobsUnreachable, Bytes

log = structlog.get_logger(__name__)

_MISSING = {"NoSuchKey", "404", "NotFound"}
_CHANGED = {"PreconditionFailed", "ConditionalRequestConflict", "412"}
_UNKNOWN = {"NotImplemented", "501"}


@dataclass(frozen=True, slots=True)
class BucketPlace:
    """Where a bucket is, who asks, and for how long nobody may delete what is kept there.

    `endpoint` and `region` may be empty: then the client's own environment says where. `retention`
    is "", "governance" or "compliance", and needs a bucket with object lock.
    """

    bucket: str
    endpoint: str = ""
    region: str = ""
    prefix: str = ""
    path_style: bool = False
    access_key: str = field(default="", repr=False)
    secret_key: str = field(default="", repr=False)
    retention: str = ""
    retention_days: int = 0
    timeout_seconds: float = 10.0
    attempts: int = 4


@dataclass(frozen=True, slots=True)
class Stored:
    """An object as the server lists it."""

    name: str
    size: int
    etag: str


class Bucket:
    """The objects below one prefix. Every method raises BlobsUnreachable when the server fails."""

    def __init__(self, place: BucketPlace) -> None:
        self._place = place
        self._prefix = f"{place.prefix.strip('/')}/" if place.prefix.strip("/") else ""
        self._client = _client(place)
        self._conditions = True

    def put(self, name: str, data: Bytes, **more: Any) -> str:
        """Store an object; its ETag. The server checks that it has what was sent."""
        return str(self.ask(name, "put_object", **self.body(data), **more)["ETag"])

    def put_new(self, name: str, data: Bytes) -> str | None:
        """Store an object where none is; None where one is already.

        A server that knows no conditions stores it in any case.
        """
        if not self._conditions:
            return self.put(name, data)
        try:
            return self.put(name, data, IfNoneMatch="*")
        except _ConditionFailed:
            return None
        except BlobsUnreachable as refused:
            if refused.why not in _UNKNOWN:
                raise
            self._conditions = False
            return self.put(name, data)

    def read(self, stored: Stored, start: int = 0, size: int | None = None) -> bytes:
        """Bytes of an object that is still the one that was listed; BlobBroken when it is not."""
        end = stored.size if size is None else min(start + size, stored.size)
        if start >= end:
            return b""
        asked = f"bytes={start}-{end - 1}"
        with self.asking(stored.name):
            told = self._client.get_object(
                **self._at(stored.name), Range=asked, IfMatch=stored.etag
            )
            found = bytes(told["Body"].read())
        if len(found) != end - start:
            raise BlobBroken(f"{stored.name} is shorter than it was")
        return found

    @contextmanager
    def streamed(self, name: str) -> Iterator["Stream"]:
        """An object from its beginning on, in constant memory."""
        with self.asking(name):
            body = self._client.get_object(**self._at(name))["Body"]
        try:
            yield Stream(self, name, body)
        finally:
            body.close()

    def about(self, name: str) -> dict[str, Any]:
        """An object's size (`size`) and its own words (`words`); nothing where none is."""
        try:
            with self.asking(name):
                told = self._client.head_object(**self._at(name))
        except BlobMissing:
            return {}
        return {"size": told["ContentLength"], "words": told.get("Metadata", {})}

    def listed(self, beginning: str) -> list[Stored]:
        """The objects whose names begin so, in the order of their names."""
        pages = self._client.get_paginator("list_objects_v2")
        found = []
        with self.asking(beginning):
            for page in pages.paginate(Bucket=self._place.bucket, Prefix=self._prefix + beginning):
                for one in page.get("Contents", ()):
                    name = one["Key"].removeprefix(self._prefix)
                    found.append(Stored(name, int(one["Size"]), one["ETag"]))
        return found

    def delete(self, name: str) -> None:
        """Forget an object; one that is not there is no error."""
        with suppress(BlobMissing), self.asking(name):
            self._client.delete_object(**self._at(name))

    def ask(self, name: str, method: str, **more: Any) -> dict[str, Any]:
        """Ask the client for something about one object."""
        with self.asking(name):
            told: dict[str, Any] = getattr(self._client, method)(**self._at(name), **more)
        return told

    def body(self, data: Bytes) -> dict[str, Any]:
        """Bytes to send, with what the server checks them by."""
        md5 = hashlib.md5(data, usedforsecurity=False).digest()
        return {"Body": bytes(data), "ContentMD5": base64.b64encode(md5).decode()}

    def source(self, stored: Stored) -> dict[str, Any]:
        """How a copy names what it is made of: only if it is still the same."""
        return {"CopySource": self._at(stored.name), "CopySourceIfMatch": stored.etag}

    def _at(self, name: str) -> dict[str, str]:
        return {"Bucket": self._place.bucket, "Key": self._prefix + name}

    def kept(self) -> dict[str, Any]:
        """What says of a new object how long nobody may delete it."""
        if not self._place.retention:
            return {}
        until = clock.wall_time() + timedelta(days=self._place.retention_days)
        return {
            "ObjectLockMode": self._place.retention.upper(),
            "ObjectLockRetainUntilDate": until,
        }

    @contextmanager
    def asking(self, name: str) -> Iterator[None]:
        """Turn what the client raises about an object into what a store may raise."""
        try:
            yield
        except ClientError as refused:
            code = str(refused.response.get("Error", {}).get("Code", ""))
            if code in _MISSING:
                raise BlobMissing(f"{name} is not stored") from refused
            if code in _CHANGED:
                raise _ConditionFailed(f"{name} is not what it was") from refused
            raise _refused(self._place.bucket, name, code) from refused
        except (BotoCoreError, HTTPClientError, OSError) as failed:
            raise _refused(self._place.bucket, name, type(failed).__name__) from failed


class _ConditionFailed(BlobBroken):
    """An object is not as the condition of the question wants it."""


class Stream:
    """The bytes of an object as they come."""

    def __init__(self, bucket: Bucket, name: str, body: Any) -> None:
        self._bucket, self._name, self._body = bucket, name, body

    def read(self, size: int) -> bytes:
        """So many bytes; fewer at the end alone."""
        found = bytearray()
        with self._bucket.asking(self._name):
            while len(found) < size and (more := self._body.read(size - len(found))):
                found += more
        return bytes(found)


def _refused(bucket: str, name: str, why: str) -> BlobsUnreachable:
    # Whoever runs the service needs the reason; phones are told to try again and no more.
    log.warning("blobs.refused", bucket=bucket, object=name, why=why)
    return BlobsUnreachable(why=why)


def _client(place: BucketPlace) -> Any:
    # Half a second that those who have no bucket need not wait.
    import boto3
    from botocore.config import Config

    # Checksums that a client adds by itself are not understood by every server; ours are MD5.
    config = Config(
        connect_timeout=place.timeout_seconds,
        read_timeout=place.timeout_seconds,
        retries={"total_max_attempts": place.attempts, "mode": "standard"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        s3={"addressing_style": "path" if place.path_style else "auto"},
        max_pool_connections=50,
    )
    keys = {"aws_access_key_id": place.access_key, "aws_secret_access_key": place.secret_key}
    return boto3.session.Session().client(
        "s3",
        endpoint_url=place.endpoint or None,
        region_name=place.region or None,
        config=config,
        # Without keys of ours the client looks for those of its machine.
        **(keys if place.access_key else {}),
    )
