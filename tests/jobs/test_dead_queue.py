"""A queue that is dead delays what follows, and nobody's request: however it is dead."""

import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from sqlalchemy.orm import Session

from fieldops import clock, settings
from fieldops.gateways import embedded_queue, queue_pause
from fieldops.gateways.queue_pause import QueuePause
from fieldops.jobs import publishing
from fieldops.models import Organisation
from fieldops.models.types import new_id
from fieldops.services import outbox
from fieldops.transaction import transaction
from fieldops.wiring import Wiring
from tests.builders.phones import PHOTO, Phone
from tests.conftest import NOW
from tests.jobs.work import Happened


class Grave:
    """Where a queue should listen: nothing is there, or nobody accepts."""

    def __init__(self, kind: str) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="fo-"))
        self.settings = settings.load({}, data_dir=self.home)
        self.listener = socket.socket(socket.AF_UNIX)
        self.waiting: list[socket.socket] = []
        if kind == "missing":
            return
        path = embedded_queue.socket_path(self.settings)
        path.parent.mkdir(parents=True)
        self.listener.bind(str(path))
        self.listener.listen(8 if kind == "silent" else 0)
        if kind == "full":
            self._fill(path)

    def _fill(self, path: Path) -> None:
        while True:
            one = socket.socket(socket.AF_UNIX)
            one.setblocking(False)
            self.waiting.append(one)
            try:
                one.connect(str(path))
            except BlockingIOError:
                return

    def knocks(self) -> int:
        """How often somebody has connected since it was asked last."""
        self.listener.setblocking(False)
        count = 0
        while True:
            try:
                self.listener.accept()[0].close()
            except BlockingIOError:
                return count
            count += 1

    def close(self) -> None:
        """Leave nothing behind."""
        for one in (self.listener, *self.waiting):
            one.close()
        shutil.rmtree(self.home)


@pytest.fixture
def grave(request: pytest.FixtureRequest) -> Iterator[Grave]:
    made = Grave(getattr(request, "param", "silent"))
    yield made
    made.close()


@pytest.fixture
def sleeps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the client slept before it tried again."""
    found: list[float] = []
    monkeypatch.setattr("redis.retry.sleep", found.append)
    return found


@pytest.fixture
def buried(
    dead_parts: Wiring, grave: Grave, sleeps: list[float], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Wiring]:
    """The wiring with a hurried client of that grave."""
    client = embedded_queue.connect_hurried(grave.settings)
    monkeypatch.setitem(dead_parts.__dict__, "hurried_redis", client)
    monkeypatch.setattr(dead_parts, "publish", lambda: publishing.safely(dead_parts))
    yield dead_parts
    client.close()


def _happen(session: Session, parts: Wiring, organisation: Organisation) -> None:
    with transaction(session, parts.publish):
        outbox.record(session, Happened(new_id()), organisation_id=organisation.id, now=NOW)


@pytest.mark.parametrize("grave", ["missing", "silent", "full"], indirect=True)
def test_who_commits_does_not_try_again_and_the_fact_stays(
    buried: Wiring, session: Session, organisation: Organisation, sleeps: list[float]
) -> None:
    _happen(session, buried, organisation)
    assert sleeps == []
    assert len(outbox.unpublished(session, 9)) == 1


def test_only_the_first_of_many_asks_a_queue_that_is_dead(
    buried: Wiring, grave: Grave, session: Session, organisation: Organisation
) -> None:
    for _ in range(5):
        _happen(session, buried, organisation)
    assert grave.knocks() == 1
    assert len(outbox.unpublished(session, 9)) == 5


def test_after_a_pause_it_is_asked_again(
    buried: Wiring,
    grave: Grave,
    session: Session,
    organisation: Organisation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _happen(session, buried, organisation)
    later = clock.monotonic() + queue_pause.SECONDS + 1
    monkeypatch.setattr(clock, "monotonic", lambda: later)
    _happen(session, buried, organisation)
    assert grave.knocks() == 2


def test_an_upload_is_taken_although_the_queue_is_silent(
    buried: Wiring, grave: Grave, phone: Phone, session: Session
) -> None:
    url = phone.begin(len(PHOTO))
    assert phone.send(url, 0, PHOTO).status_code == 204
    assert grave.knocks() == 1
    assert [row.name for row in outbox.unpublished(session, 9)] == ["item-received"]


def test_a_hurried_client_gives_up_within_a_second() -> None:
    client = embedded_queue.connect_hurried(settings.load({}, redis_url="redis://nobody:6379"))
    told: dict[str, Any] = client.connection_pool.connection_kwargs
    assert told["socket_connect_timeout"] + told["socket_timeout"] < 1
    assert told["retry"].get_retries() == 0


def test_what_was_left_is_published_once_the_queue_is_back(
    buried: Wiring,
    queue_server: Redis,
    session: Session,
    organisation: Organisation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    queue_server.flushall()
    _happen(session, buried, organisation)
    monkeypatch.setitem(buried.__dict__, "redis", queue_server)
    assert publishing.publish(buried) == 1
    assert not outbox.unpublished(session, 9)


def test_where_somebody_waits_only_a_little_of_a_backlog_is_taken(
    parts: Wiring, session: Session, organisation: Organisation
) -> None:
    for _ in range(60):
        outbox.record(session, Happened(new_id()), organisation_id=organisation.id, now=NOW)
    session.commit()
    publishing.safely(parts)
    assert len(outbox.unpublished(session, 99)) == 10


def test_a_pause_ends() -> None:
    pause = QueuePause()
    assert not pause.is_on()
    pause.begin()
    assert pause.is_on()
