"""What a phone wrote offline: kept, applied once in its turn, answered entry by entry."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fieldops.domain.rulebook.vocabulary import HoldKind
from fieldops.models import (
    Alarm,
    Arrival,
    Contact,
    DeviceEntry,
    Incident,
    Organisation,
    RulingRecord,
)
from fieldops.services import holds
from tests.builders.cases import an_agent
from tests.builders.doors import SHOWN, Door, arrival
from tests.builders.journals import OUTCOME, JournalPhone, a_phone
from tests.conftest import NOW, Person


def test_a_visit_written_offline_is_applied_at_its_own_time(
    enrolled: JournalPhone, door: Door, frozen_clock: Callable[..., None]
) -> None:
    entries = enrolled.whole_visit(door.visit)
    frozen_clock(NOW + timedelta(hours=3))
    answers = enrolled.hand_in(*entries, oldest=4).json
    assert [one["status"] for one in answers["answers"]] == ["applied"] * 3
    assert (answers["decided_through"], answers["waiting"]) == (3, [])
    door.session.refresh(door.visit)
    assert (door.visit.state, door.visit.arrived_at, door.visit.left_at) == ("left", NOW, NOW)
    assert answers["answers"][-1]["version"] == door.visit.version


def test_the_same_batch_again_is_known_and_changes_nothing(
    enrolled: JournalPhone, door: Door
) -> None:
    entries = enrolled.whole_visit(door.visit)
    first = enrolled.hand_in(*entries).json["answers"]
    again = enrolled.hand_in(*entries).json["answers"]
    assert [one["status"] for one in again] == ["known"] * 3
    assert [one["result"] for one in again] == ["applied"] * 3
    assert [one["version"] for one in again] == [one["version"] for one in first]
    assert door.session.scalar(select(func.count()).select_from(Arrival)) == 1
    assert door.session.scalar(select(func.count()).select_from(Contact)) == 1


def test_what_comes_before_its_turn_waits_for_the_missing_one(
    enrolled: JournalPhone, door: Door
) -> None:
    arrive, outcome, leave = enrolled.whole_visit(door.visit)
    assert enrolled.answers(leave, outcome) == [(3, "held"), (2, "held")]
    assert enrolled.answers(arrive) == [(1, "applied"), (2, "applied"), (3, "applied")]
    door.session.refresh(door.visit)
    assert door.visit.state == "left"


def test_what_is_refused_for_ever_blocks_nothing(enrolled: JournalPhone, door: Door) -> None:
    bad = enrolled.arrive(door.visit, body={**arrival(), "accuracy_metres": "near"})
    entries = [bad, *enrolled.whole_visit(door.visit)]
    assert enrolled.answers(*entries) == [
        (1, "refused"), (2, "applied"), (3, "applied"), (4, "applied"),
    ]  # fmt: skip


def test_a_hold_that_was_set_meanwhile_refuses_the_arrival_with_its_rule(
    enrolled: JournalPhone, door: Door, office: Person, app: Flask, session: Session,
    frozen_clock: Callable[..., None],
) -> None:  # fmt: skip
    order = holds.HoldOrder(HoldKind.VULNERABLE, None, door.case.id, "He is ill")
    rights = app.extensions["fieldops"].rights
    holds.place(session, order, rights=rights, actor=office.actor, now=NOW)
    session.commit()
    frozen_clock(NOW + timedelta(minutes=30))
    arrive, *rest = enrolled.whole_visit(door.visit)
    (answer, *others) = enrolled.hand_in(arrive, *rest).json["answers"]
    assert answer["status"] == "refused"
    assert answer["problem"]["type"].endswith("contact-forbidden")
    assert [one["rule"] for one in answer["problem"]["violations"]]
    assert [one["status"] for one in others] == ["conflict", "conflict"]
    assert False in session.scalars(select(RulingRecord.allowed)).all()


def test_another_agents_visit_is_not_found_within_the_answer(
    app: Flask, door: Door, office: Person, signed_in: Callable[..., Person],
    organisation: Organisation, session: Session,
) -> None:  # fmt: skip
    other = an_agent(session, organisation, code="D9")
    person = signed_in("agent", organisation, agent_id=other.id)
    settings = app.extensions["fieldops"].settings
    stranger = a_phone(session, organisation, person, office, settings)
    (answer,) = stranger.hand_in(stranger.arrive(door.visit)).json["answers"]
    assert (answer["status"], answer["problem"]["status"]) == ("refused", 404)


def test_two_outcomes_of_one_visit_are_both_kept(
    enrolled: JournalPhone, enrolled_second: JournalPhone, door: Door, session: Session
) -> None:
    version = door.visit.version
    enrolled.answers(
        enrolled.arrive(door.visit), enrolled.write("outcome", door.visit, body=OUTCOME)
    )
    told = {**OUTCOME, "outcome": "vacant"}
    entries = [
        enrolled_second.arrive(door.visit),
        enrolled_second.write("outcome", door.visit, body=told, based_on=version),
    ]
    assert enrolled_second.answers(*entries) == [(1, "applied"), (2, "conflict")]
    session.refresh(door.visit)
    assert door.visit.outcome == "no_answer"
    kept = session.scalars(select(DeviceEntry).where(DeviceEntry.question == "conflict")).one()
    assert kept.body["outcome"] == "vacant"


def test_a_call_for_help_waits_for_no_gap(enrolled: JournalPhone, session: Session) -> None:
    enrolled.write("leave")
    alarm = enrolled.write("alarm", body={})
    assert enrolled.answers(alarm) == [(2, "applied")]
    assert enrolled.answers(alarm) == [(2, "known")]
    assert session.scalar(select(func.count()).select_from(Alarm)) == 1


def test_what_the_phone_has_lost_is_given_up_and_those_after_it_go_on(
    enrolled: JournalPhone, door: Door, session: Session
) -> None:
    enrolled.write("leave")
    entries = enrolled.whole_visit(door.visit)
    assert enrolled.answers(*entries) == [(2, "held"), (3, "held"), (4, "held")]
    answer = enrolled.hand_in(oldest=5).json
    assert answer["decided_through"] == 4
    lost = session.scalars(select(DeviceEntry).where(DeviceEntry.state == "missing")).one()
    assert (lost.sequence, lost.question) == (1, "missing")


def test_a_number_that_comes_with_other_content_is_refused(
    enrolled: JournalPhone, door: Door
) -> None:
    enrolled.answers(enrolled.arrive(door.visit))
    other = {**enrolled.arrive(door.visit), "sequence": 1}
    (answer,) = enrolled.hand_in(other).json["answers"]
    assert (answer["status"], answer["problem"]["status"]) == ("refused", 422)
    assert answer["problem"]["type"].endswith("entry-reused")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"sequence": 0}, "sequence"),
        ({"sequence": "1"}, "sequence"),  # A number in quotes.
        ({"key": ""}, "key"),
        ({"kind": "dance"}, "kind"),
        ({"at": "2026-11-24T10:00:00"}, "at"),  # No offset.
        ({"visit_id": None}, "visit_id"),
        ({"body": arrival(facts={**SHOWN, "recorder_on": "on"})}, "body.facts.recorder_on"),
        ({"body": {"note": "x" * 20_000}}, "body"),
        ({"more": 1}, "more"),
    ],
)  # fmt: skip
def test_a_faulty_entry_names_its_field(
    enrolled: JournalPhone, door: Door, changed: dict[str, Any], field: str
) -> None:
    (answer,) = enrolled.hand_in({**enrolled.arrive(door.visit), **changed}).json["answers"]
    assert answer["status"] == "refused"
    assert field in [fault["field"] for fault in answer["problem"]["errors"]]


def test_a_batch_is_bounded(enrolled: JournalPhone) -> None:
    assert enrolled.hand_in(*[{} for _ in range(201)]).status_code == 422


def test_a_phone_whose_clock_is_wrong_is_reckoned_by_ours(
    enrolled: JournalPhone, door: Door, session: Session
) -> None:
    wrong = NOW + timedelta(days=40)
    incident = {"kind": "threat", "words": "He shouted", "happened_at": wrong.isoformat()}
    entries = [
        enrolled.arrive(door.visit, at=(wrong - timedelta(minutes=20)).isoformat()),
        enrolled.write("incident", body=incident, at=wrong.isoformat()),
    ]
    told = enrolled.hand_in(*entries, sent_at=wrong.isoformat()).json["answers"]
    assert [one["status"] for one in told] == ["applied", "applied"], told
    session.refresh(door.visit)
    assert door.visit.arrived_at == NOW - timedelta(minutes=20)
    assert session.scalars(select(Incident.happened_at)).one() == NOW
