"""Calendars of closed days: what is told, and what is done, where one of them ends."""

from typing import Any

import pytest

from fieldops.domain.rulebook.records import Rule
from tests.domain.rulebook.builders import BOOK, book_of, in_xx, raw_rule, ruling

CALENDAR = {
    "source": "a notice",
    "provenance": "text",
    "days": ["2026-12-25"],
    "known_to": "2026-12-31",
}
HOURS = {"schedules": [{"windows": [["08:00", "21:00"]], "closed": CALENDAR}]}
IRELAND = {"timezone": "Europe/Dublin", "jurisdictions": ["IE"]}


def closed_parts(value: Any) -> list[Any]:
    """Every calendar in a rule's parameters, however deep."""
    if isinstance(value, list):
        return [found for one in value for found in closed_parts(one)]
    if not isinstance(value, dict):
        return []
    deeper = [found for key, one in value.items() if key != "closed" for found in closed_parts(one)]
    return [*([value["closed"]] if "closed" in value else []), *deeper]


def test_the_last_day_of_a_calendar_is_open() -> None:
    assert ruling("2026-12-31T10:00:00+08:00", None, place=in_xx(), book=book(HOURS)).allowed


def test_beyond_its_last_day_nothing_is_open_and_the_ruling_says_why() -> None:
    found = ruling("2027-01-04T10:00:00+08:00", None, place=in_xx(), book=book(HOURS))
    assert found.next_legal is None
    (violation,) = found.violations
    assert violation.found["closed_days_known_to"] == "2026-12-31"


def test_a_holiday_before_its_end_says_nothing_of_the_calendar() -> None:
    found = ruling("2026-12-25T10:00:00+08:00", None, place=in_xx(), book=book(HOURS))
    assert "closed_days_known_to" not in found.violations[0].found


def test_a_calendar_that_was_kept_without_an_end_has_none() -> None:
    ends = {key: value for key, value in CALENDAR.items() if key != "known_to"}
    schedule = {"windows": [["08:00", "21:00"]], "closed": ends}
    old = book({"schedules": [schedule]})
    assert ruling("2027-01-04T10:00:00+08:00", None, place=in_xx(), book=old).allowed


def book(params: dict[str, Any]) -> Any:
    """A book of one rule with these hours."""
    return book_of(raw_rule(params=params))


@pytest.mark.parametrize("rule", list(BOOK), ids=lambda rule: rule.id)
def test_every_shipped_calendar_says_how_far_it_knows(rule: Rule) -> None:
    assert all(calendar["known_to"] for calendar in closed_parts(dict(rule.params)))


def test_a_home_visit_of_2027_is_warned_of_and_keeps_the_days_the_regulation_names() -> None:
    plain = ruling("2027-01-04T10:00:00+08:00", "2027-01-04T10:20:00+08:00")
    assert plain.allowed
    assert [warning.rule for warning in plain.warnings] == ["CN-CAL-P"]
    festival = ruling("2027-02-08T10:00:00+08:00", "2027-02-08T10:20:00+08:00")
    assert festival.rules == ("CN-TIME-P",)


def test_a_home_visit_of_2026_is_not_warned_of() -> None:
    assert ruling().warnings == ()


def test_no_home_visit_is_lawful_in_a_year_of_which_nothing_is_known() -> None:
    found = ruling("2028-01-04T10:00:00+08:00", "2028-01-04T10:20:00+08:00")
    assert (found.rules, found.next_legal) == (("CN-TIME-P",), None)
    assert found.violations[0].found["closed_days_known_to"] == "2027-12-31"


def test_a_call_needs_no_calendar_in_china_and_does_in_ireland() -> None:
    call: dict[str, Any] = {"contact": {"channel": "call", "agents": []}}
    assert ruling("2031-01-06T10:00:00+08:00", None, **call).allowed
    found = ruling("2031-01-06T10:00:00+00:00", None, place=IRELAND, **call)
    assert found.rules == ("IE-VISIT-01",)
