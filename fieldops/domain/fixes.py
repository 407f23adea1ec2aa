"""What the fixes of one phone say together: how fast it moved, and whether it ever trembled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from fieldops.domain.positions import Position, metres_between

# A receiver that stands still still names another place each time; a made-up one does not.
FEWEST_FIXES = 3
_LONG_ENOUGH = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Fix:
    """Where a phone was by its own clock, and how many metres it may be wrong."""

    at: datetime
    place: Position
    accuracy_metres: float | None = None


def fastest(fixes: Sequence[Fix]) -> int | None:
    """The highest speed in km/h that the way from fix to fix takes at the very least.

    What both fixes may be wrong is taken off the way, so that standing still is never a speed.
    """
    speeds = [_speed(one, other) for one, other in pairwise(_by_time(fixes))]
    return max(speeds, default=None)


def places(fixes: Sequence[Fix]) -> int | None:
    """How many different places the fixes name; None for too few, or within too short a time."""
    ordered = _by_time(fixes)
    if len(ordered) < FEWEST_FIXES or ordered[-1].at - ordered[0].at < _LONG_ENOUGH:
        return None
    return len({(one.place.lat, one.place.lon) for one in ordered})


def _by_time(fixes: Sequence[Fix]) -> list[Fix]:
    return sorted(fixes, key=lambda fix: fix.at)


def _speed(one: Fix, other: Fix) -> int:
    doubt = (one.accuracy_metres or 0.0) + (other.accuracy_metres or 0.0)
    metres = max(0.0, metres_between(one.place, other.place) - doubt)
    # Two fixes of one second are a second apart at least: clocks tell whole seconds.
    return round(metres / max(1.0, (other.at - one.at).total_seconds()) * 3.6)
