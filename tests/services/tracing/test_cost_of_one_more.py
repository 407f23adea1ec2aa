"""What one more observation costs does not grow with what is recorded of others."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.services import (
    beliefs,
    observation_feed,
    observation_values,
    observations,
    trace_record,
    tracing,
)
from tests.builders.doors import Door
from tests.builders.observations import a_disposal
from tests.builders.visits import START

# Of these there are few, whatever the number of cases.
FEW = ("organisation", "restricted_subject", "alert_policy", "alert_channel", "json_each")
Asked = list[tuple[str, Any]]


@contextmanager
def _listening(session: Session) -> Iterator[Asked]:
    """Every statement that is sent meanwhile, with its values."""
    asked: Asked = []

    def heard(_: Connection, __: Any, statement: str, values: Any, *___: Any) -> None:
        asked.append((statement, values))

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", heard)
    try:
        yield asked
    finally:
        event.remove(connection, "before_cursor_execute", heard)


def _read_through(session: Session, asked: Asked) -> set[str]:
    """The tables that any of these statements reads from end to end."""
    found = set()
    for statement, values in asked:
        if statement.startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
            one = values[0] if isinstance(values, list) else values
            plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", one)
            steps = [str(row[-1]) for row in plan]
            found |= {step for step in steps if step.startswith("SCAN ")}
    # What a statement has put together itself is as small as what it read for it.
    return {one for one in found if not one.split()[1].startswith((*FEW, "anon_", "CONSTANT"))}


def _record(door: Door, admin: Actor) -> None:
    row = a_disposal(door, admin, now=START + timedelta(days=1), values={"phone": "13800138000"})
    tracing.believe_and_flag(door.session, row.person_id, now=START + timedelta(days=1))
    observations.withdraw(door.session, row.id, "typed", actor=admin, now=START)


def _look(door: Door, admin: Actor) -> None:
    asked = observation_values.Sharing("phone", "13800138000", "recovery")
    observation_values.sharing(door.session, asked, after=None, limit=50, actor=admin, now=START)
    observation_feed.changes(door.session, admin, after=0, limit=50)
    beliefs.latest(door.session, door.case.id)
    trace_record.trace_of(door.session, door.case.id, as_of=None, actor=admin, now=START)


@pytest.mark.parametrize("act", [_record, _look])
def test_no_table_is_read_from_end_to_end(
    door: Door, admin: Actor, act: Callable[[Door, Actor], None]
) -> None:
    if door.session.get_bind().dialect.name != "sqlite":
        pytest.skip("with a handful of rows PostgreSQL reads every table from end to end")
    a_disposal(door, admin)
    tracing.believe_and_flag(door.session, door.visit.debtor_id, now=START)
    door.session.commit()
    with _listening(door.session) as asked:
        act(door, admin)
        door.session.flush()
    assert len(asked) > 5
    assert _read_through(door.session, asked) == set()
