"""The database: Flask-SQLAlchemy's session over our own tables, and what SQLite needs to be safe.

On SQLite every writing transaction begins with BEGIN IMMEDIATE: a deferred one that reads first
and writes later fails at once when another writer came between. A transaction that only reads is
opened with `reading()` and stays deferred, so that readers never wait for the writer.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.pool import ConnectionPoolEntry

from fieldops.settings import Settings

db = SQLAlchemy(session_options={"expire_on_commit": False})

_reading: ContextVar[bool] = ContextVar("reading", default=False)

BUSY_MILLISECONDS = 30_000


@contextmanager
def reading() -> Iterator[None]:
    """Transactions begun inside only read."""
    token = _reading.set(True)
    try:
        yield
    finally:
        _reading.reset(token)


@contextmanager
def writing() -> Iterator[None]:
    """Transactions begun inside write, also where the request only reads: to log a reading."""
    token = _reading.set(False)
    try:
        yield
    finally:
        _reading.reset(token)


def database_url(settings: Settings) -> str:
    """The address as set, or SQLite in the data directory; PostgreSQL is spoken with psycopg 3."""
    if not settings.database_url:
        return f"sqlite:///{settings.data_dir / 'fieldops.sqlite3'}"
    url = make_url(settings.database_url)
    if url.drivername in ("postgresql", "postgres"):
        url = url.set(drivername="postgresql+psycopg")
    return url.render_as_string(hide_password=False)


def engine_options(url: str) -> dict[str, Any]:
    """Pool settings that suit the database."""
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": BUSY_MILLISECONDS / 1000}}
    return {"pool_pre_ping": True, "pool_size": 10, "max_overflow": 10}


def sqlite_file(url: str) -> Path | None:
    """The file behind a SQLite address, or None."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return None
    return Path(parsed.database)


def prepare(engine: Engine) -> Engine:
    """Make an SQLite engine safe; others are left as they are. Safe to call once an engine."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "begin", _on_begin)
    return engine


def forget_overwritten(engine: Engine, erased_at: datetime | None) -> None:
    """Have an SQLite file and its journal hold nothing of what was written over.

    The file is written anew once after each erasure, `erased_at` being the last one; the journal
    is emptied each time, unless somebody reads just now.
    """
    if engine.dialect.name != "sqlite":
        return
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        # A number that SQLite keeps for its user: the second of the last erasure seen to.
        done = cursor.execute("PRAGMA user_version").fetchone()[0]
        last = 0 if erased_at is None else math.ceil(erased_at.timestamp())
        if last > done:
            cursor.execute("VACUUM")
            cursor.execute(f"PRAGMA user_version = {last}")
        cursor.execute("PRAGMA busy_timeout = 500")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
        cursor.close()
    finally:
        connection.close()


def optimise(engine: Engine) -> None:
    """Let SQLite look again at how its tables are filled, where that changed since it last did.

    It then plans by what is there; a look is bounded, and takes milliseconds.
    """
    if engine.dialect.name != "sqlite":
        return
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("PRAGMA analysis_limit = 1000")
        # With this mask tables are looked at that this connection has not asked of, too.
        cursor.execute("PRAGMA optimize = 0x10002")
        cursor.close()
    finally:
        connection.close()


def _on_connect(connection: Any, record: ConnectionPoolEntry) -> None:
    # The driver's own transaction handling would begin too late and release savepoints.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        f"busy_timeout = {BUSY_MILLISECONDS}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN" if _reading.get() else "BEGIN IMMEDIATE")


@event.listens_for(Session, "do_orm_execute")
def _read_locked_rows_anew(state: ORMExecuteState) -> None:
    """A row that is locked is read again, also when the session knows it already.

    Otherwise a decision would be made on what the row said before the lock was had.
    """
    if state.is_select and getattr(state.statement, "_for_update_arg", None) is not None:
        state.update_execution_options(populate_existing=True)
