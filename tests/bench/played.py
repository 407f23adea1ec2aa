"""A few played days for all tests that look at them, in a database file of their own."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from bench.audit import findings, losses
from bench.audit.refusals import Refusal

# Of each day one evening without light, and the hours at noon, as the database keeps them (UTC).
NIGHT, NOON, DAY_OFF = (
    "2027-01-18 15:00:00.000000",
    "2027-01-18 05:00:00.000000",
    "2027-02-06 02:00:00.000000",
)
VISIT = "(SELECT id FROM visit WHERE outcome IS NOT NULL ORDER BY id LIMIT 1)"
OTHER = "(SELECT id FROM visit WHERE outcome IS NOT NULL ORDER BY id LIMIT 1 OFFSET 1)"
PARTY = f"(SELECT party_id FROM visit WHERE id = {VISIT})"
ARRIVED = f"(SELECT arrived_at FROM visit WHERE id = {VISIT})"
CALL = "(SELECT id FROM contact WHERE channel = 'call' ORDER BY id LIMIT 1)"
COMPLAINT = "(SELECT id FROM complaint ORDER BY id LIMIT 1)"
NOTICE = "(SELECT notice_id FROM notice_sending ORDER BY id LIMIT 1)"


@contextmanager
def forged(database: Path) -> Iterator[Session]:
    """The database for somebody who writes into it by SQL; everything is undone."""
    engine = create_engine(f"sqlite:///{database}")
    with Session(engine) as session:
        # What the database itself refuses to change, a forger would have written from the first.
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        for name in session.scalars(text(query)).all():
            session.execute(text(f"DROP TRIGGER {name}"))
        try:
            yield session
        finally:
            session.rollback()
    engine.dispose()


def found(session: Session, as_of: datetime, refused: tuple[Refusal, ...] = ()) -> set[str]:
    """What the audit finds, but for what the house could not know."""
    every = [*findings(session), *losses(session, as_of=as_of, refused=refused)]
    return {one.what for one in every if not one.hindsight}


def write(session: Session, table: str, like: str, **changed: Any) -> None:
    """Write a row like the first one that a condition finds, with other values in some columns.

    A value in parentheses is SQL.
    """
    row = session.execute(text(f"SELECT * FROM {table} WHERE {like} LIMIT 1")).mappings().one()
    values = {**row, "id": uuid4().hex, **changed}
    sql = {name: str(one) for name, one in values.items() if str(one).startswith("(")}
    places = ", ".join(sql.get(name, f":{name}") for name in values)
    names = ", ".join(f'"{name}"' for name in values)
    plain = {name: one for name, one in values.items() if name not in sql}
    session.execute(text(f"INSERT INTO {table} ({names}) VALUES ({places})"), plain)
