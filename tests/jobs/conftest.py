"""A private queue server for the tests of jobs."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from redis import Redis
from redis.exceptions import RedisError

from fieldops import clock, settings
from fieldops.domain import facts
from fieldops.gateways import embedded_queue
from fieldops.jobs import follow, registry
from fieldops.wiring import Wiring
from tests.databases import stop
from tests.jobs.work import DONE, Happened, note


@pytest.fixture(scope="module")
def queue_server() -> Iterator[Redis]:
    """A queue server of these tests alone."""
    home = Path(tempfile.mkdtemp(prefix="fo-"))
    loaded = settings.load({}, data_dir=home)
    process = embedded_queue.start(loaded)
    client = embedded_queue.connect(loaded)
    deadline = clock.monotonic() + 60
    while clock.monotonic() < deadline:
        try:
            client.ping()
            break
        except (RedisError, OSError):
            time.sleep(0.02)
    yield client
    client.close()
    stop(process)
    shutil.rmtree(home)


@pytest.fixture
def parts(app: Flask, queue_server: Redis, monkeypatch: pytest.MonkeyPatch) -> Wiring:
    """The wiring on an empty queue, with one fact and one job of these tests."""
    queue_server.flushall()
    found: Wiring = app.extensions["fieldops"]
    monkeypatch.setitem(found.__dict__, "redis", queue_server)
    _add_job(monkeypatch)
    DONE.clear()
    return found


@pytest.fixture
def dead_parts(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Wiring:
    """The wiring with a queue at which nobody answers."""
    found: Wiring = app.extensions["fieldops"]
    dead = Redis(unix_socket_path=str(tmp_path / "nobody"))
    monkeypatch.setitem(found.__dict__, "redis", dead)
    _add_job(monkeypatch)
    return found


def _add_job(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(facts.FACTS, Happened.name, Happened)
    monkeypatch.setitem(follow.FOLLOWS, Happened, ("note-it",))
    job = registry.Job("note-it", note, lambda fact: f"thing:{fact.thing_id}")
    monkeypatch.setitem(registry.JOBS, "note-it", job)
