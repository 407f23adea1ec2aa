"""Somebody restricted exercises his rights, and the law's clocks over his cases run on."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from evidence import trace
from evidence.trace.clocks import as_json
from fieldops.domain.permissions import Actor
from fieldops.domain.rights.vocabulary import CameBy
from fieldops.models import (
    Case,
    Deadline,
    Flag,
    Hold,
    Organisation,
    Restriction,
    restriction,
)
from fieldops.services import deadlines
from fieldops.services.organisations import House
from fieldops.services.protection import restricting
from fieldops.services.rights import disputes
from tests.builders.doors import Door, a_door
from tests.builders.restricted import a_restriction
from tests.builders.rights import RIGHTS
from tests.builders.visits import START
from tests.conftest import Person as SignedIn

WORDS = "别再来了"
OTHERS = ["agent", "dispatcher", "counsel", "admin", "auditor"]
AT = START.isoformat()


@pytest.fixture
def door(session: Session, organisation: Organisation) -> Door:
    return a_door(session, organisation, name="王小五")


@pytest.fixture
def rests(door: Door, admin: Actor) -> Restriction:
    """The debtor of the door's case is restricted."""
    return a_restriction(door.session, door.visit.debtor_id, admin, at=START)


def _asks(door: Door) -> dict[str, dict[str, Any]]:
    """What he may ask, by the address to which it is sent."""
    said = {"words": WORDS, "came_by": "letter"}
    return {
        "complaints": {"case_id": str(door.case.id), **said},
        "disputes": {"case_id": str(door.case.id), "ground": "paid", **said},
        "requests": {"party_id": str(door.visit.party_id), "kind": "cease", **said},
    }


def _house(organisation: Organisation) -> House:
    return House(organisation.id, organisation.timezone, organisation.jurisdictions)


@pytest.mark.parametrize("what", ["complaints", "disputes", "requests"])
def test_what_he_asks_is_taken_down_with_its_hold_and_listed_to_whoever_answers(
    session: Session, organisation: Organisation, door: Door, rests: Restriction,
    signed_in: Callable[..., SignedIn], what: str,
) -> None:  # fmt: skip
    body, case_id, who = _asks(door)[what], door.case.id, signed_in("compliance", organisation)
    session.expunge_all()
    made = who.post(f"/api/v1/{what}", json=body)
    assert made.status_code == 201, made.json
    hold_id = UUID(made.json.get("request", made.json)["hold_id"])
    session.expunge_all()
    [one] = who.get(f"/api/v1/{what}").json["items"]
    assert one["words"] == WORDS
    assert session.get(Hold, hold_id) is None
    restricting.lift(session, session.scalars(select(Restriction.id)).one(), actor=who.actor,
                     now=START)  # fmt: skip
    assert session.get_one(Hold, hold_id).lifted_at is None
    assert session.get_one(Case, case_id).state == "held"


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_takes_it_down_or_finds_it(
    session: Session, organisation: Organisation, door: Door, rests: Restriction, admin: Actor,
    signed_in: Callable[..., SignedIn], role: str,
) -> None:  # fmt: skip
    agent_id = door.agent.id if role == "agent" else None
    who, asks = signed_in(role, organisation, agent_id=agent_id), _asks(door)
    session.expunge_all()
    for what, body in asks.items():
        assert who.post(f"/api/v1/{what}", json=body).status_code in (403, 404), what
    compliance = signed_in("compliance", organisation)
    for what, body in asks.items():
        assert compliance.post(f"/api/v1/{what}", json=body).status_code == 201, what
    session.expunge_all()
    for what in asks:
        assert WORDS not in who.get(f"/api/v1/{what}").text, what


def test_his_dispute_is_resolved_and_its_hold_ends(
    session: Session, organisation: Organisation, door: Door, admin: Actor,
    signed_in: Callable[..., SignedIn],
) -> None:  # fmt: skip
    order = disputes.DisputeOrder(door.case.id, "早还清了", CameBy.CALL)
    opened = disputes.open_dispute(session, order, rights=RIGHTS, actor=admin, now=START)
    dispute_id, hold_id, who = (
        opened.dispute.id,
        opened.hold.id,
        signed_in("compliance", organisation),
    )
    a_restriction(session, door.visit.debtor_id, admin, at=START)
    session.expunge_all()
    assert disputes.open_ones(session, who.actor) == 1
    found = {"outcome": "unfounded", "evidence": "ledger", "reason": "never paid"}
    answer = who.post(f"/api/v1/disputes/{dispute_id}/resolve", json=found)
    assert (answer.status_code, answer.json["outcome"]) == (200, "unfounded")
    with restriction.seeing(session):
        assert session.get_one(Hold, hold_id).lifted_outcome == "unfounded"


def test_he_says_that_he_no_longer_asks_for_it(
    session: Session, organisation: Organisation, door: Door, rests: Restriction,
    signed_in: Callable[..., SignedIn],
) -> None:  # fmt: skip
    who = signed_in("compliance", organisation)
    made = who.post("/api/v1/requests", json=_asks(door)["requests"]).json["request"]
    session.expunge_all()
    url = f"/api/v1/requests/{made['id']}/withdraw"
    answer = who.post(url, json={"words": "可以再打电话"})
    assert (answer.status_code, answer.json["for_ever"]) == (200, False)
    with restriction.seeing(session):
        assert session.get_one(Hold, UUID(made["hold_id"])).lifted_at is not None


def test_his_parts_are_named_by_id_and_role_alone(
    session: Session, organisation: Organisation, door: Door, rests: Restriction,
    signed_in: Callable[..., SignedIn],
) -> None:  # fmt: skip
    url, number = f"/api/v1/protection/restrictions/{rests.id}/parts", door.case.number
    part = {"party_id": str(door.visit.party_id), "case_id": str(door.case.id), "role": "debtor"}
    who = signed_in("compliance", organisation)
    assert who.get(url).json == {"items": [part]}
    assert who.get(url, query_string={"number": number}).json == {"items": [part]}
    assert who.get(url, query_string={"number": "HT-other"}).json == {"items": []}
    assert signed_in("auditor", organisation).get(url).status_code == 403
    who.post(f"/api/v1/protection/restrictions/{rests.id}/lift")
    assert who.get(url).status_code == 409


def test_counsel_records_what_happened_in_court_and_the_clocks_are_counted(
    session: Session, organisation: Organisation, door: Door, rests: Restriction,
    signed_in: Callable[..., SignedIn],
) -> None:  # fmt: skip
    url, counsel = f"/api/v1/cases/{door.case.id}/legal-events", signed_in("counsel", organisation)
    session.expunge_all()
    event = {"kind": "preservation_ruling", "at": AT}
    made = counsel.post(url, json=event)
    assert made.status_code == 201, made.json
    with restriction.seeing(session, Deadline):
        assert session.scalars(select(Deadline.name)).all() == ["suit-after-preservation-30d"]
    shown = counsel.get(url).json
    assert [one["kind"] for one in shown["events"]] == ["preservation_ruling"]
    assert [one["state"] for one in shown["clocks"]] == ["running"]
    gone = counsel.post(
        f"/api/v1/legal-events/{made.json['id']}/withdraw", json={"reason": "error"}
    )
    assert gone.status_code == 200
    with restriction.seeing(session, Deadline):
        assert session.scalars(select(Deadline.name)).all() == []


@pytest.mark.parametrize("role", ["compliance", "auditor", "dispatcher"])
def test_nobody_else_reads_or_records_what_happened_in_court(
    session: Session, organisation: Organisation, door: Door, rests: Restriction,
    signed_in: Callable[..., SignedIn], role: str,
) -> None:  # fmt: skip
    url, who = f"/api/v1/cases/{door.case.id}/legal-events", signed_in(role, organisation)
    session.expunge_all()
    assert who.get(url).status_code in (403, 404)
    assert who.post(url, json={"kind": "suit_filed", "at": AT}).status_code in (403, 404)


def test_a_clock_of_a_flag_ends_though_nothing_is_believed_of_him_anew(
    session: Session, organisation: Organisation, door: Door, admin: Actor,
    signed_in: Callable[..., SignedIn],
) -> None:  # fmt: skip
    begun = trace.clock("revocation-1y", START)
    flag = Flag(
        organisation_id=organisation.id, case_id=door.case.id, person_id=door.visit.debtor_id,
        code="AT-GIFT", subject="house", severity="high", state="open", shown=[], missing=[],
        contradicted=[], basis="", grounds=[], clocks=[as_json(begun)], model_version="m",
        known_at=START, raised_at=START, updated_at=START,
    )  # fmt: skip
    session.add(flag)
    session.flush()
    deadlines.keep_of_flags(session, _house(organisation), [(flag, [begun])], now=START)
    a_restriction(session, door.visit.debtor_id, admin, at=START)
    flag_id, case_id = flag.id, door.case.id
    counsel = signed_in("counsel", organisation)
    session.expunge_all()
    told = {"kind": "revocation_filed", "at": (START + timedelta(days=1)).isoformat()}
    assert counsel.post(f"/api/v1/cases/{case_id}/legal-events", json=told).status_code == 201
    with restriction.seeing(session, Flag, Deadline):
        assert [one["state"] for one in session.get_one(Flag, flag_id).clocks] == ["ended"]
        assert session.scalars(select(Deadline)).all() == []
