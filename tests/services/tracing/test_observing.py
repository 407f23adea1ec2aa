"""What a visit showed, as observations."""

from sqlalchemy import select

from fieldops.domain.permissions import Actor
from fieldops.models import Contact, Observation
from fieldops.services import observing
from tests.builders.doors import Door
from tests.builders.visits import START

MOVED = {"who": "neighbour", "says": "moved_away"}
GONE = {"sighting": "vehicle_absent", "asset": "川A12345"}


def _observe(door: Door, admin: Actor) -> list[Observation]:
    return observing.observe_visit(door.session, door.visit.id, actor=admin, now=START)


def test_an_outcome_with_answers_becomes_observations_with_basis_and_contact(
    door: Door, admin: Actor
) -> None:
    door.both_arrive()
    door.record("vacant", statements=[MOVED], sightings=[GONE])
    found = {row.kind: row for row in _observe(door, admin)}
    assert set(found) == {"visit.vacant", "statement.moved_away", "vehicle.absent"}
    statement = found["statement.moved_away"]
    assert (statement.source_class, statement.basis) == ("neighbour", "THIRD_PARTY_VOLUNTARY")
    assert statement.contact_id == door.session.scalars(select(Contact.id)).one()
    assert statement.grade == {"reliability": "C", "credibility": 3}
    assert found["vehicle.absent"].asset == "川A12345"
    assert found["visit.vacant"].basis == "OBSERVED_FROM_PUBLIC_PLACE"
    assert found["visit.vacant"].origin == f"visit:{door.visit.id}"


def test_observing_twice_writes_each_observation_once(door: Door, admin: Actor) -> None:
    door.both_arrive()
    door.record("vacant", statements=[MOVED, {**MOVED, "who": "property_manager"}])
    assert len(_observe(door, admin)) == 3
    assert len(_observe(door, admin)) == 3
    assert len(door.session.scalars(select(Observation)).all()) == 3


def test_a_doubtful_fix_makes_the_agents_word_doubtful(door: Door, admin: Actor) -> None:
    door.arrive(is_mock=True)
    door.record("vacant")
    assert _observe(door, admin)[0].grade == {"reliability": "B", "credibility": 4}


def test_an_outcome_that_says_nothing_of_residence_shows_nothing(door: Door, admin: Actor) -> None:
    door.both_arrive()
    door.record("not_reached")
    assert _observe(door, admin) == []


def test_a_third_party_who_refuses_is_not_the_debtor_met(door: Door, admin: Actor) -> None:
    door.both_arrive()
    door.visit.party.role = "relative"
    door.record("refused")
    assert _observe(door, admin) == []
    assert door.visit.party.opted_out_at == START


def test_a_visit_without_an_outcome_shows_nothing(door: Door, admin: Actor) -> None:
    assert _observe(door, admin) == []
