"""What is judged only at the door and at the close."""

from typing import Any

import pytest

from fieldops.domain.rulebook.judging import judge
from fieldops.domain.rulebook.vocabulary import Gate
from tests.domain.rulebook.builders import BOOK, CREW, proposal, ruling

DOOR = {"badge_shown": True, "authorisation_shown": True, "recorder_on": True}
CLOSE = {"badge_shown": True, "authorisation_shown": True, "recording_kept": True}


@pytest.mark.parametrize(("gate", "facts"), [("door", DOOR), ("close", CLOSE)])
def test_a_visit_with_all_facts_passes(gate: str, facts: dict[str, bool]) -> None:
    assert ruling(gate=gate, facts=facts).allowed


@pytest.mark.parametrize("lacking", [None, False])
def test_a_fact_that_is_missing_or_false_is_a_requirement_not_met(lacking: bool | None) -> None:
    found = ruling(gate="door", facts=DOOR | {"badge_shown": lacking})
    assert found.rules == ("CN-ID-01",)
    assert found.violations[0].found == {"not_shown": ["badge_shown"]}


def test_a_visit_without_a_recording_cannot_be_closed() -> None:
    assert ruling(gate="close", facts=CLOSE | {"recording_kept": None}).rules == ("CN-REC-01",)


@pytest.mark.parametrize(
    ("facts", "rules"),
    [
        ({"entered": True}, ("CN-ENTRY-01",)),
        ({"entered": True, "entry_consent": True}, ()),
        ({"indoor_video": True}, ("CN-REC-02",)),
        ({"indoor_video": True, "indoor_video_consent": True}, ()),
        ({"posed_as_authority": True}, ("CN-IMP-01",)),
        ({"threat_or_force_used": True}, ("CN-CRIM-01",)),
        ({"notice_posted": True}, ("CN-PUB-01",)),
    ],
)
def test_conduct_is_judged_at_the_close(facts: dict[str, bool], rules: tuple[str, ...]) -> None:
    assert ruling(gate="close", facts=CLOSE | facts).rules == rules


def test_telling_a_neighbour_of_the_debt_is_found_at_the_close() -> None:
    asked: dict[str, Any] = {"contact": {"purpose": "locate"}, "debtor": {"missing": True}}
    party: dict[str, Any] = {"id": "n1", "role": "neighbour"}
    facts = CLOSE | {"debt_disclosed": True}
    assert ruling(party=party, gate="close", facts=facts, **asked).rules == ("CN-3P-03",)


def test_facts_are_not_asked_for_in_a_plan() -> None:
    assert ruling(gate="plan").allowed


def test_the_callers_gate_wins_over_the_proposals() -> None:
    asked = proposal(gate="plan", contact={"agents": CREW})
    assert judge(asked, BOOK, gate=Gate.DOOR).rules == ("CN-ID-01", "CN-REC-01")


def test_a_debtor_who_was_met_since_the_plan_is_not_visited() -> None:
    met = {"channel": "visit", "at": "2026-03-01T10:00:00+08:00", "result": "met", "party": "p1"}
    assert ruling(gate="door", facts=DOOR, history=[met]).rules == ("CN-FREQ-03",)


def test_a_minor_alone_ends_the_visit_at_the_door() -> None:
    assert ruling(gate="door", facts=DOOR | {"minor_alone": True}).rules == ("GL-MINOR-01",)
