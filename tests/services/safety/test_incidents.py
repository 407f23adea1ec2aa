"""Incidents: kept as told, acted on at once, reviewed by somebody else within a day."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from fieldops.domain.errors import Conflict, Forbidden, InvalidInput
from fieldops.domain.permissions import Actor
from fieldops.models import Hold, Incident, Notice
from fieldops.services import incidents, visits
from tests.builders.doors import Door
from tests.builders.rights import RIGHTS
from tests.builders.visits import START
from tests.domain.test_safety import POLICY

Office = Callable[[str], Actor]


def _report(door: Door, *, actor: Actor | None = None, **changed: Any) -> Incident:
    values = {"key": "k1", "kind": "threat", "words": "He raised a stick", "happened_at": START}
    told = incidents.IncidentReport(**{**values, "visit_id": door.visit.id, **changed})
    return incidents.report(
        door.session, told, policy=POLICY, rights=RIGHTS, actor=actor or door.first, now=START
    )


def _occasions(door: Door) -> list[str]:
    return list(door.session.scalars(select(Notice.occasion).order_by(Notice.id)))


def test_an_incident_is_kept_in_the_agents_words_and_compliance_is_told(door: Door) -> None:
    incident = _report(door)
    assert (incident.words, incident.case_id) == ("He raised a stick", door.case.id)
    assert incident.review_due_at == START + timedelta(hours=24)
    assert _occasions(door) == ["incident"]
    assert _report(door).id == incident.id


@pytest.mark.parametrize(
    ("kind", "held"), [("self_harm_talk", True), ("minor_alone", True), ("animal", False)]
)
def test_what_endangers_a_person_at_the_door_stops_all_contact(
    door: Door, kind: str, held: bool
) -> None:
    incident = _report(door, kind=kind)
    hold = door.session.get(Hold, incident.hold_id) if incident.hold_id else None
    assert (hold is not None) is held
    if hold:
        assert (hold.kind, hold.person_id) == ("vulnerable", door.visit.debtor_id)


def test_the_next_crew_is_warned_until_a_manager_says_that_it_need_not_be(
    door: Door, office: Office
) -> None:
    incident = _report(door)

    def warned() -> object:
        day = visits.my_day(door.session, door.first, door.visit.day, now=START)
        return day[0].to_know["warnings"]

    assert warned() == ["threat"]
    reviewer = office("compliance")
    incidents.review(
        door.session, incident.id, "Spoke to the crew", warns=False, actor=reviewer, now=START
    )
    assert warned() == []


def test_a_review_that_is_nearly_due_or_late_is_told_of_once_each(door: Door) -> None:
    incident = _report(door)
    for hours in (19, 20, 21, 24, 25):
        incidents.go_round(
            door.session, incident.organisation_id, policy=POLICY, at=START + timedelta(hours=hours)
        )
    assert _occasions(door) == ["incident", "review", "review"]


def test_whoever_reported_an_incident_does_not_review_it(door: Door, office: Office) -> None:
    reporter = office("compliance")
    incident = _report(door, actor=reporter)
    with pytest.raises(Forbidden):
        incidents.review(door.session, incident.id, "fine", warns=False, actor=reporter, now=START)


def test_an_incident_is_reviewed_once(door: Door, office: Office) -> None:
    incident, reviewer = _report(door), office("compliance")
    for _ in range(2):
        incidents.review(door.session, incident.id, "Done", warns=True, actor=reviewer, now=START)
    with pytest.raises(Conflict):
        incidents.review(door.session, incident.id, "Else", warns=True, actor=reviewer, now=START)
    with pytest.raises(InvalidInput):
        incidents.review(door.session, incident.id, " ", warns=True, actor=reviewer, now=START)


@pytest.mark.parametrize("role", ["agent", "dispatcher", "counsel", "auditor", "admin"])
def test_only_compliance_reviews(door: Door, office: Office, role: str) -> None:
    incident = _report(door)
    with pytest.raises(Forbidden):
        incidents.review(
            door.session, incident.id, "Done", warns=True, actor=office(role), now=START
        )


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"kind": "weather"}, "kind"),
        ({"words": "  "}, "words"),
        ({"words": "x" * 2001}, "words"),
        ({"happened_at": START + timedelta(hours=1)}, "happened_at"),
        ({"happened_at": START - timedelta(days=40)}, "happened_at"),
        ({"key": ""}, "key"),
    ],
)
def test_a_faulty_report_names_its_field(door: Door, changed: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as wrong:
        _report(door, **changed)
    assert [fault.field for fault in wrong.value.faults] == [field]


def test_an_agent_lists_his_own_incidents_and_the_office_all(door: Door, office: Office) -> None:
    _report(door)
    _report(door, actor=office("counsel"), visit_id=None)

    def count(actor: Actor) -> int:
        return len(incidents.listed(door.session, actor, after=None, limit=10)[0])

    assert (count(office("dispatcher")), count(office("counsel"))) == (2, 0)
