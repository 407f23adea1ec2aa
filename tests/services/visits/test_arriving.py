"""Arriving at the door."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from fieldops.domain.errors import Conflict, InvalidInput, NotFound
from fieldops.domain.permissions import Actor, Role
from fieldops.models import Agent, Arrival, Organisation, RulingRecord
from fieldops.services import visits
from fieldops.services.rulings import ContactForbidden
from fieldops.services.visits.arriving import OffDuty
from tests.builders.cases import a_shift, an_agent
from tests.builders.doors import BOOK, SHOWN, Door, arrival
from tests.builders.visits import START


def test_two_arrivals_prove_that_two_came(door: Door) -> None:
    assert door.arrive(door.first).present == 1
    assert door.visit.state == "waiting"
    assert door.arrive(door.second).present == 2
    assert door.visit.state == "arrived"
    assert door.visit.remarks == []


def test_the_partners_arrival_leaves_the_version_that_the_first_one_read(door: Door) -> None:
    door.arrive(door.first)
    version = door.visit.version
    door.arrive(door.second)
    assert door.visit.version == version


def test_the_second_of_a_crew_does_not_make_the_visit_longer(door: Door) -> None:
    # The visit ends on the stroke at which the lawful hours of the morning end.
    door.visit.planned_start = START + timedelta(minutes=105)
    door.visit.planned_finish = START + timedelta(minutes=120)
    for actor, late in ((door.first, 0), (door.second, 15)):
        now = door.visit.planned_start + timedelta(seconds=late)
        found = visits.arrive(
            door.session,
            door.visit.id,
            visits.read_arrival(arrival(device_at=now.isoformat())),
            book=BOOK,
            radius_metres=300.0,
            actor=actor,
            now=now,
        )
        assert not isinstance(found, ContactForbidden)


def test_the_same_word_twice_is_one_arrival(door: Door) -> None:
    first, again = door.arrive(), door.arrive()
    assert first.arrival.id == again.arrival.id
    assert len(door.session.scalars(select(RulingRecord)).all()) == 1


def test_another_word_after_the_first_is_a_conflict(door: Door) -> None:
    door.arrive()
    with pytest.raises(Conflict):
        door.arrive(accuracy_metres=99.0)


def test_a_gcj02_fix_is_turned_into_wgs84_once_and_kept_as_it_came(door: Door) -> None:
    given = {"lat": 30.6576, "lon": 104.0624, "datum": "GCJ02"}
    found: Arrival = door.arrive(position=given).arrival
    assert found.given_position == given
    assert abs(found.lat - 30.66) < 0.001
    assert found.distance_metres is not None
    assert found.distance_metres < 300


@pytest.mark.parametrize("lacking", sorted(SHOWN))
def test_whatever_the_door_asks_for_is_asked_for(door: Door, lacking: str) -> None:
    refusal = door.arrive(facts={**SHOWN, lacking: False})
    assert isinstance(refusal, ContactForbidden)
    assert door.visit.state == "planned"


def test_a_refused_arrival_is_kept_as_a_ruling(door: Door) -> None:
    door.arrive(facts={})
    kept = door.session.scalars(select(RulingRecord)).one()
    assert (kept.gate, kept.allowed, kept.case_id) == ("door", False, door.case.id)
    assert kept.subject == f"visit:{door.visit.id}"


def test_a_crew_of_one_is_refused_at_the_door(door: Door) -> None:
    door.visit.partner_id = None
    refusal = door.arrive()
    assert isinstance(refusal, ContactForbidden)
    assert "CN-CREW-01" in refusal.ruling.rules


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"position": {"lat": 30.70, "lon": 104.06, "datum": "WGS84"}}, "far-from-address"),
        ({"is_mock": True}, "mock-position"),
        ({"fix_age_seconds": 4000}, "old-position"),
        ({"accuracy_metres": 900}, "vague-position"),
        ({"device_at": (START - timedelta(hours=2)).isoformat()}, "clock-differs"),
    ],
)
def test_a_doubtful_fix_is_remarked_and_never_refused(
    door: Door, changed: dict[str, Any], code: str
) -> None:
    door.arrive(**changed)
    assert [remark["code"] for remark in door.visit.remarks] == [code]
    assert door.visit.state == "waiting"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"position": {"lat": 30.66, "lon": 104.06}}, "position.datum"),  # No datum at all.
        ({"position": {"lat": 104.06, "lon": 30.66, "datum": "WGS84"}}, "position.lat,lon"),
        ({"position": {"lat": 0, "lon": 0, "datum": "WGS84"}}, "position.lat,lon"),
        ({"accuracy_metres": float("nan")}, "accuracy_metres"),
        ({"accuracy_metres": -1}, "accuracy_metres"),
        ({"fix_age_seconds": True}, "fix_age_seconds"),
        ({"device_at": "2026-11-24T10:00:00"}, "device_at"),  # No offset.
        ({"facts": {"badge": True}}, "facts.badge"),
        ({"facts": {"badge_shown": "yes"}}, "facts.badge_shown"),
        ({"speed": 3}, "speed"),
    ],
)
def test_a_faulty_report_names_its_field(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as wrong:
        visits.read_arrival(arrival(**changed))
    assert wrong.value.faults[0].field == field
    assert wrong.value.faults[0].cure


def test_somebody_elses_visit_does_not_exist(door: Door, organisation: Organisation) -> None:
    other = an_agent(door.session, organisation, code="D3")
    stranger = Actor(other.organisation_id, Role.AGENT, None, other.id)
    with pytest.raises(NotFound):
        door.arrive(stranger)


def test_a_visit_of_another_day_waits_for_its_day(door: Door) -> None:
    with pytest.raises(Conflict):
        visits.arrive(
            door.session,
            door.visit.id,
            visits.read_arrival(arrival()),
            book=BOOK,
            radius_metres=300.0,
            actor=door.first,
            now=START - timedelta(days=1),
        )


def test_no_position_is_taken_outside_of_working_hours(door: Door) -> None:
    shift = a_shift(door.session, door.session.get_one(Agent, door.visit.agent_id), START.date())
    shift.starts_at, shift.ends_at = START + timedelta(hours=4), START + timedelta(hours=8)
    door.session.flush()
    with pytest.raises(OffDuty):
        door.arrive()
    assert door.session.scalars(select(Arrival)).all() == []
