"""What a phone is told: the whole day once, then what changed, and little when nothing did."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fieldops.models import AccessRecord, Organisation
from fieldops.services.phones import nonces
from tests.builders.cases import a_case
from tests.builders.doors import Door
from tests.builders.journals import JournalPhone
from tests.builders.visits import a_visit
from tests.conftest import NOW, Person


def _told(phone: JournalPhone, since: str = "", **more: Any) -> Any:
    asked = {"since": since, **more} if since else more
    answer = phone.call("get", "/api/v1/sync", query_string=asked)
    assert answer.status_code == 200, answer.json
    return answer.json


def test_the_first_question_brings_the_whole_day_masked(enrolled: JournalPhone, door: Door) -> None:
    told = _told(enrolled)
    assert told["full"] is True
    assert [one["visit"]["id"] for one in told["visits"]] == [str(door.visit.id)]
    assert told["visits"][0]["to_know"]["debtor"] == "张*"
    assert told["order"] == [str(door.visit.id)]
    (hint,) = told["hints"]
    assert (hint["visit_id"], hint["allowed"], hint["against"]) == (str(door.visit.id), True, [])
    assert "CN-REC-01" in [one["rule"] for one in hint["needs"]]


def test_when_nothing_changed_nobody_is_shown_and_no_reading_is_kept(
    enrolled: JournalPhone, session: Session
) -> None:
    cursor = _told(enrolled)["cursor"]
    count = select(func.count()).select_from(AccessRecord)
    before = session.scalar(count)
    told = _told(enrolled, cursor)
    assert (told["full"], told["visits"], told["hints"]) == (False, [], [])
    assert [told[name] for name in ("order", "holds", "changes", "shift")] == [None] * 4
    assert session.scalar(count) == before


def test_only_the_visit_that_changed_is_told(
    enrolled: JournalPhone, enrolled_second: JournalPhone, door: Door, session: Session,
    organisation: Organisation,
) -> None:  # fmt: skip
    case = a_case(session, organisation, number="C-2")
    other = a_visit(session, organisation, case=case, agent=door.agent, sequence=2)
    session.commit()
    cursor = _told(enrolled)["cursor"]
    # The partner's arrival leaves the version as it is, and is told all the same.
    enrolled_second.answers(enrolled_second.arrive(door.visit))
    told = _told(enrolled, cursor)
    assert [one["visit"]["id"] for one in told["visits"]] == [str(door.visit.id)]
    assert str(other.id) not in str(told["visits"])


def test_a_visit_that_is_his_no_longer_is_named(
    enrolled: JournalPhone, door: Door, session: Session
) -> None:
    cursor = _told(enrolled)["cursor"]
    door.visit.agent_id = door.partner.id
    door.visit.partner_id = None
    session.commit()
    told = _told(enrolled, cursor)
    assert (told["removed"], told["order"]) == ([str(door.visit.id)], [])


@pytest.mark.parametrize("since", ["x", "e30", "W10", "WzEsMiwzLDRd", "bm90aGluZw=="])
def test_a_cursor_that_cannot_be_read_brings_the_whole_day(
    enrolled: JournalPhone, since: str
) -> None:
    assert _told(enrolled, since)["full"] is True


def test_a_hold_placed_meanwhile_is_told(
    enrolled: JournalPhone, door: Door, office: Person
) -> None:
    cursor = _told(enrolled)["cursor"]
    body = {"kind": "vulnerable", "case_id": str(door.case.id), "reason": "He is ill"}
    assert office.post("/api/v1/holds", json=body).status_code == 201
    told = _told(enrolled, cursor)
    assert [one["kind"] for one in told["holds"]] == ["vulnerable"]
    assert told["visits"][0]["visit"]["state"] == "cancelled"


def test_the_number_for_the_camera_is_this_phones(enrolled: JournalPhone) -> None:
    nonce = _told(enrolled, device_id=str(enrolled.device.id))["nonce"]
    read = nonces.read(nonce["value"])
    assert read is not None
    assert (read.device_id, read.issued_at.isoformat()) == (
        enrolled.device.id, nonce["issued_at"],
    )  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[:-1] + ("A" if text[-1] != "A" else "B"),
        lambda text: "x" + text,
        lambda text: text.partition(".")[0],
        lambda _: "",
        lambda _: "é.é",
    ],
    ids=["signature", "body", "unsigned", "empty", "no-ascii"],
)
def test_a_number_that_was_tampered_with_is_none_of_ours(
    enrolled: JournalPhone, change: Callable[[str], str]
) -> None:
    nonce = _told(enrolled, device_id=str(enrolled.device.id))["nonce"]["value"]
    assert nonces.read(change(nonce)) is None


def test_a_phone_that_was_away_for_weeks_still_hands_in(
    enrolled: JournalPhone, door: Door, frozen_clock: Callable[..., None]
) -> None:
    cursor = _told(enrolled)["cursor"]
    entries = enrolled.whole_visit(door.visit)
    word = enrolled.write("safe-word")
    frozen_clock(NOW + timedelta(days=20))
    answers = enrolled.hand_in(*entries, word, cursor=cursor, oldest=5).json["answers"]
    assert [one["status"] for one in answers] == ["refused", "refused", "refused", "applied"]
    assert {one["problem"]["status"] for one in answers[:3]} == {404}
