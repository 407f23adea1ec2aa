"""A real S3 server for tests: SeaweedFS, whose program comes with the development requirements."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from fieldops.gateways.blobs.bucket import BucketPlace
from tests.processes.service import eventually, free_port

ADMIN = ("admin", "the admin's own secret")
PLAIN = BucketPlace(
    bucket="evidence", region="us-east-1", path_style=True,
    access_key="fieldops", secret_key="a secret of tests",
)  # fmt: skip


class S3Server:
    """A running server, and what only its administrator may do."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.admin: Any = boto3.session.Session().client(
            "s3", endpoint_url=endpoint, region_name="us-east-1",
            aws_access_key_id=ADMIN[0], aws_secret_access_key=ADMIN[1],
            config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
        )  # fmt: skip

    def place(self, **more: Any) -> BucketPlace:
        """A place of one's own in the bucket that is there, as the service is told of it."""
        return replace(PLAIN, endpoint=self.endpoint, prefix=f"of/{uuid4().hex}", **more)

    def locked_place(self, **more: Any) -> BucketPlace:
        """A bucket of one's own in which objects can be locked."""
        name = f"locked-{uuid4().hex}"
        self.admin.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
        # This server lets nobody lock objects but its administrator.
        who = {"access_key": ADMIN[0], "secret_key": ADMIN[1]}
        return replace(PLAIN, endpoint=self.endpoint, bucket=name, **who, **more)

    def answers(self) -> bool:
        """Whether the server is up and can store something."""
        try:
            if PLAIN.bucket not in [one["Name"] for one in self.admin.list_buckets()["Buckets"]]:
                self.admin.create_bucket(Bucket=PLAIN.bucket)
            self.admin.put_object(Bucket=PLAIN.bucket, Key="it works", Body=b"x")
        except (BotoCoreError, ClientError):
            return False
        return True


@contextmanager
def running() -> Iterator[S3Server]:
    """A server of one's own; skips where its program is not to be had, and fails there on CI."""
    program = str(Path(sys.executable).with_name("weed"))
    if not Path(program).is_file():
        if os.environ.get("CI") == "true":
            pytest.fail("the S3 server must be there on CI")
        pytest.skip("no weed: install the development requirements")
    home = Path(tempfile.mkdtemp(prefix="fo-s3-"))
    port = free_port()
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            [program, *_arguments(home, port)], stdout=log, stderr=log, cwd=home
        )
    try:
        server = S3Server(f"http://127.0.0.1:{port}")
        eventually(server.answers, "the S3 server answers")
        yield server
    finally:
        # Asked kindly it would wait for its own parts for a long time.
        process.kill()
        process.wait()
        shutil.rmtree(home, ignore_errors=True)


def _arguments(home: Path, port: int) -> list[str]:
    actions = ["Read", "Write", "List", "Tagging"]
    identities = [_identity(*ADMIN, ["Admin", *actions])]
    identities.append(_identity(PLAIN.access_key, PLAIN.secret_key, actions))
    (home / "s3.json").write_text(json.dumps({"identities": identities}))
    (home / "d").mkdir()
    ports = {name: free_port() for name in ("master", "volume", "filer")}
    return [
        f"-logdir={home}", "server", f"-dir={home / 'd'}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
        *(f"-{name}.port={number}" for name, number in ports.items()),
        *(f"-{name}.port.grpc={free_port()}" for name in ports),
        "-filer", "-s3", f"-s3.port={port}", f"-s3.port.grpc={free_port()}",
        "-s3.port.iceberg=0", "-s3.port.lance=0", f"-s3.config={home / 's3.json'}",
        "-master.volumeSizeLimitMB=64", "-volume.max=0", "-master.volumePreallocate=false",
    ]  # fmt: skip


def _identity(access_key: str, secret_key: str, actions: list[str]) -> dict[str, Any]:
    credentials = [{"accessKey": access_key, "secretKey": secret_key}]
    return {"name": access_key, "credentials": credentials, "actions": actions}
