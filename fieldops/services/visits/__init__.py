"""The visit at the door: the agent's day, arriving, what came of it, leaving, calling off."""

from fieldops.services.visits.access import visible, within_reach
from fieldops.services.visits.arriving import (
    ArrivalReport,
    Arrived,
    arrive,
    read_arrival,
    read_sighting,
)
from fieldops.services.visits.day import DayVisit, described, listed, my_day
from fieldops.services.visits.leaving import cancel, leave
from fieldops.services.visits.presence import USUALLY, Sighting, Together, see
from fieldops.services.visits.recording import record_outcome

__all__ = [
    "USUALLY",
    "ArrivalReport",
    "Arrived",
    "DayVisit",
    "Sighting",
    "Together",
    "arrive",
    "cancel",
    "described",
    "leave",
    "listed",
    "my_day",
    "read_arrival",
    "read_sighting",
    "record_outcome",
    "see",
    "visible",
    "within_reach",
]
