"""What does not fit what stands: listed for a person, settled by his word, never swallowed."""

from typing import Any

import pytest
from sqlalchemy import select

from fieldops.domain.permissions import Actor
from fieldops.models import DeviceEntry
from fieldops.services.protection import restricting
from tests.builders.doors import Door
from tests.builders.journals import OUTCOME, JournalPhone
from tests.builders.restricted import a_restriction
from tests.builders.visits import START
from tests.conftest import Person

ENTRIES = "/api/v1/phone-entries"


@pytest.fixture
def clash(enrolled: JournalPhone, enrolled_second: JournalPhone, door: Door) -> JournalPhone:
    """Both of the crew recorded an outcome; the second one's does not fit."""
    enrolled.answers(
        enrolled.arrive(door.visit), enrolled.write("outcome", door.visit, body=OUTCOME)
    )
    other = {**OUTCOME, "outcome": "vacant"}
    enrolled_second.answers(
        enrolled_second.arrive(door.visit),
        enrolled_second.write("outcome", door.visit, body=other),
    )
    return enrolled_second


def _open(office: Person) -> Any:
    return office.get(f"{ENTRIES}?open=true").json["items"]


def _settle(office: Person, entry: Any, settlement: str, words: str = "I asked both") -> Any:
    body = {"settlement": settlement, "words": words}
    return office.post(f"{ENTRIES}/{entry['id']}/settle", json=body)


def test_both_accounts_of_a_visit_are_shown(clash: JournalPhone, office: Person) -> None:
    (entry,) = _open(office)
    assert (entry["kind"], entry["question"], entry["state"]) == ("outcome", "conflict", "conflict")
    assert entry["body"]["outcome"] == "vacant"
    assert entry["problem"]["status"] == 409


@pytest.mark.parametrize("settlement", ["stands", "both"])
def test_a_persons_word_closes_it_and_stays(
    clash: JournalPhone, office: Person, door: Door, settlement: str
) -> None:
    (entry,) = _open(office)
    assert _settle(office, entry, settlement).status_code == 200
    assert _open(office) == []
    # The same word again is one, another is none.
    assert _settle(office, entry, settlement).status_code == 200
    assert _settle(office, entry, settlement, "Otherwise").status_code == 409
    door.session.refresh(door.visit)
    told = "second-account" in [one["code"] for one in door.visit.remarks]
    assert told is (settlement == "both")
    assert door.visit.outcome == "no_answer"


def _say(phone: JournalPhone, says: str, sequence: int = 2) -> list[tuple[int, str]]:
    body = {"sequence": sequence, "says": says, "words": "我在现场"}
    return phone.answers(phone.write("word", body=body))


def test_an_author_who_holds_to_his_account_leaves_it_to_the_office(
    clash: JournalPhone, office: Person
) -> None:
    assert _say(clash, "mine") == [(3, "applied")]
    (entry,) = _open(office)
    assert (entry["author_word"], entry["author_words"]) == ("mine", "我在现场")
    assert entry["body"]["outcome"] == "vacant"


def test_an_author_who_yields_settles_it_and_both_accounts_are_kept(
    clash: JournalPhone, office: Person, door: Door
) -> None:
    assert _say(clash, "office") == [(3, "applied")]
    assert _open(office) == []
    (entry,) = office.get(f"{ENTRIES}?open=false").json["items"]
    assert (entry["settlement"], entry["settled_words"]) == ("stands", "我在现场")
    assert entry["body"]["outcome"] == "vacant"
    door.session.refresh(door.visit)
    assert door.visit.outcome == "no_answer"


@pytest.mark.parametrize("sequence", [1, 99])
def test_there_is_a_word_only_on_what_does_not_fit(clash: JournalPhone, sequence: int) -> None:
    assert _say(clash, "mine", sequence) == [(3, "refused")]


def test_what_still_does_not_fit_stays_open(clash: JournalPhone, office: Person) -> None:
    (entry,) = _open(office)
    assert _settle(office, entry, "apply").status_code == 409
    assert len(_open(office)) == 1


def test_what_was_refused_is_applied_once_nothing_stands_against_it(
    enrolled: JournalPhone, office: Person, door: Door
) -> None:
    early = enrolled.write("outcome", door.visit, body=OUTCOME)
    assert enrolled.answers(early) == [(1, "conflict")]
    assert enrolled.answers(enrolled.arrive(door.visit)) == [(2, "applied")]
    (entry,) = _open(office)
    settled = _settle(office, entry, "apply", "He pressed them in the wrong order")
    assert (settled.status_code, settled.json["state"]) == (200, "applied")
    door.session.refresh(door.visit)
    assert door.visit.outcome == "no_answer"


def test_an_edit_over_somebody_elses_is_applied_and_shown(
    enrolled: JournalPhone, office: Person, door: Door
) -> None:
    based_on = door.visit.version
    enrolled.answers(enrolled.arrive(door.visit, based_on=based_on))
    # The office moves the visit, which the phone does not know.
    door.session.refresh(door.visit)
    door.visit.sequence = 7
    door.session.commit()
    outcome = enrolled.write("outcome", door.visit, body=OUTCOME, based_on=based_on)
    (answer,) = enrolled.hand_in(outcome).json["answers"]
    assert (answer["status"], answer["overlaps"]) == ("applied", True)
    (entry,) = _open(office)
    assert (entry["question"], entry["body"]["outcome"]) == ("overlap", "no_answer")


def test_the_phones_own_entries_and_the_crews_arrivals_overlap_with_nothing(
    enrolled: JournalPhone, enrolled_second: JournalPhone, office: Person, door: Door
) -> None:
    entries = enrolled.whole_visit(door.visit)
    enrolled_second.answers(enrolled_second.arrive(door.visit))
    assert [one[1] for one in enrolled.answers(*entries)] == ["applied"] * 3
    assert _open(office) == []


def test_who_settles_nothing_may_not(clash: JournalPhone, office: Person) -> None:
    (entry,) = _open(office)
    assert clash.person.get(ENTRIES).status_code == 403
    assert _settle(clash.person, entry, "stands").status_code == 403


def test_what_comes_in_under_a_restriction_waits_for_its_end_and_is_asked_about_then(
    enrolled: JournalPhone, office: Person, door: Door, admin: Actor
) -> None:
    assert enrolled.answers(enrolled.arrive(door.visit)) == [(1, "applied")]
    rests = a_restriction(door.session, door.visit.debtor_id, admin, at=START)
    came = enrolled.answers(enrolled.write("outcome", door.visit, body=OUTCOME))
    assert came == [(2, "refused")]
    (kept,) = door.session.scalars(select(DeviceEntry).where(DeviceEntry.sequence == 2))
    assert _open(office) == []
    assert _settle(office, {"id": str(kept.id)}, "apply").status_code == 404
    restricting.lift(door.session, rests.id, actor=admin, now=START)
    door.session.commit()
    (entry,) = _open(office)
    assert (entry["question"], entry["body"]["outcome"]) == ("resting", OUTCOME["outcome"])
    assert _settle(office, entry, "apply").status_code == 200
    door.session.refresh(door.visit)
    assert door.visit.outcome == OUTCOME["outcome"]


def test_what_does_not_fit_rests_with_whom_it_is_about(
    clash: JournalPhone, office: Person, door: Door, admin: Actor
) -> None:
    (entry,) = _open(office)
    a_restriction(door.session, door.visit.debtor_id, admin, at=START)
    assert _open(office) == []
    assert _settle(office, entry, "stands").status_code == 404
