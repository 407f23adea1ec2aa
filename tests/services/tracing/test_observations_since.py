"""What changed since a time: nothing missed, nothing twice, and found by an index alone."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.models import Observation
from fieldops.services import observation_feed, observations
from tests.builders.doors import Door
from tests.builders.observations import a_disposal
from tests.builders.statements import Statement, heard, steps_of
from tests.builders.visits import START

SINCE = START + timedelta(days=10)
Asked = Callable[[Session, Actor, Door], object]


def _recorded(door: Door, admin: Actor, day: int) -> Observation:
    now = START + timedelta(days=day)
    return a_disposal(door, admin, now=now, asset=f"car-{day}", observed_at=START)


def _pages(door: Door, admin: Actor, limit: int) -> list[UUID]:
    """All pages, one after the other."""
    found: list[UUID] = []
    after = None
    while True:
        rows, after = observations.listed(
            door.session, admin, after=after, limit=limit, updated_since=SINCE
        )
        found += [row.id for row in rows]
        if after is None:
            return found


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 50])
def test_what_was_recorded_since_comes_before_what_was_only_withdrawn_since(
    door: Door, admin: Actor, limit: int
) -> None:
    days = [1, 12, 2, 11, 3, 10]
    rows = {day: _recorded(door, admin, day) for day in days}
    for day, at in ((3, 20), (1, 21), (12, 22), (2, 9)):
        now = START + timedelta(days=at)
        observations.withdraw(door.session, rows[day].id, "typed", actor=admin, now=now)
    # The second was withdrawn before that time as well, so that it did not change since.
    assert _pages(door, admin, limit) == [rows[day].id for day in (10, 11, 12, 3, 1)]


def test_what_is_withdrawn_while_somebody_reads_keeps_its_place(door: Door, admin: Actor) -> None:
    rows = [_recorded(door, admin, day) for day in (10, 11, 12)]
    first, after = observations.listed(
        door.session, admin, after=None, limit=1, updated_since=SINCE
    )
    now = START + timedelta(days=30)
    observations.withdraw(door.session, first[0].id, "typed", actor=admin, now=now)
    rest, _ = observations.listed(door.session, admin, after=after, limit=50, updated_since=SINCE)
    assert [one.id for one in (*first, *rest)] == [one.id for one in rows]


def _since(session: Session, admin: Actor, door: Door) -> object:
    rows, after = observations.listed(session, admin, after=None, limit=2, updated_since=SINCE)
    return rows, observations.listed(session, admin, after=after, limit=9, updated_since=SINCE)


def _all(session: Session, admin: Actor, door: Door) -> object:
    rows, after = observations.listed(session, admin, after=None, limit=2)
    return rows, observations.listed(session, admin, after=after, limit=2)


def _of_case(session: Session, admin: Actor, door: Door) -> object:
    return observations.listed(session, admin, after=None, limit=2, case_id=door.case.id)


def _changes(session: Session, admin: Actor, door: Door) -> object:
    return observation_feed.changes(session, admin, after=2, limit=2)


def _plans(session: Session, ask: Callable[[], object]) -> list[str]:
    """The steps in which every reading of observations or their changes is answered."""
    with heard(session, of="FROM observation") as asked:
        ask()
    assert asked
    if session.connection().dialect.name == "sqlite":
        return steps_of(session, asked)
    return [step for one in asked for step in _on_postgresql(session, one)]


def _on_postgresql(session: Session, statement: Statement) -> list[str]:
    connection, (text, values) = session.connection(), statement
    # So few rows are read from end to end by choice; where there is an index, it is taken now.
    for name in ("enable_seqscan", "enable_bitmapscan", "enable_sort"):
        connection.exec_driver_sql(f"SET LOCAL {name} = off")
    rows = connection.exec_driver_sql(f"EXPLAIN (COSTS OFF) {text}", values)
    return [str(row[0]) for row in rows]


def _reads_through(steps: list[str]) -> list[str]:
    """The steps that read a table of observations from end to end, or sort what they found."""
    bad = r"SCAN observation(?!.* USING )|Seq Scan|(^|-> +)(Incremental )?Sort$|TEMP B-TREE"
    return [step for step in steps if re.search(bad, step)]


@pytest.mark.parametrize("ask", [_since, _all], ids=lambda one: one.__name__)
def test_a_page_is_read_from_an_index_and_in_its_order(
    door: Door, admin: Actor, ask: Asked
) -> None:
    for day in (1, 10, 11, 12):
        _recorded(door, admin, day)
    observations.withdraw(
        door.session, _recorded(door, admin, 2).id, "typed", actor=admin, now=SINCE
    )
    steps = _plans(door.session, lambda: ask(door.session, admin, door))
    assert _reads_through(steps) == []


@pytest.mark.parametrize("ask", [_changes, _of_case], ids=lambda one: one.__name__)
def test_the_feed_and_a_case_are_read_from_an_index_and_what_is_sorted_is_theirs_alone(
    door: Door, admin: Actor, ask: Asked
) -> None:
    for day in (1, 2, 3):
        _recorded(door, admin, day)
    steps = _plans(door.session, lambda: ask(door.session, admin, door))
    assert [one for one in _reads_through(steps) if not re.search("TREE|Sort", one)] == []
    assert any(re.search(r"case_id|seq ?>", one) for one in steps)
