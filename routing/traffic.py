"""How traffic stretches a drive over the hours of the day, exactly and both ways.

A second of the clock drives so many millionths of a nominal second: a million without traffic,
fewer in a jam. Their running sum over time only grows, so that who leaves later never arrives
earlier, and the latest time to leave is the true inverse of the earliest time to arrive.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from routing.problem import DAY, Band, Planar, Problem

WHOLE = 1_000_000
"""Millionths of a nominal second that are driven in a second without traffic."""


class Traffic:
    """The pace of each second of a day, every day the same."""

    def __init__(self, bands: Sequence[Band]) -> None:
        self._from: list[int] = []
        self._pace: list[int] = []
        self._done: list[int] = []
        self._a_day = 0
        now = 0
        for opens, closes, factor in bands:
            self._stretch(now, opens, WHOLE)
            self._stretch(opens, closes, round(WHOLE / factor))
            now = closes
        self._stretch(now, DAY, WHOLE)

    def _stretch(self, opens: int, closes: int, pace: int) -> None:
        if opens < closes:
            self._from.append(opens)
            self._pace.append(pace)
            self._done.append(self._a_day)
            self._a_day += (closes - opens) * pace

    def _driven(self, now: int) -> int:
        """Millionths of nominal seconds that a drive without end covers up to a moment."""
        day, second = divmod(now, DAY)
        at = bisect_right(self._from, second) - 1
        return day * self._a_day + self._done[at] + (second - self._from[at]) * self._pace[at]

    def _moment(self, driven: int) -> tuple[int, bool]:
        """The last second by which no more than that is driven, and whether it is just that."""
        day, rest = divmod(driven, self._a_day)
        at = bisect_right(self._done, rest) - 1
        seconds, over = divmod(rest - self._done[at], self._pace[at])
        return day * DAY + self._from[at] + seconds, over == 0

    @property
    def a_day(self) -> int:
        """Millionths of nominal seconds that a whole day's drive covers."""
        return self._a_day

    def tables(self) -> tuple[list[int], list[int], list[int]]:
        """By stretch of a day its first second, its pace, and what was driven before it."""
        return self._from, self._pace, self._done

    def arrive(self, leave: int, way: int) -> int:
        """When somebody who leaves then has driven `way` nominal seconds."""
        moment, exact = self._moment(self._driven(leave) + way * WHOLE)
        return moment if exact else moment + 1

    def leave_by(self, arrival: int, way: int) -> int:
        """The latest time to leave for arriving `way` nominal seconds further by then."""
        return self._moment(self._driven(arrival) - way * WHOLE)[0]


def traffic_of(problem: Problem) -> Traffic | None:
    """The traffic of a problem, None where there is none."""
    travel = problem.travel
    if isinstance(travel, Planar) or not travel.traffic:
        return None
    return Traffic(travel.traffic)
