"""Many observations at once: judged one by one, written together, believed of once each."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from fieldops.domain.errors import Forbidden, InvalidInput
from fieldops.domain.lawfulness import Basis, SourceClass
from fieldops.domain.permissions import Actor, Role
from fieldops.models import Observation, ObservationKey, Organisation, OutboxFact, Person
from fieldops.services import observation_batches as batches
from fieldops.services import observation_feed, organisations, trace_standings, tracing
from fieldops.services.observation_checks import ObservationReport
from tests.builders.doors import Door
from tests.builders.visits import START


def _report(door: Door, **changed: Any) -> ObservationReport:
    values: dict[str, Any] = {
        "case_id": door.case.id,
        "kind": "vendor.other_address",
        "observed_at": START - timedelta(days=30),
        "source_class": SourceClass.VENDOR,
        "source_id": "vendor1",
        "basis": Basis.LICENSED_BUREAU,
        "address_id": door.visit.address_id,
    }
    return ObservationReport(**{**values, **changed})


def _record(
    door: Door, actor: Actor, *reports: ObservationReport, at: datetime | None = None
) -> batches.Batch:
    return batches.record_batch(door.session, reports, recorded_at=at, actor=actor, now=START)


def _a_drill(door: Door, actor: Actor) -> None:
    organisations.of(door.session, actor).kind = organisations.DRILL


def test_what_is_sound_is_written_and_what_is_not_is_answered(door: Door, admin: Actor) -> None:
    gossip = _report(door, kind="gossip.heard")
    found = _record(door, admin, _report(door), gossip, _report(door, source_id="vendor2"))
    assert (found.recorded, found.refused) == (2, 1)
    assert [one.id is None for one in found.items] == [False, True, False]
    assert [fault.field for fault in found.items[1].errors] == ["kind"]
    rows = door.session.scalars(select(Observation)).all()
    assert {row.id for row in rows} == {one.id for one in found.items if one.id}
    assert {row.recorded_at for row in rows} == {START}


def test_a_batch_without_anything_sound_leaves_no_trace(door: Door, admin: Actor) -> None:
    _record(door, admin, _report(door, kind="gossip.heard"))
    assert door.session.scalar(select(func.count(Observation.id))) == 0
    assert door.session.scalar(select(func.count(OutboxFact.id))) == 0


def test_a_batch_is_one_fact_about_everybody_in_it(door: Door, admin: Actor) -> None:
    found = _record(door, admin, _report(door), _report(door, source_id="vendor2"))
    facts = door.session.scalars(select(OutboxFact)).all()
    assert [fact.payload for fact in facts] == [{"batch_id": str(found.id)}]
    assert batches.persons_of(door.session, found.id, admin) == [door.visit.debtor_id]


def test_another_organisations_case_is_no_case(
    door: Door, admin: Actor, organisation: Organisation
) -> None:
    house = organisations.found(door.session, "Another agency", now=START)
    found = _record(door, Actor(house.id, Role.SYSTEM), _report(door))
    assert (found.recorded, found.refused) == (0, 1)
    assert {fault.field for fault in found.items[0].errors} == {"person_id", "address_id"}


def test_a_third_partys_word_needs_its_contact_here_too(door: Door, admin: Actor) -> None:
    word = _report(
        door,
        kind="statement.moved_away",
        source_class=SourceClass.NEIGHBOUR,
        basis=Basis.THIRD_PARTY_VOLUNTARY,
    )
    (answer,) = _record(door, admin, word).items
    assert [fault.field for fault in answer.errors] == ["contact_id"]


def test_only_the_service_says_when_something_was_recorded(door: Door, admin: Actor) -> None:
    with pytest.raises(InvalidInput) as wrong:
        _record(door, admin, _report(door), at=START - timedelta(days=7))
    assert [fault.field for fault in wrong.value.faults] == ["recorded_at"]


def test_a_drill_plays_its_own_time(door: Door, admin: Actor) -> None:
    _a_drill(door, admin)
    at = START - timedelta(days=7)
    found = _record(door, admin, _report(door), at=at)
    assert door.session.scalars(select(Observation)).one().recorded_at == at
    assert batches.working_time(door.session, found.id, actor=admin, now=START) == at


def test_even_a_drill_plays_no_time_to_come(door: Door, admin: Actor) -> None:
    _a_drill(door, admin)
    with pytest.raises(InvalidInput):
        _record(door, admin, _report(door), at=START + timedelta(seconds=1))


def test_what_was_seen_after_it_was_recorded_is_refused(door: Door, admin: Actor) -> None:
    _a_drill(door, admin)
    at = START - timedelta(days=60)
    (answer,) = _record(door, admin, _report(door), at=at).items
    assert [fault.field for fault in answer.errors] == ["observed_at"]


def test_whoever_may_not_record_records_no_batch(door: Door) -> None:
    with pytest.raises(Forbidden):
        _record(door, door.first, _report(door))


def test_standings_are_what_was_shown_at_each_date(door: Door, admin: Actor) -> None:
    _a_drill(door, admin)
    dates = [START - timedelta(days=days) for days in (21, 14, 0)]
    _record(door, admin, _report(door), at=dates[1])
    _record(door, admin, _report(door, source_id="vendor2"), at=dates[2])
    page, following = trace_standings.standings(
        door.session, admin, as_of=dates, after=None, limit=50, now=START
    )
    assert following is None
    (person,) = [one for one in page if one.person_id == door.visit.debtor_id]
    shown = {one.as_of: one.p_moved for one in person.beliefs}
    for date in dates[1:]:
        seen = tracing.observations_at(door.session, door.visit.debtor_id, date)
        found = tracing.beliefs_at(door.session, door.visit.debtor_id, seen, date)
        assert shown[date] == found[str(door.visit.address_id)].p_moved
    assert shown[dates[1]] < shown[dates[2]]


def test_standings_of_a_time_before_a_withdrawal_still_count_what_was_withdrawn(
    door: Door, admin: Actor
) -> None:
    _a_drill(door, admin)
    dates = [START - timedelta(days=7), START]
    _record(door, admin, _report(door), at=dates[0])
    row = door.session.scalars(select(Observation)).one()
    row.withdrawn_at = START - timedelta(days=1)
    page, _ = trace_standings.standings(
        door.session, admin, as_of=dates, after=None, limit=50, now=START
    )
    told = [one.as_of for person in page for one in person.beliefs]
    assert told == dates[:1]


def test_standings_of_a_time_to_come_are_refused(door: Door, admin: Actor) -> None:
    with pytest.raises(InvalidInput):
        trace_standings.standings(
            door.session,
            admin,
            as_of=[START + timedelta(days=1)],
            after=None,
            limit=50,
            now=START,
        )


def test_a_batch_is_told_in_the_feed_and_found_by_its_values(door: Door, admin: Actor) -> None:
    sale = _report(
        door,
        kind="asset.owned",
        source_class=SourceClass.REGISTRY,
        basis=Basis.PUBLIC_REGISTER,
        address_id=None,
        asset="川A12345",
        values={"phone": "138 0013 8000"},
    )
    found = _record(door, admin, _report(door), sale)
    told, _ = observation_feed.changes(door.session, admin, after=0, limit=10)
    assert [(one.seq, one.observation.id) for one in told] == [
        (number, item.id) for number, item in enumerate(found.items, 1)
    ]
    keys = select(ObservationKey.kind).where(ObservationKey.observation_id == found.items[1].id)
    assert sorted(door.session.scalars(keys)) == ["asset", "phone"]
    due = select(Person.links_due).where(Person.id == door.visit.debtor_id)
    assert door.session.scalar(due) is True
