"""Half-open spans of absolute time, and how local days and clock times become such spans.

All instants here are in UTC: Python compares two datetimes of one zone by their wall clocks,
which is wrong in the hour that a zone repeats. The smallest step is one microsecond.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from fieldops.domain.rulebook.reading import DAY_MINUTES, Minutes

Span = tuple[datetime, datetime]
TICK = timedelta(microseconds=1)
DAY = timedelta(days=1)


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same time as sorted spans that neither overlap nor touch; empty ones fall away."""
    found: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if found and start <= found[-1][1]:
            if end > found[-1][1]:
                found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def clipped(spans: Iterable[Span], within: Span) -> list[Span]:
    """The parts of the spans that lie within one span."""
    low, high = within
    return [(max(a, low), min(b, high)) for a, b in spans if a < high and b > low]


def gaps(spans: Iterable[Span], within: Span) -> Iterator[Span]:
    """What is left of one span when the others are taken out."""
    low, high = within
    for start, end in merged(clipped(spans, within)):
        if start > low:
            yield low, start
        low = max(low, end)
    if low < high:
        yield low, high


def starts_outside(allowed: Iterable[Span], length: timedelta, within: Span) -> list[Span]:
    """The starts at which a contact of that length does not lie wholly in one allowed span."""
    fit = ((start, end - length + TICK) for start, end in merged(allowed))
    return list(gaps((span for span in fit if span[0] < span[1]), within))


def starts_touching(forbidden: Span, length: timedelta) -> Span:
    """The starts at which a contact of that length overlaps a forbidden span."""
    return forbidden[0] - length + TICK, forbidden[1]


@lru_cache(maxsize=65_536)
def local_instant(zone: tzinfo, day: date, minutes: int, late: bool = False) -> datetime:
    """A local clock time as an instant; of two readings the earlier, or the later if `late`.

    A clock time that a zone skips or repeats has two readings; whoever asks for the strictest
    window opens it late and closes it early.
    """
    day, minutes = (day + DAY, 0) if minutes == DAY_MINUTES else (day, minutes)
    local = datetime.combine(day, time(minutes // 60, minutes % 60), tzinfo=zone)
    readings = [local.replace(fold=fold).astimezone(UTC) for fold in (0, 1)]
    return max(readings) if late else min(readings)


@lru_cache(maxsize=65_536)
def midnight(zone: tzinfo, day: date) -> datetime:
    """The instant at which a local day begins; fold 0 is right also where midnight is skipped."""
    return datetime.combine(day, time(0), tzinfo=zone).astimezone(UTC)


def clock_span(zone: tzinfo, day: date, window: Minutes, *, strict: bool) -> Span:
    """A window of the local day as a span: `strict` makes it short, otherwise it is long."""
    start, end = window
    last = day + DAY if end <= start else day
    opens = local_instant(zone, day, start, late=strict)
    return opens, local_instant(zone, last, end, late=not strict)


def local_days(zone: tzinfo, span: Span, margin: int = 1) -> Iterator[date]:
    """The local days that a span touches, and `margin` more on either side."""
    day = span[0].astimezone(zone).date() - margin * DAY
    last = span[1].astimezone(zone).date() + margin * DAY
    while day <= last:
        yield day
        day += DAY
