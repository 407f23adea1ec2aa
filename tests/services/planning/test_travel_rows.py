"""What an engine said is remembered by place, engine and day, sealed, and forgotten in time."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.travel.engine import NO_WAY, UNKNOWN, Points
from fieldops.models import TravelRow
from fieldops.services.planning import travel_rows

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
POINTS = np.array([(30.6, 104.0), (30.7, 104.1), (30.8, 104.0)])
KEY = "osrm http://roads driving"
TABLE = np.array([[0, 10, 20], [11, 0, NO_WAY], [21, UNKNOWN, 0]], dtype=np.int32)


def keep(
    session: Session, points: Points = POINTS, table: object = TABLE, at: datetime = NOW
) -> None:
    cells = np.asarray(table, dtype=np.int32)
    metres = np.where(cells > 0, cells * 5, cells)
    travel_rows.keep(session, KEY, points, cells, metres, keep_days=30, now=at)


def find(
    session: Session, points: Points = POINTS, key: str = KEY, at: datetime = NOW
) -> list[list[int]]:
    seconds, metres = travel_rows.find(session, key, points, keep_days=30, now=at)
    assert (np.where(seconds > 0, seconds * 5, seconds) == metres).all()
    return [[int(one) for one in row] for row in seconds]


def test_what_was_kept_is_found(session: Session) -> None:
    keep(session)
    assert find(session) == TABLE.tolist()


def test_nothing_is_found_where_nothing_was_kept(session: Session) -> None:
    assert find(session) == [[UNKNOWN] * 3] * 3
    keep(session)
    assert find(session, key="valhalla") == [[UNKNOWN] * 3] * 3


def test_places_in_another_order_and_beside_new_ones_are_found(session: Session) -> None:
    keep(session)
    points = np.array([(30.8, 104.0), (31.0, 105.0), (30.6, 104.0)])
    assert find(session, points) == [
        [0, UNKNOWN, 21],
        [UNKNOWN, UNKNOWN, UNKNOWN],
        [20, UNKNOWN, 0],
    ]


def test_a_place_half_a_metre_away_is_the_same(session: Session) -> None:
    keep(session)
    assert find(session, POINTS + 0.000004)[0] == [0, 10, 20]
    assert find(session, POINTS + 0.00005)[0][1] == UNKNOWN


def test_later_words_are_added_and_the_newer_one_counts(session: Session) -> None:
    keep(session)
    keep(session, table=[[0, 12, UNKNOWN], [UNKNOWN] * 3, [UNKNOWN, 22, UNKNOWN]])
    assert find(session) == [[0, 12, 20], [11, 0, NO_WAY], [21, 22, 0]]


def test_what_is_too_old_is_not_found_and_then_forgotten(session: Session) -> None:
    keep(session)
    keep(session, POINTS[:1], [[0]], at=NOW + timedelta(days=29))
    later = NOW + timedelta(days=31)
    assert find(session, at=later) == [[0, UNKNOWN, UNKNOWN], [UNKNOWN] * 3, [UNKNOWN] * 3]
    travel_rows.forget(session, now=later)
    assert len(session.scalars(select(TravelRow.id)).all()) == 1


def test_the_table_names_no_place(session: Session) -> None:
    keep(session)
    rows = session.scalars(select(TravelRow)).all()
    assert {row.engine for row in rows} == {"osrm"}
    places = travel_rows.places_of(POINTS).tolist()
    for row in rows:
        assert not any(int(one).to_bytes(8, "little") in bytes(row.legs) for one in places)


def test_a_row_that_cannot_be_read_counts_as_none(session: Session) -> None:
    keep(session)
    for row in session.scalars(select(TravelRow)):
        row.legs = b"broken"
    session.flush()
    session.expire_all()
    assert find(session) == [[UNKNOWN] * 3] * 3
    keep(session)
    assert find(session) == TABLE.tolist()


def test_many_places_are_read_and_written_in_chunks(session: Session) -> None:
    count = travel_rows.CHUNK + 50
    points = np.array([(30.0 + at * 0.001, 104.0) for at in range(count)])
    table = np.arange(count * count, dtype=np.int32).reshape(count, count)
    keep(session, points, table)
    assert find(session, points) == table.tolist()


def test_a_row_stays_bounded(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(travel_rows, "WIDEST", 2)
    keep(session)
    assert sum(one != UNKNOWN for one in find(session)[0]) == 2


degrees = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@settings(max_examples=100)
@given(degrees, degrees)
def test_places_have_one_number_each(one: tuple[float, float], other: tuple[float, float]) -> None:
    first, second = travel_rows.places_of(np.array([one, other])).tolist()
    apart = max(abs(one[0] - other[0]), abs(one[1] - other[1]))
    if apart > 2e-5:
        assert first != second
    if one == other:
        assert first == second
