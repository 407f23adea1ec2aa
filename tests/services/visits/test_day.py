"""The agent's day."""

from datetime import timedelta

import pytest

from fieldops.domain.errors import Forbidden, NotFound
from fieldops.domain.permissions import Actor
from fieldops.models import Organisation
from fieldops.services import visits
from tests.builders.cases import a_case
from tests.builders.doors import Door
from tests.builders.visits import START, a_visit

DAY = START.date()


def test_a_day_is_in_driving_order_for_agent_and_partner(
    door: Door, organisation: Organisation
) -> None:
    other = a_case(door.session, organisation, name="欧阳娜娜", phone="+8613800138000")
    earlier = a_visit(
        door.session, organisation, case=other, agent=door.partner, partner=door.agent, sequence=0
    )
    for actor in (door.first, door.second):
        day = visits.my_day(door.session, actor, DAY, now=START)
        assert [one.visit.id for one in day] == [earlier.id, door.visit.id]
    assert day[0].to_know["debtor"] == "欧阳**"
    assert day[0].to_know["phone"] == "138****8000"
    assert [one["code"] for one in day[1].crew] == ["D1", "D2"]


def test_a_party_who_opted_out_is_not_to_be_spoken_to(door: Door) -> None:
    door.visit.party.opted_out_at = START
    door.session.flush()
    day = visits.my_day(door.session, door.first, DAY, now=START)
    assert day[0].may_speak_to == []


def test_a_day_far_off_is_not_shown(door: Door) -> None:
    with pytest.raises(NotFound):
        visits.my_day(door.session, door.first, DAY + timedelta(days=2), now=START)


def test_only_a_field_agent_has_a_day(door: Door, admin: Actor) -> None:
    with pytest.raises(Forbidden):
        visits.my_day(door.session, admin, DAY, now=START)
