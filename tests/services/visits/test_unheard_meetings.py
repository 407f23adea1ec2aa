"""A visit whose outcome nobody has told yet counts as if the debtor had been met."""

from datetime import timedelta
from typing import Any

from fieldops.models import Organisation
from fieldops.services import visits
from fieldops.services.rulings import ContactForbidden
from tests.builders.doors import BOOK, Door, arrival
from tests.builders.visits import START, a_visit

LATER = START + timedelta(days=2)


def _second_visit(door: Door) -> Any:
    """Somebody stands at the same debtor's door two days later."""
    house = door.session.get_one(Organisation, door.case.organisation_id)
    visit = a_visit(
        door.session, house, case=door.case, agent=door.agent, partner=door.partner, start=LATER
    )
    return visits.arrive(
        door.session, visit.id, visits.read_arrival(arrival(device_at=LATER.isoformat())),
        book=BOOK, radius_metres=300.0, actor=door.first, now=LATER,
    )  # fmt: skip


def test_until_its_outcome_comes_in_nobody_goes_there_for_seven_days(door: Door) -> None:
    door.both_arrive()
    refused = _second_visit(door)
    assert isinstance(refused, ContactForbidden)
    assert refused.ruling.rules == ("CN-FREQ-03",)


def test_once_it_is_told_that_nobody_was_at_home_they_may(door: Door) -> None:
    door.both_arrive()
    door.record("no_answer")
    assert not isinstance(_second_visit(door), ContactForbidden)


def test_a_visit_to_whose_door_nobody_came_has_met_nobody(door: Door) -> None:
    assert not isinstance(_second_visit(door), ContactForbidden)
