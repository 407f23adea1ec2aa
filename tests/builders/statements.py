"""What is said to the database meanwhile, and how the database would read it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.orm import Session

Statement = tuple[str, Any]


@contextmanager
def heard(session: Session, *, of: str = "") -> Iterator[list[Statement]]:
    """The statements of this session with `of` in them, with their values, in order."""
    said: list[Statement] = []

    def note(_: Connection, __: Any, text: str, values: Any, *___: Any) -> None:
        if of in text:
            said.append((text, values))

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(connection, "before_cursor_execute", note)


def steps_of(session: Session, said: list[Statement]) -> list[str]:
    """The steps in which SQLite would answer these statements."""
    connection, found = session.connection(), []
    for text, values in said:
        one = values[0] if isinstance(values, list) else values
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", one)
        found += [str(row[-1]) for row in plan]
    return found
