"""Service and worker as processes of their own, on a queue server that was installed for them."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError

from tests import databases
from tests.processes.service import (
    Service,
    ask_for_a_pack,
    ended,
    environment,
    eventually,
    free_port,
)


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    """The address of an installed server, started for the test."""
    program = databases.redis_server_program()
    if program is None and os.environ.get("CI") == "true":
        pytest.fail("a Redis server must be there on CI")
    if program is None:
        pytest.skip("no redis-server and no valkey-server is installed")
    port = free_port()
    server = subprocess.Popen(
        [program, "--port", str(port), "--dir", str(tmp_path), "--save", ""],
        stdout=subprocess.DEVNULL,
    )
    with Redis(port=port) as client:
        eventually(lambda: _answers(client), "the queue server answers")
    yield f"redis://127.0.0.1:{port}/0"
    databases.stop(server)


@pytest.fixture
def home() -> Iterator[Path]:
    """A directory of the test's own."""
    made = Path(tempfile.mkdtemp(prefix="fo-"))
    yield made
    shutil.rmtree(made)


def _answers(client: Redis) -> bool:
    try:
        return bool(client.ping())
    except (RedisError, OSError):
        return False


def test_a_worker_of_its_own_does_what_the_service_asks(redis_url: str, home: Path) -> None:
    more = {"REDIS_URL": redis_url, "FIELDOPS_WEB_PROCESSES": "1"}
    service = Service(home / "d", more=more).start()
    worker = subprocess.Popen(
        [sys.executable, "-m", "fieldops", "worker"], env=environment(home / "d", **more)
    )
    try:
        assert service.children("fieldops worker") == []
        job_id = ask_for_a_pack(home / "d")
        job = eventually(lambda: ended(home / "d", job_id), "the job ends")
        assert (job.state, job.attempts) == ("failed", 1)
    finally:
        worker.terminate()
        assert worker.wait(60) == 0
        assert service.stop() == 0
