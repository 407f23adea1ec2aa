"""The seconds between two moments, reckoned by either database."""

from typing import Any

from sqlalchemy import Float
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class seconds_between(FunctionElement[float]):  # noqa: N801  # Written as a function of SQL is.
    """`seconds_between(earlier, later)`."""

    type = Float()
    inherit_cache = True


@compiles(seconds_between)
def _of_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    earlier, later = (compiler.process(one, **options) for one in element.clauses)
    return f"EXTRACT(EPOCH FROM {later} - {earlier})"


@compiles(seconds_between, "sqlite")
def _of_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    earlier, later = (compiler.process(one, **options) for one in element.clauses)
    return f"((JULIANDAY({later}) - JULIANDAY({earlier})) * 86400.0)"
