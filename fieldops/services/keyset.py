"""Pages in any order, continued after the last row that was seen: by its keys, never by counting.

A list whose rows change under the reader skips none and shows none twice, and a page deep inside
costs what the first one does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, inspect, or_, select
from sqlalchemy.orm import Session

from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.permissions import Actor
from fieldops.models.base import Owned
from fieldops.services import scoped

Row = TypeVar("Row", bound=Owned)


@dataclass(frozen=True, slots=True)
class Key:
    """Something to order by, never null; the last key of an order must tell all rows apart."""

    column: Any
    falls: bool = False

    def beyond(self, value: Any) -> ColumnElement[bool]:
        """What comes after this value."""
        found: ColumnElement[bool] = self.column < value if self.falls else self.column > value
        return found

    def from_(self, value: Any) -> ColumnElement[bool]:
        """This value and what comes after it."""
        found: ColumnElement[bool] = self.column <= value if self.falls else self.column >= value
        return found

    @property
    def ordered(self) -> Any:
        """As an ORDER BY has it."""
        return self.column.desc() if self.falls else self.column


def page(
    session: Session,
    query: Select[Any],
    model: type[Row],
    keys: Sequence[Key],
    *,
    beyond: UUID | None,
    limit: int,
    actor: Actor,
) -> tuple[Sequence[Row], UUID | None]:
    """One page, and the id of its last row where another page follows.

    Raises InvalidInput where there is no such row, or it is another organisation's: whoever was
    given the first page again would never come to an end.
    """
    if beyond is not None:
        query = query.where(_after(keys, _keys_of(session, model, keys, beyond, actor)))
    return scoped.first(session, query.order_by(*(key.ordered for key in keys)), limit)


def _keys_of(
    session: Session, model: type[Row], keys: Sequence[Key], row_id: UUID, actor: Actor
) -> Sequence[Any]:
    columns = inspect(model).columns
    query = select(*(key.column for key in keys)).where(
        columns["id"] == row_id, columns["organisation_id"] == actor.organisation_id
    )
    found = session.execute(query).one_or_none()
    if found is None:
        raise InvalidInput(faults=[FieldFault("after", "is no place in this list")])
    return found


def _after(keys: Sequence[Key], last: Sequence[Any]) -> ColumnElement[bool]:
    """The first key is beyond, or it is the same and the next is, and so on.

    That the first is not before is said once more: a database begins to read its index there.
    """
    return keys[0].from_(last[0]) & or_(
        *(
            and_(
                *(key.column == value for key, value in zip(keys[:at], last[:at], strict=True)),
                keys[at].beyond(last[at]),
            )
            for at in range(len(keys))
        )
    )
