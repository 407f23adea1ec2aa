"""Reading rows within one organisation: what belongs to another is as if it did not exist."""

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, inspect, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import NotFound, PreconditionFailed
from fieldops.domain.permissions import Actor
from fieldops.models.base import Owned

Row = TypeVar("Row", bound=Owned)


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


def own(model: type[Row], actor: Actor) -> Select[Row]:
    """A query over the rows of the actor's organisation."""
    query: Select[Row] = select(model)
    return query.where(_own(model, actor))


def page(
    session: Session,
    query: Select[Any],
    model: type[Row],
    *,
    after: UUID | None,
    limit: int,
) -> tuple[Sequence[Row], UUID | None]:
    """One page in the order of ids, and the id after which the next begins (None at the end)."""
    if after is not None:
        query = query.where(model.id > after)
    rows: Sequence[Row] = session.scalars(query.order_by(model.id).limit(limit + 1)).unique().all()
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], rows[limit - 1].id


def newest(
    session: Session,
    query: Select[Any],
    model: type[Row],
    *,
    before: UUID | None,
    limit: int,
) -> tuple[Sequence[Row], UUID | None]:
    """One page from the newest id on, and the id before which the next begins (None at the end)."""
    if before is not None:
        query = query.where(model.id < before)
    query = query.order_by(model.id.desc()).limit(limit + 1)
    rows: Sequence[Row] = session.scalars(query).unique().all()
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
