"""What SQLite keeps on the disk: nothing of what was erased."""

from pathlib import Path

from sqlalchemy import create_engine, text

from fieldops.db import forget_overwritten, optimise, prepare
from tests.conftest import NOW

GONE = "the person whose key was destroyed"


def test_what_was_erased_is_neither_in_the_file_nor_in_its_journal(tmp_path: Path) -> None:
    path = tmp_path / "house.sqlite3"
    engine = prepare(create_engine(f"sqlite:///{path}"))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE kept (id INTEGER PRIMARY KEY, told TEXT)"))
        for number in range(200):
            row = {"id": number, "told": f"{GONE} {number}"}
            connection.execute(text("INSERT INTO kept VALUES (:id, :told)"), row)
    forget_overwritten(engine, None)
    assert GONE.encode() in path.read_bytes()
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM kept WHERE id < 100"))
        connection.execute(text("UPDATE kept SET told = 'erased'"))
    forget_overwritten(engine, NOW)
    left = b"".join(one.read_bytes() for one in tmp_path.iterdir())
    engine.dispose()
    assert GONE.encode() not in left


def test_sqlite_learns_how_a_table_grew(tmp_path: Path) -> None:
    engine = prepare(create_engine(f"sqlite:///{tmp_path / 'grown.sqlite3'}"))
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE grown (house INTEGER, number INTEGER)")
        connection.exec_driver_sql("CREATE INDEX by_house ON grown (house)")
        connection.exec_driver_sql("CREATE INDEX by_number ON grown (number)")
        rows = [(1, number) for number in range(500)]
        connection.exec_driver_sql("INSERT INTO grown VALUES (?, ?)", rows)
    optimise(engine)
    engine.dispose()
    with engine.connect() as connection:
        query = "EXPLAIN QUERY PLAN SELECT * FROM grown WHERE house = 1 AND number = 7"
        assert "by_number" in connection.exec_driver_sql(query).one()[3]
    engine.dispose()
