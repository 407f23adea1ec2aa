"""Queries by ids that are put together once: one id is compared, several are looked for in a list.

A list is written into the statement anew each time, however short it is; what is asked after every
single observation is spared that.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, bindparam
from sqlalchemy.orm import Session

from fieldops.models import restriction

Named = Callable[[Any], ColumnElement[bool]]
"""Says of a column that it holds one of the ids."""


@dataclass(frozen=True, slots=True)
class ByIds:
    """A query for columns, by one id and by several."""

    one: Select[*tuple[Any, ...]]
    several: Select[*tuple[Any, ...]]

    def rows(
        self, session: Session, ids: Collection[UUID], **more: Any
    ) -> Sequence[Row[*tuple[Any, ...]]]:
        """The rows, without what is restricted; `more` are the other values of the query."""
        if len(ids) == 1:
            (only,) = ids
            return restriction.rows(session, self.one, {"ids": only, **more})
        return restriction.rows(session, self.several, {"ids": list(ids), **more})


def by_ids(build: Callable[[Named], Select[*tuple[Any, ...]]]) -> ByIds:
    """The query that `build` makes, for one id and for several."""
    return ByIds(
        build(lambda column: column == bindparam("ids")),
        build(lambda column: column.in_(bindparam("ids", expanding=True))),
    )
