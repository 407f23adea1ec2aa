"""Help is called on a phone and answered in the office; incidents are told and reviewed."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.models import Alarm, CallContact, Incident
from tests.builders.worlds import World
from tests.web.conftest import Reader

Reads = Callable[[str], Reader]


def test_a_call_for_help_goes_from_the_phone_to_the_office_and_to_its_end(
    reads: Reads, world: World, session: Session
) -> None:
    agent, dispatcher = reads("agent"), reads("dispatcher")
    fix = {"lat": "30.66", "lon": "104.06", "accuracy_metres": "15", "fix_age_seconds": "2"}
    answer = agent.post("/alarms", key="k1", visit_id=str(world.visits[0].id), **fix)
    assert answer.location.endswith("/day#help")
    assert "The office is being told" in agent.get("/day").text
    alarm = session.scalars(select(Alarm)).one()
    assert (alarm.visit_id, alarm.lat, alarm.accuracy_metres) == (world.visits[0].id, 30.66, 15)
    assert dispatcher.get("/alarms/open").json == {"count": 1}
    page = dispatcher.get("/alarms").text
    assert "nobody has it yet" in page
    assert "30.66000, 104.06000" in page
    assert "± 15 m · 2 s old" in page
    dispatcher.post(f"/alarms/{alarm.id}/acknowledge")
    assert dispatcher.get("/alarms/open").json == {"count": 0}
    assert "Somebody has taken it in hand" in agent.get("/day").text
    agent.post(f"/alarms/{alarm.id}/safe")
    assert "says that he is safe" in dispatcher.get("/alarms").text
    dispatcher.post(f"/alarms/{alarm.id}/end", ending="safe", reason="Spoke to him")
    assert "is safe: Spoke to him" in dispatcher.get("/alarms").text
    assert 'id="help"' not in agent.get("/day").text


def test_an_empty_call_for_help_is_a_call_for_help(
    reads: Reads, world: World, session: Session
) -> None:
    reads("agent").post("/alarms")
    assert session.scalars(select(Alarm)).one().lat is None
    assert "The phone sent no position" in reads("dispatcher").get("/alarms").text


def test_an_alarm_ends_with_a_reason_only(reads: Reads, world: World, session: Session) -> None:
    reads("agent").post("/alarms", key="k1")
    alarm = session.scalars(select(Alarm)).one()
    answer = reads("dispatcher").post(f"/alarms/{alarm.id}/end", ending="safe", reason=" ")
    assert answer.status_code == 422
    session.refresh(alarm)
    assert alarm.ended_at is None


def test_the_administrator_keeps_the_call_list(
    reads: Reads, world: World, session: Session
) -> None:
    admin = reads("admin")
    assert admin.post("/call-list", place="x", name="", phone="no").status_code == 422
    admin.post("/call-list", place="1", name="Duty officer", phone="+86 28 8000 0000")
    contact = session.scalars(select(CallContact)).one()
    assert "Duty officer" in reads("dispatcher").get("/alarms").text
    assert reads("dispatcher").post(f"/call-list/{contact.id}/remove").status_code == 403
    admin.post(f"/call-list/{contact.id}/remove")
    assert "Duty officer" not in reads("dispatcher").get("/alarms").text


def test_an_incident_goes_from_the_door_to_its_review(
    reads: Reads, world: World, session: Session
) -> None:
    agent, visit = reads("agent"), world.visits[0].id
    blank = agent.post(f"/visits/{visit}/incident", kind="animal", words=" ")
    assert blank.status_code == 422
    agent.post(f"/visits/{visit}/incident", kind="animal", words="A dog without a chain", key="k1")
    assert "Earlier here: animal" in " ".join(agent.get(f"/visits/{visit}").text.split())
    incident = session.scalars(select(Incident)).one()
    assert "A dog without a chain" in reads("dispatcher").get("/incidents").text
    compliance = reads("compliance")
    led = compliance.get(f"/incidents/{incident.id}").location
    assert led.endswith(f"/incidents#incident-{incident.id}")
    review = f"/incidents/{incident.id}/review"
    assert compliance.post(review, measures=" ").status_code == 422
    compliance.post(review, measures="The address is marked", warns="yes")
    page = compliance.get("/incidents").text
    assert "No incident waits for a review." in page
    assert "The address is marked" in page
