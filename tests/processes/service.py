"""A served directory in a process of its own, and ways to look at it from outside."""

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from fieldops import clock
from fieldops.db import prepare
from fieldops.domain.facts import PackRequested
from fieldops.models import JobRun, Organisation
from fieldops.models.types import new_id
from fieldops.services import outbox

ROOT = Path(__file__).resolve().parents[2]
# Long, because it is only reached when something is broken.
DEADLINE = 150.0


def environment(directory: Path, **more: str) -> dict[str, str]:
    """The environment of a command that works on this directory, and on nothing else."""
    dropped = ("DATABASE_URL", "REDIS_URL")
    kept = {
        key: value
        for key, value in os.environ.items()
        if key not in dropped and not key.startswith("FIELDOPS_")
    }
    return {**kept, "PYTHONPATH": str(ROOT), "FIELDOPS_DATA_DIR": str(directory), **more}


def run(directory: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "fieldops", *arguments],
        env=environment(directory, **more),
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )


def eventually(ask: Callable[[], Any], what: str, within: float = DEADLINE) -> Any:
    """The first true answer; fails when none comes in time."""
    deadline = clock.monotonic() + within
    while clock.monotonic() < deadline:
        if found := ask():
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {within} s")


def free_port() -> int:
    """A port on which nobody listens now."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


@contextmanager
def database(directory: Path) -> Iterator[Session]:
    """A second connection to the database of a served directory."""
    engine = prepare(create_engine(f"sqlite:///{directory / 'fieldops.sqlite3'}"))
    try:
        with Session(engine) as session:
            yield session
    finally:
        engine.dispose()


def ask_for_a_pack(directory: Path) -> str:
    """Note that a pack which does not exist was asked for; the id of the job that follows."""
    with database(directory) as session:
        owner = Organisation(
            name=f"Agency {new_id()}",
            timezone="Asia/Shanghai",
            jurisdictions=["CN"],
            kind="agency",
            wrapped_key=b"of nothing",
            created_at=clock.wall_time(),
        )
        session.add(owner)
        session.flush()
        fact = PackRequested(new_id())
        fact_id = outbox.record(session, fact, organisation_id=owner.id, now=clock.wall_time())
        session.commit()
        return f"{fact_id}_build-pack"


def ended(directory: Path, job_id: str) -> JobRun | None:
    """The job when it has ended."""
    with database(directory) as session:
        query = select(JobRun).where(JobRun.id == job_id, JobRun.finished_at.is_not(None))
        return session.scalar(query)


@dataclass
class Service:
    """One `fieldops serve`; with `trust` it is asked over HTTPS, by whom that trusts."""

    directory: Path
    port: int = field(default_factory=free_port)
    more: dict[str, str] = field(default_factory=lambda: {"FIELDOPS_WEB_PROCESSES": "1"})
    process: subprocess.Popen[bytes] | None = None
    options: tuple[str, ...] = ()
    trust: ssl.SSLContext | None = None

    def start(self) -> "Service":
        """Start it and wait until it is ready."""
        arguments = (
            *("serve", "--dir", str(self.directory), "--port", str(self.port)),
            *self.options,
        )
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "fieldops", *arguments],
                env=environment(self.directory, **self.more),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
        eventually(self.is_ready, "the service is ready")
        return self

    @property
    def log(self) -> Path:
        """What the service says, beside its directory."""
        return self.directory.parent / "serve.log"

    def is_ready(self) -> bool:
        """Whether database and queue answer."""
        return self.get("/readyz").get("parts") == {"database": True, "queue": True}

    def get(self, path: str) -> dict[str, Any]:
        """A JSON answer, or an empty one when nobody answers."""
        url = f"{'https' if self.trust else 'http'}://127.0.0.1:{self.port}{path}"
        try:
            with urllib.request.urlopen(url, timeout=5, context=self.trust) as answer:
                return dict(json.load(answer))
        except (urllib.error.URLError, OSError):
            return {}

    def sign_in(self, username: str, password: str) -> bool:
        """Whether this password opens the door."""
        body = f"username={username}&password={password}".encode()
        try:
            url = f"http://127.0.0.1:{self.port}/api/v1/auth/token"
            with urllib.request.urlopen(url, body, timeout=10) as answer:
                return bool(answer.status == 200)
        except urllib.error.HTTPError as refused:
            refused.close()
            return False

    def children(self, word: str = "") -> list[psutil.Process]:
        """The living parts whose command line has this word, not counting their own children."""
        assert self.process is not None
        return [
            child
            for child in psutil.Process(self.process.pid).children()
            if _lives(child) and word in _line(child)
        ]

    def family(self) -> list[psutil.Process]:
        """All descendants."""
        assert self.process is not None
        return psutil.Process(self.process.pid).children(recursive=True)

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """End it in order; the exit status."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(DEADLINE)


def is_gone(process: psutil.Process) -> bool:
    """Whether it lives no longer; a zombie that nobody has fetched is dead."""
    return not _lives(process)


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _line(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""
