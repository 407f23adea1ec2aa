"""Plans over HTTP."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import gpxpy
import pytest
from icalendar import Calendar
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.models import Case, Hold, Organisation, Plan
from fieldops.services import organisations
from tests.builders.cases import NOW, an_agent
from tests.builders.planning import a_proposed_plan, a_team, some_cases
from tests.conftest import Person

SignIn = Callable[..., Person]
URL = "/api/v1/plans"


@pytest.fixture
def cases(session: Session, organisation: Organisation) -> list[Case]:
    """One crew and three cases."""
    a_team(session, organisation)
    return some_cases(session, organisation, 3)


@pytest.fixture
def plan(session: Session, cases: list[Case], admin: Actor) -> Plan:
    """The plan proposed for them."""
    assert cases
    plan = a_proposed_plan(session, admin)
    session.commit()
    return plan


@pytest.fixture
def dispatcher(signed_in: SignIn, organisation: Organisation) -> Person:
    """Somebody who plans."""
    return signed_in("dispatcher", organisation)


def _at(plan: Plan) -> dict[str, str]:
    return {"If-Match": f'"{plan.version}"'}


def _hold(session: Session, case: Case) -> None:
    session.add(
        Hold(
            organisation_id=case.organisation_id,
            kind="cease",
            scope="person",
            person_id=case.parties[0].person_id,
            starts_at=NOW,
            reason="asked",
            placed_at=NOW,
        )
    )
    session.commit()


def test_asking_for_a_plan_is_accepted(dispatcher: Person) -> None:
    answer = dispatcher.post(URL, json={"day": "2026-11-25"})
    assert answer.status_code == 202
    assert answer.json["state"] == "solving"
    assert answer.headers["Location"].endswith(answer.json["id"])
    assert answer.json["budget_seconds"] == 20.0


@pytest.mark.parametrize(
    "body",
    [
        {},  # no day
        {"day": "2026-02-30"},  # no such day
        {"day": "2026-11-25", "days": 0},
        {"day": "2026-11-25", "budget": 0},
        {"day": "2026-11-25", "budget": 1e9},
        {"day": "2026-11-25", "seed": -1},
        {"day": "2020-01-01"},  # past
        {"day": "2026-11-25", "colour": "red"},  # unknown
    ],
)
def test_a_senseless_request_is_refused(dispatcher: Person, body: dict[str, Any]) -> None:
    answer = dispatcher.post(URL, json=body)
    assert answer.status_code == 422
    assert answer.json["errors"]


def test_a_plan_is_read_with_routes_and_stops(dispatcher: Person, plan: Plan) -> None:
    answer = dispatcher.get(f"{URL}/{plan.id}")
    assert answer.headers["ETag"] == f'"{plan.version}"'
    assert len(answer.json["routes"]) == 1
    assert [stop["sequence"] for stop in answer.json["stops"]] == [1, 2, 3]


def test_plans_are_listed_by_day(dispatcher: Person, plan: Plan) -> None:
    assert [one["id"] for one in dispatcher.get(f"{URL}?day=2026-11-25").json["items"]] == [
        str(plan.id)
    ]
    assert dispatcher.get(f"{URL}?day=2026-11-26").json["items"] == []


def test_a_commit_makes_visits(dispatcher: Person, plan: Plan) -> None:
    answer = dispatcher.post(f"{URL}/{plan.id}/commit", json={}, headers=_at(plan))
    assert answer.status_code == 200
    assert answer.json["visits"] == 3
    assert answer.json["plan"]["state"] == "committed"


def test_a_commit_must_name_the_version(dispatcher: Person, plan: Plan) -> None:
    url = f"{URL}/{plan.id}/commit"
    assert dispatcher.post(url, json={}).status_code == 428
    assert dispatcher.post(url, json={}, headers={"If-Match": '"99"'}).status_code == 412


def test_a_commit_that_the_rules_forbid_lists_them_and_is_kept(
    session: Session,
    dispatcher: Person,
    plan: Plan,
    cases: list[Case],
    signed_in: SignIn,
    organisation: Organisation,
) -> None:
    _hold(session, cases[0])
    answer = dispatcher.post(
        f"{URL}/{plan.id}/commit", json={}, headers={**_at(plan), "Idempotency-Key": "one"}
    )
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert answer.json["type"].endswith("contact-forbidden")
    (violation,) = answer.json["violations"]
    assert violation["rule"] == "GL-CEASE-01"
    assert violation["overridable_by"] == ["case_worker"]
    assert answer.json["rule_pack"].startswith("cn-")
    kept = signed_in("auditor", organisation).get("/api/v1/rulings?gate=commit").json["items"]
    assert [one["case_id"] for one in kept] == [str(cases[0].id)]


def test_a_commit_can_leave_out_what_is_forbidden(
    session: Session, dispatcher: Person, plan: Plan, cases: list[Case]
) -> None:
    _hold(session, cases[0])
    answer = dispatcher.post(
        f"{URL}/{plan.id}/commit", json={"drop_forbidden": True}, headers=_at(plan)
    )
    assert answer.json["visits"] == 2
    assert [one["case_id"] for one in answer.json["dropped"]] == [str(cases[0].id)]


def test_a_plan_is_discarded(dispatcher: Person, plan: Plan) -> None:
    answer = dispatcher.post(f"{URL}/{plan.id}/discard", headers=_at(plan))
    assert answer.json["state"] == "discarded"


def test_a_stop_is_taken_out_and_its_cost_told(dispatcher: Person, plan: Plan) -> None:
    stop = dispatcher.get(f"{URL}/{plan.id}").json["stops"][0]["id"]
    url = f"{URL}/{plan.id}/stops/{stop}/move"
    tried = dispatcher.post(url, json={"shift_id": None, "dry_run": True}, headers=_at(plan))
    assert tried.json["dry_run"] is True
    done = dispatcher.post(url, json={"shift_id": None}, headers=_at(plan))
    assert done.json["delta_metres"] == tried.json["delta_metres"] <= 0
    left = dispatcher.get(f"{URL}/{plan.id}").json["stops"]
    assert [one["route_id"] is None for one in left] == [False, False, True]


def test_a_move_to_where_it_cannot_be_says_why(dispatcher: Person, plan: Plan) -> None:
    whole = dispatcher.get(f"{URL}/{plan.id}").json
    stop, shift = whole["stops"][0]["id"], whole["routes"][0]["shift_id"]
    answer = dispatcher.post(
        f"{URL}/{plan.id}/stops/{stop}/move",
        json={"shift_id": shift, "position": 40},
        headers=_at(plan),
    )
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "position"


def test_routes_come_as_geojson(dispatcher: Person, plan: Plan) -> None:
    answer = dispatcher.get(f"{URL}/{plan.id}/routes.geojson")
    assert answer.content_type == "application/geo+json"
    kinds = [one["geometry"]["type"] for one in json.loads(answer.text)["features"]]
    assert kinds == ["LineString", "Point", "Point", "Point"]


def test_a_route_comes_as_gpx_and_calendar(dispatcher: Person, plan: Plan) -> None:
    route = dispatcher.get(f"{URL}/{plan.id}").json["routes"][0]["id"]
    track = gpxpy.parse(dispatcher.get(f"{URL}/{plan.id}/routes/{route}.gpx").text)
    assert len(track.routes[0].points) == 5
    feed = Calendar.from_ical(dispatcher.get(f"{URL}/{plan.id}/routes/{route}.ics").data)
    assert len(feed.walk("VEVENT")) == 3


def test_an_unknown_route_is_not_found(dispatcher: Person, plan: Plan) -> None:
    assert dispatcher.get(f"{URL}/{plan.id}/routes/{uuid4()}.gpx").status_code == 404


def test_another_organisations_plan_is_not_found(
    session: Session, signed_in: SignIn, plan: Plan
) -> None:
    stranger = signed_in("dispatcher", organisations.found(session, "Others", now=NOW))
    assert stranger.get(f"{URL}/{plan.id}").status_code == 404
    answer = stranger.post(f"{URL}/{plan.id}/commit", json={}, headers=_at(plan))
    assert answer.status_code == 404


def test_an_agent_neither_reads_nor_makes_plans(
    session: Session, signed_in: SignIn, organisation: Organisation, plan: Plan
) -> None:
    agent = an_agent(session, organisation, code="B9")
    person = signed_in("agent", organisation, agent_id=agent.id)
    assert person.get(f"{URL}/{plan.id}").status_code == 403
    assert person.post(URL, json={"day": "2026-11-25"}).status_code == 403
