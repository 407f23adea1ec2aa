"""The running day over HTTP: replanned, delayed, with urgent visits, and told to phones."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.models import DayChange, Hold, Organisation, Plan, Stop, Visit
from fieldops.services import organisations
from fieldops.services.planning.travel_kept import problem_of_plan
from tests.builders.cases import NOW, a_case
from tests.builders.living import a_running_day, reached, shift_of, visits_of
from tests.conftest import Person

SignIn = Callable[..., Person]


@pytest.fixture
def plan(session: Session, organisation: Organisation, admin: Actor) -> Plan:
    """Two crews and eight visits, ten o'clock."""
    return a_running_day(session, organisation, admin)


@pytest.fixture
def dispatcher(signed_in: SignIn, organisation: Organisation) -> Person:
    """Somebody who plans."""
    return signed_in("dispatcher", organisation)


def _at(version: int) -> dict[str, str]:
    return {"If-Match": f'"{version}"'}


def _post(person: Person, plan: Plan, what: str, body: dict[str, Any], version: int = 0) -> Any:
    url = f"/api/v1/plans/{plan.id}/{what}"
    return person.post(url, json=body, headers=_at(version or plan.version))


def _agent_of(signed_in: SignIn, organisation: Organisation, visit: Visit) -> Person:
    return signed_in("agent", organisation, agent_id=visit.agent_id)


def _replanned(session: Session, dispatcher: Person, plan: Plan, visit: Visit) -> Any:
    lost = {"reason": "ill", "absent": [str(shift_of(session, visit).id)], "budget": 0.2}
    change = _post(dispatcher, plan, "replan", lost).json
    return _post(dispatcher, plan, f"changes/{change['id']}/apply", {})


def test_a_day_tells_where_everybody_is(session: Session, plan: Plan, dispatcher: Person) -> None:
    first = reached(visits_of(session, plan)[0])
    session.commit()
    answer = dispatcher.get(f"/api/v1/plans/{plan.id}/day")
    assert answer.status_code == 200
    done = {one["shift_id"]: one["done"] for one in answer.json["shifts"]}
    assert done[str(shift_of(session, first).id)] == 1
    assert answer.headers["ETag"] == f'"{plan.version}"'


def test_a_proposal_is_made_and_applied(session: Session, plan: Plan, dispatcher: Person) -> None:
    visit = visits_of(session, plan)[0]
    answer = _replanned(session, dispatcher, plan, visit)
    assert answer.status_code == 200
    assert answer.json["state"] == "applied"
    session.refresh(plan)
    assert answer.headers["ETag"] == f'"{plan.version}"'


def test_a_proposal_can_be_thrown_away(plan: Plan, dispatcher: Person) -> None:
    change = _post(dispatcher, plan, "replan", {"reason": "rain", "budget": 0.1}).json
    answer = _post(dispatcher, plan, f"changes/{change['id']}/discard", {})
    assert answer.json["state"] == "discarded"


def test_another_version_is_refused(plan: Plan, dispatcher: Person) -> None:
    assert _post(dispatcher, plan, "replan", {"reason": "rain"}, 99).status_code == 412


def test_without_a_version_nothing_is_done(plan: Plan, dispatcher: Person) -> None:
    answer = dispatcher.post(f"/api/v1/plans/{plan.id}/replan", json={"reason": "rain"})
    assert answer.status_code == 428


@pytest.mark.parametrize("role", ["auditor", "counsel"])
def test_only_who_plans_may_plan_again(
    plan: Plan, signed_in: SignIn, organisation: Organisation, role: str
) -> None:
    person = signed_in(role, organisation)
    assert _post(person, plan, "replan", {"reason": "rain"}).status_code == 403


def test_the_day_of_another_organisation_is_not_found(
    session: Session, plan: Plan, signed_in: SignIn
) -> None:
    stranger = signed_in("dispatcher", organisations.found(session, "Other agency", now=NOW))
    assert stranger.get(f"/api/v1/plans/{plan.id}/day").status_code == 404
    assert _post(stranger, plan, "replan", {"reason": "rain"}).status_code == 404
    body = {"reason": "rain", "minutes": 5, "shift_id": str(uuid4())}
    assert _post(stranger, plan, "delays", body).status_code == 404


def _urgent(session: Session, organisation: Organisation) -> str:
    case = a_case(session, organisation, lat=30.665, lon=104.065)
    session.commit()
    return str(case.addresses[0].id)


def test_an_urgent_visit_has_choices_and_is_put_where_it_was_chosen(
    session: Session, plan: Plan, dispatcher: Person, organisation: Organisation
) -> None:
    address = _urgent(session, organisation)
    found = dispatcher.get(f"/api/v1/plans/{plan.id}/urgent?address_id={address}")
    assert found.status_code == 200
    assert 1 <= len(found.json["choices"]) <= 3
    best = found.json["choices"][0]
    body = {"address_id": address, "shift_id": best["shift_id"], "reason": "court date"}
    answer = _post(dispatcher, plan, "urgent", {**body, "position": best["position"]})
    assert answer.status_code == 200
    visit = session.scalars(select(Visit).where(Visit.address_id == UUID(address))).one()
    assert visit.planned_start.isoformat() == best["starts_at"].replace("Z", "+00:00")
    stop = session.scalars(select(Stop).where(Stop.address_id == UUID(address))).one()
    assert stop.sequence == visit.sequence


def test_the_price_of_an_urgent_visit_is_told_before_it_is_put_anywhere(
    session: Session, plan: Plan, dispatcher: Person, organisation: Organisation
) -> None:
    address = _urgent(session, organisation)
    best = dispatcher.get(f"/api/v1/plans/{plan.id}/urgent?address_id={address}").json["choices"][0]
    body = {"address_id": address, "shift_id": best["shift_id"], "reason": "court date"}
    body |= {"position": best["position"], "dry_run": True}
    answer = _post(dispatcher, plan, "urgent", body)
    assert answer.status_code == 200
    assert answer.json["figures"]["delta_metres"] == best["delta_metres"]
    assert answer.json["told"]
    assert answer.json["applied_at"] is None
    assert session.scalars(select(Visit).where(Visit.address_id == UUID(address))).all() == []
    assert session.scalars(select(DayChange)).all() == []


def test_an_urgent_visit_is_known_to_the_plan_like_any_other(
    session: Session, plan: Plan, dispatcher: Person, organisation: Organisation
) -> None:
    address, count = _urgent(session, organisation), len(plan.problem["stops"])
    shift = str(shift_of(session, visits_of(session, plan)[0]).id)
    body = {"address_id": address, "shift_id": shift, "reason": "court date"}
    assert _post(dispatcher, plan, "urgent", body).status_code == 200
    session.refresh(plan)
    assert len(plan.problem["stops"]) == count + 1
    assert len(problem_of_plan(session, plan).stops) == count + 1


def test_an_urgent_visit_that_stands_on_the_day_is_moved_instead(
    session: Session, plan: Plan, dispatcher: Person
) -> None:
    address = visits_of(session, plan)[0].address_id
    answer = dispatcher.get(f"/api/v1/plans/{plan.id}/urgent?address_id={address}")
    assert answer.status_code == 409


def test_a_forbidden_urgent_visit_is_refused(
    session: Session, plan: Plan, dispatcher: Person, organisation: Organisation
) -> None:
    case = a_case(session, organisation)
    session.add(
        Hold(
            organisation_id=organisation.id,
            kind="cease",
            scope="person",
            person_id=case.parties[0].person_id,
            starts_at=NOW - timedelta(days=1),
            reason="asked",
            placed_at=NOW,
        )
    )
    session.commit()
    shift = str(shift_of(session, visits_of(session, plan)[0]).id)
    body = {"address_id": str(case.addresses[0].id), "shift_id": shift, "reason": "court"}
    answer = _post(dispatcher, plan, "urgent", body)
    assert answer.status_code == 422, answer.json
    assert answer.json["type"].endswith("contact-forbidden")


def _open(session: Session, visit: Visit) -> list[Visit]:
    query = select(Visit).where(Visit.agent_id == visit.agent_id, Visit.state == "planned")
    return list(session.scalars(query.order_by(Visit.sequence)))


def test_a_delay_is_rolled_forward(session: Session, plan: Plan, dispatcher: Person) -> None:
    visit = visits_of(session, plan)[0]
    before = [one.planned_start for one in _open(session, visit)]
    until = (before[0] + timedelta(minutes=30)).isoformat()
    body = {"shift_id": str(shift_of(session, visit).id), "until": until, "reason": "breakdown"}
    answer = _post(dispatcher, plan, "delays", body)
    assert answer.status_code == 200, answer.json
    session.expire_all()
    after = [one.planned_start for one in _open(session, visit)]
    late = {one["address_id"] for one in answer.json["figures"]["late"]}
    assert late or after[0] >= before[0] + timedelta(minutes=30)


def test_an_agent_says_himself_that_he_is_late(
    session: Session, plan: Plan, signed_in: SignIn, organisation: Organisation
) -> None:
    agent = _agent_of(signed_in, organisation, visits_of(session, plan)[0])
    answer = agent.post("/api/v1/me/delay", json={"minutes": 20, "reason": "traffic"})
    assert answer.status_code == 200, answer.json
    assert answer.json["kind"] == "delay"


@pytest.mark.parametrize(
    "wrong",
    [
        {},  # neither minutes nor until
        {"minutes": 5, "until": "2026-11-24T12:00:00+08:00"},  # both
        {"until": "2026-11-24T09:00:00+08:00"},  # past
        {"minutes": 0},
    ],
)
def test_a_delay_of_no_length_is_refused(
    session: Session,
    plan: Plan,
    signed_in: SignIn,
    organisation: Organisation,
    wrong: dict[str, Any],
) -> None:
    agent = _agent_of(signed_in, organisation, visits_of(session, plan)[0])
    answer = agent.post("/api/v1/me/delay", json={"reason": "traffic", **wrong})
    assert answer.status_code == 422


def test_calling_a_visit_off_closes_the_gap(
    session: Session, plan: Plan, dispatcher: Person
) -> None:
    visit = visits_of(session, plan)[0]
    others = [one for one in _open(session, visit) if one.id != visit.id]
    body = {"visit_id": str(visit.id), "reason": "paid"}
    url = "/api/v1/visits/call-off"
    answer = dispatcher.post(url, json=body, headers=_at(visit.version))
    assert answer.status_code == 200, answer.json
    session.expire_all()
    assert visit.state == "cancelled"
    stop = session.scalars(select(Stop).where(Stop.address_id == visit.address_id)).one()
    assert (stop.route_id, stop.reasons[0]["code"]) == (None, "called-off")
    assert [one.sequence for one in others] == list(range(1, len(others) + 1))


def _since(person: Person, minutes: int = 0) -> Any:
    since = (NOW - timedelta(minutes=minutes)).isoformat().replace("+", "%2B")
    return person.get(f"/api/v1/days/2026-11-24/changes?since={since}")


def test_a_phone_receives_what_changed_and_no_more(
    session: Session,
    plan: Plan,
    dispatcher: Person,
    signed_in: SignIn,
    organisation: Organisation,
) -> None:
    visits = visits_of(session, plan)
    first, last = visits[0], visits[-1]
    phones = {one: _agent_of(signed_in, organisation, one) for one in (first, last)}
    assert _since(phones[last]).json["items"] == []
    lost, kept = {one.id for one in visits if one.agent_id == first.agent_id}, phones[last]
    assert _replanned(session, dispatcher, plan, first).status_code == 200
    gone, told = _since(phones[first]).json, _since(kept).json
    assert gone["order"] == []
    assert set(gone["removed"]) == {str(one) for one in lost}
    assert {one["visit"]["id"] for one in told["items"]} <= set(told["order"])
    assert told["removed"] == []
    assert [one["kind"] for one in gone["changes"]] == ["absence"]


def test_the_office_sees_whose_phone_has_a_change(
    session: Session,
    plan: Plan,
    dispatcher: Person,
    signed_in: SignIn,
    organisation: Organisation,
) -> None:
    visit = visits_of(session, plan)[0]
    phone = _agent_of(signed_in, organisation, visit)
    agent = str(visit.agent_id)
    _replanned(session, dispatcher, plan, visit)
    until = {"until": NOW.isoformat()}
    assert phone.post("/api/v1/days/2026-11-24/changes/seen", json=until).json == {"seen": 1}
    assert phone.post("/api/v1/days/2026-11-24/changes/seen", json=until).json == {"seen": 0}
    changes = dispatcher.get(f"/api/v1/plans/{plan.id}/changes").json["items"]
    assert agent in changes[-1]["seen"]


def test_a_day_that_is_none_is_not_found(
    plan: Plan, session: Session, signed_in: SignIn, organisation: Organisation
) -> None:
    agent = _agent_of(signed_in, organisation, visits_of(session, plan)[0])
    since = "2026-11-24T00:00:00Z"
    assert agent.get(f"/api/v1/days/tomorrow/changes?since={since}").status_code == 404
    assert agent.get(f"/api/v1/days/2027-11-24/changes?since={since}").status_code == 404
