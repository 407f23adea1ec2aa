"""The days of a plan: between moments and the whole seconds that the solver counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import ceil, floor
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Horizon:
    """So many local days from a first one; second 0 is its midnight."""

    day: date
    days: int
    zone: ZoneInfo

    @property
    def start(self) -> datetime:
        """Midnight before the first day."""
        return datetime.combine(self.day, datetime.min.time(), self.zone).astimezone(UTC)

    @property
    def last(self) -> date:
        """The last day, which belongs to the plan."""
        return self.day + timedelta(days=self.days - 1)

    @property
    def end(self) -> datetime:
        """Midnight after the last day."""
        after = self.last + timedelta(days=1)
        return datetime.combine(after, datetime.min.time(), self.zone).astimezone(UTC)

    def moment(self, seconds: int) -> datetime:
        """The time so many seconds from the start."""
        return self.start + timedelta(seconds=seconds)

    def seconds(self, at: datetime) -> int:
        """Whole seconds from the start to a time, rounded down."""
        return floor((at - self.start).total_seconds())

    def windows(self, spans: Iterable[tuple[datetime, datetime]]) -> tuple[tuple[int, int], ...]:
        """Spans as windows, rounded inwards so that nothing unlawful comes in."""
        start = self.start
        pairs = (
            (ceil((opens - start).total_seconds()), floor((closes - start).total_seconds()))
            for opens, closes in spans
        )
        return tuple((opens, closes) for opens, closes in pairs if 0 <= opens < closes)
