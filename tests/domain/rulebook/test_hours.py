"""The hours rule: whole intervals, half-open, on the debtor's clock."""

from datetime import datetime
from typing import Any

import pytest

from tests.domain.rulebook.builders import at, book_of, in_xx, raw_rule, ruling

NIGHT = ("CN-TIME-01",)
CONSENT = {"who": "p1", "channel": "visit", "window": ["22:00", "23:00"]}


@pytest.mark.parametrize(
    ("start", "end", "rules"),
    [
        ("21:40", "21:59", ()),
        ("21:40", "22:00", ()),  # it ends at the very close: half-open
        ("21:40", "22:01", NIGHT),  # it runs one minute past the close
        ("22:00", "22:10", NIGHT),  # it begins at the close
        ("07:59", "08:20", NIGHT),  # it begins a minute early
        ("08:00", "08:20", ()),
    ],
)
def test_the_whole_visit_lies_between_eight_and_ten(
    start: str, end: str, rules: tuple[str, ...]
) -> None:
    assert at(start, end) == rules


def test_a_visit_that_ends_after_ten_may_start_at_eight_next_morning() -> None:
    found = ruling("2026-03-02T21:40:00+08:00", "2026-03-02T22:10:00+08:00", policies=False)
    assert found.next_legal == datetime.fromisoformat("2026-03-03T08:00:00+08:00")


def test_a_start_written_in_another_zone_is_judged_on_the_debtors_clock() -> None:
    night = ("2026-03-02T14:30:00Z", "2026-03-02T14:50:00Z")
    assert ruling(*night, policies=False).rules == NIGHT


def test_a_place_without_a_zone_takes_that_of_the_pack() -> None:
    night = ("2026-03-02T14:30:00Z", "2026-03-02T14:50:00Z")
    assert ruling(*night, policies=False, place={"timezone": None}).rules == NIGHT


def test_every_candidate_zone_of_an_uncertain_address_must_allow() -> None:
    place = in_xx() | {"timezone": ["Asia/Shanghai", "Asia/Tokyo"]}
    span = ("2026-03-02T20:30:00+08:00", "2026-03-02T20:40:00+08:00")
    assert not ruling(*span, place=place, book=book_of()).allowed


def test_a_message_without_an_end_may_not_be_sent_at_the_close() -> None:
    text: dict[str, Any] = {"contact": {"channel": "sms", "agents": []}, "policies": False}
    assert ruling("2026-03-02T22:00:00+08:00", None, **text).rules == NIGHT
    assert ruling("2026-03-02T21:59:59+08:00", None, **text).allowed


def test_a_consent_to_the_hour_lifts_the_rule_across_the_close() -> None:
    assert at("21:40", "22:30", consents=[CONSENT]) == ()


@pytest.mark.parametrize(
    "change",
    [
        {"channel": "call"},  # another channel
        {"who": "p2"},  # somebody else's consent
        {"window": ["23:00", "23:30"]},  # another hour
        {"revoked": "2026-03-02T22:15:00+08:00"},  # withdrawn while the visit would last
        {"expires": "2026-03-01"},  # its last day was yesterday
        {"granted": "2026-03-02T22:15:00+08:00"},  # not yet given
    ],
)
def test_a_consent_that_does_not_cover_the_visit_lifts_nothing(change: dict[str, object]) -> None:
    assert at("21:40", "22:30", consents=[CONSENT | change]) == NIGHT


def test_a_consent_that_names_no_hour_is_to_every_hour() -> None:
    assert at("21:40", "22:30", consents=[CONSENT | {"window": None}]) == ()


def test_home_visits_keep_narrower_hours_by_policy_only() -> None:
    noon = ("2026-03-02T12:30:00+08:00", "2026-03-02T12:50:00+08:00")
    assert ruling(*noon).rules == ("CN-TIME-P",)
    assert ruling(*noon, policies=False).allowed
    assert ruling(*noon, place={"kind": "work"}).allowed


def test_a_visit_on_new_years_eve_waits_for_the_end_of_the_holidays() -> None:
    found = ruling("2026-02-16T10:00:00+08:00", "2026-02-16T10:20:00+08:00")
    assert found.rules == ("CN-TIME-P",)
    assert found.next_legal == datetime.fromisoformat("2026-02-24T08:30:00+08:00")


@pytest.mark.parametrize(
    ("start", "following"),
    [
        ("2026-03-28T21:00:00+00:00", "2026-03-29T08:00:00+01:00"),  # clocks go forward
        ("2026-10-24T21:00:00+01:00", "2026-10-25T08:00:00+00:00"),  # clocks go back
    ],
)
def test_the_window_opens_by_the_clock_when_the_clocks_change(start: str, following: str) -> None:
    found = ruling(start, None, place=in_xx("Europe/London"), book=book_of())
    assert found.next_legal == datetime.fromisoformat(following)


def test_a_window_that_opens_in_a_repeated_hour_opens_late_and_closes_early() -> None:
    hours = {"schedules": [{"windows": [["01:15", "01:45"]]}]}
    book = book_of(raw_rule(params=hours))
    place = in_xx("Europe/London")
    # 01:15 to 01:45 comes twice that night: no time is surely inside.
    assert not ruling("2026-10-25T00:20:00+00:00", None, place=place, book=book).allowed
    assert not ruling("2026-10-25T01:20:00+00:00", None, place=place, book=book).allowed


def test_weekdays_may_have_windows_of_their_own() -> None:
    schedule = {"windows": [["08:00", "21:00"]], "by_day": {"sun": [["12:00", "13:00"]]}}
    book = book_of(raw_rule(params={"schedules": [schedule]}))
    sunday = ruling("2026-03-01T10:00:00+08:00", None, place=in_xx(), book=book)
    assert sunday.next_legal == datetime.fromisoformat("2026-03-01T12:00:00+08:00")


def test_a_weekday_may_be_closed_altogether() -> None:
    schedule = {"windows": [["08:00", "21:00"]], "by_day": {"sun": []}}
    book = book_of(raw_rule(params={"schedules": [schedule]}))
    sunday = ruling("2026-03-01T10:00:00+08:00", None, place=in_xx(), book=book)
    assert sunday.next_legal == datetime.fromisoformat("2026-03-02T08:00:00+08:00")


def test_a_place_in_a_land_of_many_zones_is_read_by_the_offset_of_the_contact() -> None:
    place = {"timezone": None, "jurisdictions": ["US"]}
    call: dict[str, Any] = {"contact": {"channel": "call"}, "place": place, "policies": False}
    assert ruling("2026-03-02T07:59:00-08:00", None, **call).rules == ("US-TIME-01",)
    assert ruling("2026-03-02T08:00:00-08:00", None, **call).allowed


def test_the_creditors_zone_says_nothing_of_the_debtors_clock() -> None:
    found = ruling(
        "2026-03-02T08:00:00-08:00",
        None,
        contact={"channel": "call"},
        place={"timezone": None, "jurisdictions": ["US"]},
        creditor={"jurisdictions": ["UK"]},
        policies=False,
    )
    assert found.allowed


def test_a_contact_longer_than_every_window_is_never_lawful() -> None:
    found = ruling("2026-03-02T08:00:00+08:00", "2026-03-03T07:00:00+08:00", policies=False)
    assert found.next_legal is None
