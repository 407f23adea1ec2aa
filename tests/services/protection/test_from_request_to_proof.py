"""A debtor asks what is held of him, then wants it deleted: from his request to the proof."""

import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from evidence.custody.canonical import canonical
from evidence.custody.entry import DESTROYED, chain_faults
from fieldops.domain import person_record
from fieldops.domain.permissions import Actor
from fieldops.domain.vocabulary import words
from fieldops.jobs import retaining
from fieldops.models import (
    Case,
    Item,
    Organisation,
    Promise,
    RetentionRun,
    Visit,
    restriction,
)
from fieldops.services import custody
from fieldops.services.protection import retention
from fieldops.wiring import wiring
from tests.builders.cases import NOW, a_case, a_party, a_person, an_agent
from tests.builders.evidence import an_item
from tests.builders.visits import a_visit
from tests.conftest import Person as SignedIn
from tests.services.evidence.test_packs import needs_font
from tests.services.protection.reading import everything_readable

HIS = ("王小五", "510104199003074774", "13812345678", "红星路303号", "他说下月还")
NOT_HIS = ("赵邻居", "李外访")


@pytest.fixture
def case(session: Session, organisation: Organisation, signed_in: Callable[..., SignedIn]) -> Case:
    found = a_case(
        session, organisation, name="王小五", id_number="510104199003074774", state="closed",
        phone="+8613812345678", text="四川省成都市红星路303号", note="他说下月还",
    )  # fmt: skip
    a_party(session, found, a_person(session, organisation, name="赵邻居"), role="contact")
    agent = an_agent(session, organisation, name="李外访")
    visit = a_visit(session, organisation, case=found, agent=agent)
    visit.answers = json.dumps({"note": "赵邻居说他搬走了"}, ensure_ascii=False)
    an_item(session, visit, actor=signed_in("agent", organisation, agent_id=agent.id).actor)
    session.add(
        Promise(
            organisation_id=organisation.id, case_id=found.id, visit_id=visit.id, made_at=NOW,
            amount=Decimal(100), currency="CNY", due_on=NOW.date(),
        )
    )  # fmt: skip
    session.commit()
    return found


@pytest.fixture
def compliance(organisation: Organisation, signed_in: Callable[..., SignedIn]) -> SignedIn:
    return signed_in("compliance", organisation)


def _asks(who: SignedIn, case: Case, kind: str) -> str:
    """The address of a request whose identity was checked."""
    body = {
        "case_number": case.number, "kind": kind, "channel": "letter", "words": "请提供",
        "received_at": NOW.isoformat(),
    }  # fmt: skip
    made = who.post("/api/v1/data-requests", json=body)
    assert made.status_code == 201, made.text
    url = f"/api/v1/data-requests/{made.json['id']}"
    early = who.post(f"{url}/{'copy' if kind == 'access' else kind}")
    assert early.status_code == 409
    assert who.post(f"{url}/identity", json={"method": "id_document"}).status_code == 200
    return url


@needs_font
def test_he_gets_all_of_his_own_and_nothing_of_others(
    app: Flask, case: Case, compliance: SignedIn
) -> None:
    compliance.get(f"/api/v1/cases/{case.id}")
    url = _asks(compliance, case, "access")
    answer = compliance.post(f"{url}/copy")
    assert answer.status_code == 200
    text = json.dumps(answer.json, ensure_ascii=False)
    assert [one for one in HIS if one not in text] == []
    assert [one for one in NOT_HIS if one in text] == []
    for section, rows in answer.json["sections"].items():
        assert f"record_section.{section}" in words("en")
        for row in rows:
            assert row.keys() <= person_record.FIELDS.keys()
            for held in row.values():
                assert {"value", "source", "at", "basis", "purpose"} == held.keys()
    assert {one["what"] for one in answer.json["withheld"]} == {"others", "agents"}
    assert all(one["ground"] for one in answer.json["withheld"])
    read = [row["what"]["value"] for row in answer.json["sections"]["readings"]]
    assert "case" in read
    assert compliance.get(url).json["state"] == "answered"
    assert compliance.post(f"{url}/copy.pdf").data.startswith(b"%PDF")


def test_what_tells_of_an_open_inquiry_waits_until_it_is_over(
    app: Flask, session: Session, case: Case, compliance: SignedIn
) -> None:
    case.state = "open"
    session.commit()
    url = _asks(compliance, case, "deletion")
    answer = compliance.post(f"{url}/deletion").json
    assert answer["state"] == "refused"
    assert answer["answer"]["refused"][0]["ground"] == "purpose-goes-on"


def test_what_the_law_keeps_rests_and_is_erased_when_its_time_is_over(
    app: Flask,
    session: Session,
    case: Case,
    compliance: SignedIn,
    admin: Actor,
    frozen_clock: Any,
) -> None:
    case_id, url = case.id, _asks(compliance, case, "deletion")
    answer = compliance.post(f"{url}/deletion").json
    assert answer["answer"]["done"] == ["restricted"]
    assert "CN-RET-01-CARD" in answer["answer"]["refused"][0]["ground"]
    assert compliance.get(f"/api/v1/cases/{case_id}").status_code == 404
    seen = retention.preview(session, admin.organisation_id, wiring().retention, at=NOW)
    retention.switch(
        session, on=True, seen=seen.rules_hash, rules=wiring().retention, actor=admin, at=NOW
    )
    session.commit()
    frozen_clock(NOW + timedelta(days=365 * 5 + 2))
    retaining.go(wiring())
    left = everything_readable(session)
    assert [one for one in (*HIS, "赵邻居") if one in left] == []
    run = session.query(RetentionRun).one()
    assert sha256(canonical(run.record)).hexdigest() == run.record_hash
    with restriction.seeing(session):
        item = session.query(Item).one()
        entries = [custody.entry_of(one) for one in custody.entries_of(session, case_id)]
    assert run.record["hashes"] == {str(item.id): item.sha256}
    assert list(chain_faults(entries)) == []
    assert entries[-1].action == DESTROYED


def test_what_nothing_keeps_is_erased_at_once_with_proof(
    app: Flask, session: Session, case: Case, compliance: SignedIn
) -> None:
    for row in (case, *session.query(Visit)):
        row.updated_at = NOW - timedelta(days=365 * 3)
    session.commit()
    url = _asks(compliance, case, "deletion")
    answer = compliance.post(f"{url}/deletion").json
    assert answer["answer"]["done"] == ["erased"]
    run = session.query(RetentionRun).one()
    assert answer["answer"]["proof"] == run.record_hash
    left = everything_readable(session)
    assert [one for one in HIS if one in left] == []
    assert "赵邻居" in left  # He is another person, and asked for nothing.
