"""The running service: its parts come back when they are killed, and nothing is lost or doubled."""

import shutil
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psutil
import pytest

from fieldops.models import JobRun
from tests.processes.service import (
    Service,
    ask_for_a_pack,
    ended,
    eventually,
    free_port,
    is_gone,
    run,
)

WORKERS = "fieldops worker"
WEB = "gunicorn"
QUEUE = "valkey"

# One worker runs them all, so that what is started for the module is started once.
pytestmark = pytest.mark.xdist_group("serving")


@pytest.fixture
def home() -> Iterator[Path]:
    """A directory whose path is short enough for a socket."""
    made = Path(tempfile.mkdtemp(prefix="fo-"))
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    """One service for the tests that leave it whole."""
    made = Path(tempfile.mkdtemp(prefix="fo-"))
    running = Service(made / "d")
    try:
        yield running.start()
    finally:
        running.stop()
        shutil.rmtree(made)


def _done(service: Service) -> JobRun:
    """A job asked for now, when it has ended."""
    job_id = ask_for_a_pack(service.directory)
    found = eventually(lambda: ended(service.directory, job_id), "the job ends")
    assert isinstance(found, JobRun)
    return found


def _killed(service: Service, word: str) -> list[psutil.Process]:
    found = eventually(lambda: service.children(word), f"there is a {word}")
    victims: list[psutil.Process] = found
    for victim in victims:
        victim.kill()
    return victims


def _back(service: Service, word: str, victims: list[psutil.Process]) -> None:
    old = {victim.pid for victim in victims}

    def replaced() -> bool:
        now = {child.pid for child in service.children(word)}
        return len(now) == len(old) and not now & old

    eventually(replaced, f"{word} comes back")
    eventually(service.is_ready, "the service is ready again")


def test_a_ready_service_says_that_database_and_queue_answer(service: Service) -> None:
    assert service.get("/readyz") == {
        "status": "ok",
        "parts": {"database": True, "queue": True},
        "custody": {"timestamps": True, "fixity": True},
        "alerts": {"channels": True},
    }


def test_a_job_that_fails_is_tried_once_and_noted_with_its_reason(service: Service) -> None:
    job = _done(service)
    assert (job.state, job.attempts) == ("failed", 1)
    assert job.message


def test_killed_workers_come_back_and_do_what_waited_once(service: Service) -> None:
    victims = _killed(service, WORKERS)
    assert _done(service).attempts == 1
    _back(service, WORKERS, victims)


def test_a_killed_web_server_comes_back(service: Service) -> None:
    orphans = service.children(WEB)[0].children()
    victims = _killed(service, WEB)
    eventually(lambda: all(is_gone(p) for p in orphans), "the old server's processes end")
    _back(service, WEB, victims)


def test_a_killed_queue_comes_back_and_loses_nothing(service: Service) -> None:
    before = ask_for_a_pack(service.directory)
    victims = _killed(service, QUEUE)
    during = ask_for_a_pack(service.directory)
    _back(service, QUEUE, victims)
    for job_id in (before, during):
        job = eventually(partial(ended, service.directory, job_id), "the job ends")
        assert job.attempts == 1


def test_a_directory_is_served_once(service: Service) -> None:
    second = run(service.directory, "serve", "--port", str(free_port()))
    assert second.returncode == 2
    assert "being served already" in second.stderr
    assert service.is_ready()


def test_nothing_outlives_a_killed_supervisor_and_the_next_does_what_waited(
    home: Path,
) -> None:
    running = Service(home / "d").start()
    family = running.family()
    # Nobody takes the job before the power goes.
    for worker in running.children(WORKERS):
        worker.suspend()
    job_id = ask_for_a_pack(running.directory)
    running.kill()
    for worker in family:
        if not is_gone(worker):
            worker.resume()
    eventually(lambda: all(is_gone(p) for p in family), "all children end")
    running.start()
    try:
        job = eventually(lambda: ended(running.directory, job_id), "the job ends")
        assert job.state == "failed"
        family = running.family()
    finally:
        assert running.stop() == 0
    # A service that is stopped in order leaves nothing either.
    assert [p for p in family if not is_gone(p)] == []


def test_a_port_of_another_program_is_refused_with_the_cure(service: Service, home: Path) -> None:
    refused = run(home / "d", "serve", "--port", str(service.port))
    assert refused.returncode == 2
    assert "choose another --port" in refused.stderr
