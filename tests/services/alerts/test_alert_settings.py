"""Channels, quiet hours and the daily list: what can be set, and when a word then goes out."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldops.domain.alerting import Hours, due_at
from fieldops.domain.errors import Forbidden, InvalidInput
from fieldops.domain.permissions import Actor, Role
from fieldops.services import alert_settings
from tests.builders import alerts as built
from tests.builders.doors import Door
from tests.builders.visits import START

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOURS = Hours(time(22), time(7), time(17), SHANGHAI)


@pytest.mark.parametrize(
    ("local", "way", "due"),
    [
        ("10:00", "now", "24 10:00"),
        ("23:30", "now", "24 23:30"),  # a matter of hours wakes people
        ("10:00", "today", "24 10:00"),
        ("23:30", "today", "25 07:00"),
        ("03:00", "today", "24 07:00"),
        ("10:00", "digest", "24 17:00"),
        ("18:00", "digest", "24 18:00"),  # today's list has gone: still today
        ("23:30", "digest", "25 07:00"),
    ],
)
def test_quiet_hours_and_the_daily_list(local: str, way: str, due: str) -> None:
    at = datetime.fromisoformat(f"2026-11-24T{local}+08:00")
    assert f"{due_at(way, HOURS, at).astimezone(SHANGHAI):%d %H:%M}" == due


@given(
    st.sampled_from(["now", "today", "digest"]),
    st.times(),
    st.times(),
    st.times(),
    st.datetimes(timezones=st.just(SHANGHAI)).filter(lambda at: 1950 < at.year < 2200),
)
def test_nothing_goes_out_before_it_is_known_or_more_than_a_day_late(
    way: str, start: time, end: time, listed: time, at: datetime
) -> None:
    due = due_at(way, Hours(start, end, listed, SHANGHAI), at)
    assert at <= due <= at + timedelta(days=1)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"role": "agent"}, "role"),  # agents are told nothing of flags
        ({"kind": "pigeon", "url": "https://host/"}, "kind"),
        ({"target": "nobody"}, "target"),
        ({"target": "a@b.example,c@d.example"}, "target"),  # one address a channel
        ({"kind": "webhook", "url": "ftp://host/x", "secret": built.SECRET}, "url"),
        ({"kind": "webhook", "url": "https://host:port/", "secret": built.SECRET}, "url"),
        ({"kind": "webhook", "url": "https://host/", "secret": "short"}, "secret"),
        ({"kind": "sms", "url": "https://h/", "secret": built.SECRET, "target": "x"}, "target"),
        ({"language": "fr"}, "language"),
    ],
)
def test_a_channel_that_cannot_be_used_names_its_field(
    door: Door, admin: Actor, changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as wrong:
        built.a_channel(door.session, admin, **changed)
    assert [fault.field for fault in wrong.value.faults] == [field]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"quiet_from": "25:00"}, "quiet_from"),
        ({"digest_at": "noon"}, "digest_at"),
        ({"escalate_minutes": -1}, "escalate_minutes"),
        ({"escalate_to": "agent"}, "escalate_to"),
    ],
)
def test_times_that_no_clock_shows_are_refused(
    door: Door, admin: Actor, changed: dict[str, Any], field: str
) -> None:
    values: dict[str, Any] = {
        "quiet_from": "21:00", "quiet_until": "08:00", "digest_at": "16:00",
        "escalate_minutes": 60, "escalate_to": "counsel", **changed,
    }  # fmt: skip
    with pytest.raises(InvalidInput) as wrong:
        alert_settings.set_policy(
            door.session, alert_settings.PolicyOrder(**values), actor=admin, now=START
        )
    assert [fault.field for fault in wrong.value.faults] == [field]


def test_only_who_may_sets_channels(door: Door) -> None:
    with pytest.raises(Forbidden):
        built.a_channel(door.session, Actor(door.case.organisation_id, Role.COUNSEL))
