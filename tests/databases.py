"""The databases on which everything is tried: SQLite, and a real PostgreSQL started for the run."""

import atexit
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import create_engine

from fieldops.db import prepare
from fieldops.gateways import schema

KINDS = ("sqlite", "postgresql")
_SQLITE = "sqlite:///"


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
        return f"{_SQLITE}{directory / 'test.sqlite3'}"
    return _created()


def migrated(kind: str, directory: Path) -> str:
    """The address of a database with the whole schema and nothing in it; `drop` it afterwards.

    It is a copy of one that is brought up once for a worker.
    """
    if kind == "postgresql":
        return _created(_at_head(kind).partition("?")[0].rsplit("/", 1)[1])
    url = fresh(kind, directory)
    shutil.copyfile(_at_head(kind).removeprefix(_SQLITE), url.removeprefix(_SQLITE))
    return url


@cache
def _at_head(kind: str) -> str:
    home = Path(tempfile.mkdtemp(prefix="fieldops-schema-"))
    atexit.register(shutil.rmtree, home)
    url = fresh(kind, home)
    atexit.register(drop, url)
    engine = prepare(create_engine(url.replace("postgresql://", "postgresql+psycopg://")))
    schema.upgrade(engine)
    engine.dispose()
    return url


def _created(template: str = "template1") -> str:
    address = _postgresql_address()
    name = f"t{uuid4().hex}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
    base, _, query = address.partition("?")
    return f"{base.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")


def drop(url: str) -> None:
    """Remove a database that was made here."""
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
