"""How fast crews travel and how long a visit takes: as the settings say, or as legs taught it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from fieldops.domain.travel.fitting import Assumed, Fitted, RoadPace
from fieldops.domain.travel.hours import Band


@dataclass(frozen=True, slots=True)
class Learned:
    """What driven legs said of the pace, and what was assumed before them."""

    assumed: Assumed
    fitted: Fitted
    cities: Mapping[str, Fitted] = field(default_factory=dict)
    roads: RoadPace | None = None
    dropped: Mapping[str, int] = field(default_factory=dict)
    is_weekend: bool = False
    bands: Sequence[Band] = ()


@dataclass(frozen=True, slots=True)
class Pace:
    """Estimated travel on roads, and the length of a visit.

    `traffic` holds (from, to, factor) in seconds of the day, ascending and disjoint: driving in
    these hours takes so many times as long.
    """

    speed_kmh: float = 24.0
    detour: float = 1.35
    visit_minutes: int = 15
    traffic: tuple[tuple[int, int, float], ...] = ()
    learned: Learned | None = None

    @property
    def visit_seconds(self) -> int:
        """The length of a visit in seconds."""
        return self.visit_minutes * 60
