"""Recording what came of a visit, leaving, and calling off."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from fieldops.domain.errors import Conflict, Forbidden, InvalidInput, PreconditionFailed
from fieldops.domain.permissions import Actor
from fieldops.models import Contact, OutboxFact, Payment, Promise, Visit
from fieldops.services import visits
from tests.builders.doors import BOOK, Door
from tests.builders.visits import START

PROMISE = {"amount": "1200.50", "due_on": "2026-12-01"}


def test_an_outcome_becomes_a_contact_and_a_fact(door: Door) -> None:
    door.both_arrive()
    visit = door.record("met_debtor", ability="able", willingness="willing")
    assert (visit.state, visit.outcome, visit.remarks) == ("recorded", "met_debtor", [])
    contact = door.session.scalars(select(Contact)).one()
    assert (contact.channel, contact.result, contact.visit_id) == ("visit", "met", visit.id)
    names = door.session.scalars(select(OutboxFact.name).order_by(OutboxFact.id)).all()
    assert names == ["visit-changed", "visit-changed", "outcome-recorded"]


def test_nobody_at_home_is_an_attempt_and_no_meeting(door: Door) -> None:
    door.both_arrive()
    door.record("no_answer")
    assert door.session.scalars(select(Contact.result)).one() == "no_answer"


def test_the_same_outcome_twice_is_recorded_once_whatever_its_version(door: Door) -> None:
    door.both_arrive()
    door.record("promise", promise=PROMISE)
    version = door.visit.version
    door.record("promise", promise=PROMISE, version=1)
    assert door.visit.version == version
    assert door.session.scalar(select(func.count()).select_from(Promise)) == 1


def test_another_outcome_after_the_first_is_a_conflict(door: Door) -> None:
    door.both_arrive()
    door.record("no_answer")
    with pytest.raises(Conflict):
        door.record("vacant")


def test_a_promise_is_kept_to_the_cent(door: Door) -> None:
    door.both_arrive()
    door.record("promise", promise=PROMISE)
    kept = door.session.scalars(select(Promise)).one()
    assert (kept.amount, kept.currency) == (Decimal("1200.50"), "CNY")


def test_a_payment_has_a_receipt_number(door: Door) -> None:
    door.both_arrive()
    door.record("payment", payment={"amount": 500, "method": "cash"})
    kept = door.session.scalars(select(Payment)).one()
    assert kept.amount == Decimal("500.00")
    assert kept.receipt_number.startswith("R20261124-")


def test_a_missing_recording_is_remarked_and_loses_no_work(door: Door) -> None:
    door.both_arrive()
    visit = door.record("no_answer", facts={})
    assert visit.state == "recorded"
    assert [(one["code"], one["rules"]) for one in visit.remarks] == [
        ("not-compliant", ["CN-REC-01"])
    ]


def test_one_of_two_arrivals_is_remarked_at_the_close(door: Door) -> None:
    door.arrive()
    visit = door.record("no_answer")
    assert visit.remarks[0]["rules"] == ["CN-CREW-01"]


def test_an_outcome_before_an_arrival_is_a_conflict(door: Door) -> None:
    with pytest.raises(Conflict):
        door.record("no_answer")


def test_an_outcome_based_on_an_old_version_is_refused(door: Door) -> None:
    door.both_arrive()
    with pytest.raises(PreconditionFailed):
        door.record("no_answer", version=door.visit.version - 1)


@pytest.mark.parametrize(
    ("outcome", "answers", "field"),
    [
        ("met", {}, "outcome"),  # No such word.
        ("promise", {}, "promise"),
        ("no_answer", {"promise": PROMISE}, "promise"),  # Nobody was met who could promise.
        ("promise", {"promise": {"amount": "NaN", "due_on": "2026-12-01"}}, "promise.amount"),
        ("promise", {"promise": {"amount": 12.5, "due_on": "2026-12-01"}}, "promise.amount"),
        ("promise", {"promise": {"amount": "0.001", "due_on": "2026-12-01"}}, "promise.amount"),
        ("promise", {"promise": {"amount": "9" * 39, "due_on": "2026-12-01"}}, "promise.amount"),
        ("promise", {"promise": {"amount": "10", "due_on": "2026-11-23"}}, "promise.due_on"),
        ("payment", {"payment": {"amount": "10", "method": "shells"}}, "payment.method"),
        ("moved_away", {}, "statements"),  # Who said so?
        ("vacant", {"sightings": [{"sighting": "vehicle_absent"}]}, "sightings[0].asset"),
        ("vacant", {"statements": [{"who": "cat", "says": "lives_here"}]}, "statements[0].who"),
        ("vacant", {"facts": {"entered": 1}}, "facts.entered"),
        ("vacant", {"mood": "grim"}, "mood"),
    ],
)
def test_faulty_answers_name_their_field(
    door: Door, outcome: str, answers: dict[str, Any], field: str
) -> None:
    door.both_arrive()
    with pytest.raises(InvalidInput) as wrong:
        door.record(outcome, **answers)
    assert wrong.value.faults[0].field == field
    assert wrong.value.faults[0].cure
    assert door.visit.state == "arrived"


def test_the_crew_leaves_after_the_outcome_and_once(door: Door) -> None:
    door.both_arrive()
    door.record()
    version = door.visit.version
    first = _leave(door, door.first, START, version=version)
    assert first.left_at == START
    later = START + timedelta(minutes=1)
    again = _leave(door, door.second, later, version=version)
    assert again.left_at == START


def test_a_crew_that_stays_on_into_unlawful_hours_is_named_when_it_leaves(door: Door) -> None:
    door.both_arrive()
    door.record()
    assert not door.visit.remarks
    left = _leave(door, door.first, START + timedelta(hours=12, minutes=30))
    assert [(one["code"], one["rules"]) for one in left.remarks] == [
        ("not-compliant", ["CN-TIME-01"])
    ]


def test_a_rule_that_was_named_at_the_close_is_not_named_again(door: Door) -> None:
    door.both_arrive()
    door.record(facts={"recording_kept": False})
    left = _leave(door, door.first, START + timedelta(hours=1))
    assert [one["rules"] for one in left.remarks] == [["CN-REC-01"]]


def _leave(door: Door, actor: Actor, at: datetime, *, version: int | None = None) -> Visit:
    return visits.leave(
        door.session, door.visit.id, version=version, book=BOOK, actor=actor, now=at
    )


def test_nobody_leaves_without_an_outcome(door: Door) -> None:
    door.both_arrive()
    with pytest.raises(Conflict):
        _leave(door, door.first, START)


def _cancel(door: Door, actor: Actor, *, for_safety: bool) -> Any:
    return visits.cancel(
        door.session,
        door.visit.id,
        "A dog, not on a lead",
        for_safety=for_safety,
        version=door.visit.version,
        actor=actor,
        now=START,
    )


def test_the_crew_calls_its_visit_off_for_safety(door: Door) -> None:
    visit = _cancel(door, door.first, for_safety=True)
    assert visit.state == "cancelled"
    assert visit.remarks[0]["code"] == "cancelled-for-safety"
    assert _cancel(door, door.first, for_safety=True).version == visit.version


def test_the_crew_calls_nothing_off_for_other_reasons(door: Door) -> None:
    with pytest.raises(Forbidden):
        _cancel(door, door.first, for_safety=False)


def test_a_visit_called_off_at_the_door_stays_an_attempt(door: Door, admin: Actor) -> None:
    door.both_arrive()
    _cancel(door, admin, for_safety=False)
    assert door.session.scalars(select(Contact.result)).one() == "no_answer"
