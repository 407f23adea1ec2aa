"""Visits over HTTP: the day, the door, the outcome."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.jobs import publishing
from fieldops.models import AccessRecord, Organisation, RulingRecord
from fieldops.services import organisations
from tests.builders.doors import SHOWN, Door, arrival
from tests.conftest import NOW, Person

OUTCOME = {
    "outcome": "new_occupant",
    "statements": [{"who": "property_manager", "says": "moved_away"}],
    "sightings": [{"sighting": "vehicle_absent", "asset": "川A12345"}],
    "facts": {"recording_kept": True},
}


@pytest.fixture
def crew(
    door: Door, signed_in: Callable[..., Person], organisation: Organisation
) -> tuple[Person, Person]:
    """Both of the crew, signed in."""
    first = signed_in("agent", organisation, agent_id=door.agent.id)
    second = signed_in("agent", organisation, agent_id=door.partner.id)
    return first, second


def _url(door: Door, act: str = "") -> str:
    return f"/api/v1/visits/{door.visit.id}" + (f"/{act}" if act else "")


def _arrive(door: Door, person: Person, **changed: Any) -> Any:
    return person.post(_url(door, "arrive"), json=arrival(**changed))


def test_a_visit_goes_from_the_day_to_leaving(door: Door, crew: tuple[Person, Person]) -> None:
    first, second = crew
    day = first.get("/api/v1/me/day").json
    assert day["day"] == "2026-11-24"
    assert day["items"][0]["visit"]["id"] == str(door.visit.id)
    assert day["items"][0]["to_know"]["debtor"] == "张*"
    arrived = _arrive(door, first)
    assert (arrived.status_code, arrived.json["present"]) == (200, 1)
    assert _arrive(door, second).json["present"] == 2
    match = {"If-Match": arrived.headers["ETag"]}
    recorded = first.post(_url(door, "outcome"), json=OUTCOME, headers=match)
    assert (recorded.status_code, recorded.json["state"]) == (200, "recorded")
    assert recorded.json["remarks"] == []
    match = {"If-Match": recorded.headers["ETag"]}
    left = first.post(_url(door, "leave"), headers=match)
    assert (left.status_code, left.json["state"]) == (200, "left")
    shown = first.get(_url(door)).json
    assert shown["answers"]["statements"] == OUTCOME["statements"]
    assert len(shown["arrivals"]) == 2


def test_a_refusal_lists_the_rules_and_is_kept(
    door: Door, crew: tuple[Person, Person], session: Session
) -> None:
    refused = _arrive(door, crew[0], facts={**SHOWN, "recorder_on": False})
    assert refused.status_code == 422
    assert refused.content_type == "application/problem+json"
    assert refused.json["type"].endswith("contact-forbidden")
    assert [broken["rule"] for broken in refused.json["violations"]] == ["CN-REC-01"]
    assert session.scalars(select(RulingRecord.allowed)).one() is False


def test_a_refusal_under_an_idempotency_key_is_kept_once(
    door: Door, crew: tuple[Person, Person], session: Session
) -> None:
    key = {"Idempotency-Key": "arrival-1"}
    body = arrival(facts={})
    answers = [
        crew[0].post(_url(door, "arrive"), json=body, headers=key).status_code for _ in range(2)
    ]
    assert answers == [422, 422]
    assert len(session.scalars(select(RulingRecord)).all()) == 1


@pytest.mark.parametrize("act", ["outcome", "leave", "cancel"])
def test_a_change_names_the_version_it_was_based_on(
    door: Door, crew: tuple[Person, Person], act: str
) -> None:
    body = {"outcome": OUTCOME, "leave": None, "cancel": {"reason": "x", "for_safety": True}}[act]
    assert crew[0].post(_url(door, act), json=body).status_code == 428


def test_an_old_version_is_refused(door: Door, crew: tuple[Person, Person]) -> None:
    _arrive(door, crew[0])
    stale = {"If-Match": '"99"'}
    answer = crew[0].post(_url(door, "outcome"), json=OUTCOME, headers=stale)
    assert answer.status_code == 412


def test_another_agent_meets_no_visit(
    door: Door, signed_in: Callable[..., Person], organisation: Organisation
) -> None:
    from tests.builders.cases import an_agent

    other = an_agent(door.session, organisation, code="D9")
    stranger = signed_in("agent", organisation, agent_id=other.id)
    assert stranger.get(_url(door)).status_code == 404
    assert _arrive(door, stranger).status_code == 404
    assert stranger.get("/api/v1/me/day").json["items"] == []


def test_another_organisation_meets_no_visit(
    door: Door, session: Session, signed_in: Callable[..., Person]
) -> None:
    other = organisations.found(session, "Another agency", now=NOW)
    session.commit()
    assert signed_in("dispatcher", other).get(_url(door)).status_code == 404


def test_an_agent_does_not_list_the_visits_of_the_house(crew: tuple[Person, Person]) -> None:
    assert crew[0].get("/api/v1/visits").status_code == 403


def test_the_office_lists_visits_and_the_reading_is_logged(
    door: Door, signed_in: Callable[..., Person], organisation: Organisation, session: Session
) -> None:
    dispatcher = signed_in("dispatcher", organisation)
    page = dispatcher.get("/api/v1/visits?day=2026-11-24&updated_since=2026-01-01T00:00:00Z").json
    assert [one["id"] for one in page["items"]] == [str(door.visit.id)]
    assert dispatcher.get("/api/v1/visits?day=2026-11-25").json["items"] == []
    assert "visits" in session.scalars(select(AccessRecord.subject)).all()


def test_the_dispatcher_calls_off_and_does_not_arrive(
    door: Door, signed_in: Callable[..., Person], organisation: Organisation
) -> None:
    dispatcher = signed_in("dispatcher", organisation)
    assert _arrive(door, dispatcher).status_code == 403
    match = {"If-Match": dispatcher.get(_url(door)).headers["ETag"]}
    answer = dispatcher.post(_url(door, "cancel"), json={"reason": "Rain"}, headers=match)
    assert (answer.status_code, answer.json["state"]) == (200, "cancelled")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"accuracy_metres": "NaN"}, "accuracy_metres"),
        ({"device_at": "yesterday"}, "device_at"),
        ({"position": {"lat": 1, "lon": 2, "datum": "MARS"}}, "position.datum"),
        ({"facts": {"badge_shown": "on"}}, "facts.badge_shown"),
        ({"extra": 1}, "extra"),
    ],
)
def test_a_faulty_arrival_names_its_field(
    door: Door, crew: tuple[Person, Person], changed: dict[str, Any], field: str
) -> None:
    answer = _arrive(door, crew[0], **changed)
    assert answer.status_code == 422
    assert field in [fault["field"] for fault in answer.json["errors"]]


def test_an_outcome_is_observed_believed_and_flagged_by_jobs(
    app: Flask,
    door: Door,
    crew: tuple[Person, Person],
    signed_in: Callable[..., Person],
    organisation: Organisation,
) -> None:
    arrived = _arrive(door, crew[0])
    _arrive(door, crew[1])
    match = {"If-Match": arrived.headers["ETag"]}
    crew[0].post(_url(door, "outcome"), json=OUTCOME, headers=match)
    publishing.publish(app.extensions["fieldops"], inline=True)
    counsel = signed_in("counsel", organisation)
    record = counsel.get(f"/api/v1/trace/{door.case.id}").json
    assert {one["kind"] for one in record["observations"]} == {
        "visit.new_occupant",
        "statement.moved_away",
        "vehicle.absent",
    }
    assert {one["code"] for one in record["flags"]} == {"RL-MOVED", "AT-VEHICLE"}
    assert record["beliefs"][0]["p_moved"] > 0.8
    jobs = counsel.get(f"/api/v1/jobs/visit/{door.visit.id}").json
    assert {(job["name"], job["state"]) for job in jobs} == {
        ("observe-visit", "done"),
        ("cross-check-visit", "done"),
    }
