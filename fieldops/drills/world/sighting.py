"""One thing observed, before it has a number of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

HOURS_A_WEEK = 168.0


@dataclass(frozen=True, slots=True)
class Sighting:
    """What was seen or said; `observed` and `recorded` are weeks since the world's first moment."""

    kind: str
    source_class: str
    source_id: str
    observed: float
    recorded: float
    asset: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self, number: int, person: str, start: datetime) -> dict[str, Any]:
        """The line of the observation stream; a thing without an asset is about his address."""
        subject = {"address": f"{person}-home"} if self.asset is None else {"asset": self.asset}
        line: dict[str, Any] = {
            "id": f"d{number:07d}",
            "person": person,
            **subject,
            "kind": self.kind,
            "observed_at": _moment(start, self.observed),
            "recorded_at": _moment(start, self.recorded),
            "source": {"class": self.source_class, "id": self.source_id},
        }
        return line | ({"data": dict(self.data)} if self.data else {})


def _moment(start: datetime, weeks: float) -> str:
    at = start + timedelta(seconds=round(weeks * HOURS_A_WEEK * 3600))
    return at.isoformat(timespec="seconds")
