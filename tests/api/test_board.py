"""The data of the dispatcher's board: a plan's day, who waits, the running day, areas, the week."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.models import Arrival, DayChange, Organisation, Plan, Stop, TrackPoint
from fieldops.services import organisations
from fieldops.services.planning import requesting
from tests.builders.cases import NOW, a_case
from tests.builders.journals import a_device
from tests.builders.living import a_running_day, reached, visits_of
from tests.builders.planning import a_proposed_plan, a_requested_plan, a_team, some_cases
from tests.builders.statements import heard
from tests.conftest import Person

SignIn = Callable[..., Person]


@pytest.fixture
def plan(session: Session, organisation: Organisation, admin: Actor) -> Plan:
    """Two crews and thirteen visits, ten o'clock; so many are planned faster than a few."""
    return a_running_day(session, organisation, admin, cases=13)


@pytest.fixture
def dispatcher(signed_in: SignIn, organisation: Organisation) -> Person:
    """Somebody who plans."""
    return signed_in("dispatcher", organisation)


def _day(person: Person, plan: Plan, more: str = "") -> Any:
    return person.get(f"/api/v1/plans/{plan.id}/day.geojson?day={plan.day}{more}").json


def _pool(person: Person, query: str) -> Any:
    return person.get(f"/api/v1/board/pool.geojson?{query}")


def _pin(person: Person, plan: Plan, stops: list[str], *, pinned: bool = True) -> Any:
    body = {"stop_ids": stops, "pinned": pinned}
    headers = {"If-Match": f'"{plan.version}"'}
    return person.post(f"/api/v1/plans/{plan.id}/pins", json=body, headers=headers)


def test_a_day_holds_its_routes_as_lines_and_its_stops_in_order(
    dispatcher: Person, plan: Plan
) -> None:
    found = _day(dispatcher, plan)
    routes = {one["id"]: one for one in found["features"] if one["properties"]["kind"] == "route"}
    stops = [one["properties"] for one in found["features"] if one["properties"]["kind"] == "stop"]
    assert len(stops) == 13
    for route_id, route in routes.items():
        own = [one for one in stops if one["route_id"] == route_id]
        assert [one["sequence"] for one in own] == list(range(1, len(own) + 1))
        assert len(route["geometry"]["coordinates"]) == len(own) + 2
        assert len(route["properties"]["agents"]) == 2
    assert found["plan"]["version"] == plan.version


def test_a_map_in_another_datum_gets_shifted_positions(dispatcher: Person, plan: Plan) -> None:
    plain, shifted = _day(dispatcher, plan), _day(dispatcher, plan, "&datum=GCJ02")
    one, other = (
        next(
            f["geometry"]["coordinates"]
            for f in each["features"]
            if f["geometry"]["type"] == "Point"
        )
        for each in (plain, shifted)
    )
    assert 0.002 < other[0] - one[0] < 0.003
    assert (plain["datum"], shifted["datum"]) == ("WGS84", "GCJ02")


def test_another_organisations_day_is_not_there(
    session: Session, plan: Plan, signed_in: SignIn
) -> None:
    stranger = signed_in("dispatcher", organisations.found(session, "Other agency", now=NOW))
    for what in (f"day.geojson?day={plan.day}", "live.geojson", "compare"):
        assert stranger.get(f"/api/v1/plans/{plan.id}/{what}").status_code == 404
    assert _pool(stranger, f"plan_id={plan.id}").status_code == 404
    assert _pool(stranger, "").json["features"] == []
    assert stranger.get(f"/api/v1/board/areas.geojson?plan_id={plan.id}").status_code == 404
    assert stranger.get(f"/api/v1/board/week?day={plan.day}").json["items"] == []
    assert _pin(stranger, plan, [str(uuid4())]).status_code == 404


def test_the_pool_is_paged_the_most_pressing_first(
    session: Session, dispatcher: Person, plan: Plan, organisation: Organisation
) -> None:
    for priority in (5, 1, 3, 3):
        a_case(session, organisation, priority=priority)
    session.commit()
    found, after = [], ""
    while True:
        page = _pool(dispatcher, f"plan_id={plan.id}&limit=2{after}")
        found += page.json["features"]
        if page.json["next"] is None:
            break
        assert 'rel="next"' in page.headers["Link"]
        after = f"&after={page.json['next']}"
    assert [one["properties"]["priority"] for one in found] == [1, 3, 3, 5]
    assert len({one["id"] for one in found}) == 4


def test_the_pool_is_narrowed_to_one_priority(
    dispatcher: Person, session: Session, organisation: Organisation
) -> None:
    for priority in (5, 1, 3):
        a_case(session, organisation, priority=priority)
    session.commit()
    found = _pool(dispatcher, "priority=3").json["features"]
    assert [one["properties"]["priority"] for one in found] == [3]


def test_the_pool_is_searched_by_number_and_by_part_of_the_map(
    session: Session, dispatcher: Person, organisation: Organisation
) -> None:
    a_case(session, organisation, number="HT-100%", lat=30.70, lon=104.00)
    a_case(session, organisation, number="HT-1009", lat=30.60, lon=104.10)
    a_case(session, organisation, number="HT-1010", lat=None, lon=None)
    session.commit()

    def numbers(query: str) -> list[str]:
        return [one["properties"]["number"] for one in _pool(dispatcher, query).json["features"]]

    assert numbers("number=ht-100%25") == ["HT-100%"]
    assert numbers("bbox=104.05,30.5,104.2,30.65") == ["HT-1009"]
    assert sorted(numbers("number=HT")) == ["HT-100%", "HT-1009", "HT-1010"]


@pytest.mark.parametrize(
    "query",
    [
        "bbox=1,2,3",  # a corner is missing
        "bbox=105,30,104,31",  # east lies west of west
        "bbox=a,b,c,d",  # no numbers
        "after=nowhere",  # no place in the list
        "priority=9",  # there is no such class
        "limit=0",
        "datum=BD09",
        "plan_id=x",
    ],
)
def test_a_wrong_question_to_the_pool_is_refused(dispatcher: Person, query: str) -> None:
    answer = _pool(dispatcher, query)
    assert answer.status_code == 422
    assert answer.json["errors"]


def test_who_is_not_served_says_why(
    session: Session, dispatcher: Person, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation)
    a_case(session, organisation, lat=None, lon=None)
    plan = a_proposed_plan(session, admin)
    session.commit()
    one = _pool(dispatcher, f"plan_id={plan.id}").json["features"][0]
    assert one["geometry"] is None
    assert [why["code"] for why in one["properties"]["reasons"]] == ["not-located"]


def test_an_agent_is_where_his_phone_last_said_and_nowhere_before(
    session: Session, dispatcher: Person, plan: Plan
) -> None:
    url = f"/api/v1/plans/{plan.id}/live.geojson"
    before = dispatcher.get(url).json
    assert all(one["geometry"] is None for one in before["features"])
    assert all(one["properties"]["seen_at"] is None for one in before["features"])
    visit = reached(visits_of(session, plan)[0], left=False)
    session.add(
        Arrival(
            organisation_id=plan.organisation_id, visit_id=visit.id, agent_id=visit.agent_id,
            device_at=visit.arrived_at, received_at=visit.arrived_at, lat=30.66, lon=104.06,
            accuracy_metres=12, fix_age_seconds=1,
        )
    )  # fmt: skip
    session.commit()
    found = {one["id"]: one for one in dispatcher.get(url).json["features"]}
    his = found[str(visit.agent_id)]
    assert his["geometry"]["coordinates"] == [104.06, 30.66]
    assert his["properties"]["standing_at"]["visit_id"] == str(visit.id)
    assert found[str(visit.partner_id)]["geometry"] is None


def test_a_phone_that_says_it_is_there_and_a_tracker_are_heard_of_without_a_visit(
    session: Session, dispatcher: Person, plan: Plan, signed_in: SignIn, organisation: Organisation
) -> None:
    first = visits_of(session, plan)[0]
    agent = signed_in("agent", organisation, agent_id=first.agent_id)
    device = a_device(session, agent.actor)
    device.last_seen_at, device.battery_percent, device.pending = NOW, 40, 2
    session.add(
        TrackPoint(
            organisation_id=plan.organisation_id, agent_id=first.agent_id, device_id=device.id,
            at=NOW - timedelta(minutes=5), received_at=NOW, lat=30.61, lon=104.01,
            accuracy_metres=20,
        )
    )  # fmt: skip
    session.commit()
    found = dispatcher.get(f"/api/v1/plans/{plan.id}/live.geojson").json["features"]
    his = next(one for one in found if one["id"] == str(first.agent_id))
    assert his["geometry"]["coordinates"] == [104.01, 30.61]
    told = his["properties"]
    assert datetime.fromisoformat(told["seen_at"]) == NOW
    assert datetime.fromisoformat(told["fix_at"]) == NOW - timedelta(minutes=5)
    assert (told["battery_percent"], told["pending"]) == (40, 2)


def test_the_areas_are_rings_around_the_visits_of_a_territory(
    dispatcher: Person, plan: Plan
) -> None:
    found = dispatcher.get(f"/api/v1/board/areas.geojson?plan_id={plan.id}").json["features"]
    assert found
    for one in found:
        ring = one["geometry"]["coordinates"][0]
        assert ring[0] == ring[-1]
        assert one["properties"]["kind"] == "territory"


def test_the_week_tells_each_agents_load(dispatcher: Person, plan: Plan) -> None:
    found = dispatcher.get(f"/api/v1/board/week?day={plan.day}&limit=3").json
    assert len(found["items"]) == 3
    assert found["next"] == found["items"][-1]["id"]
    first = found["items"][0]["days"][0]
    assert first["plan_state"] == "committed"
    assert first["visits"] > 0
    assert 0 < first["work_minutes"] <= first["shift_minutes"]
    assert found["items"][0]["days"][1]["shift_id"] is None


def test_a_proposal_is_held_against_the_committed_plan(
    session: Session, dispatcher: Person, plan: Plan, admin: Actor, organisation: Organisation
) -> None:
    new = a_case(session, organisation, lat=30.665, lon=104.065)
    proposal = a_proposed_plan(session, admin, day=plan.day)
    session.commit()
    found = dispatcher.get(f"/api/v1/plans/{proposal.id}/compare").json
    assert found["other"]["id"] == str(plan.id)
    assert found["figures"]["served"] == [proposal.figures["served"], 13]
    assert found["counts"]["removed"] == 13
    assert str(new.id) not in {one["case_id"] for one in found["lines"] if one["crew"]}


def test_a_first_plan_has_nothing_to_be_held_against(
    session: Session, dispatcher: Person, plan: Plan
) -> None:
    found = dispatcher.get(f"/api/v1/plans/{plan.id}/compare").json
    assert (found["other"], found["lines"]) == (None, [])


def test_a_pinned_visit_stays_when_the_rest_is_planned_again(
    session: Session, dispatcher: Person, plan: Plan
) -> None:
    stop = next(
        one for one in _day(dispatcher, plan)["features"] if one["properties"]["kind"] == "stop"
    )
    answer = _pin(dispatcher, plan, [stop["id"]])
    assert answer.status_code == 200
    headers = {"If-Match": answer.headers["ETag"]}
    body = {"reason": "rain", "budget": 0.1}
    change = dispatcher.post(f"/api/v1/plans/{plan.id}/replan", json=body, headers=headers).json
    order = next(
        one for one in change_orders(session, change["id"])
        if stop["properties"]["address_id"] in one["stops"]
    )  # fmt: skip
    row = session.get_one(Stop, UUID(stop["id"]))
    assert row.pinned
    assert row.route is not None
    assert str(row.route.shift_id) in order["shifts"]


def change_orders(session: Session, change_id: str) -> list[dict[str, Any]]:
    """The orders of a proposed change."""
    return list(session.get_one(DayChange, UUID(change_id)).recipe["orders"])


def test_a_stop_without_a_route_cannot_be_pinned(
    session: Session, dispatcher: Person, organisation: Organisation, admin: Actor
) -> None:
    a_team(session, organisation)
    a_case(session, organisation, lat=None, lon=None)
    plan = a_proposed_plan(session, admin)
    session.commit()
    stop = session.scalars(select(Stop).where(Stop.plan_id == plan.id)).one()
    answer = _pin(dispatcher, plan, [str(stop.id)])
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "stop_ids"
    assert _pin(dispatcher, plan, [str(uuid4())]).status_code == 404


def test_what_is_pinned_in_a_proposal_stays_with_its_crew_in_the_next(
    session: Session, organisation: Organisation, admin: Actor, dispatcher: Person
) -> None:
    a_team(session, organisation, crews=2)
    some_cases(session, organisation, 13)
    plan = a_proposed_plan(session, admin)
    session.commit()
    features = _day(dispatcher, plan)["features"]
    routes = [one for one in features if one["properties"]["kind"] == "route"]
    stop = next(one for one in features if one["properties"]["kind"] == "stop")
    _pin(dispatcher, plan, [stop["id"]])
    again = a_proposed_plan(session, admin, keep=plan.id)
    session.commit()
    kept = next(
        one["properties"] for one in _day(dispatcher, again)["features"]
        if one["properties"].get("address_id") == stop["properties"]["address_id"]
    )  # fmt: skip
    mine = next(one for one in routes if one["id"] == stop["properties"]["route_id"])
    theirs = next(
        one for one in _day(dispatcher, again)["features"] if one["id"] == kept["route_id"]
    )
    assert kept["pinned"]
    assert set(mine["properties"]["shift_ids"]) == set(theirs["properties"]["shift_ids"])


def test_two_runs_over_the_same_day_are_refused_with_the_way_out(
    session: Session, organisation: Organisation, admin: Actor, dispatcher: Person
) -> None:
    running = a_requested_plan(session, admin, days=3)
    session.commit()
    answer = dispatcher.post("/api/v1/plans", json={"day": "2026-11-27"})
    assert answer.status_code == 409
    assert answer.json["type"].endswith("plan-under-way")
    assert answer.json["plan_id"] == str(running.id)
    assert dispatcher.post("/api/v1/plans", json={"day": "2026-11-28"}).status_code == 202
    requesting.discard_plan(session, running.id, version=None, actor=admin, now=NOW)
    session.commit()
    assert dispatcher.post("/api/v1/plans", json={"day": "2026-11-27"}).status_code == 202


def test_the_questions_do_not_grow_with_the_number_of_visits(
    session: Session, dispatcher: Person, organisation: Organisation, admin: Actor
) -> None:
    small = a_running_day(session, organisation, admin, crews=1, cases=2)
    urls = (
        f"/api/v1/plans/{small.id}/day.geojson?day={small.day}",
        f"/api/v1/board/pool.geojson?plan_id={small.id}",
        f"/api/v1/board/week?day={small.day}",
        f"/api/v1/board/areas.geojson?plan_id={small.id}",
    )
    route_id = session.scalars(select(Stop.route_id).where(Stop.plan_id == small.id)).first()
    counts = []
    for _ in range(3):
        for number in range(6):
            session.add(_another(session, small, organisation, route_id if number % 2 else None))
        session.commit()
        session.expire_all()
        with heard(session) as said:
            assert [dispatcher.get(url).status_code for url in urls] == [200] * 4
        counts.append(len(said))
    assert counts[1] == counts[2]


def _another(
    session: Session, plan: Plan, organisation: Organisation, route_id: UUID | None
) -> Stop:
    case = a_case(session, organisation)
    served = {"sequence": 9, "starts_at": NOW, "finishes_at": NOW} if route_id else {}
    return Stop(
        organisation_id=plan.organisation_id, plan_id=plan.id, case_id=case.id,
        address_id=case.addresses[0].id, route_id=route_id, windows=[], reasons=[], **served,
    )  # fmt: skip
