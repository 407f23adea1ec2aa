"""The database in a backup: a copy by SQLite itself, or PostgreSQL's own dump."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import create_engine, inspect
from sqlalchemy.engine import URL, make_url

from fieldops.gateways import schema
from fieldops.gateways.backups.manifest import BackupBroken, BackupRefused

SQLITE_NAME, POSTGRESQL_NAME = "database.sqlite3", "database.sql"
_BUSY_SECONDS = 60.0


def kind(url: str) -> str:
    """Whether the address is one of "sqlite" or "postgresql"; raises BackupRefused for others."""
    found = make_url(url).get_backend_name()
    if found not in ("sqlite", "postgresql"):
        raise BackupRefused(f"a database of kind {found} cannot be backed up")
    return found


def name_of(url: str) -> str:
    """The name under which the database lies in a backup."""
    return SQLITE_NAME if kind(url) == "sqlite" else POSTGRESQL_NAME


def sqlite_path(url: str) -> Path:
    """The file of a SQLite database."""
    found = make_url(url).database
    if not found or found == ":memory:":
        raise BackupRefused("a database in memory cannot be backed up")
    return Path(found).absolute()


def revision(url: str) -> str | None:
    """How far the schema of a database is."""
    engine = create_engine(url)
    try:
        return schema.current(engine)
    finally:
        engine.dispose()


def dump(url: str, target: Path) -> None:
    """Write a consistent copy of the database while others go on writing."""
    if kind(url) == "sqlite":
        _vacuum(sqlite_path(url), target)
        return
    arguments = ("--no-owner", "--no-privileges", "--file", str(target))
    _postgresql("pg_dump", url, *arguments)


def load(url: str, dumped: Path) -> None:
    """Read a PostgreSQL dump into an empty database, wholly or not at all."""
    arguments = ("--no-psqlrc", "--quiet", "--single-transaction", "--set", "ON_ERROR_STOP=1")
    _postgresql("psql", url, *arguments, "--output", os.devnull, "--file", str(dumped))


def refuse_filled(url: str) -> None:
    """Raise BackupRefused when the PostgreSQL database of the settings has tables already."""
    _program("psql")
    engine = create_engine(url)
    try:
        if inspect(engine).get_table_names():
            raise BackupRefused("the database of the settings is not empty; name an empty one")
    finally:
        engine.dispose()


def check_sqlite(file: Path) -> None:
    """Raise BackupBroken when SQLite finds the copy damaged."""
    with closing(sqlite3.connect(file)) as connection:
        try:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        except sqlite3.DatabaseError as wrong:
            raise BackupBroken(f"{file.name} is no SQLite database: {wrong}") from wrong
    if found != "ok":
        raise BackupBroken(f"{file.name} is damaged: {found}")


def _vacuum(source: Path, target: Path) -> None:
    if not source.is_file():
        raise BackupRefused(f"there is no database at {source}; was anything served there?")
    with closing(sqlite3.connect(source, timeout=_BUSY_SECONDS)) as connection:
        connection.isolation_level = None
        try:
            connection.execute("VACUUM INTO ?", (str(target),))
        except sqlite3.Error as wrong:
            raise BackupRefused(f"{source} cannot be copied: {wrong}") from wrong


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise BackupRefused(f"{name} is not installed; install PostgreSQL's client programs")
    return found


def _postgresql(name: str, url: str, *arguments: str) -> None:
    program = _program(name)
    ended = subprocess.run(
        [program, *arguments],
        env={**os.environ, **_environment(make_url(url))},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        said = ended.stderr.strip().splitlines() or [f"status {ended.returncode}"]
        raise BackupRefused(f"{name} failed: {said[0]}")


def _environment(url: URL) -> dict[str, str]:
    """The address for PostgreSQL's programs; in the environment, where no process list shows it."""
    query = {key: value for key, value in url.query.items() if isinstance(value, str)}
    found = {
        "PGHOST": url.host or query.get("host"),
        "PGPORT": str(url.port) if url.port else query.get("port"),
        "PGUSER": url.username or query.get("user"),
        "PGPASSWORD": str(url.password) if url.password else query.get("password"),
        "PGDATABASE": url.database,
        "PGSSLMODE": query.get("sslmode"),
        "PGSSLROOTCERT": query.get("sslrootcert"),
    }
    return {key: value for key, value in found.items() if value}
