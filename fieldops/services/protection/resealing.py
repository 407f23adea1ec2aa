"""Values from before there were data keys are sealed anew under the key of their subject."""

from uuid import UUID

from sqlalchemy import ColumnElement, LargeBinary, func, inspect, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from fieldops.models import Base, restriction, sealing
from fieldops.models.data_keys import sealed_columns

AT_ONCE = 200


def reseal_some(session: Session, organisation_id: UUID, *, limit: int = AT_ONCE) -> int:
    """Seal some rows of the organisation anew; how many there were, 0 when nothing lacks."""
    count = 0
    for model in _models():
        owner = inspect(model).columns["organisation_id"] == organisation_id
        count += reseal(session, model, owner, limit=limit - count)
        if count >= limit:
            break
    return count


def reseal(
    session: Session, model: type[Base], where: ColumnElement[bool], *, limit: int | None = None
) -> int:
    """Seal the rows that match and lie under an older key under that of their subject."""
    mapper = inspect(model)
    names = sealed_columns(mapper)
    old = [_is_old(mapper.columns[name]) for name in names]
    query = select(model).where(where, or_(*old)).limit(limit)
    with restriction.seeing(session):
        rows = session.scalars(query).all()
        for row in rows:
            for name in names:
                if getattr(row, name) is not None:
                    flag_modified(row, name)
        session.flush()
    return len(rows)


def _models() -> list[type[Base]]:
    return [
        mapper.class_
        for mapper in sorted(Base.registry.mappers, key=lambda one: one.class_.__name__)
        if sealed_columns(mapper)
    ]


def _is_old(column: ColumnElement[object]) -> ColumnElement[bool]:
    return func.substr(column, 1, 1, type_=LargeBinary) == sealing.VERSION
