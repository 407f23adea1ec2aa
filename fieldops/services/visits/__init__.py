"""The visit at the door: the agent's day, arriving, what came of it, leaving, calling off."""

from fieldops.services.visits.access import visible, within_reach
from fieldops.services.visits.arriving import ArrivalReport, Arrived, Together, arrive, read_arrival
from fieldops.services.visits.day import DayVisit, described, listed, my_day
from fieldops.services.visits.leaving import cancel, leave
from fieldops.services.visits.recording import record_outcome

__all__ = [
    "ArrivalReport",
    "Arrived",
    "DayVisit",
    "Together",
    "arrive",
    "cancel",
    "described",
    "leave",
    "listed",
    "my_day",
    "read_arrival",
    "record_outcome",
    "visible",
    "within_reach",
]
