"""The store of observations: kept as written, corrected by withdrawing, found by value, told on."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from fieldops.domain.errors import Conflict, InvalidInput
from fieldops.domain.permissions import Actor, Role
from fieldops.models import (
    AccessRecord,
    Flag,
    Observation,
    ObservationChange,
    ObservationKey,
)
from fieldops.services import (
    observation_feed,
    observation_values,
    observations,
    organisations,
    tracing,
)
from fieldops.services.observation_checks import ObservationReport
from fieldops.services.observation_values import Sharing
from tests.builders.doors import Door
from tests.builders.observations import a_sale
from tests.builders.visits import START

LATER = START + timedelta(days=1)


def a_report(door: Door, **changed: Any) -> ObservationReport:
    """A sale out of the register, with the buyer's telephone."""
    data = {"asset_kind": "vehicle", "disposed_on": "2026-10-01", "price_ratio": 0.4}
    return a_sale(door, **{"data": data, "values": {"phone": "138 0013 8000"}, **changed})


def learn(door: Door, actor: Actor, **changed: Any) -> Observation:
    """An observation, written."""
    report = a_report(door, **changed)
    return observations.record_observation(door.session, report, actor=actor, now=START)


def share(session: Session, actor: Actor, kind: str, value: str) -> list[UUID]:
    """Ids of what names the value."""
    asked = Sharing(kind, value, "find the buyer")
    rows, _ = observation_values.sharing(
        session, asked, after=None, limit=50, actor=actor, now=START
    )
    return [row.id for row in rows]


@pytest.mark.parametrize(
    "change",
    [
        "kind = 'asset.owned'",
        "observed_at = recorded_at",
        "data = '{}'",
        "valid_from = '2026-01-01'",
        "kind = 'asset.owned', withdrawn_at = recorded_at",
    ],
)
def test_the_database_refuses_to_change_what_was_written(
    door: Door, admin: Actor, change: str
) -> None:
    learn(door, admin)
    with pytest.raises(DatabaseError, match="never changed"), door.session.begin_nested():
        door.session.execute(text(f"UPDATE observation SET {change}"))


@pytest.mark.parametrize("table", ["observation", "observation_key", "observation_change"])
def test_the_database_refuses_to_delete(door: Door, admin: Actor, table: str) -> None:
    learn(door, admin)
    with pytest.raises(DatabaseError, match="never changed"), door.session.begin_nested():
        door.session.execute(text(f"DELETE FROM {table}"))


def test_a_withdrawal_is_for_good(door: Door, admin: Actor) -> None:
    row = learn(door, admin)
    observations.withdraw(door.session, row.id, "typed twice", actor=admin, now=START)
    assert row.withdrawn_by == admin.account_id
    again = update(Observation).where(Observation.id == row.id).values(withdrawn_at=None)
    with pytest.raises(DatabaseError, match="never changed"), door.session.begin_nested():
        door.session.execute(again)


def test_a_correction_withdraws_and_adds_and_the_past_stays(door: Door, admin: Actor) -> None:
    old = learn(door, admin)
    better = a_report(door, data={"disposed_on": "2026-10-02", "price_ratio": 0.9})
    new = observations.correct(door.session, old.id, better, "misread", actor=admin, now=LATER)
    assert (new.corrects_id, old.withdrawn_reason) == (old.id, "misread")
    then = tracing.observations_at(door.session, door.visit.debtor_id, START)
    now = tracing.observations_at(door.session, door.visit.debtor_id, LATER)
    assert ([o.id for o in then], [o.id for o in now]) == ([str(old.id)], [str(new.id)])
    again = observations.correct(door.session, old.id, better, "misread", actor=admin, now=LATER)
    assert again.id == new.id


def test_what_was_withdrawn_is_not_corrected(door: Door, admin: Actor) -> None:
    old = learn(door, admin)
    observations.withdraw(door.session, old.id, "wrong", actor=admin, now=LATER)
    with pytest.raises(Conflict):
        observations.correct(door.session, old.id, a_report(door), "wrong", actor=admin, now=LATER)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"values": {"shoe size": "43"}}, "values.shoe size"),
        ({"values": {"phone": "12"}}, "values.phone"),
        ({"values": {"plate": "  "}}, "values.plate"),
        ({"values": {"name": "王" * 501}}, "values.name"),
        ({"valid_from": date(2026, 2, 1), "valid_until": date(2026, 1, 1)}, "valid_until"),
        ({"kind": "registry.other_address", "polarity": "denied"}, "polarity"),
        ({"polarity": "maybe"}, "polarity"),
    ],
)
def test_a_value_or_interval_that_cannot_be_is_named(
    door: Door, admin: Actor, changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        learn(door, admin, **changed)
    assert field in [fault.field for fault in refused.value.faults]


def test_a_denial_contradicts_and_is_no_ground(door: Door, admin: Actor) -> None:
    denied = learn(door, admin, polarity="denied")
    assert tracing.believe_and_flag(door.session, door.visit.debtor_id, now=START).flags == []
    learn(door, admin)
    tracing.believe_and_flag(door.session, door.visit.debtor_id, now=START)
    flags = {flag.code: flag for flag in door.session.scalars(select(Flag))}
    assert "disposal" in flags["AT-UNDERVALUE"].contradicted
    assert str(denied.id) not in flags["AT-UNDERVALUE"].grounds


def test_a_value_is_found_however_it_was_written(door: Door, admin: Actor) -> None:
    row = learn(door, admin)
    assert share(door.session, admin, "phone", "+86 13800138000") == [row.id]
    assert share(door.session, admin, "plate", "川a·12345") == [row.id]
    assert share(door.session, admin, "phone", "13900139000") == []


def test_no_value_stands_in_the_database_as_it_is(door: Door, admin: Actor) -> None:
    learn(door, admin, values={"name": "王小明"})
    door.session.flush()
    raw = door.session.execute(text('SELECT "values" FROM observation')).scalar_one()
    assert "王小明".encode() not in bytes(raw)
    assert all(len(key) == 16 for key in door.session.scalars(select(ObservationKey.key)))


def test_a_look_for_a_value_is_kept_with_its_purpose(door: Door, admin: Actor) -> None:
    share(door.session, admin, "phone", "13800138000")
    kept = door.session.scalars(select(AccessRecord)).one()
    assert (kept.purpose, kept.subject) == ("find the buyer", "sharing:phone")


def test_another_organisation_finds_nothing(door: Door, admin: Actor) -> None:
    learn(door, admin)
    stranger = Actor(
        organisation_id=organisations.found(door.session, "Other", now=START).id, role=Role.COUNSEL
    )
    assert share(door.session, stranger, "phone", "13800138000") == []
    assert observation_feed.changes(door.session, stranger, after=0, limit=10) == ([], None)


def test_the_feed_tells_in_order_what_was_recorded_and_withdrawn(door: Door, admin: Actor) -> None:
    row = learn(door, admin)
    learn(door, admin)
    observations.withdraw(door.session, row.id, "typed twice", actor=admin, now=START)
    told, following = observation_feed.changes(door.session, admin, after=0, limit=2)
    rest, end = observation_feed.changes(door.session, admin, after=2, limit=2)
    assert [(c.seq, c.what) for c in [*told, *rest]] == [
        (1, "recorded"),
        (2, "recorded"),
        (3, "withdrawn"),
    ]
    assert (following, end, rest[0].observation.id) == (2, None, row.id)


def test_a_rollback_leaves_no_gap_in_the_feed(door: Door, admin: Actor) -> None:
    learn(door, admin)
    undone = door.session.begin_nested()
    learn(door, admin)
    undone.rollback()
    learn(door, admin)
    numbers = door.session.scalars(select(ObservationChange.seq).order_by(ObservationChange.seq))
    assert list(numbers) == [1, 2]
