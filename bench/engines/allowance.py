"""The wall time of one run: it began with the process, and some of it is kept for the end."""

from __future__ import annotations

import time
from dataclasses import dataclass

LEAST = 0.05
KEPT = 0.05
KEPT_A_STOP = 1e-4


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many seconds since `begun`, a moment of the monotonic clock that processes share."""

    begun: float
    seconds: float

    def left(self, stops: int) -> float:
        """What an engine may still spend, so that its plan is also written in time."""
        return max(LEAST, self._rest(stops))

    def over(self, stops: int) -> bool:
        """Whether nothing is left."""
        return self._rest(stops) <= 0

    def _rest(self, stops: int) -> float:
        gone = time.monotonic() - self.begun
        return self.seconds - gone - KEPT - KEPT_A_STOP * stops
