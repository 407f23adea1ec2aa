"""Where two are due, one alone waits; one who goes away is told of, and is no second then."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from fieldops.domain.errors import Forbidden, InvalidInput, NotFound
from fieldops.domain.permissions import Actor, Role
from fieldops.domain.rulebook.loading import book_from
from fieldops.models import Arrival, Organisation, RulingRecord, Visit
from fieldops.services import visits
from fieldops.services.rulings import ContactForbidden
from fieldops.services.visits import USUALLY, presence
from tests.builders.cases import a_case
from tests.builders.doors import BOOK, Door, arrival
from tests.builders.visits import START, a_visit

HERE, AWAY = 30.66, 30.664  # Four hundred metres.


def _minutes(count: float) -> datetime:
    return START + timedelta(minutes=count)


def _see(door: Door, actor: Actor, lat: float = HERE, *, now: datetime, **changed: Any) -> Visit:
    position = {"lat": lat, "lon": 104.06, "datum": "WGS84"}
    told = {"position": position, "accuracy_metres": 10.0, "fix_age_seconds": 2.0, **changed}
    return visits.see(
        door.session, door.visit.id, visits.read_sighting(told), book=BOOK, together=USUALLY,
        actor=actor, now=now,
    )  # fmt: skip


def _flaws(visit: Visit) -> dict[str, Any]:
    return {one["code"]: one for one in visit.remarks}


def _part(door: Door) -> None:
    """The second is seen four hundred metres from the first, who is seen at the door."""
    door.both_arrive()
    _see(door, door.first, now=_minutes(6))
    _see(door, door.second, AWAY, now=_minutes(7))


def test_one_alone_waits_and_is_told_of_the_rule(door: Door) -> None:
    found = door.arrive(door.first)
    assert door.visit.state == "waiting"
    assert found.waits_for == ("CN-CREW-01",)
    assert door.arrive(door.second).waits_for == ()
    assert door.visit.state == "arrived"


def test_a_house_that_goes_by_twos_where_one_may_go_waits_for_nobody(door: Door) -> None:
    packs = [
        replace(pack, rules=tuple(rule for rule in pack.rules if rule.id != "CN-CREW-01"))
        for pack in BOOK.packs
    ]
    alone = book_from(packs)
    visits.arrive(
        door.session, door.visit.id, visits.read_arrival(arrival()), book=alone,
        radius_metres=300.0, actor=door.first, now=START,
    )  # fmt: skip
    assert door.visit.state == "arrived"


def test_what_one_alone_records_is_kept_and_breaks_the_rule_for_two(door: Door) -> None:
    door.arrive(door.first)
    visit = door.record("met_debtor")
    assert visit.state == "recorded"
    assert _flaws(visit)["not-compliant"]["rules"] == ["CN-CREW-01"]


@pytest.mark.parametrize("first", [0, 1])
def test_a_partner_whose_phone_tells_later_makes_the_recorded_visit_lawful(
    door: Door, first: int
) -> None:
    actors = (door.first, door.second) if first == 0 else (door.second, door.first)
    door.arrive(actors[0])
    door.record(actor=actors[0])
    version = door.visit.version
    visits.arrive(
        door.session, door.visit.id, visits.read_arrival(arrival()), book=BOOK,
        radius_metres=300.0, actor=actors[1], now=_minutes(180), at=_minutes(1),
    )  # fmt: skip
    assert "not-compliant" not in _flaws(door.visit)
    assert door.visit.version >= version
    query = select(RulingRecord.allowed).where(RulingRecord.gate == "close")
    assert door.session.scalars(query.order_by(RulingRecord.id)).all() == [False, True]


def test_one_who_walks_off_sets_the_visit_waiting_and_leaves_the_version(door: Door) -> None:
    door.both_arrive()
    version = door.visit.version
    _see(door, door.first, now=_minutes(6))
    _see(door, door.second, AWAY, now=_minutes(7))
    assert door.visit.state == "waiting"
    assert door.visit.version == version
    parted = _flaws(door.visit)["crew-parted"]
    assert parted["agent_id"] == str(door.partner.id)
    assert parted["metres"] > 400
    assert presence.waiting_since(door.visit) == _minutes(7)


def test_the_close_counts_only_who_stayed(door: Door) -> None:
    _part(door)
    visit = door.record(now=_minutes(9))
    assert _flaws(visit)["not-compliant"]["rules"] == ["CN-CREW-01"]


def test_one_who_comes_back_has_parted_all_the_same(door: Door) -> None:
    _part(door)
    _see(door, door.second, HERE, now=_minutes(8))
    _see(door, door.second, AWAY, now=_minutes(9))
    assert [one["code"] for one in door.visit.remarks] == ["crew-parted"]
    assert door.visit.state == "waiting"


@pytest.mark.parametrize(
    "see",
    [
        lambda d: _see(d, d.second, AWAY, now=_minutes(7), accuracy_metres=250.0),  # vague
        lambda d: _see(d, d.second, 30.663, now=_minutes(7), accuracy_metres=150.0),  # within it
        lambda d: _see(d, d.second, AWAY, now=_minutes(7), fix_age_seconds=121.0),  # old
        lambda d: _see(d, d.second, 30.6615, now=_minutes(7)),  # across the yard
        lambda d: _see(d, d.second, AWAY, now=_minutes(12)),  # his partner was seen long ago
    ],
)
def test_what_is_not_sure_says_nothing(door: Door, see: Callable[[Door], Visit]) -> None:
    door.both_arrive()
    _see(door, door.first, now=_minutes(6))
    see(door)
    assert door.visit.state == "arrived"
    assert door.visit.remarks == []


def test_two_who_walk_away_together_have_not_parted(door: Door) -> None:
    door.both_arrive()
    _see(door, door.first, HERE, now=_minutes(1))
    _see(door, door.first, AWAY, now=_minutes(20))
    _see(door, door.second, AWAY, now=_minutes(21))
    assert door.visit.remarks == []


def test_the_last_place_alone_is_kept_and_none_before_or_after_the_visit(door: Door) -> None:
    _see(door, door.first, AWAY, now=START)
    door.both_arrive()
    _see(door, door.first, HERE, now=_minutes(1))
    _see(door, door.first, 30.6603, now=_minutes(2))
    door.record(now=_minutes(3))
    _see(door, door.first, AWAY, now=_minutes(4))
    mine = door.session.scalars(select(Arrival).where(Arrival.agent_id == door.agent.id)).one()
    assert (mine.lat, mine.seen_lat) == (30.66, 30.6603)


def test_whoever_arrives_at_another_door_has_left_the_one_before(
    door: Door, organisation: Organisation
) -> None:
    door.both_arrive()
    other = a_case(door.session, organisation)
    elsewhere = a_visit(
        door.session, organisation, case=other, agent=door.partner, partner=door.agent, sequence=2
    )
    found = visits.arrive(
        door.session, elsewhere.id,
        visits.read_arrival(arrival(device_at=_minutes(10).isoformat())), book=BOOK,
        radius_metres=300.0, actor=door.second, now=_minutes(10),
    )  # fmt: skip
    assert not isinstance(found, ContactForbidden)
    parted = _flaws(door.visit)["crew-parted"]
    assert (parted["agent_id"], parted["visit_id"]) == (str(door.partner.id), str(elsewhere.id))
    assert (door.visit.state, elsewhere.state) == ("waiting", "waiting")


def test_nobody_but_the_crew_says_where_it_is(door: Door) -> None:
    house = door.visit.organisation_id
    with pytest.raises(Forbidden):
        _see(door, Actor(house, Role.DISPATCHER), now=START)
    with pytest.raises(NotFound):
        _see(door, Actor(house, Role.AGENT, None, door.case.id), now=START)


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("accuracy_metres", {"accuracy_metres": -1.0}),
        ("fix_age_seconds", {"fix_age_seconds": "soon"}),
        ("position.datum", {"position": {"lat": 1.0, "lon": 1.0, "datum": None}}),
        ("position.lat", {"position": {"lon": 1.0, "datum": "WGS84"}}),
        ("mood", {"mood": "good"}),
    ],
)
def test_a_wrong_sighting_is_refused_with_its_field(field: str, changed: dict[str, Any]) -> None:
    right = {
        "position": {"lat": 30.66, "lon": 104.06, "datum": "WGS84"},
        "accuracy_metres": 5.0,
        "fix_age_seconds": 1.0,
    }
    with pytest.raises(InvalidInput) as refused:
        visits.read_sighting({**right, **changed})
    assert field in [fault.field for fault in refused.value.faults]
