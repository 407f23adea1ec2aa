"""A table is copied with its rows, also where rows of other tables point at them."""

import sqlite3
from pathlib import Path

from sqlalchemy import create_engine

from fieldops.db import prepare
from fieldops.gateways import schema

BEFORE = "2026_11_30_d_saved_views"
PLAIN = {"INTEGER": 0, "FLOAT": 0.0, "BOOLEAN": 0, "BLOB": b"", "JSON": "{}"}


def _row(database: sqlite3.Connection, table: str, **given: str) -> None:
    """A row that has something in every column that wants it."""
    columns = database.execute(f"PRAGMA table_info({table})").fetchall()
    wanted = {name: PLAIN.get(kind, "2026-11-30") for _, name, kind, must, *_ in columns if must}
    row = wanted | given
    marks = ", ".join("?" for _ in row)
    database.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", [*row.values()])


def test_visits_at_which_somebody_arrived_are_kept_when_their_table_is_copied(
    tmp_path: Path,
) -> None:
    file = tmp_path / "fieldops.sqlite3"
    engine = prepare(create_engine(f"sqlite:///{file}"))
    schema.upgrade(engine, BEFORE)
    with sqlite3.connect(file) as database:
        _row(database, "visit", id="a" * 32, state="arrived")
        _row(database, "arrival", id="b" * 32, visit_id="a" * 32)
    database.close()
    schema.upgrade(engine)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM visit").scalar() == 1
        assert connection.exec_driver_sql("SELECT count(*) FROM arrival").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    engine.dispose()
