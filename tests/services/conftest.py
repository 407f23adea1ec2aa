"""A database that threads may commit to, for what happens side by side."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine

from fieldops.db import prepare
from tests import databases


@pytest.fixture
def engine(configured_app: Flask, database_url: str, tmp_path: Path) -> Iterator[Engine]:
    """An empty database of the same kind with the whole schema; the application brings the keys."""
    kind = "sqlite" if database_url.startswith("sqlite") else "postgresql"
    url = databases.migrated(kind, tmp_path)
    made = prepare(create_engine(url.replace("postgresql://", "postgresql+psycopg://")))
    yield made
    made.dispose()
    databases.drop(url)
