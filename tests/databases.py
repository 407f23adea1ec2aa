"""The databases on which everything is tried: SQLite, and a real PostgreSQL started for the run."""

import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

KINDS = ("sqlite", "postgresql")


@cache
def _postgresql_address() -> str:
    """The address of a server of our own; skips, or fails on CI, where none can be had."""
    # One server serves all workers of a test run; the wheel counts its users in this directory.
    home = Path(tempfile.gettempdir()) / f"fieldops-postgresql-{os.getuid()}"
    home.mkdir(mode=0o700, exist_ok=True)
    # The wheel warns where no desktop session has named a private directory for sockets.
    runtime = home / "run"
    runtime.mkdir(mode=0o700, exist_ok=True)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    try:
        import fasteners
        import pgserver
    except ImportError:
        return _missing("the wheel pgserver has no build for this Python")
    # The wheel makes its system user before it takes its own lock; two first starts would collide.
    with fasteners.InterProcessLock(home / "start.lock"):
        return str(pgserver.get_server(home / "data").get_uri())


def _missing(reason: str) -> str:
    if os.environ.get("CI") == "true":
        pytest.fail(f"PostgreSQL must be there on CI: {reason}")
    pytest.skip(f"no PostgreSQL: {reason}")


def fresh(kind: str, directory: Path) -> str:
    """The address of an empty database of this kind."""
    if kind == "sqlite":
        return f"sqlite:///{directory / 'test.sqlite3'}"
    address = _postgresql_address()
    name = f"t{uuid4().hex}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    base, _, query = address.partition("?")
    return f"{base.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")


def drop(url: str) -> None:
    """Remove a database that `fresh` made."""
    if url.startswith("sqlite"):
        return
    base, _, query = url.partition("?")
    root, name = base.rsplit("/", 1)
    address = f"{root}/postgres" + (f"?{query}" if query else "")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())


def redis_server_program() -> str | None:
    """A Redis or Valkey server installed on this machine, beside the embedded one."""
    return shutil.which("redis-server") or shutil.which("valkey-server")


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a server that a test started."""
    process.terminate()
    process.wait(timeout=10)
