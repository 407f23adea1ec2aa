"""Which items have a finding that does not hold, and which visits a remark: read by an index.

Most have none. Each condition stands in the index as it stands in the question; a database reads
the index only where both are written alike.
"""

from typing import Any

from sqlalchemy import Boolean, ColumnElement, literal_column, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

# Both databases write a finding with spaces, as `json.dumps` does.
_IN_TEXT = "instr({0}findings, '\"holds\": false') > 0"
_IN_JSONB = "{0}findings @> '[{{\"holds\": false}}]'"
_REMARKED = "{0}remarks <> '[]'"

DOUBTFUL: dict[str, Any] = {
    "sqlite_where": text(_IN_TEXT.format("")),
    "postgresql_where": text(_IN_JSONB.format("")),
}
"""The items of an index that keeps doubtful ones alone."""
REMARKED: dict[str, Any] = {
    "sqlite_where": text(_REMARKED.format("")),
    "postgresql_where": text(_REMARKED.format("")),
}
"""The visits of an index that keeps those with a remark alone."""


class _Doubtful(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True


@compiles(_Doubtful)
def _of_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return _IN_JSONB.format("item.")


@compiles(_Doubtful, "sqlite")
def _of_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return _IN_TEXT.format("item.")


def is_doubtful() -> ColumnElement[bool]:
    """Whether an item, which the question reads by this name, has a finding that does not hold."""
    return _Doubtful()


def is_remarked() -> ColumnElement[bool]:
    """Whether a visit has a remark of any kind."""
    return literal_column(_REMARKED.format("visit."), Boolean())
