"""A private queue server for the tests of jobs."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from sqlalchemy.orm import Session

from fieldops import clock, settings
from fieldops.domain import facts
from fieldops.gateways import embedded_queue
from fieldops.gateways.queue_pause import QueuePause
from fieldops.jobs import follow, registry
from fieldops.models import Organisation
from fieldops.wiring import Wiring
from tests.builders.cases import a_case, an_agent
from tests.builders.phones import Phone
from tests.builders.visits import a_visit
from tests.conftest import Person
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
    monkeypatch.setitem(found.__dict__, "hurried_redis", queue_server)
    monkeypatch.setitem(found.__dict__, "queue_pause", QueuePause())
    _add_job(monkeypatch)
    DONE.clear()
    return found


@pytest.fixture
def dead_parts(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Wiring:
    """The wiring with a queue at which nobody answers."""
    found: Wiring = app.extensions["fieldops"]
    dead = Redis(unix_socket_path=str(tmp_path / "nobody"), retry=Retry(NoBackoff(), 0))
    monkeypatch.setitem(found.__dict__, "redis", dead)
    monkeypatch.setitem(found.__dict__, "hurried_redis", dead)
    monkeypatch.setitem(found.__dict__, "queue_pause", QueuePause())
    _add_job(monkeypatch)
    return found


@pytest.fixture
def phone(session: Session, organisation: Organisation, signed_in: Callable[..., Person]) -> Phone:
    """A phone at a visit."""
    agent = an_agent(session, organisation)
    visit = a_visit(session, organisation, case=a_case(session, organisation), agent=agent)
    return Phone(signed_in("agent", organisation, agent_id=agent.id), visit)


def _add_job(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(facts.FACTS, Happened.name, Happened)
    monkeypatch.setitem(follow.FOLLOWS, Happened, ("note-it",))
    job = registry.Job("note-it", note, lambda fact: f"thing:{fact.thing_id}")
    monkeypatch.setitem(registry.JOBS, "note-it", job)
