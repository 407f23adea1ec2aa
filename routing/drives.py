"""Drives of many at once: when they arrive and have to leave, with traffic or without."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from routing.ground import Integers
from routing.problem import DAY
from routing.schedule import NEVER, TOO_LATE, Clock
from routing.traffic import WHOLE, Traffic


class Drives(Protocol):
    """What a clock says of drives, for arrays that fit each other."""

    def arrive(self, leave: Integers, way: Integers) -> Integers:
        """When those arrive who leave then and have so many nominal seconds to drive."""
        ...

    def leave_by(self, arrival: Integers, way: Integers) -> Integers:
        """When those have to leave at the latest who must arrive by then."""
        ...


def drives_of(clock: Clock) -> Drives:
    """The drives of a clock, which agree with its own to the second."""
    return _Free() if clock.traffic is None else _Jammed(clock.traffic)


class _Free:
    def arrive(self, leave: Integers, way: Integers) -> Integers:
        return leave + way

    def leave_by(self, arrival: Integers, way: Integers) -> Integers:
        return arrival - way


class _Jammed:
    """The sums of `Traffic`, looked up in its tables for all at once."""

    def __init__(self, traffic: Traffic) -> None:
        begins, paces, done = traffic.tables()
        self._from = np.array(begins, dtype=np.int64)
        self._pace = np.array(paces, dtype=np.int64)
        self._done = np.array(done, dtype=np.int64)
        self._a_day = traffic.a_day

    def arrive(self, leave: Integers, way: Integers) -> Integers:
        moment, rest = self._moment(self._driven(leave) + way * WHOLE)
        return np.where(leave >= NEVER, NEVER, moment + (rest > 0))

    def leave_by(self, arrival: Integers, way: Integers) -> Integers:
        moment, _ = self._moment(self._driven(arrival) - way * WHOLE)
        return np.where(arrival <= TOO_LATE, TOO_LATE, moment)

    def _driven(self, now: Integers) -> Integers:
        day, second = np.divmod(now, DAY)
        at = np.searchsorted(self._from, second, side="right") - 1
        driven: Integers = day * self._a_day + self._done[at]
        driven += (second - self._from[at]) * self._pace[at]
        return driven

    def _moment(self, driven: Integers) -> tuple[Integers, Integers]:
        day, rest = np.divmod(driven, self._a_day)
        at = np.searchsorted(self._done, rest, side="right") - 1
        seconds, over = np.divmod(rest - self._done[at], self._pace[at])
        return day * DAY + self._from[at] + seconds, over
