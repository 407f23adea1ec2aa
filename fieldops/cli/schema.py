"""The database brought to the present schema, with errors that a person can mend."""

from alembic.util import CommandError
from sqlalchemy import create_engine
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError

from fieldops.db import database_url, prepare
from fieldops.gateways import schema
from fieldops.settings import Settings, SettingsError


def migrated(settings: Settings) -> None:
    """Bring the database of these settings to the present schema.

    Raises SettingsError when it does not answer, or belongs to a newer version of the program.
    """
    try:
        engine = prepare(create_engine(database_url(settings)))
    except (ArgumentError, NoSuchModuleError) as wrong:
        raise SettingsError(f"database_url: not an address of a database: {wrong}") from wrong
    try:
        schema.upgrade(engine)
    except OperationalError as dead:
        reason = str(dead.orig).partition("\n")[0]
        raise SettingsError(f"database_url: the database does not answer: {reason}") from dead
    except CommandError as newer:
        raise SettingsError(f"the database fits another version of fieldops: {newer}") from newer
    finally:
        engine.dispose()
