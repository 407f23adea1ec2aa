"""Complaints have a clock, a handler without an interest, and a hold that ends with the outcome."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from fieldops.domain.errors import Conflict, Forbidden, InvalidInput, NotFound
from fieldops.domain.permissions import Actor, Role
from fieldops.domain.rights.vocabulary import CameBy, ComplaintOutcome, Complexity
from fieldops.models import Complaint, Contact, Hold, Notice, Organisation
from fieldops.services import hold_ending, notices
from fieldops.services.rights import complaint_clocks, complaints
from fieldops.services.rights.recusal import Recused
from fieldops.services.rulings import ContactForbidden
from tests.builders.cases import a_case
from tests.builders.doors import Door
from tests.builders.rights import RIGHTS
from tests.builders.visits import START
from tests.services.rights.conftest import Handler, a_handler

WORDS = "你们的人踢门"


def _open(door: Door, actor: Actor | None = None, **changed: Any) -> complaints.Opened:
    values = {"case_id": door.case.id, "words": WORDS, "came_by": CameBy.DOOR, **changed}
    order = complaints.ComplaintOrder(**values)
    return complaints.open_complaint(
        door.session, order, rights=RIGHTS, actor=actor or door.first, now=START
    )


def _answered(door: Door, handler: Handler, **changed: Any) -> Complaint:
    found = _open(door, **changed).complaint
    _assign(door, found, handler)
    return complaints.answer(door.session, found.id, "我们已处理", actor=handler.actor, now=START)


def _assign(door: Door, found: Complaint, handler: Handler) -> Complaint:
    return complaints.assign(
        door.session, found.id, handler.account.id, actor=handler.actor, now=START
    )


def _close(door: Door, found: Complaint, handler: Handler) -> Complaint:
    return complaints.close(
        door.session, found.id, ComplaintOutcome.UPHELD, actor=handler.actor, now=START
    )


def test_an_agent_takes_one_down_and_contact_rests_at_once(door: Door) -> None:
    opened = _open(door)
    assert [visit.id for visit in opened.cancelled] == [door.visit.id]
    assert door.case.state == "held"
    refusal = door.arrive()
    assert isinstance(refusal, ContactForbidden)
    assert refusal.ruling.rules == ("GL-COMP-01",)


def test_the_crew_that_is_called_off_does_not_read_what_was_said(door: Door) -> None:
    opened = _open(door)
    assert WORDS not in str(door.visit.cancelled_reason)
    assert complaints.reference(opened.complaint.id) in str(door.visit.cancelled_reason)


def test_the_words_are_sealed_at_rest(door: Door, session: Session) -> None:
    _open(door)
    raw = session.execute(text("SELECT words FROM complaint")).scalar_one()
    assert WORDS.encode() not in bytes(raw)


def test_an_agent_complains_for_nobody_of_another_day(
    door: Door, session: Session, organisation: Organisation
) -> None:
    elsewhere = a_case(session, organisation)
    with pytest.raises(NotFound):
        _open(door, case_id=elsewhere.id)


@pytest.mark.parametrize(
    ("complexity", "ends"),
    [
        # The day of receipt is not counted, and the last day belongs to the clock.
        (Complexity.SIMPLE, datetime(2026, 12, 9, 16, 0, tzinfo=UTC)),
        (Complexity.COMPLEX, datetime(2026, 12, 24, 16, 0, tzinfo=UTC)),
        (Complexity.SPECIAL, datetime(2027, 1, 23, 16, 0, tzinfo=UTC)),
    ],
)
def test_the_clock_of_a_complaint_is_that_of_the_table(
    door: Door, complexity: Complexity, ends: datetime
) -> None:
    assert _open(door, complexity=complexity).complaint.due_at == ends


def test_time_is_gained_only_by_being_more_complex_and_with_a_reason(
    door: Door, handler: Handler
) -> None:
    found = _open(door).complaint
    before = found.due_at

    def regrade(complexity: Complexity, reason: str = "three firms are asked") -> Complaint:
        return complaints.regrade(
            door.session, found.id, complexity, reason,
            rights=RIGHTS, actor=handler.actor, now=START,
        )  # fmt: skip

    with pytest.raises(InvalidInput):
        regrade(Complexity.COMPLEX, "  ")
    assert regrade(Complexity.COMPLEX).due_at == before + timedelta(days=15)
    with pytest.raises(Conflict):
        regrade(Complexity.SIMPLE)


def test_a_handler_with_an_interest_is_refused_with_every_reason(
    door: Door, session: Session, handler: Handler
) -> None:
    handler.account.agent_id = door.partner.id
    session.add(
        Contact(
            organisation_id=door.case.organisation_id, case_id=door.case.id,
            person_id=door.visit.debtor_id, debtor_id=door.visit.debtor_id, channel="call",
            purpose="collect", at=START, result="connected", account_id=handler.account.id,
            recorded_at=START,
        )
    )  # fmt: skip
    found = _open(door, about_agent_id=door.partner.id).complaint
    with pytest.raises(Recused) as refused:
        _assign(door, found, handler)
    assert refused.value.extra["interests"] == [
        "complained_about", "worked_visits", "made_contacts",
    ]  # fmt: skip
    assert found.state == "opened"


def test_one_who_is_complained_about_himself_is_refused(door: Door, handler: Handler) -> None:
    found = _open(door, about_account_id=handler.account.id).complaint
    with pytest.raises(Recused):
        _assign(door, found, handler)


def test_an_interest_that_came_later_keeps_a_handler_from_answering(
    door: Door, handler: Handler
) -> None:
    found = _assign(door, _open(door).complaint, handler)
    handler.account.agent_id = door.agent.id
    door.session.flush()
    with pytest.raises(Recused):
        complaints.answer(door.session, found.id, "so", actor=handler.actor, now=START)


def test_only_the_handler_answers(
    door: Door, session: Session, organisation: Organisation, handler: Handler
) -> None:
    found = _assign(door, _open(door).complaint, handler)
    other = a_handler(session, organisation, "two")
    with pytest.raises(Forbidden):
        complaints.answer(session, found.id, "so", actor=other.actor, now=START)


def test_nobody_but_compliance_handles_complaints(
    door: Door, organisation: Organisation, handler: Handler
) -> None:
    found = _open(door).complaint
    with pytest.raises(Forbidden):
        complaints.assign(
            door.session, found.id, handler.account.id,
            actor=Actor(organisation.id, Role.DISPATCHER), now=START,
        )  # fmt: skip


def test_closing_lifts_the_hold_with_the_outcome(door: Door, handler: Handler) -> None:
    found = _answered(door, handler)
    hold = door.session.get_one(Hold, found.hold_id)
    with pytest.raises(Conflict):
        hold_ending.lift(
            door.session, hold.id, "settled", rights=RIGHTS, actor=handler.actor, now=START
        )
    _close(door, found, handler)
    assert (hold.lifted_outcome, hold.lifted_by) == ("upheld", handler.account.id)
    assert door.case.state == "open"


def test_a_complaint_is_not_closed_before_it_is_answered(door: Door, handler: Handler) -> None:
    found = _open(door).complaint
    with pytest.raises(Conflict):
        _close(door, found, handler)


def test_a_second_complaint_keeps_the_hold_of_the_first(door: Door, handler: Handler) -> None:
    first = _answered(door, handler)
    second = _answered(door, handler)
    assert first.hold_id == second.hold_id
    _close(door, first, handler)
    assert door.case.state == "held"
    _close(door, second, handler)
    assert door.case.state == "open"


def test_compliance_is_told_before_the_clock_ends_and_when_it_has(
    door: Door, session: Session
) -> None:
    found = _open(door).complaint
    told = []
    for days in (20, 7, 3, 1, 0):
        at = found.due_at - timedelta(days=days)
        complaint_clocks.go_round(session, found.organisation_id, rights=RIGHTS, at=at)
        complaint_clocks.go_round(session, found.organisation_id, rights=RIGHTS, at=at)
        told.append([(one.step, one.way) for one in _notices(session)][-1:])
    assert told == [[], [("7d", "digest")], [("3d", "today")], [("1d", "now")], [("0d", "now")]]
    assert {one.role for one in _notices(session)} == {"compliance"}
    assert found.next_at is None


def test_a_complaint_that_came_late_to_us_is_told_of_at_once(door: Door, session: Session) -> None:
    found = _open(door, received_at=START - timedelta(days=13)).complaint
    complaint_clocks.go_round(session, found.organisation_id, rights=RIGHTS, at=START)
    assert [one.step for one in _notices(session)] == ["3d"]


def test_an_answer_stops_the_clock(door: Door, session: Session, handler: Handler) -> None:
    found = _answered(door, handler)
    at = found.due_at + timedelta(days=1)
    assert not complaint_clocks.go_round(session, found.organisation_id, rights=RIGHTS, at=at)


def test_nobody_complains_tomorrow(door: Door) -> None:
    with pytest.raises(InvalidInput):
        _open(door, received_at=START + timedelta(days=1))


def _notices(session: Session) -> list[Notice]:
    return list(session.scalars(select(Notice).order_by(Notice.id)))


def test_what_compliance_does_not_see_goes_to_counsel(door: Door, session: Session) -> None:
    found = _open(door).complaint
    at = found.due_at - timedelta(hours=20)
    complaint_clocks.go_round(session, found.organisation_id, rights=RIGHTS, at=at)
    notices.go_round(session, found.organisation_id, at=at + timedelta(hours=5))
    assert [one.role for one in _notices(session)] == ["compliance", "counsel"]
