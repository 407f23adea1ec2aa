"""When things happen in a world: Poisson weeks, hours of the day, and notes that come late."""

import random
from collections.abc import Iterator

DAYS_A_WEEK = 7.0


def moments(chance: random.Random, per_week: float, weeks: int) -> Iterator[float]:
    """Moments of a Poisson process, in weeks, each moved into the daytime of its day."""
    at = 0.0
    while per_week > 0:
        at += chance.expovariate(per_week)
        if at >= weeks:
            return
        day = int(at * DAYS_A_WEEK)
        yield (day + chance.uniform(9, 20) / 24) / DAYS_A_WEEK


def later(chance: random.Random, at: float, mean_days: float) -> float:
    """`at` plus an exponential delay, in weeks."""
    return at + (chance.expovariate(1 / mean_days) if mean_days > 0 else 0.0) / DAYS_A_WEEK
