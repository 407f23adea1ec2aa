"""Legal events, alerts, channels, next steps and lead sheets over HTTP."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from evidence.pack.fonts import FontMissingError, chinese_font
from fieldops.domain.permissions import Actor
from fieldops.domain.rulebook.vocabulary import HoldKind, HoldScope
from fieldops.models import AccessRecord, Flag, Organisation
from fieldops.services import holds
from tests.builders import alerts as built
from tests.builders.doors import Door
from tests.builders.observations import a_disposal
from tests.builders.rights import RIGHTS
from tests.builders.visits import START
from tests.conftest import Person

Signs = Callable[..., Person]
EVENT = {"kind": "seizure_deposit", "at": "2026-11-20T10:00:00+08:00", "subject": "account 1"}


@pytest.fixture
def flag(door: Door, admin: Actor) -> Flag:
    """A car that went to a relative."""
    a_disposal(door, admin)
    flag = built.flags(door)["AT-RELATIVE"]
    door.session.commit()
    return flag


def test_counsel_records_a_freeze_and_sees_when_to_renew_it(
    door: Door, signed_in: Signs, organisation: Organisation
) -> None:
    counsel = signed_in("counsel", organisation)
    url = f"/api/v1/cases/{door.case.id}/legal-events"
    made = counsel.post(url, json=EVENT)
    assert made.status_code == 201
    clocks = {one["name"]: one for one in counsel.get(url).json["clocks"]}
    assert (clocks["renew-deposit"]["ends"], clocks["renew-deposit"]["subject"]) == (
        "2027-11-13",
        "account 1",
    )
    event = made.json["id"]
    gone = counsel.post(f"/api/v1/legal-events/{event}/withdraw", json={"reason": "wrong case"})
    assert gone.json["withdrawn_reason"] == "wrong case"
    assert counsel.get(url).json["clocks"] == []


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": "thunder"},  # no such event
        {"at": "yesterday"},  # no time
        {"at": "2026-11-20T10:00:00"},  # which zone?
        {"subject": ""},  # which account?
        {"subject": "x" * 201},
        {"note": 7},
    ],
)
def test_an_event_that_cannot_be_taken_is_refused(
    door: Door, signed_in: Signs, organisation: Organisation, changed: dict[str, Any]
) -> None:
    counsel = signed_in("counsel", organisation)
    url = f"/api/v1/cases/{door.case.id}/legal-events"
    assert counsel.post(url, json={**EVENT, **changed}).status_code == 422


def test_everybody_may_read_the_clocks_and_how_far_they_are_confirmed(
    signed_in: Signs, organisation: Organisation
) -> None:
    told = signed_in("dispatcher", organisation).get("/api/v1/clocks").json
    rows = {one["name"]: one for one in told["clocks"]}
    assert rows["revocation-1y"]["formula"] == "known_at + 1 y"
    assert rows["urgent-step-48h"]["provenance"] == "policy"
    assert told["count"]["provenance"] == "unconfirmed"


def test_an_alert_is_listed_and_seen_once(
    flag: Flag, signed_in: Signs, organisation: Organisation
) -> None:
    counsel = signed_in("counsel", organisation)
    (first, *_) = counsel.get("/api/v1/alerts?seen=false").json["items"]
    assert first["reference"].startswith("N-")
    seen = counsel.post(f"/api/v1/alerts/{first['id']}/seen").json
    assert seen["seen_by"] == str(counsel.account.id)
    assert first["id"] not in {
        one["id"] for one in counsel.get("/api/v1/alerts?seen=false").json["items"]
    }


def test_an_administrator_opens_and_closes_channels_and_no_secret_comes_back(
    signed_in: Signs, organisation: Organisation
) -> None:
    chief = signed_in("admin", organisation)
    order = {
        "role": "counsel", "kind": "wecom",
        "url": "https://robots.example/send?key=hidden-key",
    }  # fmt: skip
    made = chief.post("/api/v1/alert-channels", json=order)
    assert made.status_code == 201
    listed = chief.get("/api/v1/alert-channels")
    assert "hidden-key" not in listed.text + made.text
    assert listed.json["channels"][0]["address"] == "robots.example"
    closed = chief.post(f"/api/v1/alert-channels/{made.json['id']}/close")
    assert closed.json["disabled_at"]
    assert chief.get("/api/v1/alert-sendings").json == {"sendings": [], "next": None}


def test_quiet_hours_are_set_as_a_whole(signed_in: Signs, organisation: Organisation) -> None:
    chief = signed_in("admin", organisation)
    policy = chief.get("/api/v1/alert-policy").json
    changed = {**policy, "quiet_from": "20:00", "escalate_minutes": 30}
    assert chief.put("/api/v1/alert-policy", json=changed).json == changed
    assert chief.get("/api/v1/alert-policy").json == changed
    wrong = chief.put("/api/v1/alert-policy", json={**changed, "digest_at": "25:61"})
    assert wrong.status_code == 422


def test_the_next_steps_of_a_flag_are_ranked_and_lawful(
    flag: Flag, signed_in: Signs, organisation: Organisation
) -> None:
    counsel = signed_in("counsel", organisation)
    steps = counsel.get(f"/api/v1/flags/{flag.id}/next-steps").json["steps"]
    changes = [one["change"] for one in steps if one["change"] is not None]
    assert changes == sorted(changes, reverse=True)
    assert steps[0]["name"] == "use-seen"
    assert all(one["allowed"] and one["rules"] for one in steps)


def test_what_the_rules_forbid_comes_last_and_names_the_rule(
    door: Door, signed_in: Signs, organisation: Organisation, admin: Actor
) -> None:
    a_disposal(
        door, admin, kind="visit.new_occupant", asset=None, data={},
        address_id=door.visit.address_id,
    )  # fmt: skip
    flag = built.flags(door)["RL-REVIEW"]
    order = holds.HoldOrder(
        HoldKind.NO_CONTACT_ORDER, HoldScope.PERSON, door.case.id, "a police order"
    )
    holds.place(door.session, order, rights=RIGHTS, actor=admin, now=START)
    door.session.commit()
    counsel = signed_in("counsel", organisation)
    steps = counsel.get(f"/api/v1/flags/{flag.id}/next-steps").json["steps"]
    allowed = [one["allowed"] for one in steps]
    assert allowed == sorted(allowed, reverse=True)
    assert all(one["rules"] for one in steps)
    assert [one["name"] for one in steps if one["allowed"]] == ["residence-register"]
    assert {one["name"] for one in steps} >= {"visit", "call", "letter"}


def test_a_lead_sheet_is_a_pdf_and_its_drawing_is_kept(
    flag: Flag, signed_in: Signs, organisation: Organisation, session: Session
) -> None:
    try:
        chinese_font()
    except FontMissingError:
        pytest.skip("no Chinese TrueType typeface is installed")
    counsel = signed_in("counsel", organisation)
    answer = counsel.get(f"/api/v1/flags/{flag.id}/lead-sheet")
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF-")
    kept = session.scalars(select(AccessRecord.subject)).all()
    assert f"lead-sheet:{flag.id}" in kept
    auditor = signed_in("auditor", organisation)
    assert auditor.get(f"/api/v1/flags/{flag.id}/lead-sheet").status_code == 403
