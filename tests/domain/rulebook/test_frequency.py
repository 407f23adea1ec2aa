"""Caps on calls and visits, on the debtor's calendar."""

from datetime import datetime
from typing import Any

import pytest

from tests.domain.rulebook.builders import book_of, in_xx, raw_rule, ruling

CALL = {"channel": "call", "agents": [], "number": "n1"}


def calls(result: str, count: int, **rest: Any) -> list[dict[str, Any]]:
    """So many calls on the morning of 2 March."""
    made = {"channel": "call", "result": result, "party": "p1", "number": "n1"} | rest
    return [made | {"at": f"2026-03-02T08:{minute:02d}:00+08:00"} for minute in range(count)]


def visited(at: str, result: str = "no_answer") -> dict[str, Any]:
    """A visit to the debtor."""
    return {"channel": "visit", "at": at, "result": result, "party": "p1", "debt": "another"}


@pytest.mark.parametrize(
    ("history", "rules"),
    [
        (calls("connected", 2), ()),
        (calls("connected", 3), ("CN-FREQ-01",)),
        (calls("connected", 3, number="n2"), ("CN-FREQ-01",)),  # any number of his
        (calls("connected", 3, party="p2"), ()),  # somebody else was called
        (calls("not_connected", 5), ()),
        (calls("not_connected", 6), ("CN-FREQ-02",)),
        (calls("no_answer", 6, number="n2"), ()),  # another number
    ],
)
def test_calls_are_capped_by_the_day(history: list[dict[str, Any]], rules: tuple[str]) -> None:
    assert ruling(contact=CALL, history=history, policies=False).rules == rules


def test_a_call_whose_result_is_not_told_counts_as_connected_and_as_unanswered() -> None:
    pending = [call | {"result": None, "pending": True} for call in calls("connected", 6)]
    found = ruling(contact=CALL, history=pending, policies=False)
    assert found.rules == ("CN-FREQ-01", "CN-FREQ-02")


def test_a_fourth_call_waits_for_the_next_morning() -> None:
    found = ruling(contact=CALL, history=calls("connected", 3), policies=False)
    assert found.next_legal == datetime.fromisoformat("2026-03-03T08:00:00+08:00")


def test_a_call_late_in_the_utc_day_counts_on_the_debtors_day() -> None:
    history = [call | {"at": "2026-03-01T16:30:00Z"} for call in calls("connected", 3)]
    assert ruling(contact=CALL, history=history, policies=False).rules == ("CN-FREQ-01",)


@pytest.mark.parametrize(
    ("history", "following"),
    [
        ([visited("2026-03-02T09:00:00+08:00")], "2026-03-03T08:30:00+08:00"),
        ([visited("2026-03-02T18:00:00+08:00")], "2026-03-03T08:30:00+08:00"),  # later that day
        ([visited("2026-02-25T11:00:00+08:00", "met")], "2026-03-04T11:00:00+08:00"),
        (
            [visited(f"2026-02-{day}T11:00:00+08:00") for day in ("05", "12", "26")],
            "2026-03-07T11:00:00+08:00",
        ),
    ],
)
def test_visits_are_capped_by_policy_over_all_debts(
    history: list[dict[str, Any]], following: str
) -> None:
    found = ruling(history=history)
    assert found.rules == ("CN-FREQ-03",)
    assert found.next_legal == datetime.fromisoformat(following)
    assert ruling(history=history, policies=False).allowed


def test_meetings_too_far_apart_for_one_period_leave_the_day_between_free() -> None:
    cap = {"most": 2, "days": 7, "counting": "rolling", "per": "person"}
    book = book_of(raw_rule(predicate="frequency", params={"caps": [cap]}))
    history = [visited("2026-02-25T10:00:00+08:00"), visited("2026-03-05T10:00:00+08:00")]
    assert ruling(history=history, place=in_xx(), book=book).allowed


def test_calendar_days_count_the_day_of_the_first_as_one() -> None:
    cap = {"most": 1, "days": 7, "counting": "calendar", "per": "debt", "results": ["connected"]}
    book = book_of(raw_rule(predicate="frequency", params={"caps": [cap]}))
    asked: dict[str, Any] = {"contact": CALL, "place": in_xx(), "book": book, "debt": {"id": "d1"}}
    found = ruling(history=calls("connected", 1, debt="d1"), **asked)
    assert found.next_legal == datetime.fromisoformat("2026-03-09T00:00:00+08:00")
    assert ruling(history=calls("connected", 1, debt="d2"), **asked).allowed


def test_a_consent_without_hours_lifts_a_cap_that_consent_may_lift() -> None:
    cap = {"most": 1, "days": 30, "counting": "rolling", "per": "person"}
    rule = raw_rule(predicate="frequency", params={"caps": [cap]}, overridable_by=["consent"])
    asked: dict[str, Any] = {"place": in_xx(), "book": book_of(rule)}
    asked["history"] = [visited("2026-02-20T10:00:00+08:00")]
    consent = {"who": "p1", "channel": "visit", "granted": "2026-02-21"}
    assert not ruling(**asked).allowed
    assert ruling(**asked, consents=[consent]).allowed
    assert not ruling(**asked, consents=[consent | {"window": ["09:00", "21:00"]}]).allowed
    assert not ruling(**asked, consents=[consent | {"revoked": "2026-03-01"}]).allowed
