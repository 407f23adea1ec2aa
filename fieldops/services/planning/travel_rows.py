"""What road engines said before, one row for each place: read and written in bulk, forgotten after
so many days. Places are told apart to about a metre, answers by engine, profile and kind of day."""

import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from fieldops.domain.travel.engine import UNKNOWN, Cells, Points, nothing
from fieldops.models import TravelRow, sealing

LEG: Final = np.dtype([("to", "<i8"), ("seconds", "<i4"), ("metres", "<i4"), ("day", "<i4")])
Legs = NDArray[Any]
SCALE: Final = 100_000
"""Steps in a degree: 1.1 m of latitude."""
WIDEST: Final = 6_000
"""Targets kept for one place; the newest are kept."""
CHUNK: Final = 200
_KIND: Final = "travel-row"


def places_of(points: Points) -> NDArray[np.int64]:
    """One number for each position, the same for those within a step of each other."""
    steps = np.floor(points * SCALE + 0.5).astype(np.int64)
    return (steps[:, 0] + 90 * SCALE) << 27 | (steps[:, 1] + 180 * SCALE)


def find(
    session: Session, key: str, points: Points, *, keep_days: int, now: datetime
) -> tuple[Cells, Cells]:
    """Seconds and metres between all of the points as far as they are known, else UNKNOWN."""
    places = places_of(points)
    seconds, metres = nothing(len(points), len(points)), nothing(len(points), len(points))
    order = np.argsort(places, kind="stable")
    ordered = places[order]
    since = _day(now) - keep_days
    for rows, found in _rows(session, key, places):
        for row, legs in zip(rows, found, strict=True):
            if legs is None:
                continue
            legs = legs[legs["day"] > since]
            at = np.searchsorted(ordered, legs["to"])
            fits = at < len(places)
            column = order[np.minimum(at, len(places) - 1)]
            fits &= places[column] == legs["to"]
            seconds[row, column[fits]] = legs["seconds"][fits]
            metres[row, column[fits]] = legs["metres"][fits]
    return seconds, metres


def keep(
    session: Session,
    key: str,
    points: Points,
    seconds: Cells,
    metres: Cells,
    *,
    keep_days: int,
    now: datetime,
) -> None:
    """Keep what is known of these cells, beside what was known before; the newer word counts."""
    places = places_of(points)
    today = _day(now)
    until = datetime.fromtimestamp((today + keep_days) * 86_400, UTC)
    for rows, found in _rows(session, key, places):
        values = []
        for row, before in zip(rows, found, strict=True):
            fresh = _fresh(places, seconds[row], metres[row], today)
            if not len(fresh):
                continue
            legs = _merged(fresh, before, today - keep_days)
            values.append(
                {
                    "id": _index(key, int(places[row])),
                    "engine": key.partition(" ")[0][:40],
                    "legs": sealing.current().seal(_KIND, zlib.compress(legs.tobytes(), 1)),
                    "expires_at": until,
                }
            )
        # In one order everywhere, so that two writers never wait for each other's rows.
        values.sort(key=lambda one: str(one["id"]))
        _upsert(session, values)


def forget(session: Session, *, now: datetime) -> None:
    """Delete the rows that are too old for anything."""
    session.execute(delete(TravelRow).where(TravelRow.expires_at <= now))


def _fresh(places: NDArray[np.int64], seconds: Cells, metres: Cells, today: int) -> Legs:
    known = seconds != UNKNOWN
    legs = np.empty(int(known.sum()), dtype=LEG)
    legs["to"], legs["seconds"], legs["metres"] = places[known], seconds[known], metres[known]
    legs["day"] = today
    return legs


def _merged(fresh: Legs, before: Legs | None, since: int) -> Legs:
    legs = fresh if before is None else np.concatenate([fresh, before[before["day"] > since]])
    # The first of equal targets is the fresh one.
    _, first = np.unique(legs["to"], return_index=True)
    legs = legs[np.sort(first)]
    return legs[np.argsort(-legs["day"], kind="stable")][:WIDEST]


def _rows(
    session: Session, key: str, places: NDArray[np.int64]
) -> Iterator[tuple[list[int], list[Legs | None]]]:
    """The stored legs from each place, chunk by chunk; equal places are given once."""
    _, first = np.unique(places, return_index=True)
    for at in range(0, len(first), CHUNK):
        rows = [int(one) for one in first[at : at + CHUNK]]
        ids = [_index(key, int(places[row])) for row in rows]
        query = select(TravelRow.id, TravelRow.legs).where(TravelRow.id.in_(ids))
        stored = {row_id: bytes(legs) for row_id, legs in session.execute(query)}
        yield rows, [_read(stored.get(one)) for one in ids]


def _read(sealed: bytes | None) -> Legs | None:
    """The legs of a row; one that cannot be read counts as none, for it can be asked again."""
    if sealed is None:
        return None
    try:
        return np.frombuffer(zlib.decompress(sealing.current().open(_KIND, sealed)), dtype=LEG)
    except (sealing.SealBroken, zlib.error, ValueError):
        return None


def _upsert(session: Session, values: Sequence[dict[str, Any]]) -> None:
    if not values:
        return
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert(TravelRow) if is_postgresql else sqlite.insert(TravelRow)
    insert = insert.values(list(values))
    changed = {name: insert.excluded[name] for name in ("legs", "expires_at")}
    session.execute(insert.on_conflict_do_update(index_elements=["id"], set_=changed))


def _index(key: str, place: int) -> str:
    # Roads are no secret of one organisation: all share what was asked.
    return sealing.current().blind_index(_KIND, "", f"{key}\x00{place}")


def _day(now: datetime) -> int:
    return int(now.astimezone(UTC).timestamp() // 86_400)
