"""The application and one transaction for commands that work on the database directly."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy.orm import Session

from fieldops import logs, settings
from fieldops.app import create_app
from fieldops.cli.schema import migrated
from fieldops.db import db
from fieldops.transaction import transaction


@contextmanager
def application() -> Iterator[Flask]:
    """The application on the present schema, with no transaction open."""
    loaded = settings.load()
    logs.configure(loaded)
    loaded.data_dir.mkdir(parents=True, exist_ok=True)
    migrated(loaded)
    app = create_app(loaded, with_edges=False)
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


@contextmanager
def opened() -> Iterator[Session]:
    """A session on the present schema; what the command did is committed when it ends well."""
    with (
        application() as app,
        transaction(db.session, app.extensions["fieldops"].publish) as session,
    ):
        yield session
