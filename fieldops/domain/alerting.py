"""When people are told: the ways of a word, quiet hours and the daily list, in the house's zone."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

NOW, TODAY, DIGEST = "now", "today", "digest"
CHANNELS = ("mail", "webhook", "wecom", "sms")
RAISED, CHANGED, NEAR, ESCALATED = "raised", "changed", "near", "escalated"
ALARM, INCIDENT, REVIEW, ENDING = "alarm", "incident", "review", "ending"
MISSED = "missed"
OCCASIONS = (RAISED, CHANGED, NEAR, ESCALATED, ALARM, INCIDENT, REVIEW, ENDING, MISSED)
# How a new or changed flag of each severity goes out; the rest waits for the daily list. Policy.
WAY_OF_SEVERITY = {"critical": NOW, "high": TODAY}


@dataclass(frozen=True, slots=True)
class Hours:
    """When nobody is disturbed, and when the daily list goes out; times of day in `zone`."""

    quiet_from: time
    quiet_until: time
    digest_at: time
    zone: ZoneInfo


def due_at(way: str, hours: Hours, at: datetime) -> datetime:
    """When a word made at `at` goes out, never before.

    What waits for the daily list and has missed today's goes as if it were for today: a flag is
    told of on its own day wherever quiet hours allow it.
    """
    if way == NOW:
        return at
    local = at.astimezone(hours.zone)
    listed = datetime.combine(local.date(), hours.digest_at, hours.zone)
    if way == DIGEST and listed > at:
        return listed
    return _after_quiet(local, hours) if _is_quiet(local.time(), hours) else at


def time_of_day(text: str) -> time:
    """A time of day from "22:00"; raises ValueError."""
    return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007  # A time of day has no zone.


def _is_quiet(local: time, hours: Hours) -> bool:
    start, end = hours.quiet_from, hours.quiet_until
    if start <= end:
        return start <= local < end
    return local >= start or local < end


def _after_quiet(local: datetime, hours: Hours) -> datetime:
    end = datetime.combine(local.date(), hours.quiet_until, hours.zone)
    return end if end > local else end + timedelta(days=1)
