"""Rows written in bulk, past the application: as a load from a backup."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from itertools import chain, islice
from typing import Any
from uuid import UUID

from sqlalchemy import Dialect, Table, Uuid

Row = Mapping[str, Any]
_AT_ONCE = 10_000


def fill(cursor: Any, dialect: Dialect, table: Table, same: Row, rows: Iterable[Row]) -> None:
    """Write the rows, which all name the same columns in the same order.

    What they do not name is as in `same`, or null. Bytes and the digits of ids are written as
    they are.
    """
    left = iter(rows)
    first = next(left)
    given = [table.columns[name] for name in first if name in table.columns]
    if len(given) != len(first):
        raise KeyError(f"{table.name} has not all of {[*first]}")
    others = [column for column in table.columns if column.name not in first]
    fixed = tuple(_reader(dialect, column)(same.get(column.name)) for column in others)
    readers = [_reader(dialect, column) for column in given]
    lines = (
        (*[read(value) for read, value in zip(readers, row.values(), strict=True)], *fixed)
        for row in chain([first], left)
    )
    columns = [*given, *others]
    names = ", ".join(f'"{column.name}"' for column in columns)
    if dialect.name == "postgresql":
        with cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
            for line in lines:
                copy.write_row(line)
        return
    marks = ", ".join("?" for _ in columns)
    for part in _parts(lines):
        cursor.executemany(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', part)


def _reader(dialect: Dialect, column: Any) -> Callable[[Any], Any]:
    """How a value of Python is handed to the driver."""
    kind = column.type.dialect_impl(dialect)
    written = kind.bind_processor(dialect)
    if isinstance(kind, Uuid):
        return _digits
    # A time stands in many rows of a day, and is written out once.
    at = lru_cache(maxsize=50_000)(written) if written else None

    def read(value: Any) -> Any:
        if value is None or (written is None and not isinstance(value, dict | list)):
            return value
        if isinstance(value, datetime):
            return at(value) if at else value
        if isinstance(value, bytes):
            return value
        if isinstance(value, dict | list):
            return json.dumps(value, ensure_ascii=False)
        return written(value) if written else value

    return read


def _digits(value: UUID | str | None) -> str | None:
    return value.hex if isinstance(value, UUID) else value


def _parts(lines: Iterator[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    while part := list(islice(lines, _AT_ONCE)):
        yield part
