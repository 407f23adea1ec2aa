"""A round of retention, through the job: what is over goes with proof, what is asked for stays."""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from evidence.custody.canonical import canonical
from fieldops.domain.permissions import Actor
from fieldops.domain.rights.vocabulary import CameBy, ComplaintOutcome
from fieldops.domain.rulebook.vocabulary import HoldKind, HoldScope
from fieldops.domain.visiting import VisitState
from fieldops.jobs import retaining
from fieldops.models import Case, DataKey, IdentityMember, Item, Organisation, RetentionRun
from fieldops.services import closing, hold_ending, holds
from fieldops.services.protection import retention
from fieldops.services.rights import complaints, disputes
from fieldops.wiring import wiring
from tests.builders.cases import NOW, a_case, an_agent
from tests.builders.evidence import an_item
from tests.builders.rights import RIGHTS
from tests.builders.visits import a_visit
from tests.conftest import Person as SignedIn

LATER = NOW + timedelta(days=5 * 366)


@pytest.fixture
def cases(session: Session, organisation: Organisation) -> dict[str, Case]:
    """Cases closed by the act, all but one of them long ago, by what is to become of them."""
    words = ("over", "held", "complained", "disputed", "young")
    return {word: a_case(session, organisation, number=word, name=word) for word in words}


def _close(session: Session, cases: dict[str, Case], admin: Actor) -> None:
    for word, one in cases.items():
        at = LATER - timedelta(days=900) if word == "young" else NOW
        closing.close(session, one.id, closing.CaseOutcome.SETTLED, "settled", actor=admin, now=at)
    session.commit()


def _ask(session: Session, cases: dict[str, Case], admin: Actor) -> None:
    """Place the hold, and open the complaint and the dispute, that keep three of them."""
    told: dict[str, Any] = {"rights": RIGHTS, "actor": admin, "now": NOW}
    order = holds.HoldOrder(HoldKind.LEGAL, HoldScope.PERSON, cases["held"].id, "the suit")
    holds.place(session, order, **told)
    asked = complaints.ComplaintOrder(cases["complained"].id, "too loud", CameBy.LETTER)
    complaints.open_complaint(session, asked, **told)
    dispute = disputes.DisputeOrder(cases["disputed"].id, "I paid", CameBy.LETTER)
    disputes.open_dispute(session, dispute, **told)
    session.commit()


def _switch_on(session: Session, actor: Actor) -> None:
    seen = retention.preview(session, actor.organisation_id, wiring().retention, at=LATER)
    told = {c.number: c.by for c in seen.kept}
    assert told == {"held": "legal_hold", "complained": "complaint", "disputed": "dispute"}
    retention.switch(
        session, on=True, seen=seen.rules_hash, rules=wiring().retention, actor=actor, at=LATER
    )
    session.commit()


def _states(session: Session) -> dict[str, int]:
    """How many keys are destroyed and how many stand, and how many runs there were."""
    session.rollback()
    gone = session.query(DataKey).filter(DataKey.destroyed_at.is_not(None)).count()
    return {"gone": gone, "runs": session.query(RetentionRun).count()}


def _erased(cases: dict[str, Case]) -> list[str]:
    return [word for word, one in cases.items() if one.state == "erased"]


def test_what_is_over_is_erased_with_proof_and_what_somebody_asked_keeps_the_rest(
    app: Flask,
    session: Session,
    organisation: Organisation,
    cases: dict[str, Case],
    admin: Actor,
    frozen_clock: Any,
    signed_in: Callable[..., SignedIn],
) -> None:
    agent = an_agent(session, organisation)
    visit = a_visit(session, organisation, case=cases["over"], agent=agent, state=VisitState.LEFT)
    item = an_item(session, visit, actor=signed_in("agent", organisation, agent_id=agent.id).actor)
    digest, item_id = item.sha256, item.id
    _close(session, cases, admin)
    _ask(session, cases, admin)
    frozen_clock(LATER)
    _switch_on(session, admin)
    retaining.go(wiring())
    assert _erased(cases) == ["over"]
    once = _states(session)
    assert once == {"gone": 2, "runs": 1}
    run = session.query(RetentionRun).one()
    assert (run.state, run.record["hashes"]) == ("done", {str(item_id): digest})
    assert [one["case"] for one in run.record["cases"]] == [str(cases["over"].id)]
    assert sha256(canonical(run.record)).hexdigest() == run.record_hash
    assert session.get_one(Item, item_id).sha256 == digest
    retaining.go(wiring())
    assert _states(session) == once


def test_a_round_goes_on_with_what_was_kept_once_that_is_over(
    app: Flask,
    session: Session,
    organisation: Organisation,
    cases: dict[str, Case],
    admin: Actor,
    frozen_clock: Any,
    signed_in: Callable[..., SignedIn],
) -> None:
    handler = signed_in("compliance", organisation)
    _close(session, cases, admin)
    _ask(session, cases, admin)
    frozen_clock(LATER)
    _switch_on(session, admin)
    told: dict[str, Any] = {"actor": handler.actor, "now": LATER}
    (complaint,), _ = complaints.waiting(session, admin)
    complaints.assign(session, complaint.id, handler.account.id, **told)
    complaints.answer(session, complaint.id, "we are sorry", **told)
    complaints.close(session, complaint.id, ComplaintOutcome.UPHELD, **told)
    (hold,) = [h for h in holds.listed(session, admin, after=None, limit=9)[0] if h.kind == "legal"]
    hold_ending.lift(session, hold.id, "over", rights=RIGHTS, actor=admin, now=LATER)
    session.commit()
    retaining.go(wiring())
    assert _erased(cases) == ["over", "held"]
    # Who complained may still take it further: the period runs anew from the answer.
    frozen_clock(LATER + timedelta(days=5 * 366))
    retaining.go(wiring())
    assert _erased(cases) == ["over", "held", "complained", "young"]


@pytest.mark.parametrize(("jurisdiction", "erased"), [("CN", False), ("US", True)])
def test_each_jurisdiction_has_its_own_schedule(
    app: Flask,
    session: Session,
    organisation: Organisation,
    admin: Actor,
    jurisdiction: str,
    erased: bool,
) -> None:
    organisation.jurisdictions = [jurisdiction]
    a_case(session, organisation, state="closed")
    session.commit()
    after_four_years = NOW + timedelta(days=4 * 365)
    seen = retention.preview(session, organisation.id, wiring().retention, at=after_four_years)
    assert seen.due_count == int(erased)


def test_a_legal_hold_over_somebody_keeps_all_his_cases_by_whatever_record(
    app: Flask, session: Session, organisation: Organisation, admin: Actor
) -> None:
    first = a_case(session, organisation, number="first", state="closed")
    a_case(session, organisation, number="second", person=first.parties[0].person, state="closed")
    other = a_case(session, organisation, number="third", state="closed")
    entity = first.parties[0].person_id
    for person_id in (entity, other.parties[0].person_id):
        session.add(
            IdentityMember(
                person_id=person_id, organisation_id=organisation.id, entity_id=entity, since=NOW
            )
        )
    session.flush()
    order = holds.HoldOrder(
        HoldKind.LEGAL, HoldScope.PERSON, first.id, "suit", ends_at=LATER + timedelta(days=1)
    )
    holds.place(session, order, rights=RIGHTS, actor=admin, now=NOW)
    held = retention.preview(session, organisation.id, wiring().retention, at=LATER)
    assert (held.due, held.kept_count) == ([], 3)
    its_time_is_over = LATER + timedelta(days=2)
    seen = retention.preview(session, organisation.id, wiring().retention, at=its_time_is_over)
    assert (seen.due_count, seen.kept) == (3, [])


def test_a_deletion_waits_for_the_answer_to_a_complaint(
    app: Flask,
    session: Session,
    cases: dict[str, Case],
    admin: Actor,
    organisation: Organisation,
    frozen_clock: Any,
    signed_in: Callable[..., SignedIn],
) -> None:
    _close(session, cases, admin)
    _ask(session, cases, admin)
    frozen_clock(LATER)
    compliance = signed_in("compliance", organisation)
    for word, ground in (("complained", "complaint"), ("disputed", "dispute")):
        body = {
            "case_number": word, "kind": "deletion", "channel": "letter", "words": "please",
            "received_at": LATER.isoformat(),
        }  # fmt: skip
        made = compliance.post("/api/v1/data-requests", json=body)
        url = f"/api/v1/data-requests/{made.json['id']}"
        compliance.post(f"{url}/identity", json={"method": "id_document"})
        answer = compliance.post(f"{url}/deletion").json
        assert answer["state"] == "refused"
        assert [one["ground"] for one in answer["answer"]["refused"]] == [ground]
