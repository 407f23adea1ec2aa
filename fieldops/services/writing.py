"""New rows of one table written at once, and known to the session as if it had written them.

A session that writes an object asks first what depends on it and in which order, which costs more
than the statement. That is spared for what is written after every word that is heard.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Insert, insert, inspect
from sqlalchemy.orm import Session, make_transient_to_detached

from fieldops.models import data_keys
from fieldops.models.base import Base
from fieldops.models.types import new_id


def at_once(session: Session, rows: Sequence[Any]) -> None:
    """Write new objects of one model, of which all set the same columns, by one statement.

    What they point to is written before. Afterwards they are the session's, loaded.
    """
    if not rows:
        return
    session.flush()
    model: type[Base] = type(rows[0])
    mapper = inspect(model)
    for row in rows:
        row.id = row.id or new_id()
    told = [{key: value for key, value in vars(row).items() if key in mapper.attrs} for row in rows]
    names = data_keys.sealed_columns(mapper)
    sealed = [one for one in told if any(one.get(name) is not None for name in names)]
    if sealed:
        data_keys.put_under(session, model, sealed)
    session.connection().execute(_insert(model), told)
    for row in rows:
        make_transient_to_detached(row)
    session.add_all(rows)


@cache
def _insert(model: type[Base]) -> Insert:
    return insert(model)
