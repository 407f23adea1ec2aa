"""Reading rows within one organisation: what belongs to another is as if it did not exist."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, inspect, select
from sqlalchemy.orm import QueryableAttribute, Session
from sqlalchemy.sql import ColumnElement

from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import NotFound, PreconditionFailed
from fieldops.domain.permissions import Actor
from fieldops.models.base import Base, Owned

Row = TypeVar("Row", bound=Owned)
Listed = TypeVar("Listed", bound=Base)
Query = TypeVar("Query", bound=Select[*tuple[Any, ...]])
Asked = Mapping[QueryableAttribute[Any] | ColumnElement[bool], object]
"""What a column must be, or whether a condition must hold; None where nobody asked for it."""


def get(
    session: Session, model: type[Row], row_id: UUID, actor: Actor, *, lock: bool = False
) -> Row:
    """The row of the actor's organisation; raises NotFound, also for another's."""
    query = select(model).where(model.id == row_id, _own(model, actor))
    if lock:
        query = query.with_for_update(of=model)
    row = session.scalars(query).one_or_none()
    if row is None:
        raise missing(model, row_id)
    return row


def missing(model: type[Row], row_id: UUID) -> NotFound:
    """The error for a row that is not there, or is not the actor's to see."""
    return NotFound(
        Bilingual(f"There is no {_noun(model)} {row_id}.", f"没有编号为 {row_id} 的记录。")
    )


def own(model: type[Row], actor: Actor, asked: Asked | None = None) -> Select[Row]:
    """A query over the rows of the actor's organisation, narrowed to what was asked."""
    query: Select[Row] = select(model)
    return narrowed(query.where(_own(model, actor)), asked or {})


def narrowed(query: Query, asked: Asked) -> Query:
    """The query with what was asked; what is None was not."""
    for what, value in asked.items():
        if value is None:
            continue
        if isinstance(what, QueryableAttribute):
            query = query.where(what == value)
        else:
            query = query.where(what if value else ~what)
    return query


def page(
    session: Session,
    query: Select[Any],
    model: type[Listed],
    *,
    after: UUID | None,
    limit: int,
) -> tuple[Sequence[Listed], UUID | None]:
    """One page in the order of ids, and the id after which the next begins (None at the end)."""
    number = inspect(model).columns["id"]
    if after is not None:
        query = query.where(number > after)
    return first(session, query.order_by(number), limit)


def newest(
    session: Session,
    query: Select[Any],
    model: type[Listed],
    *,
    before: UUID | None,
    limit: int,
) -> tuple[Sequence[Listed], UUID | None]:
    """One page from the newest id on, and the id before which the next begins (None at the end)."""
    number = inspect(model).columns["id"]
    if before is not None:
        query = query.where(number < before)
    return first(session, query.order_by(number.desc()), limit)


def first(session: Session, ordered: Select[Any], limit: int) -> tuple[Sequence[Any], UUID | None]:
    """The first rows of a query in its order, and the id of the last one where more follow."""
    rows = session.scalars(ordered.limit(limit + 1)).unique().all()
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def require_version(actual: int, expected: int | None) -> None:
    """Refuse a change that was based on another version than the present one."""
    if expected is not None and expected != actual:
        raise PreconditionFailed(
            Bilingual(
                f"You read version {expected}; the present one is {actual}.",
                f"您所读为第 {expected} 版,现为第 {actual} 版。",
            )
        )


def _own(model: type[Row], actor: Actor) -> ColumnElement[bool]:
    column: ColumnElement[UUID] = inspect(model).columns["organisation_id"]
    return column == actor.organisation_id


def _noun(model: type[Owned]) -> str:
    return model.__name__.lower()
