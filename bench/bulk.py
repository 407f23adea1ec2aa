"""Rows written in bulk, past the application: as a load from a backup."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Dialect, Table

Row = Mapping[str, Any]
_AT_ONCE = 10_000


def fill(cursor: Any, dialect: Dialect, table: Table, rows: Iterable[Row]) -> None:
    """Write the rows; columns that a row does not name are null. Bytes are written as they are."""
    columns = list(table.columns)
    names = ", ".join(f'"{column.name}"' for column in columns)
    readers = [_reader(dialect, column) for column in columns]
    lines = (
        tuple(read(row.get(column.name)) for column, read in zip(columns, readers, strict=True))
        for row in rows
    )
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
    written = column.type.dialect_impl(dialect).bind_processor(dialect)

    def read(value: Any) -> Any:
        if value is None or isinstance(value, bytes):
            return value
        if isinstance(value, dict | list):
            return json.dumps(value, ensure_ascii=False)
        return value if written is None else written(value)

    return read


def _parts(lines: Iterable[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    part: list[tuple[Any, ...]] = []
    for line in lines:
        part.append(line)
        if len(part) == _AT_ONCE:
            yield part
            part = []
    if part:
        yield part
