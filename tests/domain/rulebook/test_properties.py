"""What holds of every contact: the next lawful start is the first, windows agree with rulings."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from fieldops.domain.rulebook.judging import judge
from fieldops.domain.rulebook.parsing import parse_proposal
from fieldops.domain.rulebook.proposal import Proposal
from fieldops.domain.rulebook.windows import lawful_windows
from tests.domain.rulebook.builders import BOOK, CREW, proposal

MINUTE = timedelta(minutes=1)
BASE = datetime(2026, 3, 25, tzinfo=UTC)
QUARTERS = st.integers(0, 7 * 96).map(lambda n: BASE + timedelta(minutes=15 * n))
CLOCKS = st.integers(0, 95).map(lambda n: f"{n // 4:02d}:{n % 4 * 15:02d}")
WINDOWS = st.tuples(CLOCKS, CLOCKS).filter(lambda w: w[0] != w[1]).map(list)


def pasts() -> st.SearchStrategy[dict[str, Any]]:
    """Earlier and later contacts with the debtor."""
    return st.builds(
        lambda at, channel, result: {
            "at": at.isoformat(),
            "channel": channel,
            "result": result,
            "party": "p1",
        },
        QUARTERS,
        st.sampled_from(["visit", "call"]),
        st.sampled_from(["met", "no_answer", "connected", "not_connected"]),
    )


PLACES = {
    "Asia/Shanghai": ["CN"],
    "Europe/London": ["UK", "CN"],
    "Europe/Dublin": ["IE"],
    "America/New_York": ["US", "US-MA"],
    "Australia/Sydney": ["AU"],
    "Asia/Kolkata": ["IN"],
}


def held() -> st.SearchStrategy[dict[str, Any]]:
    """Holds with an end."""
    return st.builds(
        lambda at, hours, kind: {
            "kind": kind,
            "from": at.isoformat(),
            "until": (at + timedelta(hours=hours)).isoformat(),
        },
        QUARTERS,
        st.integers(1, 72),
        st.sampled_from(["no_contact_order", "vulnerable", "complaint"]),
    )


@st.composite
def proposals(draw: st.DrawFn) -> Proposal:
    """Contacts with history, holds, wishes and consents, also where clocks change."""
    start = draw(QUARTERS)
    zone = draw(st.sampled_from(sorted(PLACES)))
    consents = [
        {"who": "p1", "channel": None, "window": w}
        for w in draw(st.lists(st.none() | WINDOWS, max_size=1))
    ]
    wishes = [{"channel": None, "forbid": w} for w in draw(st.lists(WINDOWS, max_size=2))]
    raw = {
        "contact": {
            "channel": draw(st.sampled_from(["visit", "call"])),
            "party": {"id": "p1"},
            "start": start.isoformat(),
            "end": (start + timedelta(minutes=draw(st.integers(1, 90)))).isoformat(),
            "place": {
                "kind": draw(st.sampled_from(["home", "work"])),
                "timezone": zone,
                "jurisdictions": PLACES[zone],
            },
            "agents": CREW,
        },
        "debtor": {"id": "p1", "wishes": wishes},
        "history": draw(st.lists(pasts(), max_size=5)),
        "holds": draw(st.lists(held(), max_size=2)),
        "consents": consents,
    }
    return parse_proposal(raw)


def moved(asked: Proposal, start: datetime) -> Proposal:
    """The same contact at another start."""
    end = start.astimezone(UTC) + asked.contact.length
    return replace(asked, contact=replace(asked.contact, start=start, end=end))


def nothing_earlier(asked: Proposal, until: datetime, step: timedelta) -> bool:
    """Whether no start before that one is lawful, tried at every step and a minute before it."""
    start = asked.contact.start.astimezone(UTC)
    tried = [until - MINUTE]
    while start < until:
        tried.append(start)
        start += step
    return not any(judge(moved(asked, at), BOOK).allowed for at in tried if at < until)


@given(proposals())
@settings(max_examples=80)
def test_the_next_lawful_start_is_lawful_and_none_before_it_is(asked: Proposal) -> None:
    found = judge(asked, BOOK)
    if found.allowed:
        assert found.next_legal == asked.contact.start
    elif found.next_legal is not None:
        until = found.next_legal.astimezone(UTC)
        assert judge(moved(asked, until), BOOK).allowed
        waits = until - asked.contact.start.astimezone(UTC)
        # A finer grid where the wait is short, so that every example costs about the same.
        assert nothing_earlier(asked, until, max(MINUTE, waits / 60))


@given(proposals())
@settings(max_examples=60)
def test_where_no_time_mends_it_no_later_start_is_lawful(asked: Proposal) -> None:
    if judge(asked, BOOK).next_legal is None:
        later = (asked.contact.start + timedelta(hours=7 * n) for n in range(120))
        assert not any(judge(moved(asked, at), BOOK).allowed for at in later)


@given(proposals(), st.integers(0, 7 * 24 * 60))
@settings(max_examples=120)
def test_windows_hold_just_the_contacts_that_are_allowed(asked: Proposal, minute: int) -> None:
    zone = asked.contact.place.zones[0]
    first, last = date(2026, 3, 26), date(2026, 4, 1)
    length = asked.contact.length
    found = lawful_windows(asked, BOOK, first, last, length)
    start = datetime(2026, 3, 26, tzinfo=zone).astimezone(UTC) + minute * MINUTE
    end = start + length
    if end > datetime(2026, 4, 2, tzinfo=zone).astimezone(UTC):
        return
    inside = any(
        opens.astimezone(UTC) <= start and end <= closes.astimezone(UTC)
        for opens, closes in found.windows
    )
    assert inside == judge(moved(asked, start), BOOK).allowed


def test_a_plain_home_visit_has_a_morning_and_an_afternoon() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    day = date(2026, 3, 2)
    found = lawful_windows(proposal(), BOOK, day, day, timedelta(minutes=20))
    assert found.violations == ()
    assert found.windows == (
        (datetime(2026, 3, 2, 8, 30, tzinfo=zone), datetime(2026, 3, 2, 12, tzinfo=zone)),
        (datetime(2026, 3, 2, 14, tzinfo=zone), datetime(2026, 3, 2, 20, 30, tzinfo=zone)),
    )


def test_where_there_is_no_window_the_reasons_are_told() -> None:
    day = date(2026, 3, 2)
    lone = proposal(contact={"agents": CREW[:1]})
    found = lawful_windows(lone, BOOK, day, day, timedelta(minutes=20))
    assert found.windows == ()
    assert [violation.rule for violation in found.violations] == ["CN-CREW-01"]


def test_a_holiday_is_the_reason_on_its_day() -> None:
    day = date(2026, 10, 1)
    found = lawful_windows(proposal(), BOOK, day, day, timedelta(minutes=20))
    assert [violation.rule for violation in found.violations] == ["CN-TIME-P"]
