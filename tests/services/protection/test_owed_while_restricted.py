"""What is owed to somebody restricted, or lost by the clock, is seen by whoever answers for it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from evidence.trace.clock_rules import BOOK
from fieldops.domain.permissions import Actor, Role
from fieldops.domain.rights.vocabulary import CameBy, Interest
from fieldops.models import (
    AccessRecord,
    Account,
    Complaint,
    Deadline,
    Hold,
    Incident,
    Notice,
    NoticeSending,
    Organisation,
    Restriction,
    restriction,
)
from fieldops.services import alert_sending, incidents, notices, sign_in
from fieldops.services.rights import complaint_clocks, complaints
from fieldops.services.rights.recusal import interests
from tests.builders.alerts import a_channel
from tests.builders.doors import Door, a_door
from tests.builders.restricted import a_restriction
from tests.builders.rights import RIGHTS
from tests.builders.visits import START
from tests.conftest import Person as SignedIn
from tests.domain.test_safety import POLICY

WORDS = "你们的人踢门"


@pytest.fixture
def door(session: Session, organisation: Organisation) -> Door:
    return a_door(session, organisation, name="王小五")


def _rests(door: Door, actor: Actor) -> Restriction:
    """The debtor of the door's case is restricted."""
    return a_restriction(door.session, door.visit.debtor_id, actor, at=START)


@pytest.fixture
def complaint(door: Door, admin: Actor) -> Complaint:
    """He complained before he was restricted."""
    order = complaints.ComplaintOrder(door.case.id, WORDS, CameBy.CALL)
    found = complaints.open_complaint(
        door.session, order, rights=RIGHTS, actor=admin, now=START
    ).complaint
    _rests(door, admin)
    return found


def _page_session(app: Flask, session: Session, who: Account) -> str:
    settings = app.extensions["fieldops"].settings
    token = sign_in.open_page_session(session, who, settings=settings, now=START)
    session.commit()
    return token


def _page(app: Flask, token: str, address: str) -> str:
    reader = app.test_client()
    reader.set_cookie("fieldops_page", token)
    answer = reader.get(address)
    assert answer.status_code == 200
    return answer.text


def test_his_complaint_is_shown_and_nothing_else_of_him(
    app: Flask, session: Session, organisation: Organisation, door: Door, complaint: Complaint,
    signed_in: Callable[..., SignedIn],
) -> None:  # fmt: skip
    who, complaint_id = signed_in("compliance", organisation).account, complaint.id
    others = door.case.number, str(door.case.id), "王小五"
    token = _page_session(app, session, who)
    session.expunge_all()
    addresses = ("/complaints", f"/complaints/{complaint_id}")
    desk, one = (_page(app, token, address) for address in addresses)
    assert complaints.reference(complaint_id) in desk
    assert WORDS in one
    assert [name for name in others if name in desk] == []
    assert [name for name in others if name in one] == []
    read = session.scalars(select(AccessRecord.subject).order_by(AccessRecord.id)).all()
    assert read == ["complaints", f"complaint:{complaint_id}"]


def test_his_complaint_is_handled_to_its_end(
    session: Session, organisation: Organisation, complaint: Complaint,
    signed_in: Callable[..., SignedIn],
) -> None:  # fmt: skip
    who, url = signed_in("compliance", organisation), f"/api/v1/complaints/{complaint.id}"
    for act, body in (
        ("assign", {"handler_id": str(who.account.id)}),
        ("answer", {"text": "我们已处理"}),
        ("close", {"outcome": "upheld"}),
    ):
        assert who.post(f"{url}/{act}", json=body).status_code == 200, act
    with restriction.seeing(session):
        hold = session.get_one(Hold, complaint.hold_id)
        assert (hold.lifted_outcome, session.get_one(Complaint, complaint.id).case.state) == (
            "upheld", "open",
        )  # fmt: skip


@pytest.mark.parametrize("role", ["counsel", "auditor"])
def test_who_handles_no_complaints_finds_none_of_his(
    organisation: Organisation, complaint: Complaint, signed_in: Callable[..., SignedIn], role: str
) -> None:
    assert signed_in(role, organisation).get("/api/v1/complaints").json["items"] == []


def test_who_worked_his_visit_does_not_handle_his_complaint(
    session: Session, organisation: Organisation, door: Door, complaint: Complaint,
    signed_in: Callable[..., SignedIn],
) -> None:  # fmt: skip
    worked = signed_in("agent", organisation, agent_id=door.agent.id).account
    with restriction.seeing(session, Complaint):
        row = session.get_one(Complaint, complaint.id)
    assert interests(session, row, worked) == [Interest.WORKED_VISITS]


def test_the_clock_of_his_complaint_is_told_of_without_his_case(
    session: Session, organisation: Organisation, complaint: Complaint
) -> None:
    at = complaint.due_at - timedelta(days=1)
    assert complaint_clocks.go_round(session, organisation.id, rights=RIGHTS, at=at) == 1
    told = session.scalars(select(Notice)).one()
    assert (told.role, told.case_id, told.about) == ("compliance", None, "complaints")
    assert told.deadline_at == complaint.due_at


def test_a_legal_clock_of_his_is_told_counsel_without_his_case(
    session: Session, organisation: Organisation, door: Door, admin: Actor
) -> None:
    name, rule = next((name, rule) for name, rule in BOOK.rules.items() if rule.alerts)
    session.add(
        Deadline(
            organisation_id=organisation.id, case_id=door.case.id, holder=f"case:{door.case.id}",
            name=name, subject="", ends_at=START + rule.alerts[-1].before, next_at=START,
            next_step=rule.alerts[-1].name,
        )
    )  # fmt: skip
    rests = _rests(door, admin)
    for _ in range(2):
        notices.go_round(session, organisation.id, at=START)
    told = session.scalars(select(Notice)).one()
    assert (told.role, told.code, told.case_id, told.flag_id) == ("counsel", name, None, None)
    assert told.about == f"protection/restrictions/{rests.id}"


def _incident(door: Door) -> Incident:
    told = incidents.IncidentReport("k1", "threat", "He raised a stick", START, door.visit.id)
    return incidents.report(
        door.session, told, policy=POLICY, rights=RIGHTS, actor=door.first, now=START
    )


def test_an_incident_at_his_door_is_reviewed_by_whoever_reviews_them(
    session: Session, organisation: Organisation, door: Door, admin: Actor,
    signed_in: Callable[..., SignedIn],
) -> None:  # fmt: skip
    found = _incident(door)
    _rests(door, admin)
    compliance, auditor = (signed_in(role, organisation) for role in ("compliance", "auditor"))
    ids = [
        [one["id"] for one in who.get("/api/v1/incidents").json["items"]]
        for who in (compliance, auditor)
    ]
    assert ids == [[str(found.id)], []]
    body = {"measures": "Spoke to the crew", "warns": True}
    assert compliance.post(f"/api/v1/incidents/{found.id}/review", json=body).status_code == 200


def test_a_review_that_is_late_is_told_of_once_and_without_his_case(
    session: Session, organisation: Organisation, door: Door, admin: Actor
) -> None:
    found = _incident(door)
    incidents.go_round(session, organisation.id, policy=POLICY, at=START + timedelta(hours=23))
    _rests(door, admin)
    for hours in (23, 25, 26):
        at = START + timedelta(hours=hours)
        incidents.go_round(session, organisation.id, policy=POLICY, at=at)
    told = session.scalars(select(Notice)).one()
    assert (told.case_id, told.about) == (None, f"incidents/{found.id}")


def test_an_alert_that_was_owed_when_he_was_restricted_goes_out(
    session: Session, organisation: Organisation, door: Door, admin: Actor
) -> None:
    channel = a_channel(session, Actor(organisation.id, Role.SYSTEM), role="compliance")
    _incident(door)
    _rests(door, admin)
    ids = session.scalars(select(NoticeSending.id)).all()
    [batch] = alert_sending.batches(session, ids)
    assert [one.notice.code for one in batch.sendings] == ["incident.threat"]
    page, _ = alert_sending.log_page(session, admin, before=None, limit=9)
    assert [(one.channel_id, one.notice.code) for one in page] == [(channel.id, "incident.threat")]


def test_he_has_his_name_and_his_address_set_right(
    session: Session, organisation: Organisation, door: Door, admin: Actor,
    signed_in: Callable[..., SignedIn],
) -> None:  # fmt: skip
    number, address_id = door.case.number, str(door.visit.address_id)
    _rests(door, admin)
    who = signed_in("compliance", organisation)
    for change in (
        {"field": "name", "value": "王晓五"},
        {"field": "address", "value": "红星路304号", "address_id": address_id},
    ):
        asked = {"case_number": number, "kind": "correction", "channel": "letter", "words": "",
                 "received_at": START.isoformat()}  # fmt: skip
        url = f"/api/v1/data-requests/{who.post('/api/v1/data-requests', json=asked).json['id']}"
        who.post(f"{url}/identity", json={"method": "id_document"})
        answer = who.post(f"{url}/correction", json={**change, "reason": "户口簿"})
        assert (answer.status_code, answer.json["state"]) == (200, "answered"), answer.json
