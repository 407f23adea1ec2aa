"""The stage of a rehearsal: an empty directory, an organisation, a running service."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import click
import httpx
from sqlalchemy import select

from fieldops import clock
from fieldops.cli.context import opened
from fieldops.cli.rehearsal.client import Client
from fieldops.domain.permissions import SECOND_FACTOR_ROLES, Role, system
from fieldops.models import Agent, Organisation
from fieldops.services import accounts, organisations

CLOCK_FILE = "rehearsal-clock"
_MARK = "demo.json"
_OFFICE = (Role.ADMIN, Role.DISPATCHER, Role.COUNSEL, Role.COMPLIANCE, Role.AUDITOR)
_START_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class LogIn:
    """An account of the demo, as `demo.json` lists it."""

    role: str
    username: str
    password: str
    otp_secret: str = ""

    def client(self, base: str) -> Client:
        """A connection of this person."""
        return Client(base, self.username, self.password, self.otp_secret)

    def to_json(self) -> dict[str, str]:
        """The form of `demo.json`."""
        return asdict(self)


def clear(directory: Path) -> None:
    """Make the directory empty; raises ClickException when it holds anything but a demo."""
    if directory.exists() and any(directory.iterdir()):
        if not (directory / _MARK).exists():
            raise click.ClickException(
                f"{directory} is not empty and holds no demo; name another with --dir."
            )
        shutil.rmtree(directory)
    directory.mkdir(parents=True, exist_ok=True)
    # Written at once, so that a demo that was broken off can be started again.
    (directory / _MARK).write_text("{}\n")


def prepare_environment(directory: Path, port: int, moment: datetime) -> None:
    """Tell this process and its children where the demo lives and what time it is there."""
    clock.set_rehearsal(directory / CLOCK_FILE, moment)
    os.environ.update(
        FIELDOPS_DATA_DIR=str(directory),
        FIELDOPS_PORT=str(port),
        FIELDOPS_REHEARSAL_CLOCK=CLOCK_FILE,
    )
    for name in ("DATABASE_URL", "REDIS_URL", "FIELDOPS_DATABASE_URL", "FIELDOPS_REDIS_URL"):
        os.environ.pop(name, None)


def free_port(wanted: int | None) -> int:
    """The wanted port if nobody listens there, else any free one."""
    for port in (wanted, 0):
        if port is None:
            continue
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise click.ClickException("no free port was found")


def found_organisation(name: str, *, kind: str = "agency", prefix: str = "") -> list[LogIn]:
    """Found the organisation and the accounts of its office, their names behind the prefix."""
    made = []
    with opened() as session:
        house = organisations.found(session, name, now=clock.wall_time(), kind=kind)
        actor = system(house.id)
        for role in _OFFICE:
            password = accounts.generate_password()
            account = accounts.create(
                session,
                username=f"{prefix}{role.value}",
                role=role.value,
                name=role.value.capitalize(),
                password=password,
                actor=actor,
                now=clock.wall_time(),
            )
            secret = ""
            if role in SECOND_FACTOR_ROLES:
                secret = accounts.enrol_second_factor(session, account.username, actor=actor)
            made.append(LogIn(role.value, account.username, password, secret))
    return made


def open_agent_accounts(codes: set[str]) -> dict[str, LogIn]:
    """An account for each of these field agents, by agent code; one password serves the demo."""
    password = accounts.generate_password()
    made = {}
    with opened() as session:
        owner = session.scalars(select(Organisation.id)).one()
        for agent in session.scalars(select(Agent).where(Agent.code.in_(codes))):
            accounts.create(
                session,
                username=agent.code.lower(),
                role=Role.AGENT.value,
                name=agent.name,
                password=password,
                actor=system(owner),
                now=clock.wall_time(),
                agent_id=agent.id,
            )
            made[agent.code] = LogIn(Role.AGENT.value, agent.code.lower(), password)
    return made


@contextmanager
def running_service(base: str, directory: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The service in a process of its own, ready to answer; ended at the end, told to or not."""
    before = signal.signal(signal.SIGTERM, _leave)
    with (directory / "serve.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "fieldops", "serve"], stdout=log, stderr=log
        )
    try:
        _await_ready(base, process, directory)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
        signal.signal(signal.SIGTERM, before)


def _leave(number: int, frame: object) -> None:
    """Go through every `finally` on the way out, so that no service is left behind."""
    raise SystemExit(128 + number)


def _await_ready(base: str, process: subprocess.Popen[bytes], directory: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            parts = httpx.get(f"{base}/readyz", timeout=2, trust_env=False).json()["parts"]
            if all(parts.values()):
                return
        except (httpx.HTTPError, ValueError):
            pass
        time.sleep(0.1)
    raise click.ClickException(f"the service did not start; see {directory / 'serve.log'}")
