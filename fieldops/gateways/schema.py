"""Bringing a database to the present schema, and telling how far it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

_HOME = Path(__file__).resolve().parent.parent / "migrations"


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration for our migrations, without an ini file."""
    config = Config()
    config.set_main_option("script_location", str(_HOME))
    config.set_main_option("file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(slug)s")
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Go forward to a revision; doing it again changes nothing."""
    with _migrating(engine) as config:
        command.upgrade(config, revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Go back to a revision ("base" for an empty database)."""
    with _migrating(engine) as config:
        command.downgrade(config, revision)


def current(engine: Engine) -> str | None:
    """The revision of the database, or None for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str | None:
    """The revision of this version of the program."""
    return ScriptDirectory.from_config(configuration()).get_current_head()


@contextmanager
def _migrating(engine: Engine) -> Iterator[Config]:
    with engine.connect() as connection:
        # Copying a table would otherwise fire the foreign keys that point at it.
        _check_references(connection, "OFF")
        try:
            yield configuration(connection)
            connection.commit()
        finally:
            connection.rollback()
            _check_references(connection, "ON")


def _check_references(connection: Connection, whether: str) -> None:
    """Switch SQLite's foreign keys, past SQLAlchemy: within a transaction it would do nothing."""
    driver = connection.connection.driver_connection
    if connection.dialect.name == "sqlite" and driver is not None:
        driver.execute(f"PRAGMA foreign_keys = {whether}")
