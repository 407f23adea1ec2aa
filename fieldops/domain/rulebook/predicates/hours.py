"""Hours: the whole contact lies inside the open windows of the debtor's local day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any

from fieldops.domain.rulebook.predicates.clause import Daily, Lifts, Setting, predicate
from fieldops.domain.rulebook.predicates.consents import consented
from fieldops.domain.rulebook.reading import Minutes, Reader, day, refuse
from fieldops.domain.rulebook.spans import (
    DAY,
    Span,
    clock_span,
    gaps,
    local_days,
    merged,
    starts_outside,
)
from fieldops.domain.rulebook.vocabulary import Channel, Lift, PlaceKind, Provenance

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST_CLOSURE = 60


@dataclass(frozen=True, slots=True)
class ClosedDays:
    """Days on which nothing is open, and the last day of which that can be said.

    Nobody knows which days after that one are closed, so that none of them is open.
    """

    days: frozenset[date] = frozenset()
    known_to: date | None = None

    def __contains__(self, on: date) -> bool:
        """Whether nothing may be open on that day."""
        return on in self.days or self.is_unknown(on)

    def is_unknown(self, on: date) -> bool:
        """Whether the day lies beyond what is known."""
        return self.known_to is not None and on > self.known_to


@dataclass(frozen=True, eq=False)
class Schedule:
    """Open windows by weekday less gaps and closed days, for some channels and places or all."""

    week: tuple[tuple[Minutes, ...], ...]
    gaps: tuple[Minutes, ...]
    closed: ClosedDays
    channels: frozenset[Channel]
    places: frozenset[PlaceKind]

    def concerns(self, setting: Setting) -> bool:
        """Whether the contact's channel and place fall under this schedule."""
        contact = setting.proposal.contact
        return (not self.channels or contact.channel in self.channels) and (
            not self.places or contact.place.kind in self.places
        )


@lru_cache(maxsize=65_536)
def _open(schedule: Schedule, zone: tzinfo, on: date) -> tuple[Span, ...]:
    if on in schedule.closed:
        return ()
    shut = [clock_span(zone, on, gap, strict=False) for gap in schedule.gaps]
    windows = (clock_span(zone, on, w, strict=True) for w in schedule.week[on.weekday()])
    return tuple(part for window in windows for part in gaps(shut, window))


@lru_cache(maxsize=4_096)
def _outside(schedule: Schedule, zone: tzinfo, length: timedelta, span: Span) -> tuple[Span, ...]:
    return tuple(starts_outside(_allowed(schedule, zone, length, span), length, span))


def _allowed(schedule: Schedule, zone: tzinfo, length: timedelta, span: Span) -> list[Span]:
    days = local_days(zone, (span[0], span[1] + length))
    return [opened for on in days for opened in _open(schedule, zone, on)]


@dataclass(frozen=True, eq=False)
class Hours(Daily):
    """The schedules of one rule; a consent to a window of the day widens them where it may."""

    schedules: tuple[Schedule, ...]
    consent_lifts: bool

    def blocked(self, setting: Setting, span: Span) -> list[Span]:
        """The starts at which the contact does not lie wholly in open or consented time."""
        found: list[Span] = []
        for schedule in self.schedules:
            if schedule.concerns(setting):
                found += self._outside(schedule, setting, span)
        return found

    def _outside(self, schedule: Schedule, setting: Setting, span: Span) -> list[Span]:
        zone, length = setting.zone, setting.length
        agreed = consented(setting, span) if self.consent_lifts else []
        if not agreed:
            return list(_outside(schedule, zone, length, span))
        allowed = merged([*_allowed(schedule, zone, length, span), *agreed])
        return starts_outside(allowed, length, span)

    def found(self, setting: Setting, start: datetime) -> dict[str, Any]:
        """The contact's times on the debtor's clock, and where a calendar ends before it."""
        on = start.astimezone(setting.zone).date()
        beyond = [
            s.closed.known_to
            for s in self.schedules
            if s.concerns(setting) and s.closed.known_to and s.closed.is_unknown(on)
        ]
        return {
            "start": setting.local(start),
            "end": setting.local(start + setting.length),
            "timezone": str(setting.zone),
        } | ({"closed_days_known_to": min(beyond).isoformat()} if beyond else {})


@predicate("hours")
def hours(params: Reader, lifts: Lifts) -> Hours:
    """Params: schedules = [{windows, by_day?, gaps?, closed?, channels?, places?}]."""
    found = tuple(_schedule(reader) for reader in params.children("schedules"))
    if not found:
        refuse(params.at("schedules"), "is missing", "state at least one schedule")
    return Hours(found, bool({Lift.CONSENT, Lift.AGREEMENT} & lifts))


def _schedule(reader: Reader) -> Schedule:
    everyday = _ordered(reader, "windows")
    by_day = reader.child("by_day")
    week = tuple(_of_day(by_day, name, everyday) for name in WEEKDAYS)
    by_day.done()
    if not any(week):
        refuse(reader.at("windows"), "is missing", "state when contact is allowed")
    schedule = Schedule(
        week=week,
        gaps=_ordered(reader, "gaps"),
        closed=_closed(reader.child("closed")),
        channels=reader.words("channels", Channel),
        places=reader.words("places", PlaceKind),
    )
    reader.done()
    return schedule


def _of_day(by_day: Reader, name: str, everyday: tuple[Minutes, ...]) -> tuple[Minutes, ...]:
    # A day that is named with no window is closed; one that is not named is like every other.
    return _ordered(by_day, name) if by_day.has(name) else everyday


def _closed(calendar: Reader) -> ClosedDays:
    """A calendar of closed days, which like a rule says where it is from and how that was read."""
    if not calendar.has("days"):
        calendar.done()
        return ClosedDays()
    calendar.text("source", required=True)
    calendar.word("provenance", Provenance)
    found = frozenset(on for text in calendar.texts("days") for on in _days(text, calendar))
    known_to = calendar.maybe("known_to", day)
    if known_to and max(found, default=known_to) > known_to:
        refuse(calendar.at("known_to"), "is before the last of the days", "mend one of them")
    calendar.done()
    return ClosedDays(found, known_to)


def _ordered(reader: Reader, key: str) -> tuple[Minutes, ...]:
    found = reader.windows(key)
    if any(end <= start for start, end in found):
        refuse(reader.at(key), "a window closes before it opens", "split it at 24:00")
    return found


def _days(text: str, reader: Reader) -> Iterator[date]:
    field = reader.at("days")
    first, _, last = text.partition("/")
    on, end = day(first, field), day(last or first, field)
    if not 0 <= (end - on).days <= LONGEST_CLOSURE:
        refuse(field, f"{text!r} is not a run of days", f"at most {LONGEST_CLOSURE}, in order")
    while on <= end:
        yield on
        on += DAY
