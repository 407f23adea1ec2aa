"""How fast crews travel and how long a visit takes, as the settings say."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """Estimated travel on roads, and the length of a visit."""

    speed_kmh: float = 24.0
    detour: float = 1.35
    visit_minutes: int = 15

    @property
    def visit_seconds(self) -> int:
        """The length of a visit in seconds."""
        return self.visit_minutes * 60
