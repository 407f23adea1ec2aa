"""Clocks: the laws of counting, what starts, renews and ends them, and their data."""

import copy
import tomllib
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.trace import ModelError
from evidence.trace.clock_rules import BOOK, PROVENANCES, read_clocks
from evidence.trace.clocks import LegalEvent, case_clocks, clock, ends_of, flag_clocks, run
from evidence.trace.flags import catalogue
from evidence.trace.model import BUILT_IN

RAW = tomllib.loads((BUILT_IN / "clocks.toml").read_text("utf-8"))
ZONES = ("Asia/Shanghai", "America/New_York", "Europe/London", "Pacific/Apia", "UTC")
rules = st.sampled_from(sorted(BOOK.rules))
days = st.dates(date(1990, 1, 1), date(2090, 1, 1))
zones = st.sampled_from(ZONES).map(ZoneInfo)
moments = st.datetimes(
    datetime.combine(date(1990, 1, 1), time()),
    datetime.combine(date(2090, 1, 1), time()),
    timezones=zones,
)


@given(rules, days, days)
def test_a_later_start_never_ends_earlier(name: str, one: date, other: date) -> None:
    first, last = sorted((one, other))
    assert ends_of(BOOK.rules[name], first) <= ends_of(BOOK.rules[name], last)


@given(rules, days)
def test_the_end_is_not_before_the_start(name: str, start: date) -> None:
    assert ends_of(BOOK.rules[name], start) > start


@given(days, st.sampled_from([one for one in BOOK.rules.values() if one.years and not one.days]))
def test_a_year_ends_on_the_day_of_the_same_number_or_the_last_of_the_month(
    start: date, rule: Any
) -> None:
    ends = ends_of(rule, start)
    assert (ends.year, ends.month) == (start.year + rule.years, start.month)
    assert ends.day == start.day or (start.month, start.day, ends.day) == (2, 29, 28)


@given(moments)
def test_forty_eight_hours_are_true_hours_in_every_zone(start: datetime) -> None:
    ends = ends_of(BOOK.rules["urgent-ruling-48h"], start)
    assert isinstance(ends, datetime)
    assert ends.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=48)


@given(moments)
def test_days_are_counted_in_the_zone_of_the_time(start: datetime) -> None:
    assert ends_of(BOOK.rules["pre-suit-30d"], start) == start.date() + timedelta(days=30)


@given(days)
def test_the_renewal_is_due_seven_days_before_the_freeze_ends(start: date) -> None:
    ends = ends_of(BOOK.rules["freeze-deposit-1y"], start)
    assert ends - ends_of(BOOK.rules["renew-deposit"], start) == timedelta(days=7)


@given(st.permutations([(0, "claim_due"), (300, "demand"), (900, "acknowledged"), (950, "demand")]))
def test_the_order_in_which_events_are_told_changes_nothing(told: list[tuple[int, str]]) -> None:
    start = date(2024, 1, 10)
    events = [LegalEvent(kind, start + timedelta(days=after)) for after, kind in told]
    found = run("limitation-3y", events)
    assert (found.starts, found.started_by) == ("2026-08-17", "demand")
    assert found.ends == "2029-08-17"


@pytest.mark.parametrize(
    ("name", "start", "ends"),
    [
        ("revocation-1y", date(2024, 2, 29), "2025-02-28"),
        ("revocation-5y", date(2024, 2, 29), "2029-02-28"),
        ("uvta-4y", date(2024, 2, 29), "2028-02-29"),
        ("bankruptcy-6m", date(2024, 8, 31), "2025-02-28"),
        ("renew-real-estate", date(2024, 3, 5), "2027-02-26"),
    ],
)
def test_leap_days_and_short_months(name: str, start: date, ends: str) -> None:
    assert clock(name, start).ends == ends


def test_an_interruption_after_the_end_revives_nothing() -> None:
    late = [LegalEvent("claim_due", date(2020, 1, 1)), LegalEvent("demand", date(2023, 1, 2))]
    assert run("limitation-3y", late).ends == "2023-01-01"
    on_the_last_day = [late[0], LegalEvent("demand", date(2023, 1, 1))]
    assert run("limitation-3y", on_the_last_day).ends == "2026-01-01"


def test_a_clock_says_what_ended_it_and_whether_too_late() -> None:
    start = LegalEvent("preservation_ruling", date(2024, 5, 1))
    in_time = run("pre-suit-30d", [start, LegalEvent("suit_filed", date(2024, 5, 31))])
    assert (in_time.state, in_time.ended_by, in_time.late) == ("ended", "suit_filed", False)
    late = run("pre-suit-30d", [start, LegalEvent("suit_filed", date(2024, 6, 1))])
    assert (late.state, late.ended_at, late.late) == ("ended", "2024-06-01", True)


def test_who_has_sued_before_need_not_sue_again() -> None:
    events = [
        LegalEvent("suit_filed", date(2024, 4, 1)),
        LegalEvent("preservation_ruling", date(2024, 5, 1)),
    ]
    assert run("pre-suit-30d", events).ended_by == "suit_filed"
    assert run("limitation-3y", events).state == "waiting"


def test_every_frozen_thing_has_its_own_clock() -> None:
    events = [
        LegalEvent("seizure_deposit", date(2024, 1, 1), "account 1"),
        LegalEvent("seizure_deposit", date(2024, 2, 1), "account 2"),
        LegalEvent("seizure_renewed", date(2024, 12, 20), "account 1"),
        LegalEvent("seizure_lifted", date(2024, 6, 1), "account 2"),
    ]
    found = {(one.name, one.subject): one for one in case_clocks(events)}
    first, second = (found["renew-deposit", f"account {number}"] for number in (1, 2))
    assert (first.ends, first.started_by) == ("2025-12-13", "seizure_renewed")
    assert (second.state, second.ended_by) == ("ended", "seizure_lifted")


def test_a_seizure_after_a_lapsed_one_begins_anew() -> None:
    events = [
        LegalEvent("seizure_deposit", date(2024, 1, 1), "account"),
        LegalEvent("seizure_renewed", date(2025, 3, 1), "account"),
        LegalEvent("seizure_deposit", date(2025, 4, 1), "account"),
    ]
    assert run("freeze-deposit-1y", events, "account").ends == "2026-04-01"
    assert run("freeze-deposit-1y", events[:2], "account").ends == "2025-01-01"


def test_a_last_day_of_rest_is_told_and_not_moved() -> None:
    found = clock("pre-suit-30d", date(2026, 10, 30))
    assert (found.ends, found.rest_day) == ("2026-11-29", True)


def test_the_law_of_other_countries_runs_only_there() -> None:
    act = [LegalEvent("act", date(2024, 1, 1))]
    names = ["revocation-1y", "revocation-5y"]
    assert {one.name for one in flag_clocks(names, act, "car")} == set(names)
    american = {one.name for one in flag_clocks(names, act, "car", ["US-CA"])}
    assert american == {"uvta-4y", "uvta-discovery-1y", "uvta-insider-1y"}


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def test_every_clock_says_where_it_is_written_and_how_far_that_is_confirmed() -> None:
    for rule in BOOK.rules.values():
        assert all((rule.zh, rule.en, rule.basis, rule.source)), rule.name
        assert rule.provenance in PROVENANCES
    named = [str(clock) for entry in catalogue().values() for clock in _listed(entry["clocks"])]
    assert set(named) <= set(BOOK.rules)


@pytest.mark.parametrize(
    ("row", "changed"),
    [
        ("revocation-1y", {"event": "thunder"}),  # nothing that anybody records
        ("revocation-1y", {"ended_by": ["thunder"]}),  # the same, at the other end
        ("revocation-1y", {"years": None}),  # no length at all
        ("pre-suit-30d", {"days": -7}),  # ends before it begins
        ("revocation-1y", {"years": 1e9}),  # longer than anybody lives
        ("revocation-1y", {"provenance": "gospel"}),  # no such degree
        ("revocation-1y", {"alerts": "weekly"}),  # no such steps
        ("uvta-4y", {"beside": ["nothing"]}),  # beside a clock that is not there
        ("revocation-1y", {"source": ""}),  # from nowhere
    ],
)
def test_a_row_that_cannot_be_law_is_refused(row: str, changed: dict[str, Any]) -> None:
    raw = copy.deepcopy(RAW)
    raw["clocks"][row].update(changed)
    raw["clocks"][row] = {k: v for k, v in raw["clocks"][row].items() if v is not None}
    with pytest.raises(ModelError, match=rf"clocks\.{row}"):
        read_clocks(raw)


@pytest.mark.parametrize("steps", [None, [1], [{"days": 1, "way": "loud"}], [{"way": "now"}]])
def test_steps_that_nobody_could_follow_are_refused(steps: Any) -> None:
    raw = copy.deepcopy(RAW)
    raw["alerts"]["days"]["steps"] = steps
    with pytest.raises(ModelError, match="alerts"):
        read_clocks(raw)
