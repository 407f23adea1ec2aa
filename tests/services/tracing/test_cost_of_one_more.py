"""What one more observation costs does not grow with what is recorded of others."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from fieldops.domain.lawfulness import Basis, SourceClass
from fieldops.domain.permissions import Actor
from fieldops.services import (
    beliefs,
    observation_feed,
    observation_values,
    observations,
    observing,
    trace_record,
    tracing,
)
from tests.builders.doors import Door
from tests.builders.observations import a_disposal
from tests.builders.statements import Statement, heard, steps_of
from tests.builders.visits import START

# Of these there are few, whatever the number of cases.
FEW = ("organisation", "restricted_subject", "alert_policy", "alert_channel", "json_each")
READING = ("SELECT", "UPDATE", "DELETE", "WITH")


def _read_through(session: Session, asked: list[Statement]) -> set[str]:
    """The tables that any of these statements reads from end to end."""
    reading = [one for one in asked if one[0].startswith(READING)]
    found = {step for step in steps_of(session, reading) if step.startswith("SCAN ")}
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
    with heard(door.session) as asked:
        act(door, admin)
        door.session.flush()
    assert len(asked) > 5
    assert _read_through(door.session, asked) == set()


def test_where_only_the_odds_of_a_flag_moved_its_alert_and_its_clocks_are_left_alone(
    door: Door, admin: Actor
) -> None:
    door.both_arrive()
    door.record("new_occupant", statements=[{"who": "property_manager", "says": "moved_away"}])
    observing.observe_visit(door.session, door.visit.id, actor=admin, now=START)
    a_disposal(door, admin)
    odds = _odds(door, START)
    at_the_place = {"address_id": door.visit.address_id, "asset": None, "data": {}}
    seen_outside = {"source_class": SourceClass.AGENT, "basis": Basis.OBSERVED_FROM_PUBLIC_PLACE}
    later = START + timedelta(days=1)
    a_disposal(door, admin, now=later, kind="visit.no_answer", **at_the_place, **seen_outside)
    with heard(door.session) as asked:
        moved = _odds(door, later)
    assert not [text for text, _ in asked if "FROM alert" in text or "FROM deadline" in text]
    assert moved.keys() == odds.keys() >= {"RL-MOVED", "AT-RELATIVE"}
    assert moved["RL-MOVED"] != odds["RL-MOVED"]


def _odds(door: Door, now: datetime) -> dict[str, float | None]:
    raised = tracing.believe_and_flag(door.session, door.visit.debtor_id, now=now).flags
    return {flag.code: flag.probability for flag in raised}
