"""Everybody who waits as bare marks for the map: so little of each that tens of thousands fit."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, type_coerce
from sqlalchemy.orm import Session

from fieldops.domain.geojson import collection, drawn, feature
from fieldops.domain.permissions import Actor
from fieldops.models import Address, Case, Stop, restriction
from fieldops.models.types import WrittenId
from fieldops.services.planning.board import pool

MOST_MARKS = 30_000
"""More are neither told apart on a map nor read at once; a part of the map holds fewer."""


def marks(session: Session, wanted: pool.Wanted, *, datum: str, actor: Actor) -> dict[str, Any]:
    """All who wait as two features: a MultiPoint of the placed, and the others without geometry.

    Each property of a feature is a list in the order of its points, the most pressing first; what
    the pool tells besides of somebody is read there. `more` says that others lie beyond the limit.
    Raises NotFound.
    """
    columns: Any = select(
        Address.lat, Address.lon, type_coerce(Address.id, WrittenId).label("address_id"),
        type_coerce(Stop.id, WrittenId).label("stop_id"), Case.number, Case.priority,
    )  # fmt: skip
    query = pool.narrowed(columns, session, wanted, datum, actor).limit(wanted.limit + 1)
    # Where all are shown their order costs less here than in the database.
    rows: Sequence[Any] = restriction.rows(session, query.order_by(None), {})
    if len(rows) > wanted.limit:
        rows = restriction.rows(session, query, {})
    shown = sorted(rows[: wanted.limit], key=_pressing)
    placed = [row for row in shown if row[0] is not None and row[1] is not None]
    others = [row for row in shown if row[0] is None or row[1] is None]
    at = drawn([row[0] for row in placed], [row[1] for row in placed], datum)
    features = [
        feature("placed", "MultiPoint", at, _columns(placed)),
        feature("unplaced", "MultiPoint", None, _columns(others)),
    ]
    return collection(features, datum, more=len(rows) > wanted.limit)


def _pressing(row: Any) -> tuple[int, str]:
    return row[5], row[2]


def _columns(rows: Sequence[Any]) -> dict[str, Any]:
    return {
        "kind": "waiting",
        "address_id": [row[2] for row in rows],
        "stop_id": [row[3] for row in rows],
        "number": [row[4] for row in rows],
        "priority": [row[5] for row in rows],
    }
