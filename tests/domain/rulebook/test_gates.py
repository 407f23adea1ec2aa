"""What is judged only at the door and at the close."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

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


@pytest.mark.parametrize(
    ("jurisdiction", "zone", "rule"),
    [
        ("CN", "Asia/Shanghai", None),  # 21:20 is lawful there until 22:00.
        ("US-NY", "America/New_York", "US-TIME-01"),
        ("UK", "Europe/London", "UK-TIME-01"),
        ("IE", "Europe/Dublin", "IE-VISIT-01"),
        ("AU", "Australia/Sydney", "AU-TIME-01"),
    ],
)
def test_who_stays_past_the_lawful_hour_is_told_at_the_close(
    jurisdiction: str, zone: str, rule: str | None
) -> None:
    place = {"kind": "home", "timezone": zone, "jurisdictions": [jurisdiction]}
    begun, left = (
        datetime(2026, 3, 3, hour, minute, tzinfo=ZoneInfo(zone)).isoformat()
        for hour, minute in ((20, 40), (21, 20))
    )
    found = ruling(begun, left, place=place, gate="close", facts=CLOSE, policies=False)
    assert found.rules == ((rule,) if rule else ())


@pytest.mark.parametrize("jurisdiction", ["US", "UK"])
def test_what_somebody_asks_to_be_spared_is_no_breach_of_the_visit_at_which_he_asks(
    jurisdiction: str,
) -> None:
    spared: dict[str, Any] = {
        "place": {"kind": "work", "timezone": "Europe/London", "jurisdictions": [jurisdiction]},
        "debtor": {"wishes": [{"channel": "visit", "forbid": ["09:00", "12:00"]}]},
        "policies": False,
    }
    span = ("2026-03-03T10:00:00+00:00", "2026-03-03T10:20:00+00:00")
    time = f"{jurisdiction}-TIME-01"
    assert time in ruling(*span, gate="door", facts=DOOR, **spared).rules
    assert time not in ruling(*span, gate="close", facts=CLOSE, **spared).rules


def test_the_houses_own_hours_bind_until_the_crew_is_let_in() -> None:
    noon = ("2026-03-02T11:50:00+08:00", "2026-03-02T12:10:00+08:00")
    assert ruling(*noon, gate="door", facts=DOOR).rules == ("CN-TIME-P",)
    assert ruling(*noon, gate="close", facts=CLOSE).allowed
